"""Telling the clause that names the wanted thing from the chatter around it.

A purchase message is a handful of clauses. One of them names the thing; it shows itself by a word of asking (求购, 要),
a quantity, or a name the trade knows. Others say who asks (我们是做…的厂), on which terms (要有…证, 月结), or nothing.
Each clause is scored by such cues. Within it, what stands after the last 的 or 用 is the thing and what stands before
is its use.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.model import Phrase
from chuanzhu.text import squeeze, squeeze_in_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chuanzhu.taxonomy.lexicon import Lexicon

MASK, QUANTITY_MASK = "\0", "\1"
_ASKING: Final = re.compile(
    r"(?:长期|大量|批量|紧急|诚心|诚意|现|急)?(?:求购|采购(?![部员商方办中经])|诚购|急购|收购|订购|购买|购置|需要|急需|寻求|寻找|想[要买换上加找]"
    r"|招募|招(?![标商投聘募收生工])(?=.{2,}(?:队伍?|单位|公司|服务商|团队)$)|招标|询价|[要订][买装上]|外协|外发|外包|代购|需|求|找|寻|买|(?<![都也还只不必主重])要"
    r"|(?:^|(?<=[要想需来先]))[换装订收](?!.*的$)|[换装订收](?= ))"
)
_MILD: Final = frozenset("要装换收买订")
_TERMS: Final = re.compile(
    r"(?:要[有能求带可会出过]|还要|必?须|不能|不要|最好|优先|[带含能可先附按包合另或都谁]|质保|交期|交货|付款|包装|预算|噪音|单件"
    r"|模具(?:费|[我你贵由自需甲乙])|缺一不可|分期|挂[账帐]|材质|年用量|载量|投资|[帐账]期|国标|国产(?:替代|化|的?$)|环评|厂家|[有出请]|[去今明]年|想[先延])"
)
_PAPERS: Final = re.compile(
    r"(?:证|证书|文号|批文|许可|报告|证明|资料|优先|齐全|手续|样品|送样|发放|联系|现货|库存|到货|进场|案例)(?:的|[要必]?须?有|都要)?$"
)
_ASKER: Final = re.compile(
    r"(?:厂|公司|企业?|车间|店|工程|项目|装修|集成|[站场部家院户矿局所队校社]|中心|机构|集采|医院|宾馆|配套)的?$"
    r"|^.{1,8}(?:厂|公司|企业|店)[做产]|做.{2,}的$"
)
_SELF: Final = re.compile(r"(?:我[司们厂是]|我公司|本公司|本厂|[做开搞给]|新建)|.{1,8}(?:厂|公司|企业|店)[做产]")
_ANY_WILL_DO: Final = re.compile(r"(?:[都也均](?:行|可|可以|能做|要)|皆可)$")
_GREETING: Final = re.compile(r"^(?:急+|你好|您好|各位老板|老板们?|在线等|求助)+[!:,、 ]*")
_CLAUSES: Final = re.compile(r"(?:[^,。;!?\n ]|(?<![\u3400-\u9fff\0\1]) | (?![\u3400-\u9fff\0\1]))+")
_TO_MAKE: Final = re.compile(r"(?<=[\u3400-\u9fffa-z0-9]{2})(?:用来|拿来)?做(?=[^的]{2,}$)")
_PURPOSE: Final = re.compile(r"[用的]$|^(?:用于|用在|做)")
_AMOUNT: Final = re.compile(r"[一两二三四五六七八九十几\d]+[点些批]?(?:[\u3400-\u9fff]{1,2})?$")
_FILLING: Final = re.compile(
    r"^(?:的|[那这][层种张个台款些块只条片根]|用(?=.{2})|(?:一?家)?(?:公司|单位|团队|厂家|工厂)来?做(?=.{2})"
    r"|一?[台个条套批只件辆种款](?=.{2})|[ :])+"
    r"|(?:[的了吗吧呢么呀啊先都各 ]|左右各|[都也均](?:行|可以?|能做|要)|皆可|(?:施工)?队伍|[一几]批|一套|若干"
    r"|(?:本地|新的?|靠谱的?|合适的?|稳定的?)*(?:供应商|供货商|供货|货源|厂家|厂商|生产企业))+$"
)
_SOME: Final = re.compile(r"(?<=[\u3400-\u9fff]{2})(?:[一几]批|一套|若干)$")
_FOR_A_USE: Final = re.compile(r"[\u3400-\u9fff]{2}的[\u3400-\u9fff]{2,8}$")
_PROCESS: Final = re.compile(
    r"(?:冲焊|吹塑|注塑|滚塑|压铸|铸造|锻造|锻打|焊接|喷涂|喷塑|电镀|镀锌|发黑|挤出|机加工?|精加工|冲压|折弯|烤漆|氧化|热处理|调质|淬火|丝印|成[型形])$"
)
_PART_NUMBER: Final = re.compile(r"(?=.*[a-z])(?=.*\d)[a-z0-9-]{4,}")
_LETTERS: Final = re.compile(r"[\u3400-\u9fffa-z]")
_EMPTY_WORDS: Final = re.compile(
    r"(?:[一二三四上下全今明]?[年月季周日天]度?|每[年月季周日天])?(?:总|预计)?(?:需?用|需求|需|采购|订货)量"
    r"|(?:[\u3400-\u9fff]{2}级)?(?:优等|一等|优级|合格)品|左右件?|上下|各自?|每[种样]|但是?|首批|只要|另外|还要|一共|总共|大概|左右|尽快|马上|明天|今天|现货|一批"
    r"|[要有和及与或的了在到前内先各约每个等就 ]"
)

# Evidence that a clause names the wanted thing; one step halves the weight of what has less. Set by reading texts.
_ASKS, _ASKS_MILDLY, _ANNOUNCES, _OFFERS_CHOICE = 2.0, 1.6, -0.5, 0.3
_HAS_QUANTITY, _NAMES_ITS_USE, _IS_FIRST, _IS_KNOWN = 0.5, 0.5, 0.7, 0.8
_IS_TERMS, _IS_PAPERS, _IS_PURPOSE, _IS_ASKER, _IS_PROCESS, _IS_EMPTY = -1.5, -1.5, -1.5, -1.2, -0.6, -3.0
ASIDE: Final = 0.08
_USE, _USE_OF_VAGUE, _VAGUE = 0.3, 0.7, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    """A clause: its score, the words that may be the thing, those before a word of asking; is it but an amount."""

    score: float
    phrase: str
    before: str
    is_amount: bool = False


_NOTHING_AFTER: Final = _Clause(score=0, phrase="", before="")


def read_phrases(masked: str, lexicon: Lexicon) -> Iterator[Phrase]:
    """Weigh the words of a folded message; the best phrase has weight 1.

    In ``masked`` every term is masked by ``MASK``, every quantity by ``QUANTITY_MASK``.
    """
    texts = _CLAUSES.findall(masked)
    clauses = [
        _clause(text, is_first=order == 0, is_only=len(texts) == 1, lexicon=lexicon) for order, text in enumerate(texts)
    ]
    clauses = [
        dataclasses.replace(clause, score=clause.score + _HAS_QUANTITY) if after.is_amount else clause
        for clause, after in itertools.pairwise([*clauses, _NOTHING_AFTER])
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
    return max(ASIDE, min(0.5, 0.6 * 0.5**behind)) if behind < 2.2 else ASIDE  # noqa: PLR2004 (fitted by eye on texts)


def _clause(masked: str, *, is_first: bool, is_only: bool, lexicon: Lexicon) -> _Clause:
    body = _GREETING.sub("", re.sub(r"[\0\1 ]+", " ", masked).strip())
    asking = None if _TERMS.match(body) else _word_of_asking(body, lexicon)
    phrase, before = _after_asking(body, asking)
    announces = asking is not None and is_first and not is_only and asking.end() == len(body)
    evidence = (
        (_IS_TERMS, _TERMS.match(body) is not None),
        (_strength(asking, announces=announces), asking is not None),
        (_IS_PAPERS, _PAPERS.search(body) is not None),
        (_IS_PURPOSE, asking is None and not is_first and _PURPOSE.search(body) is not None),
        (_IS_ASKER, (asking is None or announces) and _ASKER.search(phrase) is not None),
        (_IS_ASKER, asking is None and _SELF.match(body) is not None and _ASKER.search(body) is not None),
        (_OFFERS_CHOICE, _ANY_WILL_DO.search(body) is not None),
        (_HAS_QUANTITY, QUANTITY_MASK in masked or _SOME.search(body) is not None),
        (_NAMES_ITS_USE, not is_first and _FOR_A_USE.search(phrase) is not None),
        (_IS_FIRST, is_first and not announces),
        (_IS_KNOWN, _is_known(phrase, lexicon)),
        (_IS_PROCESS, asking is None and not is_first and _PROCESS.search(phrase) is not None),
        (_IS_EMPTY, not _says_something(phrase)),
    )
    return _Clause(
        score=sum(points for points, holds in evidence if holds),
        phrase=phrase,
        before=before,
        is_amount=QUANTITY_MASK in masked and not _says_something(phrase),
    )


def _strength(asking: re.Match[str] | None, *, announces: bool) -> float:
    """Weigh a word of asking; one that ends the first of several clauses (某厂采购,…) only announces the thing."""
    if announces:
        return _ANNOUNCES
    return _ASKS_MILDLY if asking and asking.group() in _MILD else _ASKS


def _says_something(phrase: str) -> bool:
    """Tell whether words are left besides fillers and amounts; a part number such as 1N4007 is a word."""
    words = _AMOUNT.sub("", _EMPTY_WORDS.sub("", phrase))
    return len(words) > 1 and _LETTERS.search(words) is not None


def _is_known(phrase: str, lexicon: Lexicon) -> bool:
    """Tell whether a phrase names something the trade knows, or is a part number."""
    named = any(not mention.is_ambiguous for mention in lexicon.mentions(squeeze(phrase)))
    return named or _PART_NUMBER.fullmatch(phrase) is not None


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
        return _FILLING.sub("", body), ""
    after, before = _FILLING.sub("", body[asking.end() :].strip(" :")), _FILLING.sub("", body[: asking.start()].strip())
    if _says_something(after) or not before:
        return after, before
    return before, ""


def _thing_and_use(phrase: str, weight: float, lexicon: Lexicon) -> Iterator[Phrase]:
    """Split 变频器用的散热器 and 做齿轮的尼龙: what stands last is the thing, what stands before is its use.

    Where the last word says little (料, 盖, 平台), what stands before it says most of what is wanted.
    """
    thing, *purposes = _TO_MAKE.split(phrase, maxsplit=1)
    for purpose in purposes:
        yield Phrase(text=purpose, weight=_USE * weight, role="use")
    phrase = thing
    inside = _inside_names(phrase, lexicon)
    cut = max((at for at, letter in enumerate(phrase) if letter in "的用" and at not in inside), default=-1)
    if 0 < cut < len(phrase) - 1 and not phrase[cut + 1 :].startswith("级"):
        use, phrase = phrase[:cut].removesuffix("用"), phrase[cut + 1 :]
        is_vague = (len(phrase) <= _VAGUE or phrase.isascii()) and not lexicon.named(phrase)
        yield Phrase(text=use, weight=(_USE_OF_VAGUE if is_vague else _USE) * weight, role="use")
    yield Phrase(text=phrase, weight=weight, role="wanted")
