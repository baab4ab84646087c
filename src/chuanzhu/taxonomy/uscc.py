"""Unified social credit codes (统一社会信用代码): the key of an enterprise, with its check character verified.

The method is GB 32100-2015: the first 17 characters are numbered by their place in ``USCC_ALPHABET``, weighted with
3^(i-1) mod 31 for the i-th from the left, and the check character brings the sum to a multiple of 31.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from chuanzhu.model import ChuanzhuError

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH: Final = 18
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(_LENGTH - 1))
_SPACES: Final = re.compile(r"[\s\u200b\ufeff]+")
_SLIPS: Final = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U 或 Y"}


class UsccError(ChuanzhuError):
    """A unified social credit code that cannot be right; the text says what is wrong and how to mend it."""


def check_uscc(code: str) -> str:
    """Return the code's 18 characters in upper case, width folded, spaces dropped.

    Raises UsccError when the length, a character or the check character is wrong.

    >>> check_uscc(" 9152 0000 2144 3379 2d ")
    '91520000214433792D'
    """
    folded = _SPACES.sub("", unicodedata.normalize("NFKC", code)).upper()
    if len(folded) != _LENGTH:
        raise UsccError(
            f"统一社会信用代码“{code.strip()}”有 {len(folded)} 位,应为 18 位;"
            "请对照营业执照补全(15 位的是旧注册号,不能代替)"
        )
    for place, character in enumerate(folded, start=1):
        if character not in USCC_ALPHABET:
            raise UsccError(_illegal(code, place, character))
    expected = _check_character(folded[:-1])
    if folded[-1] != expected:
        raise UsccError(
            f"统一社会信用代码“{code.strip()}”校验不符:末位是 {folded[-1]},按前 17 位应为 {expected};"
            "多半是抄错一位,请对照营业执照逐位核对(常见的是 0 与 O、1 与 I、8 与 B 混淆,或相邻两位颠倒)"
        )
    return folded


def _illegal(code: str, place: int, character: str) -> str:
    cure = f"多半应为 {_SLIPS[character]}" if character in _SLIPS else "只能用数字和大写字母"
    return (
        f"统一社会信用代码“{code.strip()}”第 {place} 位是“{character}”,代码里不会有这个字(I、O、S、V、Z 都不用);"
        f"{cure},请对照营业执照改正"
    )


def compose_uscc(body: str) -> str:
    """Append the right check character to the first 17 characters. Raises UsccError when ``body`` is not 17 legal ones.

    >>> compose_uscc("91520000214433792")
    '91520000214433792D'
    """
    if len(body) != _LENGTH - 1 or any(character not in USCC_ALPHABET for character in body):
        raise UsccError(f"“{body}”不是统一社会信用代码的前 17 位;请给出 17 位数字或大写字母(不含 I、O、S、V、Z)")
    return body + _check_character(body)


def _check_character(body: str) -> str:
    total = sum(USCC_ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]
