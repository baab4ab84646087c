"""Credit codes: right ones pass, wrong ones are named with what is wrong and how to mend it."""

import csv
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chuanzhu.model import ChuanzhuError
from chuanzhu.taxonomy.uscc import USCC_ALPHABET, UsccError, check_uscc, compose_uscc

LISTED = Path(__file__).parents[3] / "shared/data/listed/enterprises.csv"
GOOD = "91520000214433792D"
BODIES = st.text(alphabet=USCC_ALPHABET, min_size=17, max_size=17)


def test_the_alphabet_has_no_letter_that_looks_like_a_digit():
    assert len(USCC_ALPHABET) == 31
    assert not set("IOSVZ") & set(USCC_ALPHABET)


@pytest.mark.parametrize(
    "written", [GOOD, " 91520000 214433792d\n", "９１５２００００２１４４３３７９２Ｄ", "\ufeff" + GOOD]
)
def test_a_code_is_folded_to_its_eighteen_characters(written):
    assert check_uscc(written) == GOOD


@given(BODIES)
def test_a_composed_code_passes_its_own_check(body):
    assert check_uscc(compose_uscc(body)) == compose_uscc(body)


@given(BODIES, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_any_single_wrong_character_is_noticed(body, place, character):
    code = compose_uscc(body)
    assume(code[place] != character)
    with pytest.raises(UsccError, match="校验不符"):
        check_uscc(code[:place] + character + code[place + 1 :])


@given(BODIES, st.integers(0, 16))
def test_two_neighbours_that_changed_places_are_noticed(body, place):
    code = compose_uscc(body)
    assume(code[place] != code[place + 1])
    with pytest.raises(UsccError, match="校验不符"):
        check_uscc(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def test_a_wrong_check_character_is_named_with_its_value():
    with pytest.raises(UsccError, match=r"91520000214433792E.*末位是 E,按前 17 位应为 D"):
        check_uscc(GOOD[:-1] + "E")


def test_a_letter_o_for_a_zero_is_named_with_its_place():
    with pytest.raises(UsccError, match=r"第 5 位是“O”.*多半应为 0"):
        check_uscc("9152O000214433792D")


def test_a_character_that_no_code_has_is_named():
    with pytest.raises(UsccError, match=r"第 3 位是“#”.*只能用数字和大写字母"):
        check_uscc("91#20000214433792D")


@pytest.mark.parametrize(("code", "length"), [("", 0), ("410100000012345", 15), (GOOD + "1", 19)])
def test_a_wrong_length_is_named_with_the_right_one(code, length):
    with pytest.raises(UsccError, match=f"有 {length} 位,应为 18 位"):
        check_uscc(code)


@pytest.mark.parametrize("body", ["", "9152000021443379", "9152000021443379O"])
def test_only_seventeen_legal_characters_can_be_completed(body):
    with pytest.raises(UsccError, match="前 17 位"):
        compose_uscc(body)


def test_a_credit_code_error_is_an_error_of_this_library():
    assert issubclass(UsccError, ChuanzhuError)


@pytest.mark.skipif(not LISTED.exists(), reason="the shared list of listed enterprises is not here")
def test_every_code_of_the_listed_enterprises_passes():
    with LISTED.open(encoding="utf-8") as file:
        codes = [row["统一社会信用代码"] for row in csv.DictReader(file) if row["统一社会信用代码"]]
    assert len(codes) == 3872
    assert [check_uscc(code) for code in codes] == codes
