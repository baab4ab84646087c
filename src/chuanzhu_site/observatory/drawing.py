"""A chain drawn by stage: columns of families, each closed (a string of beads) or open (one bead a row).

Pure geometry in the units of the picture's view box: what goes in are a chain, its graph and what was found in a
region; what comes out are boxes, beads and threads for a template to write down.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from chuanzhu.chain.presence import EMPTY, MANY, NOT_KNOWN, SINGLE, STATES, WEAK
from chuanzhu.taxonomy.programmes import STAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from chuanzhu.chain import ChainGraph, Presence
    from chuanzhu.taxonomy.programmes import Chain, Link, Place

BOX, GAP, TOP, MARGIN = 184, 58, 34, 8
HEAD, ROW, BEAD, STRING, BETWEEN = 30, 30, 10, 18, 14
_A_STRING: Final = 9
_LONGEST: Final = 11
CLASSES: Final = {NOT_KNOWN: "unknown", EMPTY: "blank", SINGLE: "single", WEAK: "weak", MANY: "many"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bead:
    """One node: where it is drawn, its state, how many firms, and the level that a question left it (None: as now)."""

    key: str
    name: str
    x: float
    y: float
    state: str
    word: str
    firms: int | None
    level: float | None = None
    is_asked: bool = False

    @property
    def label(self) -> str:
        """The name as far as there is room: less where a change stands behind it."""
        longest = _LONGEST if self.level is None else _LONGEST - 4
        return self.name if len(self.name) <= longest else self.name[: longest - 1] + "…"

    @property
    def change(self) -> str:
        """How far a question moved the node, in words; empty where it did not."""
        if self.level is None:
            return ""
        if self.level <= 0:
            return "停"
        rounded = round(abs(self.level - 1) * 100)
        return f"{'减' if self.level < 1 else '增'} {rounded or '不到 1'}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A family in a stage; ``toggled`` is the list of open families after this one is opened or closed."""

    name: str
    stage: str
    x: float
    y: float
    height: float
    is_open: bool
    filled: int | None
    beads: tuple[Bead, ...]
    toggled: str

    @property
    def summary(self) -> str:
        """How many of its nodes have firms."""
        return f"{len(self.beads)} 个环节" if self.filled is None else f"{self.filled}/{len(self.beads)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One or several links between two boxes or beads: the path, the strongest link, and what a reader is told."""

    path: str
    strength: str
    width: float
    origin: str
    end: str
    words: str
    is_hot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The whole picture; ``columns`` are (x, stage)."""

    width: float
    height: float
    columns: tuple[tuple[float, str], ...]
    boxes: tuple[Box, ...]
    threads: tuple[Thread, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    """Where threads leave and enter: a closed box, or the row of a node."""

    id: str
    left: float
    right: float
    y: float
    column: int


def draw(
    chain: Chain,
    links: Iterable[Link],
    graph: ChainGraph,
    here: Presence,
    *,
    opened: Collection[str] = (),
    levels: Mapping[str, float] | None = None,
    asked: str = "",
) -> Drawing:
    """Draw a chain. ``levels`` are the nodes that a question moved; their families are open, whatever was chosen."""
    levels = levels or {}
    families: defaultdict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in chain.places:
        families[place.stage, place.family].append(place)
    shown = {family for (_, family), places in families.items() if family in opened or _is_moved(places, levels)}
    stages = [stage for stage in STAGES if any(each == stage for each, _ in families)]
    marks = _marks(graph, here, levels, asked)
    boxes: list[Box] = []
    for column, stage in enumerate(stages):
        x, y = MARGIN + column * (BOX + GAP), float(TOP)
        for (each, family), places in families.items():
            if each == stage:
                box = _box(family, stage, [marks[place.node] for place in places], shown, x=x, y=y)
                boxes.append(box)
                y += box.height + BETWEEN
    columns = tuple((MARGIN + column * (BOX + GAP), stage) for column, stage in enumerate(stages))
    return Drawing(
        width=2 * MARGIN + len(stages) * (BOX + GAP) - GAP,
        height=max((box.y + box.height for box in boxes), default=TOP) + MARGIN,
        columns=columns,
        boxes=tuple(boxes),
        threads=_threads(boxes, stages, list(links), dict(zip(graph.keys, graph.names, strict=True)), levels),
    )


def _is_moved(places: Iterable[Place], levels: Mapping[str, float]) -> bool:
    return any(place.node in levels for place in places)


def _marks(graph: ChainGraph, here: Presence, levels: Mapping[str, float], asked: str) -> dict[str, Bead]:
    return {
        key: Bead(
            key=key,
            name=name,
            x=0,
            y=0,
            state=CLASSES[state],
            word=STATES[state],
            firms=None if state == NOT_KNOWN else firms,
            level=levels.get(key),
            is_asked=key == asked,
        )
        for key, name, state, firms in zip(
            graph.keys, graph.names, here.states.tolist(), here.firms.tolist(), strict=True
        )
    }


def _box(family: str, stage: str, beads: Sequence[Bead], shown: Collection[str], *, x: float, y: float) -> Box:
    is_open = family in shown
    if is_open:
        height = HEAD + ROW * len(beads) + 4
        placed = [replace(bead, x=x + 20, y=y + HEAD + ROW * number + ROW / 2) for number, bead in enumerate(beads)]
    else:
        height = HEAD + STRING * math.ceil(len(beads) / _A_STRING) + 8
        placed = [
            replace(bead, x=x + 20 + number % _A_STRING * STRING, y=y + HEAD + 8 + number // _A_STRING * STRING)
            for number, bead in enumerate(beads)
        ]
    is_known = all(bead.firms is not None for bead in beads)
    return Box(
        name=family,
        stage=stage,
        x=x,
        y=y,
        height=height,
        is_open=is_open,
        filled=sum(bool(bead.firms) for bead in beads) if is_known else None,
        beads=tuple(placed),
        toggled=",".join(sorted(set(shown) ^ {family})),
    )


def _threads(
    boxes: Sequence[Box],
    stages: Sequence[str],
    links: Sequence[Link],
    names: Mapping[str, str],
    levels: Collection[str],
) -> tuple[Thread, ...]:
    """Return the threads between anchors; links inside one closed family are its string of beads and not drawn."""
    anchors = dict(_anchors(boxes, stages))
    bundles: defaultdict[tuple[_Anchor, _Anchor], list[Link]] = defaultdict(list)
    for link in links:
        ends = anchors[link.giver], anchors[link.taker]
        if ends[0] != ends[1]:
            bundles[ends].append(link)
    return tuple(_thread(origin, end, bundle, names, levels) for (origin, end), bundle in bundles.items())


def _anchors(boxes: Sequence[Box], stages: Sequence[str]) -> Iterable[tuple[str, _Anchor]]:
    for box in boxes:
        column = stages.index(box.stage)
        for bead in box.beads:
            identity, y = (bead.key, bead.y) if box.is_open else (f"{box.stage}/{box.name}", box.y + HEAD / 2)
            yield bead.key, _Anchor(id=identity, left=box.x, right=box.x + BOX, y=y, column=column)


def _thread(
    origin: _Anchor, end: _Anchor, bundle: Sequence[Link], names: Mapping[str, str], levels: Collection[str]
) -> Thread:
    strongest = max(bundle, key=lambda link: link.strength)
    first = (
        f"{names[strongest.giver]} → {names[strongest.taker]}:{strongest.kind},{strongest.basis}"
        f"({strongest.evidence.source},{strongest.evidence.date},{strongest.evidence.standing})"
    )
    return Thread(
        path=_path(origin, end),
        strength="strong" if strongest.strength > 0.8 else "middle" if strongest.strength > 0.4 else "faint",  # noqa: PLR2004 (between the words 强, 中 and 弱)
        width=round(1 + 0.5 * min(5, len(bundle) - 1), 1),
        origin=origin.id,
        end=end.id,
        words=first if len(bundle) == 1 else f"{len(bundle)} 条联系,最要紧的:{first}",
        is_hot=any(link.giver in levels and link.taker in levels for link in bundle),
    )


def _path(origin: _Anchor, end: _Anchor) -> str:
    """Return a curve: to the right between columns, bulging to the right within one, back on the left for returns."""
    if origin.column == end.column:
        out = origin.right + min(GAP * 0.8, 16 + abs(end.y - origin.y) / 8)
        return f"M{origin.right} {origin.y}C{out:.0f} {origin.y} {out:.0f} {end.y} {end.right} {end.y}"
    start, stop = (origin.right, end.left) if origin.column < end.column else (origin.left, end.right)
    middle = (start + stop) / 2
    return f"M{start} {origin.y}C{middle:.0f} {origin.y} {middle:.0f} {end.y} {stop} {end.y}"
