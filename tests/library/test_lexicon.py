"""The bundled lexicon keeps its promises, and a lexicon that contradicts itself is refused by name."""

import re
from collections import Counter

import pytest

from chuanzhu.taxonomy.lexicon import COLUMNS, Concept, Lexicon, LexiconError, bundled_lexicon, read_lexicon
from chuanzhu.text import squeeze

HEADER = ",".join(COLUMNS)


def concept(name, *aliases, **others):
    return Concept(name=name, kind="材料", aliases=aliases, **others)


def test_the_bundled_lexicon_has_at_least_1500_alias_groups():
    assert sum(bool(each.aliases) for each in bundled_lexicon().concepts) >= 1500


def test_no_alias_belongs_to_two_groups_unless_marked_ambiguous():
    owners = Counter(
        squeezed
        for each in bundled_lexicon().concepts
        for squeezed in {squeeze(name) for name in (each.name, *each.aliases)}
    )
    assert [alias for alias, count in owners.items() if count > 1] == []


def test_no_concept_is_its_own_ancestor():
    lexicon = bundled_lexicon()
    assert [lexicon.concepts[number].name for number, above in enumerate(lexicon.ancestors) if number in above] == []


def test_every_alias_is_long_enough_to_mean_something():
    short = [
        alias
        for each in bundled_lexicon().concepts
        for alias in (*each.aliases, *each.ambiguous)
        if len(squeeze(alias)) < 2
    ]
    assert short == []


def test_nearly_every_concept_says_in_plain_words_what_it_is():
    concepts = bundled_lexicon().concepts
    assert sum(bool(each.plain) for each in concepts) >= 0.95 * len(concepts)


def test_an_alias_is_found_however_it_is_typed():
    lexicon = Lexicon([concept("聚酰胺66", "PA66", "尼龙66")])
    for text in ("PA66", "pa-66", "ＰＡ６６", "PA 66", "尼龙 66"):
        assert [mention.concepts for mention in lexicon.mentions(squeeze(text))] == [(0,)]


def test_letters_of_an_alias_do_not_run_on_into_other_letters():
    lexicon = Lexicon([concept("聚甲醛", "POM")])
    assert lexicon.mentions("pompe") == []
    assert len(lexicon.mentions("求购pom粒子")) == 1


def test_the_longest_alias_wins_over_those_inside_it():
    lexicon = Lexicon([concept("铝"), concept("铝箔"), concept("铝箔餐盒")])
    assert [mention.alias for mention in lexicon.mentions("铝箔餐盒")] == ["铝箔餐盒"]


def test_an_ambiguous_alias_names_all_its_concepts_and_says_so():
    lexicon = Lexicon([concept("聚碳酸酯", ambiguous=("PC",)), concept("个人计算机", ambiguous=("PC",))])
    (mention,) = lexicon.mentions("pc")
    assert mention.concepts == (0, 1)
    assert mention.is_ambiguous


def test_two_groups_that_claim_one_alias_are_refused_by_name():
    with pytest.raises(LexiconError, match="“尼龙”同时属于词条“聚酰胺6”和“聚酰胺66”"):
        Lexicon([concept("聚酰胺6", "尼龙"), concept("聚酰胺66", "尼龙")])


def test_a_broader_concept_that_nobody_describes_is_refused_by_name():
    with pytest.raises(LexiconError, match="词条“铝箔”的上位“铝材”不是任何词条"):
        Lexicon([concept("铝箔", broader=("铝材",))])


def test_narrower_and_broader_are_counted_in_steps():
    lexicon = Lexicon([concept("材料"), concept("铝材", broader=("材料",)), concept("铝箔", broader=("铝材",))])
    assert lexicon.ancestors[2] == {1: 1, 0: 2}
    assert lexicon.descendants[0] == {1: 1, 2: 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("名称,类型\n铝箔,材料\n", "词库文件 aluminium.csv 的表头应为"),
        (f"{HEADER}\n铝箔,东西,,,,,,,\n", "第 2 行“铝箔”"),
        (f"{HEADER}\n铝箔,材料\n", re.escape("应有 9 列")),
    ],
)
def test_a_lexicon_file_that_cannot_be_read_is_named_with_row_and_cure(text, message):
    with pytest.raises(LexiconError, match=message):
        read_lexicon([("aluminium", text)])


def test_a_concept_that_two_chains_list_is_one_concept_of_both():
    lexicon = read_lexicon(
        [
            (chain, f"{HEADER}\n铜箔,材料,{alias},,,,,,\n")
            for chain, alias in (("copper", "铜皮"), ("battery", "负极集流体"))
        ]
    )
    (only,) = lexicon.concepts
    assert only.chains == ("copper", "battery")
    assert only.aliases == ("铜皮", "负极集流体")
