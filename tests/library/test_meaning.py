"""Meaning: vectors of texts, and the concepts that a description may stand for."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.matching.descriptions import Descriptions, bundled_descriptions
from chuanzhu.matching.meaning import bundled_arrays, bundled_meaning, names_in, unit
from chuanzhu.taxonomy.lexicon import bundled_lexicon

TEXTS = st.text(alphabet="钢管胶粘铁皮耐高温的用,。 a6", max_size=40)


def described(text):
    direction = bundled_meaning().of_names([text])[0]
    return bundled_descriptions().described(text, direction)


def names_described(text):
    return [bundled_lexicon().concepts[number].name for number, _ in described(text)]


def small(**changes):
    parts = {
        "directions": np.eye(3, dtype=np.float32),
        "words": {"u:铁": 0, "u:胶": 1},
        "starts": np.array([0, 2, 3]),
        "concepts": np.array([0, 1, 2]),
        "weights": np.array([1.0, 2.0, 4.0], dtype=np.float32),
    }
    return Descriptions(**(parts | changes))


@given(TEXTS)
def test_a_text_has_a_vector_of_length_one_or_none_at_all(text):
    length = float(np.linalg.norm(bundled_meaning().of_names([text])[0]))
    assert length == pytest.approx(1, abs=1e-4) or length == 0


def test_a_text_without_a_known_feature_has_no_direction_and_describes_nothing():
    assert not bundled_meaning().of_names([""]).any()
    assert not bundled_meaning().of_names(["…!?"]).any()
    assert described("…!?") == []


def test_what_another_name_means_is_nearer_than_what_shares_its_letters():
    crane, hoist, bread = bundled_meaning().of_names(["桥式起重机", "行车天车", "面包"])
    assert crane @ hoist > crane @ bread + 0.2


@given(TEXTS)
def test_described_concepts_are_at_most_five_each_once_surest_first_with_shares_up_to_one(text):
    found = described(text)
    shares = [share for _, share in found]
    assert len({number for number, _ in found}) == len(found) <= 5
    assert shares == sorted(shares, reverse=True)
    assert all(0 < share <= 1 for share in shares)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("带翅膀会飞、坐很多人的大机器", "民航客机"),
        ("钞票按新旧和面额分开的机器", "清分机"),
        ("鸡圈里自动把粪刮走的机器", "刮粪机"),
    ],
)
def test_a_thing_described_in_plain_words_is_among_those_found(text, name):
    assert name in names_described(text)


def test_words_are_weighed_for_the_concepts_filed_under_them():
    nowhere = np.zeros(3, dtype=np.float32)
    assert small().nearest("铁", nowhere) == [(1, pytest.approx(0.4)), (0, pytest.approx(0.2)), (2, 0.0)]
    assert small().nearest("铁胶", nowhere)[0] == (2, pytest.approx(0.4))


def test_a_concept_that_left_the_lexicon_is_not_found():
    gone = small(concepts=np.array([0, 3, 2]))
    assert [number for number, nearness in gone.nearest("铁", np.zeros(3, dtype=np.float32)) if nearness] == [0]


def test_a_direction_turns_towards_what_is_described_and_keeps_its_length():
    first, second = np.eye(3, dtype=np.float32)[:2]
    turned = small().towards(first, [(1, 0.5)])
    assert np.linalg.norm(turned) == pytest.approx(1)
    assert small().towards(first, [(1, 0.9)]) @ second > turned @ second > 0
    assert small().towards(first, []) is first


def test_every_concept_of_the_lexicon_has_its_direction_in_the_file():
    stored = set(names_in(bundled_arrays()["concept_names"]))
    assert [concept.name for concept in bundled_lexicon().concepts if concept.name not in stored] == []


def test_a_concept_added_since_the_file_was_made_is_read_as_a_name():
    meaning = bundled_meaning()
    assert np.array_equal(meaning.of_concepts(["新起重机"], [""]), meaning.of_names(["新起重机"]))


def test_a_zero_row_stays_zero():
    assert not unit(np.zeros((1, 4), dtype=np.float32)).any()


def test_reading_a_description_takes_milliseconds_not_an_encoder():
    text = "我们厂要一种能把两块铁皮粘牢又耐高温的胶,最好不流挂,一桶二十公斤的"
    described(text)
    spent = []
    for _ in range(20):
        start = time.thread_time()
        described(text)
        spent.append(time.thread_time() - start)
    assert min(spent) < 0.01
