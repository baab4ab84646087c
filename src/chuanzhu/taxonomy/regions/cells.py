"""Region cells: one place to one code, and the wish of a demand list's region column."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final, NoReturn

from chuanzhu.model import ChuanzhuError, RegionWish
from chuanzhu.taxonomy.regions.places import (
    city_of,
    ends_like_a_region,
    full_name,
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
    from collections.abc import Iterator, Sequence

_ANYWHERE: Final = re.compile(
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
_MANY: Final = 6
_LONGEST_PLACE, _LONGEST_QUOTE = 64, 30


class RegionError(ChuanzhuError):
    """A region cell that cannot be turned into one code."""


class UnknownRegion(RegionError):  # noqa: N818 (named in the design as what it is)
    """No region is called so, or not in the province or city it is given with."""


class AmbiguousRegion(RegionError):  # noqa: N818 (as above)
    """Several regions are called so; the text lists them."""


def resolve_region(text: str, *, context: Sequence[str] = ()) -> str:
    """Return the code of a region cell in any usual form; empty for 全国, 不限 and an empty cell.

    ``context`` are codes that decide between counties of one name: the same city first, then the same province.
    Raises UnknownRegion and AmbiguousRegion.

    >>> resolve_region("河南省-郑州市-金水区"), resolve_region("4101"), resolve_region("鼓楼区", context=["410200"])
    ('410105', '410100', '410204')
    """
    codes = _candidates(text)
    return codes[0] if len(codes) == 1 else nearest(codes, context) or _refuse(text.strip(), codes)


def _refuse(cell: str, codes: tuple[str, ...]) -> NoReturn:
    listed = "、".join(full_name(code) for code in codes[:_MANY]) + ("等" if len(codes) > _MANY else "")
    cure = f"请在前面写上城市,例如“{region_name(codes[0])}”,或填 6 位代码"
    raise AmbiguousRegion(f"“{cell}”有 {len(codes)} 处:{listed};{cure}")


@functools.lru_cache(maxsize=65536)
def _candidates(text: str) -> tuple[str, ...]:
    cell = normalise(text)
    if _ANYWHERE.fullmatch(cell):
        return ("",)
    if number := _DIGITS.fullmatch(cell):
        return (_by_number(number.group(1)),)
    bare = _PLACEHOLDERS.sub("", _BETWEEN.sub("", cell))
    if bare in places().letters:
        return (places().letters[bare],)
    reach, codes = read(bare[:_LONGEST_PLACE])
    if not reach or (reach < len(bare) and not _is_part(bare[reach:])):
        _complain(_short(text.strip()), bare[reach:], codes if reach else ())
    return highest(codes)


def _is_part(rest: str) -> bool:
    """Tell whether what follows a region's name is a zone, township or address in it, and not a county elsewhere."""
    reach, elsewhere = read(rest[:_LONGEST_PLACE])
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
    if not codes:
        raise UnknownRegion(f"不认识地区“{cell}”;请写省市县的名称(例如 河南郑州金水区),或填 6 位代码(例如 410105)")
    reach, elsewhere = read(rest[:_LONGEST_PLACE])
    where = full_name(codes[0])
    if reach:
        real = "、".join(full_name(code) for code in elsewhere[:_MANY])
        raise UnknownRegion(f"“{cell}”前后不符:{where}没有“{_short(rest)}”,有的是{real};请核对后改写")
    raise UnknownRegion(f"“{cell}”里认得{where},不认识“{_short(rest)}”;请核对县区的名称,或只写到市")


_OR: Final = re.compile(r"[,、;/|]+|或者?|以及")
_AND: Final = re.compile(r"[和与及跟]")
_STRICT: Final = re.compile(r"(?<![不无])限(?!制)|[只仅]|必须|[省市县]内")
_DRESS: Final = re.compile(
    r"[仅只]?限(?:于|在|定)?|[只仅](?:要|考虑|在)?|必须(?:是|在)?|优先(?:考虑)?|最好|附近|周边|\d+(?:公里|km|千米)[以之]?内?|[以之]内"
    r"|送[到至]?|交货|到货|(?:(?<=[省市县])|范围|境)内|的?(?:企业|供应商|厂家)$|[()]"
)
_HOME_WORD: Final = re.compile(r"(?:本|我)?(省|市|县|地)内?")


def home_code(word: str, home: str) -> str:
    """Return what 本省, 市内 or 本地 mean at ``home``: its province, its city or itself; empty if unknown."""
    if "省" in word:
        return home[:2] + "0000" if home else ""
    return city_of(home) if home and "市" in word else home


def parse_region_wish(cell: str, *, context: Sequence[str] = ()) -> RegionWish:
    """Read the region cell of a demand list: 限河南, 郑州或洛阳, 河南优先, or nothing.

    The first code of ``context`` is what 本省 and 本市 mean. Raises UnknownRegion and AmbiguousRegion.

    >>> parse_region_wish("限河南"), parse_region_wish("郑州或洛阳")
    (RegionWish(codes=('410000',), strict=True), RegionWish(codes=('410100', '410300'), strict=False))
    """
    folded = normalise(cell)
    if _ANYWHERE.fullmatch(folded):
        return RegionWish()
    strict = _STRICT.search(folded) is not None and "优先" not in folded
    codes = _wished(_DRESS.sub("", folded) or folded, tuple(context))
    return RegionWish(codes=tuple(dict.fromkeys(code for code in codes if code)), strict=strict)


def _wished(text: str, context: tuple[str, ...]) -> Iterator[str]:
    """Resolve a list of places; it is taken apart only where it is not one place (和田, 河南/郑州)."""
    if context and _HOME_WORD.fullmatch(text):
        yield home_code(text, context[0])
        return
    try:
        yield resolve_region(text, context=context)
    except UnknownRegion:
        parts = [part for part in _OR.split(text) if part]
        parts = parts if len(parts) > 1 else _cut_at_and(text)
        if len(parts) < 2:  # noqa: PLR2004 (one place that is not known)
            raise
        for part in parts:
            yield from _wished(part, context)


def _cut_at_and(text: str) -> list[str]:
    """Cut at the first 和 that ends a place and does not belong to its name (呼和浩特和包头)."""
    for match in _AND.finditer(text):
        reach, _ = read(text[: match.start()][:_LONGEST_PLACE])
        if reach and reach == match.start():
            return [text[: match.start()], text[match.end() :]]
    return []
