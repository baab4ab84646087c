"""Folding keeps what it promises: positions where it says so, and the same text for the same reading."""

from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.text import bigrams, fold, normalise, squeeze, squeeze_in_place, words


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_folding_keeps_every_position(text):
    assert len(fold(text)) == len(text)


@given(st.text())
def test_squeezing_in_place_tells_where_each_character_stood(text):
    squeezed, places = squeeze_in_place(text)
    assert len(places) == len(squeezed) + 1
    assert [fold(text[place]) for place in places[:-1]] == list(squeezed)


def test_width_case_hyphens_and_spaces_do_not_matter():
    assert squeeze("ＰＡ－66 切片") == squeeze("pa66切片") == "pa66切片"


def test_spaces_between_chinese_characters_vanish_and_between_latin_words_stay():
    assert normalise(" 不 锈 钢  Protein  A ") == "不锈钢protein a"


def test_words_and_pairs_leave_punctuation_out():
    assert words("采购:不锈钢无缝管!") == ["采购", "不锈钢", "无缝管"]
    assert bigrams("PA66切片料") == ["pa66", "切片", "片料"]
