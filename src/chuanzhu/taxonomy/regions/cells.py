"""Region cells: one place to one code."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NoReturn

from chuanzhu.model import ChuanzhuError
from chuanzhu.taxonomy.regions.places import (
    city_of,
    ends_like_a_region,
    full_name,
    groups,
    highest,
    is_zone,
    nearest,
    number_of,
    places,
    read,
    region_name,
)
from chuanzhu.text import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

ANYWHERE: Final = re.compile(
    r"|[-/]+|无|中国|国内|(?:全国|不限|地区不限|地域不限)(?:各地|范围|均可|都可以?|地区|地域|区域)?"
)
_PLACEHOLDERS: Final = re.compile(
    r"^(?:中华人民共和国|中国)|市辖区|(?:省|自治区)?直辖县级行政(?:区划|单位)|省直[管辖]县?"
)
_BETWEEN: Final = re.compile(r"[\s\-/·,、>→|_()\[\]:;.~]+")
_DIGITS: Final = re.compile(r"(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})(?:\.0)?")
_PART_OF_IT: Final = re.compile(
    r"^[省市县区]?$|高新|经开|开发区|产业|工业区|园区|新区|新城|示范区|实验区|试验区|保税|港区|集聚区|[镇乡路街号村园楼室]|大道"
    r"|附近|周边|[市区县省]内|全[省市县境]|境内|等地?$|本部$"
)
HOME_WORD: Final = re.compile(r"[本我][省市县]内?|[本当]地|[省市县]内")
_MANY: Final = 6
LONGEST_PLACE, _LONGEST_QUOTE = 64, 30


class RegionError(ChuanzhuError):
    """A region cell that cannot be turned into one code."""


class UnknownRegion(RegionError):  # noqa: N818 (named in the design as what it is)
    """No region is called so, or not in the province or city it is given with."""


class AmbiguousRegion(RegionError):  # noqa: N818 (as above)
    """Several regions are called so; the text lists them."""


def resolve_region(text: str, *, context: Sequence[str] = ()) -> str:
    """Return the code of a region cell in any usual form; empty for 全国, 不限 and an empty cell.

    ``context`` are codes that decide between counties of one name, the same city first, then the same province, and
    what 本省 and 市内 mean (:func:`home_of`).
    Raises UnknownRegion and AmbiguousRegion.

    >>> resolve_region("河南省-郑州市-金水区"), resolve_region("4101"), resolve_region("鼓楼区", context=["410200"])
    ('410105', '410100', '410204')
    """
    if HOME_WORD.fullmatch(cell := normalise(text)):
        return home_code(cell, home_of(context)) or _ask_for_home(cell)
    codes = _candidates(text)
    return codes[0] if len(codes) == 1 else nearest(codes, context) or _refuse(text.strip(), codes)


def _refuse(cell: str, codes: tuple[str, ...]) -> NoReturn:
    listed = "、".join(full_name(code) for code in codes[:_MANY]) + ("等" if len(codes) > _MANY else "")
    cure = f"请在前面写上城市,例如“{region_name(codes[0])}”,或填 6 位代码"
    raise AmbiguousRegion(f"“{cell}”有 {len(codes)} 处:{listed};{cure}")


def home_of(context: Sequence[str]) -> str:
    """Return the smallest region that holds all context codes of the province that most of them are in.

    >>> home_of(["410181", "410105", "320100"]), home_of(["410181", "410300"])
    ('410100', '410000')
    """
    if not context:
        return ""
    province, _ = Counter(code[:2] for code in context).most_common(1)[0]
    inside = list(dict.fromkeys(code for code in context if code[:2] == province))
    cities = {city_of(code) for code in inside}
    return inside[0] if len(inside) == 1 else (len(cities) == 1 and cities.pop()) or province + "0000"


def home_code(word: str, home: str) -> str:
    """Return what 本省, 市内 or 本地 mean at ``home``: its province, its city or itself; empty if unknown."""
    if "省" in word:
        return home[:2] + "0000" if home else ""
    return city_of(home) if home and "市" in word else home


def _ask_for_home(cell: str) -> NoReturn:
    raise AmbiguousRegion(f"不知道“{cell}”指哪里;请写出省市的名称(例如 河南郑州),或填 6 位代码(例如 410100)")


@functools.lru_cache(maxsize=65536)
def _candidates(text: str) -> tuple[str, ...]:
    cell = normalise(text)
    if ANYWHERE.fullmatch(cell):
        return ("",)
    if number := _DIGITS.fullmatch(cell):
        return (_by_number(number.group(1)),)
    bare = _PLACEHOLDERS.sub("", _BETWEEN.sub("", cell))
    if bare in places().letters:
        return (places().letters[bare],)
    reach, codes = read(bare[:LONGEST_PLACE])
    if not reach or (reach < len(bare) and not _is_part(bare[reach:])):
        _complain(_short(text.strip()), bare[reach:], codes if reach else ())
    return highest(codes)


def _is_part(rest: str) -> bool:
    """Tell whether what follows a region's name is a zone, township or address in it, and not a county elsewhere."""
    reach, elsewhere = read(rest[:LONGEST_PLACE])
    is_elsewhere = reach == len(rest) and ends_like_a_region(rest) and not all(is_zone(code) for code in elsewhere)
    return _PART_OF_IT.search(rest) is not None and not is_elsewhere


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def _by_number(digits: str) -> str:
    code = number_of(digits)
    if not code:
        raise UnknownRegion(
            f"没有代码为“{digits}”的地区;请填 GB/T 2260 的 6 位代码(例如 410100),或直接写地名(例如 河南郑州)"
        )
    return code


def _complain(cell: str, rest: str, codes: tuple[str, ...]) -> NoReturn:
    if group := groups().get(cell):
        listed = "、".join(region_name(code) for code in group.codes)
        raise AmbiguousRegion(f"“{cell}”是几个地方的合称:{listed};请只写所在的一个")
    if not codes:
        raise UnknownRegion(f"不认识地区“{cell}”;请写省市县的名称(例如 河南郑州金水区),或填 6 位代码(例如 410105)")
    reach, elsewhere = read(rest[:LONGEST_PLACE])
    where = full_name(codes[0])
    if reach:
        real = "、".join(full_name(code) for code in elsewhere[:_MANY])
        raise UnknownRegion(f"“{cell}”前后不符:{where}没有“{_short(rest)}”,有的是{real};请核对后改写")
    raise UnknownRegion(f"“{cell}”里认得{where},不认识“{_short(rest)}”;请核对县区的名称,或只写到市")
