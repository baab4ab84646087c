"""The trade lexicon (行业词库): what things are called, and what they are a kind of, a part of, made of.

The tables are ``data/lexicon/*.csv``, one file per chain, one row per concept (a thing that can be bought). A domain
expert reviews and extends them in a spreadsheet; ``docs/guide/词库.md`` says how.
"""

from __future__ import annotations

import csv
import functools
from collections import defaultdict
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from chuanzhu.model import ChuanzhuError
from chuanzhu.text import squeeze, squeeze_all, stands_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COLUMNS: Final = ("规范名", "类型", "别名", "歧义别名", "上位", "属于", "原料", "用途", "白话")
KINDS: Final = ("材料", "部件", "产品", "设备", "工艺", "软件", "服务")


class LexiconError(ChuanzhuError):
    """A lexicon file that contradicts itself or another: names file, row, value and cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One thing that can be bought. ``broader`` are names of concepts; ``part_of``, ``made_of``, ``uses`` are words."""

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An alias found at ``[start, end)`` of a squeezed text, and the concepts it may stand for."""

    start: int
    end: int
    alias: str
    concepts: tuple[int, ...]
    is_ambiguous: bool


class Lexicon:
    """All concepts of some chains, the aliases that name them, and the hierarchy over them.

    Concepts are numbered by their position in ``concepts``.

    >>> lexicon = Lexicon([Concept(name="聚酰胺66", kind="材料", aliases=("PA66", "尼龙66"))])
    >>> [lexicon.concepts[m.concepts[0]].name for m in lexicon.mentions("求购尼龙-66切片")]
    ['聚酰胺66']
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Index aliases and hierarchy. Raises LexiconError where two claim one alias or a broader one is unknown."""
        self.concepts: Final = tuple(concepts)
        self._by_alias: Final = _claims(self.concepts)
        self._lengths: Final = _lengths_by_start(self._by_alias)
        broader = list({name: None for concept in self.concepts for name in concept.broader})
        squeezed = dict(zip(broader, squeeze_all(broader), strict=True))
        self.broader: Final = tuple(
            tuple(self._resolve(squeezed[name], name, asked_by=concept) for name in concept.broader)
            for concept in self.concepts
        )

    def _resolve(self, squeezed: str, name: str, *, asked_by: Concept) -> int:
        numbers, is_ambiguous = self._by_alias.get(squeezed, ((), True))
        if is_ambiguous or len(numbers) != 1:
            raise LexiconError(f"词条“{asked_by.name}”的上位“{name}”不是任何词条的规范名或别名;请改正,或补上这一词条")
        return numbers[0]

    def named(self, name: str) -> tuple[int, ...]:
        """Concepts that ``name`` as a whole may stand for."""
        return self._by_alias.get(squeeze(name), ((), False))[0]

    def mentions(self, squeezed: str) -> list[Mention]:
        """Return aliases in a squeezed text that no longer alias contains, in order of position."""
        found, reach = [], 0
        for start, first in enumerate(squeezed):
            for length in self._lengths.get(squeezed[start : start + 2]) or self._lengths.get(first, ()):
                end = start + length
                if end <= reach:
                    break
                alias = squeezed[start:end]
                claim = self._by_alias.get(alias)
                if claim and len(alias) == length and stands_alone(squeezed, start, end):
                    found.append(Mention(start=start, end=end, alias=alias, concepts=claim[0], is_ambiguous=claim[1]))
                    reach = end
                    break
        return found

    @functools.cached_property
    def ancestors(self) -> tuple[dict[int, int], ...]:
        """For each concept its broader concepts near and far, with the number of steps to each."""
        return tuple(_steps_up(number, self.broader) for number in range(len(self.concepts)))

    @functools.cached_property
    def descendants(self) -> tuple[dict[int, int], ...]:
        """For each concept its narrower concepts near and far, with the number of steps to each."""
        below: tuple[dict[int, int], ...] = tuple({} for _ in self.concepts)
        for number, above in enumerate(self.ancestors):
            for ancestor, steps in above.items():
                below[ancestor][number] = steps
        return below


def _steps_up(number: int, broader: tuple[tuple[int, ...], ...]) -> dict[int, int]:
    steps: dict[int, int] = {}
    front, distance = set(broader[number]), 1
    while front:
        steps.update(dict.fromkeys(front, distance))
        front = {above for below in front for above in broader[below]} - steps.keys()
        distance += 1
    steps.pop(number, None)
    return steps


def _lengths_by_start(aliases: Mapping[str, object]) -> dict[str, tuple[int, ...]]:
    """Return, by the first two characters, which lengths of aliases there are, longest first."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for alias in aliases:
        lengths[alias[:2]].add(len(alias))
    for start in lengths:
        if start[0] in aliases:
            lengths[start].add(1)
    return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}


