"""Reading a product name: what it names, by the rule that a Chinese name ends in what the thing is.

硅开方用金刚石线 is a wire for cutting silicon and not silicon: of the concepts that a name mentions, the one at its end
is its head, the others only qualify it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.text import bigrams, normalise, squeeze, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chuanzhu.taxonomy.lexicon import Lexicon, Mention

_ASIDE: Final = re.compile(r"\(([^()]*)\)")
_LIST: Final = re.compile(r"[、,;/。+|]+")
_MODEL: Final = re.compile(r"(?<=[\u3400-\u9fff]{2}) ?[a-z]{3}[a-z0-9 .-]*$")
_TAIL: Final = re.compile(
    r"(?:系列产品|系列|产品|类|等|的?(?:生产|销售|制造|加工|研发|批发|贸易|业务|收入|经营|代理|代工|外协|定制|采购|整套|全套)[及和与]?)+$"
)
_FORM: Final = re.compile(
    r"(?:[\u3400-\u9fff]{1,3}级)?(?:原料药|原粉|原料|粉末|粉体|颗粒|粒料|粒子|切片|溶液|原液|干粉|精粉|毛坯|坯料|成品|材料|料)$"
    r"|[\u3400-\u9fff]{1,3}级$"
)
HEAD_SURE: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductName:
    """What a product name says: its single products squeezed, and per concept number how surely it is one of them.

    ``heads`` holds the concepts that it is, ``qualifiers`` those that it merely mentions; both values are in (0, 1].
    """

    items: tuple[str, ...]
    heads: dict[int, float]
    qualifiers: dict[int, float]


def read_product(name: str, lexicon: Lexicon) -> ProductName:
    """Split a product cell into single products and find what each is and mentions.

    A head that covers the whole name counts fully, one with words before it a little less; an ambiguous alias, or one
    that several concepts share, counts less.
    """
    items = product_items(name)
    heads: dict[int, float] = {}
    qualifiers: dict[int, float] = {}
    for item in items:
        for mention, is_head in mentions_by_place(item, lexicon):
            covered = (mention.end - mention.start) / len(item)
            found, share = (heads, HEAD_SURE + (1 - HEAD_SURE) * covered) if is_head else (qualifiers, 1.0)
            for concept in mention.concepts:
                found[concept] = max(found.get(concept, 0.0), share * sureness(mention))
    return ProductName(items=items, heads=heads, qualifiers=qualifiers)


def mentions_by_place(item: str, lexicon: Lexicon) -> Iterator[tuple[Mention, bool]]:
    """Return the concepts that a squeezed name mentions, each with whether it is the head.

    A form or grade that the thing comes in (原粉, 颗粒, 注塑级) is no head where the name of a thing stands right
    before it.
    """
    mentions = lexicon.mentions(item)
    form = _FORM.search(item)
    thing_end = form.start() if form else -1
    if all(mention.end != thing_end for mention in mentions):
        thing_end = len(item)
    for mention in mentions:
        yield mention, mention.end == thing_end or (mention.end == len(item) and mention.start < thing_end)


def sureness(mention: Mention) -> float:
    """How surely a mention means one of its concepts: less when the alias is ambiguous or shared."""
    return (0.7 if mention.is_ambiguous else 1.0) / math.sqrt(len(mention.concepts))


def product_items(name: str) -> tuple[str, ...]:
    """Return the single products of a cell, squeezed, without tails such as 系列 and 的生产; also without their models.

    >>> product_items('尼龙66(PA66)切片、工业丝系列产品')
    ('尼龙66切片', '工业丝', 'pa66')
    >>> product_items('企业服务总线 ESB')
    ('企业服务总线esb', '企业服务总线')
    """
    text = normalise(name).strip("\"'“”‘’")
    parts = [*_LIST.split(_ASIDE.sub("", text)), *_ASIDE.findall(text)]
    parts += [_MODEL.sub("", part) for part in parts if _MODEL.search(part)]
    items = (squeeze(_TAIL.sub("", part) or part) for part in parts)
    return tuple(dict.fromkeys(item for item in items if item)) or (squeeze(text),)


def grams(item: str) -> Iterator[str]:
    """Return the terms by which texts are compared: words, and pairs of Chinese characters marked with #."""
    yield from words(item)
    yield from ("#" + pair for pair in bigrams(item) if not pair.isascii() and len(pair) > 1)
