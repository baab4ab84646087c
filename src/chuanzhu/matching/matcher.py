"""The matcher: one list of supplies, asked about one demand after the other."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Final

import tantivy

from chuanzhu.matching.account import Account, account_for
from chuanzhu.matching.index import SupplyIndex
from chuanzhu.matching.index_writer import change_index, create_index
from chuanzhu.matching.knowledge import bundled_knowledge
from chuanzhu.matching.meaning import unit
from chuanzhu.matching.needs import read_need
from chuanzhu.matching.parallel import spread
from chuanzhu.matching.rules import BROKEN
from chuanzhu.matching.shortlist import Search
from chuanzhu.matching.wants import Wants, look_for, wanted_concepts
from chuanzhu.model import Answer, Unmet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from chuanzhu.matching.knowledge import Knowledge
    from chuanzhu.matching.shortlist import Shortlist
    from chuanzhu.model import Demand, Match, Need, Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

_BATCH: Final = 64

_SAYS_SOMETHING: Final = 0.3  # weight of a phrase from which on it is part of the words that name the thing


class Matcher:
    """Matches demands against one list of supplies.

    >>> from chuanzhu import Demand, Supply
    >>> matcher = Matcher.build([Supply(id="1", enterprise="某尼龙厂", product="聚酰胺66切片")])
    >>> [match.supply.enterprise for match in matcher.match(Demand(text="求购PA66切片 20吨/月"), limit=10)]
    ['某尼龙厂']
    """

    def __init__(self, index: SupplyIndex, knowledge: Knowledge) -> None:
        """Hold what :meth:`build`, :meth:`create` and :meth:`open` have made."""
        self._index: Final = index
        self._knowledge: Final = knowledge

    @classmethod
    def build(
        cls, supplies: Iterable[Supply], *, workers: int = 1, progress: Callable[[int], None] | None = None
    ) -> Matcher:
        """Index a list of supplies in a temporary folder that goes when the matcher goes; see :meth:`create`."""
        folder = Path(tempfile.mkdtemp(prefix="chuanzhu-"))
        try:
            matcher = cls.create(folder / "index", supplies, workers=workers, progress=progress)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        weakref.finalize(matcher, shutil.rmtree, folder, ignore_errors=True)
        return matcher

    @classmethod
    def create(
        cls,
        path: Path,
        supplies: Iterable[Supply],
        *,
        workers: int = 1,
        progress: Callable[[int], None] | None = None,
    ) -> Matcher:
        """Write an index of supplies into a folder, in place of an index that is there, and open it.

        More than one of ``workers`` are processes of their own: call this from under ``if __name__ == "__main__"``.
        ``progress`` is told how many supplies are done. Ids should differ; an empty list is allowed. Raises IndexFault
        where the folder cannot be written or holds other files.
        """
        create_index(Path(path), supplies, workers=workers, progress=progress)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Matcher:
        """Open an index that :meth:`create` made. Raises IndexFault where it is missing, damaged or outdated."""
        knowledge = bundled_knowledge()
        return cls(SupplyIndex(Path(path), mark=knowledge.mark), knowledge)

    @property
    def mark(self) -> str:
        """A digest of the knowledge that answers rest on: another version of it may answer otherwise."""
        return self._knowledge.mark

    def __len__(self) -> int:
        """Return how many supplies are listed."""
        return int(self._index.view().searcher.num_docs)

    def supplies(self) -> Iterator[Supply]:
        """Return every listed supply, in the order in which they came. Raises IndexFault where one cannot be read."""
        view = self._index.view()
        every = view.rows(tantivy.Query.all_query(), limit=max(1, view.searcher.num_docs))
        return (view.supply(int(row)) for row in every)

    def add(self, supplies: Iterable[Supply]) -> None:
        """List supplies, each in place of one with the same id: all of them, or none where this fails.

        What this and every other process asks from now on takes them into account. Raises IndexFault where another
        writer is at work or the disk is full.
        """
        change_index(self._index.path, add=supplies)

    def remove(self, ids: Iterable[str]) -> None:
        """Take supplies off the list by their ids; unknown ids are passed over. Raises like :meth:`add`."""
        change_index(self._index.path, remove=ids)

    def match(self, demand: Demand, *, limit: int = 10, today: dt.date | None = None) -> tuple[Match, ...]:
        """Return the supplies that fit a demand, best first, at most ``limit``; none where nothing fits."""
        return next(self.answers([demand], limit=limit, today=today)).matches

    def answers(
        self,
        demands: Iterable[Demand],
        *,
        limit: int = 10,
        today: dt.date | None = None,
        home: str = "",
        workers: int = 1,
    ) -> Iterator[Answer]:
        """Answer demands in order. ``today`` is what 国庆前 and 两周内 are relative to, ``home`` the region of 本省.

        More than one of ``workers`` are processes of their own: call this from under ``if __name__ == "__main__"``.
        """
        day = today or dt.date.today()  # noqa: DTZ011 (a deadline is a calendar day where the buyer is)
        if workers > 1:
            asked = iter(demands)
            batches = iter(lambda: list(itertools.islice(asked, _BATCH)), [])
            given = (self._index.path, limit, day, home)
            for answers in spread(_answer_batch, batches, workers=workers, prepare=_open_worker, given=given):
                yield from answers
            return
        for demand in demands:
            need = read_need(demand, lexicon=self._knowledge.lexicon, today=day, home=home)
            yield self._answer(need, limit=limit)

    def explain(
        self, demand: Demand, supply_id: str, *, limit: int = 10, today: dt.date | None = None, home: str = ""
    ) -> Account:
        """Account for one supply: all its points for this demand, its rank, and why it is not there where it is not.

        Raises UnknownSupply where no supply has this id.
        """
        day = today or dt.date.today()  # noqa: DTZ011 (a deadline is a calendar day where the buyer is)
        need = read_need(demand, lexicon=self._knowledge.lexicon, today=day, home=home)
        search = self._search(need)
        return account_for(supply_id, search=search, found=search.within_rules(), limit=limit)

    def _answer(self, need: Need, *, limit: int) -> Answer:
        search = self._search(need)
        chain = _chain(search.wants, self._knowledge.lexicon)
        found = search.within_rules()
        matches = found.matches(limit=limit)
        if matches:
            return Answer(need=need, chain=chain, matches=matches)
        return Answer(need=need, chain=chain, unmet=_unmet(need, search.anyone() if search.has_rules else found))

    def _search(self, need: Need) -> Search:
        view, knowledge, text = self._index.view(), self._knowledge, need.demand.text
        core = _core_words(need) or text
        said = unit(knowledge.meaning.of_names([text, core]).sum(axis=0, keepdims=True))[0]
        described = knowledge.descriptions.described(core, said)
        return Search(
            wants=look_for(
                need, wanted_concepts(need, described, knowledge.lexicon), knowledge.lexicon, rarity=view.rarity
            ),
            view=view,
            lexicon=knowledge.lexicon,
            direction=knowledge.descriptions.towards(said, described),
        )


_worker: list[tuple[Matcher, int, dt.date, str]] = []


def _open_worker(path: Path, limit: int, today: dt.date, home: str) -> None:
    _worker[:] = [(Matcher.open(path), limit, today, home)]


def _answer_batch(demands: list[Demand]) -> list[Answer]:
    matcher, limit, today, home = _worker[0]
    return list(matcher.answers(demands, limit=limit, today=today, home=home))


def _core_words(need: Need) -> str:
    return "".join(phrase.text for phrase in need.phrases if phrase.weight >= _SAYS_SOMETHING)


def _chain(wants: Wants, lexicon: Lexicon) -> str:
    """Return the chain of the concept that is wanted most surely; empty where none is known."""
    best = max(wants.concepts, key=lambda number: wants.concepts[number].weight, default=None)
    return lexicon.concepts[best].chains[0] if best is not None and lexicon.concepts[best].chains else ""


def _unmet(need: Need, anyone: Shortlist) -> Unmet:
    """Say why no supply fits; the nearest miss is the best that only a rule keeps out, else the most similar one."""
    if not need.wanted:
        return Unmet(why="没有读懂要什么:请写明产品名称")
    barred = anyone.nearest_fit()
    if barred is not None:
        broken = ";".join(reason.text for reason in barred.reasons if reason.code in BROKEN)
        return Unmet(why=f"有供这类产品的企业,但都不合硬性要求;最接近的一家:{broken}", nearest=barred)
    nearest = anyone.nearest()
    similar = "只有相近的产品" if nearest else "也没有相近的产品"
    return Unmet(why=f"供给清单里没有“{need.wanted}”,{similar}", nearest=nearest)
