"""Certificates and qualifications (资质) that purchase texts ask for: their aliases, and which one stands for which.

The table is ``data/certificates.csv``. An alias (别名) counts wherever it stands by itself; a weak alias (弱别名: SC,
CE, 3C, 等保), which means other things as well, counts only where the words around it speak of papers.
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

import ahocorasick_rs as ac

from chuanzhu.model import ChuanzhuError
from chuanzhu.taxonomy import certificate_words as words
from chuanzhu.text import fold, squeeze, squeeze_in_place, stands_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COLUMNS: Final = ("代码", "名称", "别名", "弱别名", "类别", "涵盖", "说明")
_NOTHING: Final = re.compile(r"|无|[-/]+|没有|暂无|不限|无?(?:特殊|特别)?要求|不要求|none|n/?a")
_FILLER: Final = re.compile(
    r"具有|具备|通过|必?须有?|需要?有?|要有?|持有?|有|等|质量|环境|管理体系|体系|认证|证书|资质|[证的 ()]|:?\d{4}版?"
)
_BETWEEN: Final = re.compile(r"[;,|\n\r]+|、(?![^(]*\))|(?<![a-z])/|/(?!(?:ts|t|iec) ?\d)|以及|[及和与+]")


_PAPER_KINDS: Final = frozenset({"随货单证", "主体资格"})


class CertificateError(ChuanzhuError):
    """A certificate table that contradicts itself: names row, value and cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate or qualification; ``covers`` are codes of those that it stands for directly."""

    code: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCertificate:
    """A certificate spoken of at ``text[start:end]`` of a text, and its code.

    It is demanded, unless ``is_wish`` (welcome: 最好有…, …优先) or ``is_waived`` (不需要…).
    """

    start: int
    end: int
    text: str
    code: str
    is_wish: bool = False
    is_waived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """A name at ``text[start:end]``, with the words that belong to it, and its code."""

    start: int
    end: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    by_code: dict[str, Certificate]
    by_alias: dict[str, tuple[str, bool]]
    by_name: dict[str, str]
    covered: dict[str, frozenset[str]]
    automaton: ac.AhoCorasick
    aliases: tuple[str, ...]


def read_certificates(lines: Iterable[str]) -> dict[str, Certificate]:
    """Read a certificate table, by code. Raises CertificateError where a header, code or 涵盖 is wrong."""
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise CertificateError(f"资质表的表头应为:{','.join(COLUMNS)}")
    table: dict[str, Certificate] = {}
    for row in reader:
        if None in row or None in row.values() or not row["代码"] or row["代码"] in table:
            raise CertificateError(f"资质表第 {reader.line_num} 行“{row['代码']}”列数不对、代码空缺或重复;请改正")
        table[row["代码"]] = _certificate(row)
    for certificate in table.values():
        for code in certificate.covers:
            if code not in table:
                raise CertificateError(f"资质“{certificate.code}”涵盖的“{code}”不在表里;请改正,或补上这一行")
    return table


def _certificate(row: dict[str, str]) -> Certificate:
    return Certificate(
        code=row["代码"],
        name=row["名称"],
        kind=row["类别"],
        aliases=_parts(row["别名"]),
        weak=_parts(row["弱别名"]),
        covers=_parts(row["涵盖"]),
        note=row["说明"],
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


@functools.cache
def _table() -> _Table:
    text = (resources.files("chuanzhu") / "data" / "certificates.csv").read_text("utf-8")
    by_code = read_certificates(text.splitlines())
    by_alias = _claims(by_code)
    aliases = tuple(by_alias)
    covered = {code: frozenset(_covered(code, by_code)) for code in by_code}
    by_name = {squeeze(name): one.code for one in by_code.values() for name in (one.code, one.name)}
    return _Table(
        by_code=by_code,
        by_alias=by_alias,
        by_name=by_name,
        covered=covered,
        automaton=ac.AhoCorasick(aliases),
        aliases=aliases,
    )


def _claims(by_code: dict[str, Certificate]) -> dict[str, tuple[str, bool]]:
    """Return, by squeezed alias, the code that claims it and whether the alias is weak."""
    claims: dict[str, tuple[str, bool]] = {}
    for certificate in by_code.values():
        sure = ((alias, False) for alias in certificate.aliases)
        for alias, is_weak in (*sure, *((alias, True) for alias in certificate.weak)):
            code, _ = claims.setdefault(squeeze(alias), (certificate.code, is_weak))
            if code != certificate.code:
                raise CertificateError(f"“{alias}”同时是资质“{code}”和“{certificate.code}”的别名;请从一处删去")
    return claims


def _covered(code: str, by_code: dict[str, Certificate]) -> Iterator[str]:
    yield code
    for below in by_code[code].covers:
        yield from _covered(below, by_code)


def certificate_name(code: str) -> str:
    """Return the full name of a certificate; what the table does not know is returned as it is.

    >>> certificate_name("SC"), certificate_name("某某认证")
    ('食品生产许可证(SC)', '某某认证')
    """
    certificate = _table().by_code.get(code)
    return certificate.name if certificate else code


def satisfies(held: str, demanded: str) -> bool:
    """Tell whether who holds ``held`` meets a demand for ``demanded``; names that are not in the table compare as text.

    >>> satisfies("IATF16949", "ISO9001"), satisfies("ISO13485", "ISO9001")
    (True, False)
    """
    asked = squeeze(demanded)
    return any(squeeze(code) == asked for code in (held, *_table().covered.get(held, ())))


def is_paper(code: str) -> bool:
    """Tell whether it is a paper that comes with the goods, or that every firm has, so that no supply list names it.

    >>> is_paper("材质证明"), is_paper("质检报告"), is_paper("ISO9001")
    (True, True, False)
    """
    certificate = _table().by_code.get(code)
    if certificate is None:
        return code.endswith(("报告", "证明"))
    return certificate.kind in _PAPER_KINDS or code.endswith("报告")


def covers(code: str) -> tuple[str, ...]:
    """Return the codes of all that a certificate stands for besides itself, nearest first.

    >>> covers("IATF16949"), covers("CMMI5"), covers("某某认证")
    (('ISO9001',), ('CMMI4', 'CMMI3', 'CMMI'), ())
    """
    by_code = _table().by_code
    return tuple(dict.fromkeys(_covered(code, by_code)))[1:] if code in by_code else ()


def find_certificates(text: str) -> list[FoundCertificate]:
    """Return the certificates a purchase text speaks of, in order of position: demanded, welcome or waived.

    One that is itself the thing to be bought (…认证咨询) or the buyer's own is left out. A find takes in the words that
    belong to the name (体系, 认证, 证书) and those that make it a wish or waive it (不需要…, 有…优先).

    >>> [(found.text, found.code) for found in find_certificates("要IATF16949体系和SC,3C数码配件")]
    [('IATF16949体系', 'IATF16949'), ('SC', 'SC')]
    >>> [(found.text, found.is_wish) for found in find_certificates("有ISO9001优先,带3C证")]
    [('有ISO9001优先', True), ('3C证', False)]
    """
    folded = fold(text)
    found: list[FoundCertificate] = []
    for run in _runs(folded, _names(text, folded)):
        start, end, verdict = _judge(folded, run[0].start, run[-1].end)
        found.extend(_stretches(text, run, start, end, verdict))
    return found


def _names(text: str, folded: str) -> Iterator[_Name]:
    for start, end, alias in _outermost(text, folded):
        code, is_weak = _table().by_alias[alias]
        tail = words.TAIL.match(folded, end)
        finish = tail.end() if tail else end
        if _is_asked(folded, start, end, is_weak=is_weak) and _is_for_the_supplier(folded, start, finish, code):
            yield _Name(start=start, end=finish, code=code)


def _outermost(text: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield the aliases that stand alone and that no longer one contains, with their places in the text."""
    table = _table()
    squeezed, places = squeeze_in_place(text)
    matches = (
        (places[start], places[end - 1] + 1, table.aliases[number])
        for number, start, end in table.automaton.find_matches_as_indexes(squeezed, overlapping=True)
    )
    alone = [match for match in matches if stands_alone(folded, match[0], match[1])]
    reach = 0
    for start, end, alias in sorted(alone, key=lambda match: (match[0], -match[1])):
        if start >= reach:
            reach = end
            yield start, end, alias


