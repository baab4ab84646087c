"""Placing in the classes of GB/T 4754 (行业小类) by cue words and by the words of the standard."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from chuanzhu.model import Reason
from chuanzhu.placing.cues import CueBook, bundled_cues, industrial_classes, is_industrial
from chuanzhu.placing.evidence import MADE, PLACES, hints, quoted
from chuanzhu.placing.fitting import softmax
from chuanzhu.placing.records import Placement, Spot, best_first
from chuanzhu.placing.scope import scope_body
from chuanzhu.placing.wording import Wording
from chuanzhu.taxonomy.industries import industries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from chuanzhu.placing.evidence import Hint
    from chuanzhu.placing.records import Profile

    Floats = NDArray[np.float64]

KINDS: Final = ("class", "division", "wording")
WEIGHTS: Final = (2.8, 1.5, 3.25)
"""Fitted by ``benchmarks/placing.py`` on 1,603 enterprises: three figures for all 666 classes."""

_POINTS: Final = 10.0
_STEEPNESS: Final = 2.0
_DIGITS: Final = {"class": 4, "division": 2}


class ClassPlacer:
    """Places enterprises in industrial classes (divisions 06 to 46).

    The evidence for a class is the logarithm of one plus twice the weights of the cue words that point at it, the same
    of those that point into its division, and how near the firm's texts come to the standard's own wording. Points are
    weighted evidence; the softmax of a tenth of the points are the shares.
    """

    def __init__(self, *, cues: CueBook | None = None, weights: Sequence[float] = WEIGHTS) -> None:
        """Take cue words (those bundled unless given) and the weight of each of ``KINDS``."""
        self._cues: Final = cues or bundled_cues()
        self._weights: Final = np.array(weights)
        self._codes: Final = industrial_classes()
        self._ranges: Final = _ranges(self._codes)

    def place(self, profile: Profile, *, limit: int = 5) -> Placement:
        """Return the most probable classes of an enterprise, or why it cannot be placed.

        >>> from chuanzhu.placing import Profile
        >>> firm = Profile(id="1", name="某某电缆有限公司", products=("电力电缆", "电线"))
        >>> ClassPlacer().place(firm, limit=1).spots[0].name
        '电线、电缆制造'
        """
        found = hints(profile, self._cues)
        if why := _why_not(profile, found):
            return Placement(profile=profile, why=why)
        evidence = self._evidence(profile, found)
        points = self._weights @ evidence
        shares = softmax(points[None])[0]
        best = np.argsort(-points, kind="stable")[:limit]
        spots = tuple(
            Spot(
                code=self._codes[number],
                name=industries()[self._codes[number]].name,
                share=float(shares[number]),
                reasons=self._reasons(self._codes[number], found, evidence[:, number]),
            )
            for number in best
        )
        return Placement(profile=profile, spots=spots, doubt=_doubt(profile, spots))

    def evidence(self, profile: Profile) -> Floats:
        """Return the evidence (kinds, classes) that a firm's texts give, before it is weighted."""
        return self._evidence(profile, hints(profile, self._cues))

    def _evidence(self, profile: Profile, found: Sequence[Hint]) -> Floats:
        sums = np.zeros((len(_DIGITS), len(self._codes)))
        for row, digits in enumerate(_DIGITS.values()):
            for code, weight in self._by_code(found, digits).items():
                sums[row, self._ranges[code]] = weight
        body = scope_body(profile.scope)
        near = _wording().nearness((profile.name, " ".join(profile.products), body))
        return np.vstack([np.log1p(_STEEPNESS * sums), near])

    def _by_code(self, found: Sequence[Hint], digits: int) -> Mapping[str, float]:
        """Return the summed weights of hints by code of so many digits, those of what lies inside it included."""
        sums: defaultdict[str, float] = defaultdict(float)
        for hint in found:
            for code, strength in self._cues.pointers(hint.word):
                if len(code) >= digits:
                    sums[code[:digits]] += hint.weight * strength
        return sums

    def _reasons(self, code: str, found: Sequence[Hint], evidence: Floats) -> tuple[Reason, ...]:
        points = dict(zip(KINDS, (_POINTS * self._weights * evidence).tolist(), strict=True))
        division = code[: _DIGITS["division"]]
        words = self._words(division, found)
        text = f"同属“{industries()[division].name}”的线索有{words}"
        reasons = (
            *self._direct(code, found, points["class"]),
            Reason(code="division", points=points["division"], text=text, offered=words),
            Reason(code="wording", points=points["wording"], text="用词与国家标准里这个小类的名称和说明相近"),
        )
        return best_first(reasons)

    def _direct(self, code: str, found: Sequence[Hint], points: float) -> list[Reason]:
        """Divide the points of the class among the places of its cue words by their weights."""
        weights: defaultdict[str, float] = defaultdict(float)
        words: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for hint in found:
            strength = dict(self._cues.pointers(hint.word)).get(code, 0.0)
            if strength:
                weights[hint.place] += hint.weight * strength
                words[hint.place][hint.word] = None
        total = sum(weights.values())
        return [
            Reason(code=place, points=points * weight / total, text=f"{PLACES[place]}{shown}", offered=shown)
            for place, weight in weights.items()
            for shown in (quoted(words[place]),)
        ]

    def _words(self, above: str, found: Sequence[Hint]) -> str:
        words = (
            hint.word
            for hint in sorted(found, key=lambda hint: -hint.weight)
            if any(code.startswith(above) for code, _ in self._cues.pointers(hint.word))
        )
        return quoted(words)


def _why_not(profile: Profile, found: Sequence[Hint]) -> str:
    if not (profile.name or profile.products or profile.scope):
        return "没有写企业名称、产品和经营范围;请至少补上一项"
    if not found:
        return "名称、产品和经营范围里没有认得的工业产品;请写明生产什么"
    if not any(hint.place in MADE for hint in found):
        return "只写了销售、研发或服务,没有写生产什么;如果也生产,请补上产品"
    return ""


def _doubt(profile: Profile, spots: Sequence[Spot]) -> str:
    """Say so where the registered industry lies in none of the divisions that the firm's texts point at."""
    if not profile.industry or any(spot.code[:2] == profile.industry[:2] for spot in spots):
        return ""
    registered, likely = industries()[profile.industry], spots[0]
    outside = "" if is_industrial(registered.code) else "不是工业行业,"
    return (
        f"登记的行业“{registered.code} {registered.name}”{outside}与名称、产品、经营范围对不上,"
        f"看起来更像“{likely.code} {likely.name}”"
    )


def _ranges(codes: Sequence[str]) -> Mapping[str, slice]:
    """Return where the classes inside each division, group and class stand in the sorted codes."""
    ends: dict[str, tuple[int, int]] = {}
    for number, code in enumerate(codes):
        for length in _DIGITS.values():
            start, _ = ends.get(code[:length], (number, number))
            ends[code[:length]] = (start, number + 1)
    return {code: slice(*pair) for code, pair in ends.items()}


@functools.cache
def _wording() -> Wording:
    names = (industries()[code] for code in industrial_classes())
    return Wording([f"{one.name} {one.name} {one.scope}" for one in names])
