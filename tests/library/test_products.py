"""What a product name ends in is what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.matching.products import product_items, read_product
from chuanzhu.taxonomy.lexicon import Concept, Lexicon

LEXICON = Lexicon(
    [
        Concept(name=name, kind="材料", aliases=aliases)
        for name, aliases in (
            ("硅", ()),
            ("硅片", ()),
            ("金刚石线", ("钻石线",)),
            ("铝箔", ()),
            ("餐盒", ()),
            ("聚酰胺66", ("PA66", "尼龙66")),
        )
    ]
)


def names(found):
    return {LEXICON.concepts[number].name for number in found}


@pytest.mark.parametrize(
    ("product", "heads", "qualifiers"),
    [
        ("硅片切割用金刚石线", {"金刚石线"}, {"硅片"}),
        ("铝箔餐盒", {"餐盒"}, {"铝箔"}),
        ("钻石线系列产品", {"金刚石线"}, set()),
        ("铝箔、餐盒的生产销售", {"铝箔", "餐盒"}, set()),
        ("尼龙66(PA66)", {"聚酰胺66"}, set()),
        ("其他业务", set(), set()),
    ],
)
def test_the_end_of_a_name_is_its_head_and_the_rest_qualifies(product, heads, qualifiers):
    found = read_product(product, LEXICON)
    assert (names(found.heads), names(found.qualifiers)) == (heads, qualifiers)


def test_a_head_that_covers_the_whole_name_counts_more_than_one_with_words_before_it():
    whole, part = read_product("铝箔", LEXICON), read_product("超薄双面光铝箔", LEXICON)
    assert max(whole.heads.values()) == 1 > max(part.heads.values()) > 0.8


@given(st.text())
def test_any_text_can_be_read_as_a_product(text):
    found = read_product(text, LEXICON)
    assert found.items == product_items(text)
    assert all(0 < share <= 1 for share in (*found.heads.values(), *found.qualifiers.values()))