def _is_asked(text: str, start: int, end: int, *, is_weak: bool) -> bool:
    """Tell whether a weak alias is one of papers here, by the words around it or as a clause of its own."""
    if not is_weak or words.CUE_AFTER.match(text, end):
        return True
    before = _before(text, start)
    if any(cue.search(before) for cue in (words.CUE_BEFORE, words.NEGATED, words.WITHOUT, words.WISHED, words.HOLDING)):
        return bool(
            words.CLOSED.match(text, end) or words.NEGATED_AFTER.match(text, end) or words.WISHED_AFTER.match(text, end)
        )
    is_clause = words.CLAUSE_BEGINS.search(before) and words.CLAUSE_ENDS.match(text, end)
    return bool(is_clause and words.ALONE.fullmatch(text[start:end]))


def _is_for_the_supplier(text: str, start: int, end: int, code: str) -> bool:
    """Tell whether it is a condition: not a service to be bought, nor what the buyer has or is after himself."""
    if words.SERVICE_AFTER.match(text, end) or words.DONE_AFTER.match(text, end):
        return False
    if code in words.OF_THE_BUYER and words.OWN_GOAL.search(_before(text, start)):
        return False
    return words.SERVICE_BEFORE.search(_before(text, start)) is None


def _runs(text: str, names: Iterable[_Name]) -> list[list[_Name]]:
    """Put together names joined by 、 or 和, so that one 不需要 or 优先 holds for all of them."""
    runs: list[list[_Name]] = []
    for one in names:
        between = text[runs[-1][-1].end : one.start] if runs else ""
        is_number = between == "," and text[one.start].isdigit()
        if runs and (is_number or words.JOINED.fullmatch(between)):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _judge(text: str, start: int, end: int) -> tuple[int, int, str]:
    """Return the stretch that says what is wanted of the names between, and what: "waived", "wish" or "" (demanded)."""
    before = _before(text, start)
    for verdict, lead, tail in words.FORMS:
        opened, closed = lead.search(before), tail.match(text, end)
        if opened and closed:
            return start - len(opened.group()), closed.end(), verdict
    further = words.WISHED_FURTHER.match(text, end) and not words.DEMANDED.search(before)
    return start, end, "wish" if further else ""


