"""How purchase texts speak of a place: as a rule, as a preference, as ruled out.

Each form is what stands right before the name, what stands right after it, and what the two make of it.
Repeated groups are possessive, so that no run of such words, however long, takes long to read.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Final

_REACH: Final = 60
_CLAUSE_ENDS: Final = re.compile(r"[,。;!?\n ]")


class Verdict(enum.Enum):
    """What a text wants of the places it names. ``FREE`` says that it makes no difference."""

    RULE = "rule"
    RATHER = "rather"
    OUT = "out"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A verdict, and the stretch of the text that expresses it, the names included."""

    verdict: Verdict
    start: int
    end: int


_NO: Final = (
    r"(?:(?:一律|都|均|全)*(?:不要|不考虑|不接受|不收|不行|不可以?|不找|不用|勿扰|"
    r"勿|免谈|免|别来|谢绝|拒绝)(?:联系|打扰)?(?:[了哦啊哈的])?)"
)
_OK: Final = r"(?:(?:均|都|也|皆|全)?(?:可以?|行|要|能做?|不限|接受|考虑)|就行|即可)"
_MAKES: Final = r"(?:生产|制造|加工)"
_WHO: Final = (
    rf"(?:本地|当地|本土)?{_MAKES}?(?:企业|工厂|厂家|厂商|厂子|生产商|供应商|供货商|供方|公司|单位|商家|卖家|货源"
    r"|厂(?![房区内务])|货(?![架车梯物柜运箱款币])|本地|当地|产(?=的))"
)
_WITHIN: Final = (
    r"(?:[省市县区]?(?:全?境|范围|辖区)?[以之]?内(?![存部径衬外胆饰容燃蒙销])|地区|片区|区域|范围|全[省市境])"
)
_SUPPLIES: Final = (
    rf"(?:(?:能够?|可以?)(?:供货|供应|供|发货|生产|加工|做)(?:的|(?=$|[,。;!? ])|(?={_WHO}))"
    rf"|{_MAKES}(?:的|(?=$|[,。;!? ])))"
)
_DRESS: Final = rf"(?:{_WITHIN}|的?{_WHO}|{_SUPPLIES}|的|[省市](?=[的,。;!? ]|$|{_WHO}))*+"
_ONLY_THEN: Final = r"(?:(?:才|就)(?:行|要|考虑|可以?|能|收)|为限)?"
_OTHERS: Final = (
    rf"(?:{_DRESS}(?:以外|之外|外)?,?(?:其[他它余](?:地方|地区|省市?|城市|省份)?|地方|地区|省份?|城市)?{_DRESS})"
)
_AT: Final = (
    r"(?:(?:注册地?|所在地|厂址|产地|生产地|工厂|厂家|供应商|企业|地址|地点)?"
    r"(?:要|得|须)?(?:是|在|为|位于|来自|从)?的?) ?$"
)
_ONLY: Final = (
    r"(?:(?<![不无期年上下权有时界极])[仅只]?限(?:定|制)?(?:于|在|为)?|[只仅就](?:要|考虑|找|收|接受|选择?|认|用|采购|买|限)"
    r"|[只仅]能?(?:在|是|从)|仅|必须(?:是|在|为|要|找)?|务必(?:是|在|要)?|一定要?(?:是|在|找)"
    r"|(?:厂家|供应商|企业|厂子|工厂)(?:必须|要求|要|得|须|应当?)(?:是|在|为|位于))"
)
_RATHER: Final = r"(?:最好|尽量|尽可能|优先(?:考虑|选择?)?|首选|就近|邻近|靠近)(?:是|在|找|选|要|用|从)?"
_NEAR: Final = (
    rf"(?:{_DRESS}(?:(?:附近|周边|邻近|左近|一带|周围)的?{_DRESS}|优先(?:考虑|选择?)?|最好|为佳|更好|更佳)"
    r"(?:最好|优先(?:考虑)?|均可|都行|[也都](?:可以?|行)|即可)?)++"
)
_REFUSED: Final = (
    r"(?:不(?:要|用|找|收|选|考虑|接受|含|包括|包含|采购|买|想要|想找|是|能(?:[是在找要选用])?)|别(?:找|要|选|用|是)?|勿[找选用]"
    r"|莫找|拒绝|谢绝|避开|排除|(?<!是)非)(?:从|在|是|来自|位于|找|要)?的? ?$"
)
_EXCEPT: Final = r"(?:(?<![拆清去免扣])除(?:了|去|开)?|不含) ?$"
_NOT_IN: Final = r"(?:(?<![拆清去免扣])除了?|(?<!是)非|不是|不在|不属于) ?$"
_FREELY: Final = r"(?:不限(?:于|在|定)?|(?:不(?:要求|强求|必|一定|非要|需要)|无需)(?:要|在|是|找)?) ?$"
_DELIVERED: Final = r"[^,。;!?\n]{0,3}(?:交货|送货|到货|收货|提货|安装|施工|现场|项目|工地|仓)"
_END: Final = r"(?=$|[,。;!?\n ])"

