"""Numbers as the trade writes them: 1,200, 1.5万, 三千多, 二三十, 十来, 两百五, 廿, 半, 几十, 壹仟贰佰, 1e6, 10^6.

All patterns expect text folded by :func:`chuanzhu.text.fold` (half width, lower case).
"""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

_DIGITS: Final = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "两": 2,
}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_SCORES: Final = {"廿": 20, "卅": 30}
_SCALES: Final = {**_TENS, "万": 10_000, "亿": 100_000_000, "w": 10_000, "k": 1_000}

_CHINESE: Final = "零〇一二两三四五六七八九十百万亿廿卅"
# 千 belongs to the unit in 5千克 and 5千瓦.
_THOUSAND: Final = "千(?![克瓦米伏])"
_POWER: Final = (
    r"(?<![0-9.^a-z])(?:(?:[0-9]{1,6}(?:\.[0-9]{1,6})?[*×x])?10\^|[0-9]{1,6}(?:\.[0-9]{1,6})?e)[0-9]{1,2}(?![0-9])"
)
_ASCII_NUMBER: Final = (
    r"(?<![0-9.^])(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}(?![0-9])|[0-9]{1,15})(?:\.[0-9]{1,9})?(?![0-9])"
    rf"(?:[多余来几]?(?:[十百万亿萬億]|{_THOUSAND}|\s[万亿]){{1,2}})?[多余几]?(?:[wk](?=[台套件只个条片支吨元块]))?"
)
# Words of the trade whose first character is a numeral and the next one a unit: 零件 is no "0 件" (and zero of a thing
# is never wanted), 五一节 no "51 节", 三包 a promise of service, 一物一码 a way of labelling, 三七片 a medicine.
_NO_AMOUNT: Final = (
    r"(?![零〇]|(?:三八|五一|六一|七一|八一|十一)节|三包(?:服务|政策|期|责任|售后|[,。;、]|$)|[一二]件代发|一对一"
    r"|一[\u4e00-\u9fff]一[码档表证策号价户卡票]|三七[片粉头根])"
)
_CHINESE_NUMBER: Final = (
    rf"{_NO_AMOUNT}(?<![0-9.第{_CHINESE}千几数])(?:(?:[几数](?=[十百千万亿]))?(?:[{_CHINESE}]|{_THOUSAND}|(?<=十)几)"
    rf"{{1,12}}(?:[多余来](?:万|亿)?)?)"
)
# The numerals of contracts and cheques. One alone counts only where it is not also an everyday character (陆, 仟, 拾).
_FORMAL: Final = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿", strict=True))
_FORMAL_ANY: Final = "壹贰叁肆伍陆柒捌玖拾佰仟萬億"
_FORMAL_NUMBER: Final = rf"(?<![{_FORMAL_ANY}零整])(?:[{_FORMAL_ANY}][{_FORMAL_ANY}万亿零]{{1,15}}|[壹贰叁肆伍柒捌玖])"
_HALF: Final = "半(?=吨|公斤|斤|千克|公里|亩|打|立方|方|升)"
NUMBER: Final = rf"(?:{_POWER}|{_ASCII_NUMBER}|{_CHINESE_NUMBER}|{_FORMAL_NUMBER}|{_HALF})"

_POWER_PARTS: Final = re.compile(r"(?:(?P<factor>[0-9.]+)(?:e|[*×x]10\^)|10\^)(?P<exponent>[0-9]{1,2})")
_SPLIT: Final = re.compile(r"([0-9,.]+)([^0-9]*)")
_PAIR: Final = re.compile("[一二两三四五六七八九]{2}")
_VAGUE: Final = re.compile("[多余来]")
_TO_PLAIN: Final = str.maketrans(_FORMAL)
_TRAILING_SCALES: Final = re.compile("[十百千万亿wk]+$")


class Number(NamedTuple):
    """What a numeral says: an amount, the upper end of a range or None, and whether it is only about right."""

    amount: float
    maximum: float | None = None
    approximate: bool = False


