"""Placing at the nodes (环节) of a programme's chains: by the trade lexicon, and by the industries of each node."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.model import Reason
from chuanzhu.placing.classes import ClassPlacer
from chuanzhu.placing.evidence import PLACES, hints, quoted
from chuanzhu.placing.records import Placement, Spot, best_first
from chuanzhu.taxonomy.industries import industries
from chuanzhu.taxonomy.lexicon import bundled_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chuanzhu.placing.evidence import Hint
    from chuanzhu.placing.records import Profile
    from chuanzhu.taxonomy.lexicon import Lexicon
    from chuanzhu.taxonomy.programmes import Node, Programme

_SAME, _NARROWER = 1.0, 0.9
_PRODUCT_POINTS, _STEEPNESS = 30.0, 2.0
_LIKELY_CLASS_POINTS, _REGISTERED_CLASS_POINTS = 20.0, 10.0
_LEAST_WEIGHT: Final = 0.4
_LEAST_OF_BEST: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pointer:
    """How strongly a concept points at a node, and the product of the node that it is or is a kind of."""

    node: int
    strength: float
    product: str


class NodePlacer:
    """Places enterprises at nodes of a programme.

    A node's evidence are the words for its products and for kinds of them in the firm's texts; their points grow with
    the logarithm of their weights. A word for something wider (汽车零部件) tells of no node. The probability that it
    belongs to one of the node's GB/T 4754 classes, and being registered in one, add points but place nobody alone: a
    class is wider than a node. The weights are set by judgement: there are no placements at nodes to fit them to.

    >>> from chuanzhu.placing import Profile
    >>> from chuanzhu.taxonomy.programmes import bundled_programme
    >>> placer = NodePlacer(bundled_programme("henan"))
    >>> placer.place(Profile(id="1", products=("阴极铜",))).spots[0].name
    '阴极铜(先进铜基材料)'
    """

    def __init__(
        self, programme: Programme, *, lexicon: Lexicon | None = None, classes: ClassPlacer | None = None
    ) -> None:
        """Take a programme; the lexicon and the placer in classes are the bundled ones unless given."""
        self._programme: Final = programme
        self._lexicon: Final = lexicon or bundled_lexicon()
        self._classes: Final = classes or ClassPlacer()
        self._pointers: Final = _pointers(programme.nodes, self._lexicon)
        self._chains: Final = {chain.slug: chain.name for chain in programme.chains}

    def place(self, profile: Profile, *, limit: int = 5) -> Placement:
        """Return the nodes that an enterprise works at, best first, or why there is none."""
        classes = self._classes.place(profile)
        found = hints(profile, self._lexicon)
        reasons = {
            number: self._reasons(number, pairs, classes)
            for number, pairs in self._by_node(found).items()
            if sum(weight for _, _, weight in pairs) >= _LEAST_WEIGHT
        }
        scores = {number: sum(reason.points for reason in each) for number, each in reasons.items()}
        least = _LEAST_OF_BEST * max(scores.values(), default=0.0)
        best = [number for number in sorted(scores, key=lambda number: -scores[number]) if scores[number] >= least][
            :limit
        ]
        whole = sum(scores[number] for number in best)
        spots = tuple(self._spot(number, scores[number] / whole, reasons[number]) for number in best)
        why = "" if spots else self._why_not(found, classes)
        return Placement(profile=profile, spots=spots, why=why, doubt=classes.doubt)

    def _by_node(self, found: Sequence[Hint]) -> Mapping[int, list[tuple[Hint, str, float]]]:
        """Return, by node, the hints that point at it, each with the product meant and the weight it has there."""
        pairs: defaultdict[int, list[tuple[Hint, str, float]]] = defaultdict(list)
        for hint in found:
            for concept in hint.concepts:
                for pointer in self._pointers.get(concept, ()):
                    weight = hint.weight * pointer.strength / len(hint.concepts)
                    pairs[pointer.node].append((hint, pointer.product, weight))
        return pairs

    def _reasons(self, number: int, pairs: Sequence[tuple[Hint, str, float]], classes: Placement) -> tuple[Reason, ...]:
        node = self._programme.nodes[number]
        return best_first((*_product_reasons(pairs), *_class_reasons(node, classes)))

    def _spot(self, number: int, share: float, reasons: tuple[Reason, ...]) -> Spot:
        node = self._programme.nodes[number]
        chain = self._chains.get(node.chain)
        return Spot(code=node.key, name=f"{node.name}({chain})" if chain else node.name, share=share, reasons=reasons)

    def _why_not(self, found: Sequence[Hint], classes: Placement) -> str:
        if found:
            words = quoted(hint.word for hint in sorted(found, key=lambda hint: -hint.weight))
            return f"提到的{words}不足以对上“{self._programme.name}”的任何环节;如果另有主要产品,请补上"
        return classes.why or "名称、产品和经营范围里没有词库认得的产品;请写明产品名称"


def _pointers(nodes: Sequence[Node], lexicon: Lexicon) -> dict[int, tuple[_Pointer, ...]]:
    """Return, by concept, the nodes that it points at: those whose own product it is, else those it is a kind of."""
    strongest: defaultdict[int, dict[int, _Pointer]] = defaultdict(dict)
    for number, node in enumerate(nodes):
        for product in node.products:
            for concept, strength in _related(product, lexicon):
                known = strongest[concept].get(number)
                if known is None or known.strength < strength:
                    strongest[concept][number] = _Pointer(node=number, strength=strength, product=product)
    return {concept: _shared(each.values()) for concept, each in strongest.items()}


def _related(product: str, lexicon: Lexicon) -> Iterator[tuple[int, float]]:
    for concept in lexicon.named(product):
        yield concept, _SAME
        yield from ((narrower, _NARROWER) for narrower in lexicon.descendants[concept])


def _shared(pointers: Iterable[_Pointer]) -> tuple[_Pointer, ...]:
    """Keep the strongest pointers; the more of them there are, the less each says."""
    listed = tuple(pointers)
    most = max(pointer.strength for pointer in listed)
    each = [pointer for pointer in listed if pointer.strength == most]
    length = max(1.0, math.hypot(*(pointer.strength for pointer in each)))
    return tuple(_Pointer(node=one.node, strength=one.strength / length, product=one.product) for one in each)


def _product_reasons(pairs: Sequence[tuple[Hint, str, float]]) -> Iterator[Reason]:
    """Divide the points for products among the places where the words stand, by their weights."""
    whole = sum(weight for _, _, weight in pairs)
    points = _PRODUCT_POINTS * math.log1p(_STEEPNESS * whole)
    for place in dict.fromkeys(hint.place for hint, _, _ in pairs):
        here = [(hint.word, product, weight) for hint, product, weight in pairs if hint.place == place]
        words, products = quoted(word for word, _, _ in here), quoted(product for _, product, _ in here)
        share = sum(weight for _, _, weight in here) / whole
        text = f"{PLACES[place]}{words},这个环节有{products}"
        yield Reason(code=place, points=points * share, text=text, asked=products, offered=words)


def _class_reasons(node: Node, classes: Placement) -> Iterator[Reason]:
    near = [spot for spot in classes.spots if spot.code in node.industries]
    if near:
        share = sum(spot.share for spot in near)
        text = f"看起来属于这个环节的行业“{near[0].name}”(把握 {share:.0%})"
        yield Reason(code="class", points=_LIKELY_CLASS_POINTS * share, text=text)
    registered = classes.profile.industry
    if registered in node.industries:
        text = f"登记的行业就是这个环节的“{industries()[registered].name}”"
        yield Reason(code="registered", points=_REGISTERED_CLASS_POINTS, text=text)