_FORMS: Final = tuple(
    (verdict, re.compile(before + ("" if before.endswith("$") else "$")), re.compile(after))
    for verdict, before, after in (
        (Verdict.RATHER, _EXCEPT, r"(?:以外|之外|外)?(?=[^。;!?\n]{0,20}?[也还](?:可|行|要|能|接受|考虑))"),
        (Verdict.RULE, _NOT_IN, rf"{_OTHERS}{_NO}"),
        (Verdict.OUT, _EXCEPT, rf"{_OTHERS}(?:除外)?{_OK}?"),
        (Verdict.OUT, _REFUSED, rf"{_DRESS}(?:即可|就行|[都均]可以?|都行)?"),
        (Verdict.FREE, _FREELY, _DRESS),
        (Verdict.RULE, "", rf"[省市]?(?:以外|之外|外(?=的|{_WHO})){_DRESS}{_NO}{_END}"),
        (Verdict.OUT, "", rf"[省市]?{_DRESS}(?:{_NO}{_END}|除外)"),
        (Verdict.OUT, "", rf"[省市]?(?:以外|之外){_DRESS}{_OK}?"),
        (Verdict.RATHER, rf"(?:{_ONLY}{_AT}|{_RATHER}{_AT}|)", _NEAR),
        (Verdict.RATHER, rf"{_RATHER}{_AT}", _DRESS),
        (Verdict.RATHER, "", rf"{_DRESS}[也都均皆](?:可以?|行){_END}"),
    )
)
_RULES: Final = tuple(
    (re.compile(before), re.compile(after))
    for before, after in (
        (rf"{_ONLY}{_AT}", rf"{_DRESS}{_ONLY_THEN}"),
        (
            "$",
            rf"{_WITHIN}的?(?:{_WHO}|{_SUPPLIES}){_DRESS}{_ONLY_THEN}|{_DRESS}(?:(?:才|就)(?:行|要|考虑|可以|能|收))",
        ),
        ("$", rf"(?:能够?|可以?)(?:供货|供应|供|发货|生产|加工|做)(?:的|{_END}|(?={_WHO})){_DRESS}{_ONLY_THEN}"),
    )
)
_WITHIN_HOME: Final = (re.compile("$"), re.compile(rf"的?(?:{_WHO}|{_SUPPLIES}){_DRESS}{_ONLY_THEN}"))
_CLAUSE: Final = (
    re.compile(r"(?:^|(?<=[,。;!?\n ]))(?:(?:想|就)?[要找])?$"),
    re.compile(rf"(?:的?{_WHO}|的)++{_END}"),
)
_SOFTENED: Final = re.compile(r"优先|附近|周边|最好|尽量|邻近|就近|也可")
_IS_DELIVERY: Final = re.compile(_DELIVERED)


def judge(text: str, start: int, end: int) -> Expression:
    """Tell what a folded text wants of the places named at ``text[start:end]``; a mere mention is a preference."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    for verdict, lead, tail in _FORMS:
        if found := _framed(lead, tail, before, after):
            return Expression(verdict=verdict, start=start - found[0], end=end + found[1])
    clause = _CLAUSE_ENDS.split(before.rstrip(" "))[-1] + "|" + _CLAUSE_ENDS.split(after)[0]
    if not _SOFTENED.search(clause) and not _IS_DELIVERY.match(after):
        within = (_WITHIN_HOME,) if text[end - 1] == "内" else ()
        for lead, tail in (*_RULES, *within):
            if found := _framed(lead, tail, before, after):
                return Expression(verdict=Verdict.RULE, start=start - found[0], end=end + found[1])
    opened, closed = _framed(*_CLAUSE, before, after) or (0, 0)
    return Expression(verdict=Verdict.RATHER, start=start - opened, end=end + closed)


def _framed(lead: re.Pattern[str], tail: re.Pattern[str], before: str, after: str) -> tuple[int, int] | None:
    """Return how far the words of a form reach before and after the names; None where they do not stand there."""
    opened, closed = lead.search(before), tail.match(after)
    return (len(opened.group()), closed.end()) if opened and closed else None
