"""The matcher: one list of supplies, asked about one demand after the other."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.matching.account import Account, account_for
from chuanzhu.matching.index import SupplyIndex
from chuanzhu.matching.index_writer import change_index, create_index
from chuanzhu.matching.knowledge import bundled_knowledge
from chuanzhu.matching.needs import read_need
from chuanzhu.matching.parallel import spread
from chuanzhu.matching.rules import BROKEN
from chuanzhu.matching.shortlist import Search
from chuanzhu.matching.wants import Wanted, Wants, look_for, named_concepts
from chuanzhu.model import Answer, Unmet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from chuanzhu.matching.index import View
    from chuanzhu.matching.knowledge import Knowledge
    from chuanzhu.matching.shortlist import Shortlist
    from chuanzhu.model import Demand, Match, Need, Supply
    from chuanzhu.taxonomy.lexicon import Lexicon

_BATCH: Final = 64

_DESCRIBED_BEST: Final = 5
_DESCRIBED_FROM, _DESCRIBED_SURE, _DESCRIBED_WEIGHT, _NAMED_SETTLES = 0.3, 0.75, 0.8, 0.4
# A concept whose description is as near (cosine) to the demand as the first begins to count, as the second counts
# fully, with the third as its weight: a described thing is never as sure as a named one. The more surely a demand names
# something, the less its description counts, down to the fourth for a demand that names its thing outright.


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

    def __len__(self) -> int:
        """Return how many supplies are listed."""
        return int(self._index.view().searcher.num_docs)

    def add(self, supplies: Iterable[Supply]) -> None:
        """List supplies, each in place of one with the same id: all of them, or none where this fails.

        What this and every other process asks from now on takes them into account. Raises IndexFault where another
        writer is at work or the disk is full.
        """
        change_index(self._index.path, self._index.inverted, add=supplies)

    def remove(self, ids: Iterable[str]) -> None:
        """Take supplies off the list by their ids; unknown ids are passed over. Raises like :meth:`add`."""
        change_index(self._index.path, self._index.inverted, remove=ids)

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
        matches = search.within_rules().matches(limit=limit)
        if matches:
            return Answer(need=need, chain=chain, matches=matches)
        return Answer(need=need, chain=chain, unmet=_unmet(need, search.anyone()))

    def _search(self, need: Need) -> Search:
        view, direction = self._index.view(), self._direction(need)
        wants = self._wants(need, direction, view)
        return Search(wants=wants, view=view, lexicon=self._knowledge.lexicon, direction=direction)

    def _direction(self, need: Need) -> NDArray[np.float32]:
        """Return a unit vector (d,): half the whole message, half the words that name the thing."""
        text = need.demand.text
        vectors = self._knowledge.meaning.of_sentences([text, _core_words(need) or text])
        total: NDArray[np.float32] = vectors.sum(axis=0)
        return total / max(float(np.linalg.norm(total)), 1e-9)

    def _wants(self, need: Need, direction: NDArray[np.float32], view: View) -> Wants:
        lexicon = self._knowledge.lexicon
        concepts = named_concepts(need.phrases, lexicon)
        named = max((wanted.weight for wanted in concepts.values()), default=0.0)
        blurred = {
            above for number in concepts for above in lexicon.ancestors[number] if concepts[number].weight == named
        }
        for number, wanted in self._described(direction, doubt=1 - _NAMED_SETTLES * named) if need.phrases else ():
            if number not in blurred and (number not in concepts or concepts[number].weight < wanted.weight):
                concepts[number] = wanted
        return look_for(need, concepts, lexicon, rarity=view.rarity)

    def _described(self, direction: NDArray[np.float32], *, doubt: float) -> Iterator[tuple[int, Wanted]]:
        """Return the concepts whose plain description is near the demand: how one asks who does not know the name.

        ``doubt`` from 0 to 1 tells how much the names in the demand leave open.
        """
        nearness = self._knowledge.concepts @ direction
        best = np.argpartition(-nearness, _DESCRIBED_BEST)[:_DESCRIBED_BEST]
        for number in best[np.argsort(-nearness[best], kind="stable")]:
            share = (float(nearness[number]) - _DESCRIBED_FROM) / (_DESCRIBED_SURE - _DESCRIBED_FROM)
            if share > 0:
                weight = _DESCRIBED_WEIGHT * doubt * min(1.0, share)
                yield int(number), Wanted(weight=weight, words="", is_named=False)


_worker: list[tuple[Matcher, int, dt.date, str]] = []


def _open_worker(path: Path, limit: int, today: dt.date, home: str) -> None:
    _worker[:] = [(Matcher.open(path), limit, today, home)]


def _answer_batch(demands: list[Demand]) -> list[Answer]:
    matcher, limit, today, home = _worker[0]
    return list(matcher.answers(demands, limit=limit, today=today, home=home))


def _core_words(need: Need) -> str:
    return "".join(phrase.text for phrase in need.phrases if phrase.weight >= _DESCRIBED_FROM)


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
