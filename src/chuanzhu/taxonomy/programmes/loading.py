"""Read a programme's files into one graph, and say of each thing that is wrong where it is and how to mend it."""

from __future__ import annotations

import functools
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from chuanzhu.taxonomy.lexicon import bundled_lexicon
from chuanzhu.taxonomy.programmes import rows
from chuanzhu.taxonomy.programmes.drafting import Draft
from chuanzhu.taxonomy.programmes.records import FLOWS, Chain, Programme, ProgrammeError
from chuanzhu.taxonomy.programmes.rows import Ledger, Row, evidence_of, read_rows
from chuanzhu.taxonomy.regions import region_path

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from chuanzhu.model import Problem
    from chuanzhu.taxonomy.lexicon import Lexicon

_ITEMS: Final = ("名称", "地区", "依托", "工作", "县区")
_SHOWN: Final = 20


def load_programme(path: Path, *, lexicon: Lexicon | None = None) -> Programme:
    """Read the programme in folder ``path``: programme.csv, chains.csv, and two files a chain (-nodes, -links).

    ``docs/guide/产业链数据.md`` describes the files. Products are looked up in ``lexicon`` (the bundled one unless
    given). Raises ProgrammeError, with all problems, when there is one that must be mended first; what only should be
    looked at (a product that the lexicon does not know) is in ``notes``.
    """
    return _load(path, bundled_lexicon() if lexicon is None else lexicon)


@functools.cache
def bundled_programme(key: str) -> Programme:
    """Return a programme that comes with this library, read once per process. Raises ProgrammeError for another key.

    >>> len(bundled_programme("henan").chains)
    28
    """
    known = bundled_programmes()
    if key not in known:
        raise ProgrammeError(f"没有自带的产业链方案“{key}”;自带的有:{'、'.join(known)}")
    return _load(_bundled() / key, bundled_lexicon())


def bundled_programmes() -> tuple[str, ...]:
    """Return the keys of the programmes that come with this library."""
    return tuple(sorted(entry.name for entry in _bundled().iterdir() if entry.is_dir()))


def _bundled() -> Traversable:
    return resources.files("chuanzhu") / "data" / "programmes"


def _load(folder: Traversable, lexicon: Lexicon) -> Programme:
    if not folder.is_dir():
        raise ProgrammeError(f"没有文件夹“{folder}”;产业链方案是一个文件夹,里面有 programme.csv 和 chains.csv")
    draft = Draft(lexicon=lexicon)
    items = _items(read_rows(folder, "programme.csv", rows.PROGRAMME, draft.ledger), draft.ledger)
    base = _base(folder, items["依托"], lexicon)
    if base:
        draft.build_on(base)
    chains = _chains(folder, draft)
    for chain in chains:
        draft.connect(read_rows(folder, f"{chain.slug}-links.csv", rows.LINKS, draft.ledger), chain)
    _refuse_strays(folder, chains, draft.ledger)
    _refuse_circles(draft)
    _raise_if_unusable(folder.name, draft.ledger.problems)
    return _programme(folder.name, items, chains, draft)


def _items(listed: list[Row], ledger: Ledger) -> dict[str, tuple[str, ...]]:
    items: dict[str, tuple[str, ...]] = dict.fromkeys(_ITEMS, ())
    for row in listed:
        item, value = row["项"], row["值"]
        evidence_of(row, ledger)
        if item not in items:
            ledger.note(row, "项", wrong=f"项“{item}”不认识", cure=f"应为 {'、'.join(_ITEMS)} 之一")
        elif item in {"地区", "县区"} and not region_path(value):
            ledger.note(row, "值", wrong=f"地区代码“{value}”不认识", cure="请写 6 位行政区划代码,例如 410500")
        else:
            items[item] = (*items[item], value)
    for item in ("名称", "地区"):
        if listed and len(items[item]) != 1:
            ledger.refuse("programme.csv", wrong=f"“{item}”有 {len(items[item])} 行", cure="应正好一行")
    return items


