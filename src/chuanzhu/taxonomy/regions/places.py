"""The table of places: codes, names, the ways names are written, and how places lie to each other.

``data/regions.csv`` holds provinces, prefectures and counties of GB/T 2260 as of 2023, with the zones that the National
Bureau of Statistics counts beside the counties of a city (统计用区划代码, last two digits 71 and up).
``data/region_aliases.csv`` adds old names, abbreviations and new districts; ``data/region_words.csv`` lists names that
are ordinary words as well and count inside a text only after the city or province they belong to.
``data/region_groups.csv`` holds what people call several regions together (豫北, 江浙沪).
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PROVINCE, CITY, COUNTY = range(3)
SHORTEST: Final = 2
_MUNICIPALITIES: Final = frozenset({"11", "12", "31", "50"})
_PEOPLES: Final = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族"
    "|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯"
    "|普米族|塔吉克|怒族|鄂温克族|德昂族|保安族|裕固族|独龙族|鄂伦春|各族"
)
_TAIL: Final = re.compile(
    rf"(?<=..)(?:(?:{_PEOPLES})+自治[州县旗]|(?:壮族|回族|维吾尔)?自治区|特别行政区|自治[州县旗]|地区|林区|特区|新区|[省市县区盟旗])$"
)
_ZONES: Final = (
    (
        re.compile(r"高新?技术(?:产业)?(?:开发区|园区)$"),
        ("高新区", "高新技术开发区", "高新技术产业开发区", "高新开发区"),
    ),
    (re.compile(r"经济(?:技术)?开发区$"), ("经开区", "经济开发区", "经济技术开发区", "开发区")),
    (re.compile(r"经济综合实验区$"), ("区", "实验区", "经济综合实验区")),
    (re.compile(r"城乡一体化示范区$"), ("示范区", "城乡一体化示范区")),
)
_FIRST_ZONE, _LAST_ZONE = "71", "79"
_PLAIN_ENDS: Final = {"自治州": "州", "自治县": "县", "自治区": "省"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All names: ``names`` by code, ``codes`` by way of writing, ``letters`` by one-character abbreviation.

    ``words`` are ways of writing that mean other things as well; ``longest`` is the length of the longest way.
    """

    names: dict[str, str]
    codes: dict[str, tuple[str, ...]]
    letters: dict[str, str]
    words: frozenset[str]
    longest: int


def rows(file: str) -> list[list[str]]:
    """Return the rows of a data file of this library, without its header."""
    text = (resources.files("chuanzhu") / "data" / file).read_text("utf-8")
    return [row for row in csv.reader(text.splitlines()[1:]) if row]