def _stretches(text: str, run: list[_Name], start: int, end: int, verdict: str) -> Iterator[FoundCertificate]:
    """Yield each name of a run; the first and the last take in the words around them."""
    for order, one in enumerate(run):
        begin = start if order == 0 else one.start
        finish = end if order == len(run) - 1 else one.end
        yield FoundCertificate(
            start=begin,
            end=finish,
            text=text[begin:finish],
            code=one.code,
            is_wish=verdict == "wish",
            is_waived=verdict == "waived",
        )


def _before(text: str, start: int) -> str:
    return text[max(0, start - words.REACH) : start]


def parse_certificates(cell: str) -> tuple[str, ...]:
    """Return the codes of a certificate cell, each once; a name that is not known is kept as written.

    >>> parse_certificates("ISO9001;IATF 16949、某某认证")
    ('ISO9001', 'IATF16949', '某某认证')
    """
    if _NOTHING.fullmatch(squeeze(cell)):
        return ()
    whole = _code_of(cell)
    if whole:
        return (whole,)
    return tuple(dict.fromkeys(code for part in _split(cell) for code in _codes_in(part)))


def _code_of(name: str) -> str:
    table = _table()
    key = squeeze(name)
    for candidate in (key, words.TAIL.sub("", key)):
        if candidate in table.by_alias:
            return table.by_alias[candidate][0]
    return table.by_name.get(key, "")


def _split(cell: str) -> Iterator[str]:
    folded = fold(cell)
    at = 0
    for match in _BETWEEN.finditer(folded):
        yield cell[at : match.start()].strip()
        at = match.end()
    yield cell[at:].strip()


def _codes_in(part: str) -> Iterator[str]:
    """Yield what one entry names; its words stay together unless they are names the table knows."""
    if _NOTHING.fullmatch(squeeze(part)):
        return
    code = _code_of(part)
    if code:
        yield code
        return
    folded = fold(part)
    known = list(_outermost(part, folded))
    if any(words.NEGATED.search(_before(folded, start)) for start, _, _ in known):
        return
    rest = folded
    for start, end, _ in reversed(known):
        rest = rest[:start] + " " + rest[end:]
    is_sure = any(not _table().by_alias[alias][1] for _, _, alias in known)
    if known and (is_sure or not _FILLER.sub("", rest)):
        yield from (_table().by_alias[alias][0] for _, _, alias in known)
    elif " " in part and known:
        yield from (found for word in part.split() for found in _codes_in(word))
    else:
        yield part
