"""Finding what is public: with words the matcher's order and reasons, without words the newest first."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q

from chuanzhu import Demand
from chuanzhu.matching import IndexFault
from chuanzhu.tables.wording import SURE_POINTS
from chuanzhu_site.accounts.models import Verification
from chuanzhu_site.market.index import reader_of
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.models import Listing
from chuanzhu_site.market.search.facets import FACETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chuanzhu.model import Answer
    from chuanzhu.model import Match as Fit
    from chuanzhu_site.market.models.listings import ListingSet
    from chuanzhu_site.market.search.asking import Asked
    from chuanzhu_site.market.search.facets import Choice, Facet

PAGE: Final = 20
MOST_RANKED: Final = 200
_SECONDS_KEPT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A listing that was found, with the matcher's fit where words were given; named unless it is masked."""

    listing: Listing
    fit: Fit | None = None

    @property
    def is_named(self) -> bool:
        """Whether everybody may know whose it is."""
        return self.listing.privacy == Listing.Privacy.PUBLIC

    @property
    def place(self) -> str:
        """The code of the place that everybody may know."""
        return self.listing.region or (self.listing.enterprise.region if self.is_named else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of a search: hits, how many there are in all, what each facet offers, and where the next page begins.

    ``sure`` counts those that the matcher is sure of, ``answer`` is what it understood, ``instead`` how many there
    would be without each of the chosen values. ``lacking`` names the kinds whose index cannot be asked now; where none
    can, the words themselves were looked for.
    """

    hits: Sequence[Hit]
    number: int
    facets: Sequence[tuple[Facet, Sequence[Choice]]]
    after: str = ""
    sure: int = 0
    answer: Answer | None = None
    instead: Sequence[tuple[Facet, str, int]] = ()
    lacking: Sequence[str] = ()

    @property
    def is_cut(self) -> bool:
        """Whether the matcher was asked for no more than this many."""
        return self.answer is not None and self.number >= MOST_RANKED


def find(asked: Asked) -> Found:
    """Search what everybody may see. The words of a search for supplies are read as a demand's text."""
    if not asked.words:
        return _newest(asked, _public(asked))
    answers, lacking = _answers(asked)
    if answers:
        return replace(_ranked(asked, answers), lacking=lacking)
    words = [Q(title__icontains=word) | Q(text__icontains=word) for word in asked.words.split()]
    return replace(_newest(asked, _public(asked).filter(*words), is_kept=False), lacking=lacking)


def newer(asked: Asked, *, since: Q, least: float = 0.0) -> ListingSet:
    """Return what a search finds among the listings of a condition, for who saved it; the best are not put first.

    Of supplies that were asked for in words only those of at least so many points are found.
    """
    rows = _public(asked).filter(_conditions(asked)).filter(since)
    if asked.words:
        bar = least if asked.side == "supply" else 0.0
        fits = (fit for answer in _answers(asked)[0] for fit in answer.matches if fit.score >= bar)
        rows = rows.filter(reference__in=[fit.supply.id for fit in fits])
    return rows


def _public(asked: Asked) -> ListingSet:
    return Listing.objects.public().filter(side=asked.side)


def _conditions(asked: Asked, *, but: str = "") -> Q:
    chosen = Q()
    for facet in FACETS:
        if facet.code in asked.chosen and facet.code != but:
            chosen &= facet.condition(asked.chosen[facet.code])
    return chosen


def _newest(asked: Asked, rows: ListingSet, *, is_kept: bool = True) -> Found:
    """Browse: a page is what comes after the last one of the page before, however many come in between."""
    counts = _counts(asked, rows, is_kept=is_kept)
    chosen = rows.filter(_conditions(asked)).order_by("-opened_at", "-pk")
    last = rows.filter(reference=asked.after).values("opened_at", "pk").first() if asked.after else None
    if last:
        chosen = chosen.filter(Q(opened_at__lt=last["opened_at"]) | Q(opened_at=last["opened_at"], pk__lt=last["pk"]))
    page = list(_detailed(chosen)[: PAGE + 1])
    hits = [Hit(listing=listing) for listing in page[:PAGE]]
    after = page[PAGE - 1].reference if len(page) > PAGE else ""
    return _found(asked, hits, counts, after=after, number=_number(asked, rows, is_kept=is_kept))


def _number(asked: Asked, rows: ListingSet, *, is_kept: bool) -> int:
    counted = rows.filter(_conditions(asked))
    if not is_kept:
        return counted.count()
    return int(cache.get_or_set(_key("number", asked), counted.count, _SECONDS_KEPT) or 0)


def _key(name: str, asked: Asked) -> str:
    return f"search:{name}:{hashlib.sha256(asked.query(q='').encode()).hexdigest()}"


def _counts(asked: Asked, rows: ListingSet, *, is_kept: bool) -> dict[str, Counter[str]]:
    """Count each facet under the values chosen in the others; kept for a minute, since everybody begins here."""
    key = _key("facets", asked)
    kept: dict[str, Counter[str]] | None = cache.get(key) if is_kept else None
    if kept is not None:
        return kept
    counts = {}
    for facet in FACETS:
        others = rows.filter(_conditions(asked, but=facet.code)).order_by()
        counts[facet.code] = Counter(dict(others.annotate(said=facet.column).values_list("said").annotate(Count("pk"))))
    if is_kept:
        cache.set(key, counts, _SECONDS_KEPT)
    return counts


def _ranked(asked: Asked, answers: Sequence[Answer]) -> Found:
    """Rank by the matcher, then narrow: at most two hundred, so that all can be counted in one query."""
    fits = {fit.supply.id: fit for answer in answers for fit in answer.matches}
    rows = _public(asked).filter(reference__in=fits)
    said = rows.values_list("reference", *(facet.column for facet in FACETS))
    table = {reference: dict(zip((facet.code for facet in FACETS), values, strict=True)) for reference, *values in said}
    counts = {facet.code: _count(asked, facet, table.values()) for facet in FACETS}
    order = sorted(
        (reference for reference, values in table.items() if _fits(asked, values)),
        key=lambda reference: (-fits[reference].score, reference),
    )
    start = order.index(asked.after) + 1 if asked.after in order else 0
    shown = order[start : start + PAGE]
    listings = {listing.reference: listing for listing in _detailed(rows.filter(reference__in=shown))}
    hits = [Hit(listing=listings[one], fit=fits[one]) for one in shown if one in listings]
    after = shown[-1] if len(order) > start + PAGE else ""
    found = _found(asked, hits, counts, after=after, number=len(order))
    sure = sum(fits[one].score >= SURE_POINTS for one in order)
    return replace(found, sure=sure, answer=max(answers, key=_sureness, default=None))


def _answers(asked: Asked) -> tuple[list[Answer], list[str]]:
    """Ask every kind of the side; return the answers, and the names of kinds that hold something and cannot answer."""
    answers, lacking, demand = [], [], Demand(text=asked.words)
    for kind in KINDS.values():
        if kind.side != asked.side:
            continue
        try:
            answers.append(next(reader_of(kind.code).answers([demand], limit=MOST_RANKED)))
        except IndexFault:
            if _public(asked).filter(kind=kind.code).exists():
                lacking.append(kind.name)
    return answers, lacking


def _sureness(answer: Answer) -> float:
    return answer.matches[0].score if answer.matches else 0.0


def _fits(asked: Asked, values: Mapping[str, str], *, but: str = "") -> bool:
    chosen = ((facet, asked.chosen.get(facet.code)) for facet in FACETS if facet.code != but)
    return all(value in facet.values(values[facet.code]) for facet, value in chosen if value)


def _count(asked: Asked, facet: Facet, table: Iterable[Mapping[str, str]]) -> Counter[str]:
    return Counter(values[facet.code] for values in table if _fits(asked, values, but=facet.code))


def _found(asked: Asked, hits: Sequence[Hit], counts: Mapping[str, Counter[str]], *, after: str, number: int) -> Found:
    facets = [(one, one.choices(counts[one.code].items(), chosen=asked.chosen.get(one.code, ""))) for one in FACETS]
    instead = [
        (facet, facet.name(asked.chosen[facet.code]), counts[facet.code].total())
        for facet in FACETS
        if facet.code in asked.chosen and counts[facet.code]
    ]
    return Found(hits=hits, number=number, facets=facets, after=after, instead=instead)


def _detailed(rows: ListingSet) -> ListingSet:
    """Add what a row of the page shows, in the same query."""
    licence = Verification.objects.filter(
        enterprise=OuterRef("enterprise"), what=Verification.What.IDENTITY, revoked_at=None
    )
    return rows.select_related("enterprise__merged_into").annotate(is_verified=Exists(licence))
