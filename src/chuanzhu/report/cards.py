"""One demand: its own words with what was understood marked in them, its suppliers with reasons, or why none fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chuanzhu.quantity import describe
from chuanzhu.report.markup import Html, element, join
from chuanzhu.report.overview import standing_tag, wanted
from chuanzhu.tables.wording import (
    CONTACTS,
    SPAN_NAMES,
    advice,
    lack_name,
    printable,
    speaks_for,
    standing,
    sureness,
    to_clear_up,
    understood_parts,
)
from chuanzhu.taxonomy.chains import chain_name
from chuanzhu.taxonomy.regions import region_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chuanzhu.model import Answer, Match, Need, Reason, Supply

_OPEN: Final = 3
_LONGEST: Final = 1_000
_SHORT: Final = 200
_KINDS: Final = (
    ("capacity", "产能", 5),
    ("certificate", "资质", 5),
    ("region", "地区", 4),
    ("in_time", "时间", 4),
    ("words", "字面", 3),
    ("meaning", "意思", 2),
    ("", "品名", 1),
)


def demand_card(answer: Answer, *, number: int) -> Html:
    """Return the card of a demand; its number is the target of links to it."""
    demand = answer.need.demand
    about = " · ".join(part for part in (demand.id, demand.enterprise, chain_name(answer.chain)) if part)
    head = element(
        "header",
        element("h2", wanted(answer)),
        standing_tag(answer),
        element("span", printable(about, limit=_SHORT), class_="small"),
    )
    body = _suppliers(answer) if answer.matches else _unmet(answer)
    return element(
        "article",
        head,
        element("div", _reading(answer.need), body, class_="split"),
        class_=f"card demand {standing(answer)}",
        id=f"d{number}",
    )


def _reading(need: Need) -> Html:
    fields = (
        element("div", element("dt", name), element("dd", printable(value, limit=_SHORT)))
        for name, value in understood_parts(need)
    )
    raw = element("p", *_marked(need), class_="raw")
    return element("div", element("h3", "读懂了什么"), raw, element("dl", *fields), class_="reading")


def _marked(need: Need) -> Iterator[str]:
    """Yield the demand's words; each understood stretch is underlined, coloured and labelled."""
    text, at = need.demand.text, 0
    for span in need.spans:
        if span.end > _LONGEST:
            break
        yield text[at : span.start]
        label = element("small", SPAN_NAMES.get(span.kind, span.kind))
        yield element("mark", text[span.start : span.end], label, class_=span.kind)
        at = span.end
    yield printable(text[at:], limit=_LONGEST)


def _suppliers(answer: Answer) -> Html:
    rows = [_row(match, rank) for rank, match in enumerate(answer.matches, start=1)]
    folded = (
        [element("details", element("summary", f"另有 {len(rows) - _OPEN} 家"), *rows[_OPEN:])] if rows[_OPEN:] else []
    )
    return element("div", *rows[:_OPEN], *folded, class_="suppliers")


def _row(match: Match, rank: int) -> Html:
    who = element(
        "p",
        element("b", _short(match.supply.enterprise)),
        element("span", _short(match.supply.product), class_="product"),
    )
    about = element("p", _short(_about(match.supply)), class_="small")
    return element(
        "div",
        element("span", str(rank), class_="rank"),
        element("div", who, about, reason_list(match)),
        score_bar(match),
        class_="row",
    )


def _about(supply: Supply) -> str:
    extra = dict(supply.extra)
    parts = (
        region_name(supply.region) if supply.region else "",
        f"产能 {describe(supply.capacity)}" if supply.capacity else "",
        *(extra[name] for name in CONTACTS if extra.get(name)),
    )
    return " · ".join(part for part in parts if part)


def _short(text: str) -> str:
    return printable(text, limit=_SHORT)


def _kind(reason: Reason) -> tuple[str, int]:
    return next((name, shade) for start, name, shade in _KINDS if reason.code.startswith(start))


def score_bar(match: Match) -> Html:
    """Return the score of a match, how sure that is, and the bar whose parts add up to it."""
    reasons = speaks_for(match)
    spoken = ",".join(f"{_kind(reason)[0]} {reason.points:.1f}" for reason in reasons)
    bar = element("div", *map(_segment, reasons), class_="stack", role="img", aria_label=f"得分由来:{spoken}")
    number = element("p", element("b", f"{match.score:.0f}"), f"把握{sureness(match.score)}", class_="number")
    return element("div", number, bar, class_="score")


def _segment(reason: Reason) -> Html:
    name, shade = _kind(reason)
    return element("i", class_=f"s{shade}", style=f"width:{reason.points:.1f}%", title=f"{name} {reason.points:.1f}")


def reason_list(match: Match) -> Html:
    """Return the reasons of a match as sentences: what speaks for it, then what is lacking or not known."""
    lacking = to_clear_up(match)
    good = (_sentence(reason) for reason in speaks_for(match) if reason not in lacking)
    return element("ul", *good, *map(_lack, lacking), class_="why")


def _sentence(reason: Reason) -> Html:
    name, shade = _kind(reason)
    points = element("span", f"{name} {reason.points:.1f}", class_=f"s{shade}")
    return element("li", points, _short(reason.text))


def _lack(reason: Reason) -> Html:
    points = f" {reason.points:.1f}" if reason.points > 0 else ""
    return element("li", element("span", lack_name(reason) + points), _short(reason.text), class_="lack")


def _unmet(answer: Answer) -> Html:
    why = answer.unmet.why if answer.unmet else "供给清单里没有接近的"
    nearest = answer.unmet.nearest if answer.unmet else None
    near = join(element("h3", "最接近的一家"), _row(nearest, 1)) if nearest else Html("")
    return element(
        "div",
        element("p", element("b", "没有合适的供给:"), _short(why), class_="none"),
        element("p", f"建议:{advice(answer)}"),
        near,
        class_="suppliers",
    )