def read_number(token: str) -> Number | None:
    """Read what ``NUMBER`` matched; None where the characters form no number.

    >>> read_number("三千多"), read_number("二三十").maximum
    (Number(amount=3000.0, maximum=None, approximate=True), 30.0)
    """
    plain = _VAGUE.sub("", token)
    approximate = plain != token
    plain = plain.replace(" ", "").translate(_TO_PLAIN)
    power = _POWER_PARTS.fullmatch(plain)
    if power is not None:
        return Number(float(power["factor"] or 1) * 10.0 ** int(power["exponent"]))
    ascii_part = _SPLIT.fullmatch(plain)
    if ascii_part is not None:
        return _mixed(float(ascii_part[1].replace(",", "")), ascii_part[2], approximate=approximate)
    if plain == "半":
        return Number(0.5)
    low, high = _ends(plain)
    amount, maximum = chinese_value(low), chinese_value(high)
    if amount is None or maximum is None:
        return None
    return Number(amount, None if high == low else maximum, approximate or "几" in plain or "数" in plain)


def _mixed(value: float, scales: str, *, approximate: bool) -> Number:
    some = "几" in scales
    low, high = (value + 1, value + 9) if some else (value, value)
    for scale in scales.replace("几", ""):
        low, high = low * _SCALES[scale], high * _SCALES[scale]
    return Number(low, high if some else None, approximate or some)


def _ends(token: str) -> tuple[str, str]:
    """Split 二三十 into 二十 and 三十, 几十 into 二十 and 九十, 十几 into 十一 and 十九; else the token twice."""
    if token[0] in "几数":
        return "二" + token[1:], "九" + token[1:]
    if "几" in token:
        return token.replace("几", "一"), token.replace("几", "九")
    pair = _PAIR.search(token)
    is_range = pair is not None and _DIGITS[pair[0][0]] < _DIGITS[pair[0][1]]
    if pair is None or not is_range or (len(token) > len(pair[0]) and all(character in _DIGITS for character in token)):
        return token, token
    middle = pair.start() + 1
    return token[:middle] + token[middle + 1 :], token[: middle - 1] + token[middle:]


def chinese_value(token: str) -> float | None:
    """Return the value of a Chinese numeral without vague words; None where it is not one.

    >>> chinese_value("两百五"), chinese_value("一万二"), chinese_value("一百零五"), chinese_value("二〇二六")
    (250.0, 12000.0, 105.0, 2026.0)
    """
    if len(token) > 1 and all(character in _DIGITS for character in token):
        return float("".join(str(_DIGITS[character]) for character in token))
    total, section, digit, last = 0.0, 0, 0, 1
    for character in token:
        if character in _DIGITS:
            digit = _DIGITS[character]
            last = 1 if digit == 0 else last
        elif character in _SCORES:
            section += _SCORES[character]
        elif character in _TENS:
            section, digit, last = section + (digit or 1) * _TENS[character], 0, _TENS[character]
        elif character in _SCALES:
            last = _SCALES[character]
            total = _scaled(total, section + digit, last)
            section = digit = 0
        else:
            return None
    return total + section + digit * (last // 10 if last >= _TENS["百"] else 1)


def _scaled(total: float, section: float, scale: int) -> float:
    """Close a section with 万 or 亿: 亿 multiplies all that stands before it, 万 only what came after 亿."""
    if scale == _SCALES["亿"]:
        return (total + section or 1) * scale
    return total + (section or 1) * scale


def scales(token: str) -> list[float]:
    """Return what the trailing 百, 千, 万 … of a numeral may stand for, the largest reading first.

    >>> scales("3百万"), scales("20")
    ([1000000.0, 10000.0], [])
    """
    trailing = _TRAILING_SCALES.search(_VAGUE.sub("", token).translate(_TO_PLAIN))
    if trailing is None:
        return []
    run = trailing.group()
    values = [math.prod(float(_SCALES[one]) for one in run[at:]) for at in range(len(run))]
    return [value for value in values if value >= _TENS["百"]]
