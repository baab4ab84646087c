"""Reading a need: what is wanted, how much, where, with which certificates and until when.

The terms are found first, each by the parser of its kind, and masked; what is left is read by
:mod:`chuanzhu.matching.clauses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chuanzhu.dates import find_deadline
from chuanzhu.matching.clauses import ASIDE, MASK, QUANTITY_MASK, read_phrases
from chuanzhu.model import Demand, Need, Phrase, Quantity, RegionWish, Span
from chuanzhu.quantity import find_quantities, find_specs, main_quantity
from chuanzhu.taxonomy.certificates import find_certificates
from chuanzhu.taxonomy.regions import find_region_wish
from chuanzhu.text import as_written, fold, squeeze, stands_alone

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from chuanzhu.taxonomy.lexicon import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    quantity: Quantity | None
    certificates: tuple[str, ...]
    wished_certificates: tuple[str, ...]
    region: RegionWish
    deadline: dt.date | None
    spans: tuple[Span, ...]


def read_need(demand: Demand, *, lexicon: Lexicon, today: dt.date, home: str = "") -> Need:
    """Understand a demand's text; what its list states in columns of their own wins over the text.

    ``home`` is the region code that 本省 and 本市 mean; where it is not given, that of the list's column. A text nobody
    can understand gives a Need without ``wanted``.
    """
    text = demand.text
    place = demand.region.codes[0] if demand.region and demand.region.codes else ""
    terms = _find_terms(text, today=today, home=home or place)
    phrases = tuple(read_phrases(_masked(text, terms.spans), lexicon))
    demanded = tuple(dict.fromkeys(demand.certificates + terms.certificates))
    return Need(
        demand=demand,
        wanted=_joined(text, (phrase for phrase in phrases if phrase.role == "wanted" and phrase.weight == 1)),
        use=_joined(text, (phrase for phrase in phrases if phrase.role == "use" and phrase.weight > ASIDE)),
        phrases=phrases,
        specs=tuple(text[span.start : span.end] for span in terms.spans if span.kind == "spec"),
        quantity=demand.quantity or terms.quantity,
        certificates=demanded,
        wished_certificates=tuple(code for code in terms.wished_certificates if code not in demanded),
        region=_region(demand.region, terms.region),
        deadline=demand.deadline or terms.deadline,
        spans=terms.spans,
    )


def _region(column: RegionWish | None, text: RegionWish) -> RegionWish:
    """Join what the list's column and the text say: a rule wins over a wish, otherwise the column over the text."""
    if column is None:
        return text
    excluded = (*column.excluded, *text.excluded)
    wish = text if text.strict and not column.strict else column
    return RegionWish(codes=wish.codes, strict=wish.strict, excluded=tuple(dict.fromkeys(excluded)))


def _joined(text: str, phrases: Iterable[Phrase]) -> str:
    return "、".join(as_written(squeeze(phrase.text), text) for phrase in phrases)


def _find_terms(text: str, *, today: dt.date, home: str) -> _Terms:
    """Find everything that is a condition and not a product; where two claim one place the surer kind has it."""
    folded = fold(text)
    deadline = find_deadline(text, today=today)
    certificates = find_certificates(text)
    quantities = find_quantities(text)
    wish, regions = find_region_wish(text, home=home)
    spans = _apart(
        ("deadline", [deadline] if deadline else []),
        ("certificate", certificates),
        ("quantity", quantities),
        ("spec", [found for found in find_specs(text) if stands_alone(folded, found.start, found.end)]),
        ("region", regions),
    )
    kept = {(span.start, span.kind) for span in spans}
    return _Terms(
        quantity=main_quantity([found for found in quantities if (found.start, "quantity") in kept], text),
        certificates=tuple(found.code for found in certificates if not found.is_wish and not found.is_waived),
        wished_certificates=tuple(found.code for found in certificates if found.is_wish),
        region=wish,
        deadline=deadline.date if deadline else None,
        spans=spans,
    )


class _Found(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def _apart(*kinds: tuple[str, Sequence[_Found]]) -> tuple[Span, ...]:
    """Return the finds as spans in order of position, an earlier kind before a later one that overlaps it."""
    spans: list[Span] = []
    for kind, found in kinds:
        for item in found:
            if all(item.end <= span.start or span.end <= item.start for span in spans):
                spans.append(Span(start=item.start, end=item.end, kind=kind))
    return tuple(sorted(spans, key=lambda span: span.start))


def _masked(text: str, spans: Iterable[Span]) -> str:
    letters = list(fold(text))
    for span in spans:
        mask = QUANTITY_MASK if span.kind == "quantity" else MASK
        letters[span.start : span.end] = mask * (span.end - span.start)
    return "".join(letters)
