"""Where a region's name is no place: in another word, a street's name (北京路), a speciality's (金华火腿).

``data/region_specialities.csv`` lists what is called after the place it was first made in, with the codes of those
places; where it gives none, any place's name before it belongs to the product.
"""

from __future__ import annotations

import functools
import re
from typing import Final

import rjieba

from chuanzhu.taxonomy.regions.places import SHORTEST, is_within, rows

NOT_PLACES: Final = re.compile(
    r"长沙发(?![往货车运到至送给])|开封(?:[后前口机器刀剪盖膜]|即|时)|[未易快]开封|四平(?:方|米)|[组做制完变构]成都(?!市)"
    r"|无锡(?:青铜|焊|合金|化|料|膏|丝|条)|大连(?:接|续|杆|锁|体|排)|南通(?:道|风)|定西门|国内江|六安装|西安(?:全|装)"
    r"|普通化|新乡[镇村]|朝?南阳台|东西安|[复混合掺配]合肥|德州仪器|滨江门|海口味|安阳光|北海绵|上海鲜|济南北|(?:西湖|大佛|明前|雨前|狮峰)龙井|龙井茶"
)
_STREET: Final = re.compile(r"[东南西北中]?[一二三四五六七八九十]?(?:路|大街|街|大道|巷|胡同)")
_LONGEST: Final = 6


@functools.lru_cache(maxsize=256)
def edges(text: str) -> frozenset[int]:
    """Return where words begin and end as jieba cuts the text."""
    found = {0}
    at = 0
    for word in rjieba.cut(text, False):  # noqa: FBT003 (rjieba takes it by position)
        at += len(word)
        found.add(at)
    return frozenset(found)


@functools.cache
def _specialities() -> dict[str, tuple[str, ...]]:
    return {word: tuple(part for part in codes.split(";") if part) for word, codes in rows("region_specialities.csv")}


def lookalike_end(text: str, end: int, code: str) -> int:
    """Return where the street's or product's name ends that the name of ``code``, which ends at ``end``, belongs to.

    0 where it belongs to none.

    >>> lookalike_end("青岛啤酒", 2, "370200"), lookalike_end("上海路灯", 2, "310000")
    (4, 0)
    """
    street = _STREET.match(text, end)
    if street and street.end() in edges(text):
        return street.end()
    for reach in range(min(len(text), end + _LONGEST), end, -1):
        homes = _specialities().get(text[end:reach])
        if homes is not None and (reach - end >= SHORTEST or reach in edges(text)):
            return reach if not homes or any(is_within(code, home) for home in homes) else 0
    return 0
