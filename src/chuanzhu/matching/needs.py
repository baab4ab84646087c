"""Reading a need: what is wanted, apart from who asks, what for, and on which terms.

A purchase message is a handful of clauses. One of them names the thing; it shows itself by a word of asking (求购, 要),
a quantity, or a name the trade knows. Others say who asks (我们是做…的厂), on which terms (要有…证, 月结), or nothing.
Each clause is scored by such cues, its terms are masked first, and within it what stands after the last 的 or 用 is the
thing and what stands before is its use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.dates import find_deadline
from chuanzhu.model import Demand, Need, Phrase, RegionWish, Span
from chuanzhu.quantity import find_quantities, find_specs, main_quantity
from chuanzhu.taxonomy.certificates import find_certificates
from chuanzhu.taxonomy.regions import find_region_wish
from chuanzhu.text import as_written, fold, squeeze, squeeze_in_place

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from chuanzhu.taxonomy.lexicon import Lexicon

_ASKING: Final = re.compile(
    r"(?:长期|大量|批量|紧急|诚心|诚意|现|急)?(?:求购|采购|诚购|急购|收购|订购|购买|购置|需要|急需|寻求|寻找|想[要买换上加找]"
    r"|招募|招标|询价|[要订][买装上]|外协|外发|代购|需|求|找|寻|买|要"
    r"|(?:^|(?<=[要想需来先]))[换装订收]|[换装订收](?= ))"
)
_MILD: Final = frozenset("要装换收买订")
_TERMS: Final = re.compile(
    r"(?:要[有能求带可会出]|还要|必?须|不能|不要|最好|优先|[带含能可先附按包合另或都谁]|质保|交期|交货|付款|包装|预算|噪音|单件"
    r"|材质|年用量|载量|投资|[帐账]期|国标|国产(?:替代|化|的?$)|环评|厂家|[有出请]|[去今明]年|想[先延])"
)
_PAPERS: Final = re.compile(
    r"(?:证|报告|证明|资料|优先|齐全|手续|样品|送样|发放|联系|现货|库存|到货|进场|案例)(?:的|[要必]?须?有|都要)?$"
)
_ASKER: Final = re.compile(
    r"(?:厂|公司|企业|车间|店|工程|项目|装修|集成|[站场部家]|中心|机构|集采)$|^.{1,8}(?:厂|公司|企业|店)[做产]"
)
_SELF: Final = re.compile(r"(?:我[司们厂是]|我公司|本公司|本厂|[做开搞给]|新建)|.{1,8}(?:厂|公司|企业|店)[做产]")
_ANY_WILL_DO: Final = re.compile(r"(?:[都也均](?:行|可|可以|能做|要)|皆可)$")
_GREETING: Final = re.compile(r"^(?:急+|你好|您好|各位老板|老板们?|在线等|求助)+[!:,、 ]*")
_CLAUSES: Final = re.compile(r"(?:[^,。;!?\n ]|(?<![\u3400-\u9fff\0]) | (?![\u3400-\u9fff\0]))+")
_PURPOSE: Final = re.compile(r"用$|^(?:用于|用在|做)")
_FILLING: Final = re.compile(
    r"^(?:的|用(?=.{2})|一?[台个条套批只件辆种款](?=.{2})|[ :])+"
    r"|(?:[的了吗吧呢么呀啊先都 ]|[都也均](?:行|可以?|能做|要)|皆可"
    r"|(?:本地)?(?:供应商|供货商|供货|货源|厂家|厂商|生产企业))+$"
)
_MASK: Final = "\0"
_LETTERS: Final = re.compile(r"[\u3400-\u9fffa-z]")
_EMPTY_WORDS: Final = re.compile(
    r"但是?|首批|只要|另外|还要|一共|总共|大概|左右|尽快|马上|明天|今天|现货|一批"
    r"|[要有和及与或的了在到前内先各约每个等就 ]"
)

# Evidence that a clause names the wanted thing; one step halves the weight of what has less. Set by reading texts.
_ASKS, _ASKS_MILDLY, _OFFERS_CHOICE, _HAS_QUANTITY, _IS_FIRST, _IS_KNOWN = 2.0, 1.6, 1.0, 0.5, 0.7, 0.8
_IS_TERMS, _IS_PAPERS, _IS_PURPOSE, _IS_ASKER, _IS_EMPTY = -1.5, -1.5, -1.5, -1.0, -3.0
_ASIDE: Final = 0.08
_USE, _USE_OF_VAGUE, _VAGUE = 0.3, 0.7, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    score: float
    phrase: str
    before: str


def read_need(demand: Demand, *, lexicon: Lexicon, today: dt.date, home: str = "") -> Need:
    """Understand a demand's text; what its list states in columns of their own wins over the text.

    ``home`` is the region code that 本省 and 本市 mean. A text nobody can understand gives a Need without ``wanted``.
    """
    text = demand.text
    spans = tuple(_terms(text, today=today, home=home))
    wish, _ = find_region_wish(text, home=home)
    phrases = tuple(_phrases(_masked(text, spans), lexicon))
    quantities = [found for found in find_quantities(text) if _is_kept(found.start, "quantity", spans)]
    deadline = find_deadline(text, today=today)
    certificates = tuple(found.code for found in find_certificates(text))
    return Need(
        demand=demand,
        wanted=_joined(text, (phrase for phrase in phrases if phrase.role == "wanted" and phrase.weight == 1)),
        use=_joined(text, (phrase for phrase in phrases if phrase.role == "use" and phrase.weight > _ASIDE)),
        phrases=phrases,
        specs=tuple(text[span.start : span.end] for span in spans if span.kind == "spec"),
        quantity=demand.quantity or main_quantity(quantities, text),
        certificates=tuple(dict.fromkeys(demand.certificates + certificates)),
        region=_region(demand.region, wish),
        deadline=demand.deadline or (deadline.date if deadline else None),
        spans=spans,
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


def _terms(text: str, *, today: dt.date, home: str) -> list[Span]:
    """Return everything that is a condition and not a product, the surer kinds first where two claim one place."""
    deadline = find_deadline(text, today=today)
    found = [
        *([(deadline.start, deadline.end, "deadline")] if deadline else []),
        *((item.start, item.end, "certificate") for item in find_certificates(text)),
        *((item.start, item.end, "quantity") for item in find_quantities(text)),
        *((item.start, item.end, "spec") for item in find_specs(text)),
        *((item.start, item.end, "region") for item in find_region_wish(text, home=home)[1]),
    ]
    spans: list[Span] = []
    for start, end, kind in found:
        if all(end <= span.start or span.end <= start for span in spans):
            spans.append(Span(start=start, end=end, kind=kind))
    return sorted(spans, key=lambda span: span.start)


def _is_kept(start: int, kind: str, spans: Iterable[Span]) -> bool:
    return any(span.start == start and span.kind == kind for span in spans)


def _masked(text: str, spans: Iterable[Span]) -> str:
    letters = list(fold(text))
    for span in spans:
        letters[span.start : span.end] = _MASK * (span.end - span.start)
    return "".join(letters)


def _phrases(masked: str, lexicon: Lexicon) -> Iterator[Phrase]:
    clauses = [
        _clause(found.group(), is_first=order == 0, lexicon=lexicon)
        for order, found in enumerate(_CLAUSES.finditer(masked))
    ]
    best = max((clause.score for clause in clauses), default=0.0)
    chosen = False
    for clause in clauses:
        weight = _clause_weight(best - clause.score)
        if weight == 1 and chosen:
            weight = 0.5
        chosen = chosen or weight == 1
        if clause.before:
            yield Phrase(text=clause.before, weight=0.12, role="aside")
        if clause.phrase:
            yield from _thing_and_use(clause.phrase, weight, lexicon)


def _clause_weight(behind: float) -> float:
    if behind == 0:
        return 1.0
    return max(_ASIDE, min(0.5, 0.6 * 0.5**behind)) if behind < 2.2 else _ASIDE  # noqa: PLR2004 (fitted by eye on texts)


def _clause(masked: str, *, is_first: bool, lexicon: Lexicon) -> _Clause:
    body = _GREETING.sub("", re.sub(r"[\0 ]+", " ", masked).strip())
    asking = None if _TERMS.match(body) else _word_of_asking(body, lexicon)
    phrase, before = (_FILLING.sub("", words) for words in _after_asking(body, asking))
    evidence = (
        (_IS_TERMS, _TERMS.match(body) is not None),
        (_ASKS_MILDLY if asking and asking.group() in _MILD else _ASKS, asking is not None),
        (_IS_PAPERS, _PAPERS.search(body) is not None),
        (_IS_PURPOSE, asking is None and not is_first and _PURPOSE.search(body) is not None),
        (_IS_ASKER, asking is None and _ASKER.search(body) is not None),
        (_IS_ASKER, asking is None and _SELF.match(body) is not None and _ASKER.search(body) is not None),
        (_OFFERS_CHOICE, _ANY_WILL_DO.search(body) is not None),
        (_HAS_QUANTITY, _MASK in masked),
        (_IS_FIRST, is_first),
        (_IS_KNOWN, any(not mention.is_ambiguous for mention in lexicon.mentions(squeeze(phrase)))),
        (_IS_EMPTY, len(_LETTERS.findall(_EMPTY_WORDS.sub("", phrase))) < 2),  # noqa: PLR2004 (one letter names nothing)
    )
    return _Clause(score=sum(points for points, holds in evidence if holds), phrase=phrase, before=before)


def _word_of_asking(body: str, lexicon: Lexicon) -> re.Match[str] | None:
    """Find the first word of asking that is not part of a name the trade knows: no 装 in 铠装电缆."""
    inside = _inside_names(body, lexicon)
    return next((found for found in _ASKING.finditer(body) if found.end() - 1 not in inside), None)


def _inside_names(body: str, lexicon: Lexicon) -> set[int]:
    squeezed, places = squeeze_in_place(body)
    return {place for mention in lexicon.mentions(squeezed) for place in places[mention.start : mention.end]}


def _after_asking(body: str, asking: re.Match[str] | None) -> tuple[str, str]:
    """Split at the word of asking: the thing mostly stands after it, at the end of a clause before it (…采购)."""
    if asking is None:
        return body, ""
    after, before = body[asking.end() :].strip(" :"), body[: asking.start()].strip()
    if len(after) > 1:
        return after, before
    return (before, "") if before else (body, "")


def _thing_and_use(phrase: str, weight: float, lexicon: Lexicon) -> Iterator[Phrase]:
    """Split 变频器用的散热器 and 做齿轮的尼龙: what stands last is the thing, what stands before is its use.

    Where the last word says little (料, 盖, 平台), what stands before it says most of what is wanted.
    """
    inside = _inside_names(phrase, lexicon)
    cut = max((at for at, letter in enumerate(phrase) if letter in "的用" and at not in inside), default=-1)
    if 0 < cut < len(phrase) - 1 and not phrase[cut + 1 :].startswith("级"):
        use, phrase = phrase[:cut].removesuffix("用"), phrase[cut + 1 :]
        is_vague = len(phrase) <= _VAGUE and not lexicon.named(phrase)
        yield Phrase(text=use, weight=(_USE_OF_VAGUE if is_vague else _USE) * weight, role="use")
    yield Phrase(text=phrase, weight=weight, role="wanted")