def _claims(concepts: tuple[Concept, ...]) -> dict[str, tuple[tuple[int, ...], bool]]:
    """Return, by squeezed alias, the concepts that claim it and whether it is marked ambiguous."""
    sure: dict[str, int] = {}
    unsure: defaultdict[str, set[int]] = defaultdict(set)
    named = [(alias, number) for number, concept in enumerate(concepts) for alias in (concept.name, *concept.aliases)]
    for (alias, number), squeezed in zip(named, squeeze_all([alias for alias, _ in named]), strict=True):
        other = sure.setdefault(squeezed, number)
        if other != number:
            raise LexiconError(
                f"“{alias}”同时属于词条“{concepts[other].name}”和“{concepts[number].name}”;"
                "请从一处删去,或在两处都移到“歧义别名”列"
            )
    doubtful = [(alias, number) for number, concept in enumerate(concepts) for alias in concept.ambiguous]
    for (_, number), squeezed in zip(doubtful, squeeze_all([alias for alias, _ in doubtful]), strict=True):
        unsure[squeezed].add(number)
    claims: dict[str, tuple[tuple[int, ...], bool]] = {alias: ((number,), False) for alias, number in sure.items()}
    for alias, numbers in unsure.items():
        if alias not in claims:
            claims[alias] = (tuple(sorted(numbers)), True)
    return claims


def _split(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, cell.split(";")))) if cell else ()


def read_lexicon(files: Iterable[tuple[str, str]]) -> Lexicon:
    """Read lexicon files, each given as (chain, text). A concept that several chains list is one concept."""
    rows: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for chain, text in files:
        reader = csv.DictReader(text.removeprefix("\ufeff").splitlines())
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise LexiconError(f"词库文件 {chain}.csv 的表头应为:{','.join(COLUMNS)}")
        for row in reader:
            if row["类型"] not in KINDS or None in row or None in row.values():
                raise LexiconError(
                    f"词库文件 {chain}.csv 第 {reader.line_num} 行“{row['规范名']}”:"
                    f"应有 {len(COLUMNS)} 列,类型应为 {'、'.join(KINDS)} 之一"
                )
            rows.setdefault(row["规范名"], []).append((chain, row))
    return Lexicon(_concept(name, entries) for name, entries in rows.items())


def _concept(name: str, entries: list[tuple[str, dict[str, str]]]) -> Concept:
    def union(column: str) -> tuple[str, ...]:
        if len(entries) == 1:
            return _split(entries[0][1][column])
        return tuple(dict.fromkeys(part for _, row in entries for part in _split(row[column])))

    return Concept(
        name=name,
        kind=entries[0][1]["类型"],
        aliases=union("别名"),
        ambiguous=union("歧义别名"),
        broader=union("上位"),
        part_of=union("属于"),
        made_of=union("原料"),
        uses=union("用途"),
        plain=union("白话"),
        chains=tuple(dict.fromkeys(chain for chain, _ in entries)),
    )


@functools.cache
def bundled_lexicon() -> Lexicon:
    """Return the lexicon that comes with this library, read once per process."""
    folder = resources.files("chuanzhu") / "data" / "lexicon"
    files = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".csv"))
    return read_lexicon((name.removesuffix(".csv"), entry.read_text("utf-8")) for name, entry in files)