def _base(folder: Traversable, named: tuple[str, ...], lexicon: Lexicon) -> Programme | None:
    """Return the programme that this one builds on: from the folder beside it, else a bundled one."""
    if not named:
        return None
    beside = getattr(folder, "parent", folder) / named[0]
    return _load(beside, lexicon) if beside.is_dir() else bundled_programme(named[0])


def _chains(folder: Traversable, draft: Draft) -> tuple[Chain, ...]:
    """Read all nodes before any place, because a row may refer to a node of a later chain."""
    listed = {row["产业链"]: row for row in read_rows(folder, "chains.csv", rows.CHAINS, draft.ledger)}
    sheets = {slug: read_rows(folder, f"{slug}-nodes.csv", rows.NODES, draft.ledger) for slug in listed}
    for slug, sheet in sheets.items():
        for row in sheet:
            draft.define(row, slug)
    return tuple(_chain(row, sheets[slug], draft) for slug, row in listed.items())


def _chain(row: Row, sheet: list[Row], draft: Draft) -> Chain:
    for column in ("名称", "集群"):
        if not row[column]:
            draft.ledger.note(row, column, wrong=f"产业链“{row['产业链']}”没有写{column}", cure="请补上")
    return Chain(
        slug=row["产业链"],
        name=row["名称"],
        cluster=row["集群"],
        places=tuple(place for node in sheet for place in draft.place(node)),
        evidence=evidence_of(row, draft.ledger),
    )


def _refuse_strays(folder: Traversable, chains: tuple[Chain, ...], ledger: Ledger) -> None:
    expected = {"programme.csv", "chains.csv"}
    expected.update(f"{chain.slug}-{part}.csv" for chain in chains for part in ("nodes", "links"))
    for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".csv")):
        if name not in expected:
            ledger.refuse(name, wrong="chains.csv 里没有对应的产业链", cure="请在 chains.csv 里加一行,或删去这个文件")


def _refuse_circles(draft: Draft) -> None:
    """Refuse a circle of goods that end up inside each other; equipment, energy or returns may go round."""
    flows = {ends for ends, link in draft.links.items() if link.kind in FLOWS}
    takers: dict[str, set[str]] = {}
    for giver, taker in flows:
        takers.setdefault(taker, set()).add(giver)
    try:
        TopologicalSorter(takers).prepare()
    except CycleError as error:
        circle = error.args[1]
        row = next(draft.written[ends] for ends in pairwise(circle) if ends in draft.written)
        wrong = f"原料、部件绕成了圈:{' → '.join(circle)}"
        cure = "一样东西不能用自己做成;请删去或改正其中一条,废料再用请把类别写成“回收”"
        draft.ledger.note(row, "到环节", wrong=wrong, cure=cure)


def _raise_if_unusable(name: str, problems: list[Problem]) -> None:
    faults = tuple(problem for problem in problems if not problem.used)
    if not faults:
        return
    lines = [f"{_where(fault)}:{fault.wrong};{fault.cure}" for fault in faults[:_SHOWN]]
    more = [f"……还有 {len(faults) - _SHOWN} 处"] if len(faults) > _SHOWN else []
    head = f"产业链方案“{name}”有 {len(faults)} 处要改:"
    raise ProgrammeError("\n".join([head, *lines, *more]), faults)


def _where(problem: Problem) -> str:
    return f"{problem.file} 第 {problem.row} 行" if problem.row else problem.file


def _programme(key: str, items: dict[str, tuple[str, ...]], chains: tuple[Chain, ...], draft: Draft) -> Programme:
    shown = frozenset().union(*(chain.nodes for chain in chains))
    return Programme(
        key=key,
        name=items["名称"][0],
        region=items["地区"][0],
        works=items["工作"],
        counties=items["县区"],
        chains=chains,
        nodes=tuple(node for node in draft.nodes.values() if node.key in shown),
        links=tuple(link for link in draft.links.values() if link.giver in shown and link.taker in shown),
        notes=tuple(draft.ledger.problems),
    )