@functools.cache
def places() -> Places:
    """Return the table that comes with this library, read once per process."""
    names = dict(rows("regions.csv"))
    codes: dict[str, tuple[str, ...]] = {}
    words = {word for (word,) in rows("region_words.csv")}
    for code, name in names.items():
        forms = _zone_forms(code, names) if is_zone(code) else _forms(name)
        for form in forms:
            codes[form] = (*codes.get(form, ()), code)
        words.update(forms[1:] if is_zone(code) else ())
    aliases = rows("region_aliases.csv")
    letters = {alias: code for alias, code in aliases if len(alias) < SHORTEST}
    for alias, code in aliases:
        if len(alias) >= SHORTEST:
            codes[alias] = tuple(dict.fromkeys((*codes.get(alias, ()), code)))
    return Places(names=names, codes=codes, letters=letters, words=frozenset(words), longest=max(map(len, codes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Regions with one name for all; ``is_word`` where it is an ordinary word too (西南) and needs words around it."""

    codes: tuple[str, ...]
    is_word: bool


@functools.cache
def groups() -> dict[str, Group]:
    """Return the names for several regions together, as of common use and of the planning documents that made them."""
    return {
        name: Group(codes=tuple(codes.split(";")), is_word=bool(word))
        for name, codes, word in rows("region_groups.csv")
    }


def ends_like_a_region(form: str) -> bool:
    """Tell whether a name carries its 省, 市, 县, 区 or the like."""
    return _TAIL.search(form) is not None


def _forms(name: str) -> list[str]:
    """Return the ways a region's name is written, the full name first."""
    short = _TAIL.sub("", name)
    more = short + _PLAIN_ENDS.get(name[-3:], "")
    return list(dict.fromkeys((name, short, more)))


def _zone_forms(code: str, names: dict[str, str]) -> list[str]:
    """Return the ways a zone's name is written; all but the first leave out its city."""
    name = names[code]
    province, city = (_TAIL.sub("", names.get(above, "")) for above in (code[:2] + "0000", code[:4] + "00"))
    bare = re.sub(rf"^(?:{province})?(?:{city or province})?市?", "", name)
    short = [pattern.sub(form, bare) for pattern, forms in _ZONES if pattern.search(bare) for form in forms]
    return list(dict.fromkeys((name, *short, bare)))


def is_zone(code: str) -> bool:
    """Tell whether a code is a development zone that statistics count like a county."""
    return code[2:4] != "90" and _FIRST_ZONE <= code[4:] <= _LAST_ZONE


def level(code: str) -> int:
    """Return PROVINCE, CITY or COUNTY."""
    if code.endswith("0000"):
        return PROVINCE
    return CITY if code.endswith("00") else COUNTY


@functools.cache
def city_of(code: str) -> str:
    """Return the code of the city: a municipality is its own city, and so is a county directly under its province.

    Empty for a province.
    """
    if code[:2] in _MUNICIPALITIES:
        return code[:2] + "0000"
    if code[2:4] == "90" or level(code) == PROVINCE:
        return code if level(code) == COUNTY else ""
    return code[:4] + "00"


def number_of(digits: str) -> str:
    """Return the code for 2, 4, 6 or more digits; a placeholder (310100 市辖区) gives what is above it; else empty."""
    number = digits[:6].ljust(6, "0")
    if number in places().names:
        return number
    above = number[:2] + "0000"
    is_placeholder = number.endswith("00") and (number[2:4] == "90" or number[:2] in _MUNICIPALITIES)
    return above if is_placeholder and above in places().names else ""


def region_path(code: str) -> tuple[str, ...]:
    """Return the codes from the province down to ``code``; empty for an empty or unknown code.

    >>> region_path("410181")
    ('410000', '410100', '410181')
    >>> region_path("419001")
    ('410000', '419001')
    """
    if code not in places().names:
        return ()
    return tuple(dict.fromkeys(part for part in (code[:2] + "0000", city_of(code), code) if part))


@functools.lru_cache(maxsize=8192)
def region_name(code: str) -> str:
    """Return a short readable name; an unknown code is returned as it is.

    >>> region_name("410181"), region_name("310115")
    ('河南郑州巩义', '上海浦东新区')
    """
    return "".join(_short_name(part) for part in region_path(code)) or code


def _short_name(code: str) -> str:
    names = places().names
    if is_zone(code):
        return [*_zone_forms(code, names), names[code]][1]
    short = _TAIL.sub("", names[code])
    is_clear = places().codes[short] == (code,) or level(code) < COUNTY
    return short if is_clear and (level(code) < COUNTY or names[code][-1] != "区") else names[code]


def full_name(code: str) -> str:
    """Return the official names from the province down, one after the other."""
    return "".join(places().names[part] for part in region_path(code))


@functools.lru_cache(maxsize=65536)
def is_within(code: str, outer: str) -> bool:
    """Tell whether ``code`` is ``outer`` or lies in it; an empty ``outer`` is anywhere, an empty ``code`` nowhere.

    >>> is_within("410181", "410100"), is_within("410181", "410200")
    (True, False)
    """
    return bool(code) and (not outer or outer in (code, city_of(code), code[:2] + "0000"))


@functools.lru_cache(maxsize=65536)
def nearness(code: str, other: str) -> int:
    """Return 3 for the same county, 2 for the same city, 1 for the same province, 0 elsewhere or where unknown.

    >>> nearness("410105", "410181"), nearness("410100", "419001")
    (2, 1)
    """
    if not code or not other or code[:2] != other[:2]:
        return 0
    if not city_of(code) or city_of(code) != city_of(other):
        return 1
    return 3 if code == other and level(code) == COUNTY else 2


def nearest(codes: Sequence[str], context: Sequence[str]) -> str:
    """Return the one code that is nearer to a context code than all others; empty when there is none."""
    near = [max((nearness(code, other) for other in context), default=0) for code in codes]
    best = max(near, default=0)
    return codes[near.index(best)] if best > 0 and near.count(best) == 1 else ""


def highest(codes: Sequence[str]) -> tuple[str, ...]:
    """Return those of the highest level: 吉林 alone is the province."""
    top = min(level(code) for code in codes)
    return tuple(code for code in codes if level(code) == top)


def read(
    text: str, at: int = 0, *, scope: str = "", fits: Callable[[int, int], bool] | None = None
) -> tuple[int, tuple[str, ...]]:
    """Read names of regions from ``text[at:]``, each inside the one before; return where they end and the last one.

    ``fits(start, end)`` may refuse a name. Where the readings that reach farthest differ, all of them are returned.
    """
    farthest, codes = at, dict.fromkeys((scope,))
    for end, code in _steps(text, at, scope):
        if fits and not fits(at, end):
            continue
        reach, deeper = read(text, end, scope=code, fits=fits)
        if reach > farthest:
            farthest, codes = reach, {}
        if reach == farthest:
            codes.update(dict.fromkeys(deeper))
    return farthest, tuple(codes)


def _steps(text: str, at: int, scope: str) -> Iterator[tuple[int, str]]:
    """Yield the names that start here inside the scope, longest first: where each ends, and its code."""
    table = places().codes
    for end in range(min(len(text), at + places().longest), at + SHORTEST - 1, -1):
        codes = table.get(text[at:end])
        if codes:
            yield from ((end, code) for code in _inside(codes, scope))


def _inside(codes: tuple[str, ...], scope: str) -> list[str]:
    """Codes inside the scope; the scope itself, named twice as in 北京北京市, only where nothing else is meant."""
    inside = [code for code in codes if is_within(code, scope)]
    return [code for code in inside if code != scope] or inside
