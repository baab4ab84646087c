"""The same words in every output: what was understood of a demand, what a match still lacks, how sure it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chuanzhu.quantity import describe
from chuanzhu.taxonomy.certificates import certificate_name
from chuanzhu.taxonomy.regions import region_name

if TYPE_CHECKING:
    from chuanzhu.model import Answer, Match, Need, Reason, RegionWish, Supply

SURE_POINTS, LIKELY_POINTS = 50, 30
STANDINGS: Final = {"met": "满足", "partly": "部分满足", "unmet": "未满足"}
STANDINGS_DEFINED: Final = (
    f"满足:排第一的供给得分不低于{SURE_POINTS},而且清单上写明的条件都够;没有写明的条件要打电话问清,不算不足;"
    f"部分满足:有合适的供给,但排第一的得分低于{SURE_POINTS},或写明的条件不够;"
    "未满足:没有合适的供给。按需求条数计,不按金额。"
)
SURENESS_DEFINED: Final = f"把握:高=得分{SURE_POINTS}以上,中={LIKELY_POINTS}到{SURE_POINTS},低=不到{LIKELY_POINTS}。"
CONTACTS: Final = ("联系人", "联系电话", "电话", "手机", "手机号", "邮箱")
SPAN_NAMES: Final = {
    "wanted": "要什么",
    "quantity": "数量",
    "certificate": "资质",
    "region": "地区",
    "deadline": "期限",
    "spec": "规格",
}
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ADVICE: Final = {
    "region_rule": "问采购方能否放宽地区",
    "certificate_missing": "问采购方能否放宽资质,或请这家企业办证",
    "expired": "请这家企业更新供给的有效期",
}


def printable(text: str, *, limit: int = 0) -> str:
    r"""Drop control characters, which no cell, page or terminal may show; cut what is longer than ``limit`` and say so.

    >>> printable("尼龙\x1b[31m66"), printable("求购尼龙66切片", limit=4)
    ('尼龙[31m66', '求购尼龙……(共8字,这里只显示前4字)')
    """
    text = _UNPRINTABLE.sub("", text)
    return f"{text[:limit]}……(共{len(text)}字,这里只显示前{limit}字)" if limit and len(text) > limit else text


def understood_parts(need: Need) -> tuple[tuple[str, str], ...]:
    """Return (name, value) of everything that was understood of a demand, the wanted thing first."""
    parts = (
        ("要什么", need.wanted or "没有读懂"),
        ("用途", need.use),
        ("规格", "、".join(need.specs)),
        ("数量", describe(need.quantity) if need.quantity else ""),
        ("资质", certificate_wish(need)),
        ("地区", region_wish(need.region)),
        ("期限", f"{need.deadline.isoformat()}前" if need.deadline else ""),
    )
    return tuple((name, value) for name, value in parts if value)


def understood(need: Need) -> str:
    """Say in one line what was understood of a demand."""
    return ";".join(f"{name}:{value}" for name, value in understood_parts(need))


def certificate_wish(need: Need) -> str:
    """Say which certificates are demanded and which are only welcome."""
    demanded = [certificate_name(code) for code in need.certificates]
    return "、".join([*demanded, *(f"最好有{certificate_name(code)}" for code in need.wished_certificates)])


def region_wish(wish: RegionWish) -> str:
    """Say where a supplier should be, whether that is a rule, and where it must not be."""
    places = "、".join(region_name(code) for code in wish.codes)
    parts = [f"限{places}" if wish.strict else f"{places}优先"] if places else []
    if wish.excluded:
        parts.append(f"不要{'、'.join(region_name(code) for code in wish.excluded)}")
    return ",".join(parts)


def supply_name(supply: Supply) -> str:
    """Name a supply by its enterprise and its product."""
    return f"{supply.enterprise}:{supply.product}"


def speaks_for(match: Match) -> tuple[Reason, ...]:
    """Return the reasons that earned points."""
    return tuple(reason for reason in match.reasons if reason.points > 0)


def to_clear_up(match: Match) -> tuple[Reason, ...]:
    """Return what is missing or not known: the questions for the telephone."""
    return tuple(reason for reason in match.reasons if reason.points <= 0 or reason.code == "capacity_partly")


def lack_name(reason: Reason) -> str:
    """Name a reason of :func:`to_clear_up`: not known, against a rule, or short of what is wished."""
    if reason.code.endswith("_unknown"):
        return "要问清"
    return "不合要求" if reason.code in _ADVICE else "不足"


def lacks(nearest: Match) -> str:
    """Say what keeps the nearest miss from fitting: the rules it breaks, or that its product is another one."""
    broken = [reason.text for reason in nearest.reasons if reason.code in _ADVICE]
    strongest = max(nearest.reasons, key=lambda reason: reason.points)
    return "\n".join(broken) or f"产品不够接近(得分{nearest.score:.0f}):{strongest.text}"


def advice(answer: Answer) -> str:
    """Say what to do about a demand without a fitting supply."""
    if not answer.need.wanted:
        return "请采购方写明产品名称,改好需求清单后重做"
    nearest = answer.unmet.nearest if answer.unmet else None
    known = [_ADVICE[reason.code] for reason in to_clear_up(nearest) if reason.code in _ADVICE] if nearest else []
    return ";".join(dict.fromkeys(known)) or "向外地寻找或列入招引;也可请采购方换一种说法后重做"


def standing(answer: Answer) -> str:
    """Say whether a demand is met ("met"), met in part or unsurely ("partly"), or not at all ("unmet").

    Met: the best match earns at least 50 points and falls short of nothing that its list states. What a list leaves
    out is a question for the telephone and no shortfall.
    """
    if not answer.matches:
        return "unmet"
    best = answer.matches[0]
    falls_short = any(not reason.code.endswith("_unknown") for reason in to_clear_up(best))
    return "met" if best.score >= SURE_POINTS and not falls_short else "partly"


def sureness(score: float) -> str:
    """Say how sure a match of this score is; ADR 0002 has the shares of right matches behind the words."""
    return "高" if score >= SURE_POINTS else "中" if score >= LIKELY_POINTS else "低"
