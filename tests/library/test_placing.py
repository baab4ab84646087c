"""Placing enterprises: what is read from their texts, which classes and nodes follow, and what is said when none do."""

import csv
import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from chuanzhu.placing import ClassPlacer, NodePlacer, PlacingError, Profile
from chuanzhu.placing.classes import KINDS, WEIGHTS
from chuanzhu.placing.cues import CueBook, bundled_cues, industrial_classes
from chuanzhu.placing.evidence import PLACES, hints, quoted
from chuanzhu.placing.fitting import fit_weights, softmax
from chuanzhu.placing.scope import clauses, name_core, scope_body
from chuanzhu.placing.wording import Wording
from chuanzhu.taxonomy.industries import industries
from chuanzhu.taxonomy.lexicon import bundled_lexicon
from chuanzhu.taxonomy.programmes import bundled_programme

DATA = Path(__file__).parents[3] / "shared" / "data" / "placement" / "enterprises.dev.jsonl"
WORDS = st.sampled_from(
    ["电缆", "灯具", "制造", "销售", "研发", "、", ",", ";", "的", "(", ")", "服务", "铸件", "鞋", "甲"]
)
TEXTS = st.lists(WORDS, max_size=12).map("".join)


@pytest.fixture(scope="module")
def placer():
    return ClassPlacer()


@pytest.fixture(scope="module")
def nodes():
    return NodePlacer(bundled_programme("henan"))


def firm(name="", *products, scope="", industry=""):
    return Profile(id="1", name=name, products=products, scope=scope, industry=industry)


def acts(text):
    return [(clause.text[start:end], act) for clause in clauses(text) for start, end, act in clause.acts]


@pytest.mark.parametrize(
    ("scope", "thing", "act"),
    [
        ("灯具、灯杆制造、加工;五金销售", "灯具", "made"),
        ("灯具、灯杆制造、加工;五金销售", "五金", "sold"),
        ("生产、销售灯具、灯杆", "灯杆", "made"),
        ("电缆、电线,灯具批发、零售", "电缆", "sold"),
        ("水泵研发", "水泵", "designed"),
        ("水泵安装、维修", "水泵", "serviced"),
        ("路桥工程设施附件制造", "路桥", "made"),
        ("印刷机械", "机械", ""),
    ],
)
def test_what_is_done_to_a_thing_is_read_from_its_clause(scope, thing, act):
    found = [clause for clause in clauses(scope) if thing in clause.text]
    assert len(found) == 1
    start = found[0].text.index(thing)
    assert found[0].act_on(start, start + len(thing)) == act


def test_what_every_scope_says_is_no_evidence():
    everybody = (
        "自营和代理各类商品的进出口业务;道路普通货物运输;发电业务、输电业务(依法须经批准的项目,经批准后方可开展)"
    )
    scope = f"铸件制造;{everybody}"
    assert [clause.text for clause in clauses(scope)] == ["铸件制造"]


def test_a_directory_s_introduction_is_not_taken_for_the_scope():
    assert scope_body("甲公司,成立于2003年,是一家以从事纺织业为主的企业。") == ""
    assert scope_body("甲公司,成立于2003年,是一家从事帆布制品的企业。") == "帆布制品"
    assert scope_body("一般项目:电池制造") == ";电池制造"


def test_legal_form_and_idle_words_end_the_telling_part_of_a_name():
    text, end = name_core("新乡市立华铸造科技(集团)有限责任公司")
    assert text[:end] == "新乡市立华铸造科技"[:-2]


@settings(deadline=None)  # the first example loads the tables
@given(TEXTS)
def test_the_parts_of_a_clause_stay_within_it(text):
    for clause in clauses(text):
        for start, end, act in clause.acts:
            assert 0 <= start < end <= len(clause.text)
            assert act in {"made", "sold", "designed", "serviced"}
            assert clause.is_act(start, end)


@settings(deadline=None)  # the first example loads the tables
@given(TEXTS, TEXTS, TEXTS)
def test_hints_have_a_place_and_a_weight_up_to_one(name, product, scope):
    for hint in hints(firm(name, product, scope=scope), bundled_cues()):
        assert hint.place in PLACES
        assert 0 < hint.weight <= 1


def test_one_character_inside_a_longer_word_is_no_word():
    book = CueBook("代码,名称,典型词,旁证词\n1922,,包,\n")
    assert not hints(firm("永盛包装公司"), book)
    assert [hint.word for hint in hints(firm("", "包"), book)] == ["包"]


def test_the_main_product_counts_more_and_what_is_sold_counts_less():
    made, sold = (hints(firm("", product), bundled_cues())[0].weight for product in ("电缆", "电缆销售"))
    assert made > sold
    first, second = hints(firm("", "电缆", "灯具"), bundled_cues())
    assert first.weight > second.weight


def test_a_class_is_found_by_products_by_name_and_by_scope(placer):
    for profile in (firm("", "电力电缆"), firm("某某电缆有限公司"), firm(scope="经营范围:电缆制造、销售")):
        assert placer.place(profile).spots[0].code == "3831"


def test_shares_fall_and_add_up_to_at_most_one(placer):
    spots = placer.place(firm("某某机械有限公司", "水泵", "阀门"), limit=10).spots
    shares = [spot.share for spot in spots]
    assert len(spots) == 10
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1


@settings(deadline=None)  # the first example loads the tables
@given(TEXTS, TEXTS, TEXTS)
def test_reasons_are_positive_ordered_and_sum_to_the_score(name, product, scope):
    placement = ClassPlacer().place(firm(name, product, scope=scope))
    assert bool(placement.spots) != bool(placement.why)
    for spot in placement.spots:
        points = [reason.points for reason in spot.reasons]
        assert spot.score == pytest.approx(sum(points))
        assert points == sorted(points, reverse=True)
        assert all(value > 0 for value in points)


def test_points_are_the_weighted_evidence(placer):
    profile = firm("某某鞋业有限公司", "皮鞋", "鞋材", scope="皮鞋、箱包生产;鞋材销售")
    evidence = placer.evidence(profile)
    best = placer.place(profile).spots[0]
    expected = 10 * np.array(WEIGHTS) @ evidence[:, industrial_classes().index(best.code)]
    assert evidence.shape == (len(KINDS), len(industrial_classes()))
    assert best.score == pytest.approx(expected, abs=0.05 * len(best.reasons))


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        (firm(), "没有写企业名称、产品和经营范围"),
        (firm("甲乙丙丁有限公司"), "没有认得的工业产品"),
        (firm(scope="经营范围:电缆销售;灯具批发"), "没有写生产什么"),
    ],
)
def test_an_enterprise_that_tells_nothing_is_left_unplaced_with_the_reason(placer, profile, why):
    placement = placer.place(profile)
    assert placement.spots == ()
    assert why in placement.why


def test_a_registered_class_that_contradicts_the_products_is_doubted(placer):
    doubted = placer.place(firm("某某水泥有限公司", "水泥", industry="2750"))
    assert doubted.spots[0].code == "3011"
    assert "登记的行业“2750 兽用药品制造”" in doubted.doubt
    assert "3011 水泥制造" in doubted.doubt
    assert placer.place(firm("某某水泥有限公司", "水泥", industry="3021")).doubt == ""
    assert "不是工业行业" in placer.place(firm("", "水泥", industry="5165")).doubt


def test_every_industrial_division_has_cue_words_and_every_class_is_industrial():
    divisions = {code[:2] for code in industrial_classes()}
    assert len(divisions) == 41
    text = (resources.files("chuanzhu") / "data" / "industry_cues.csv").read_text("utf-8-sig")
    listed = {row["代码"]: row["名称"] for row in csv.DictReader(text.splitlines())}
    assert divisions == {code[:2] for code in listed}
    assert listed == {code: industries()[code].name for code in listed}


def test_a_word_of_several_industries_points_at_each_of_them_less():
    book = CueBook("代码,名称,典型词,旁证词\n3831,,缆,\n1782,,缆,\n2411,,文具,胶\n")
    assert dict(book.pointers("缆")) == pytest.approx({"3831": 2**-0.5, "1782": 2**-0.5})
    assert dict(book.pointers("胶")) == {"2411": 0.4}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("行业,词\n3831,电缆\n", "表头应为:代码,名称,典型词,旁证词"),
        ("代码,名称,典型词,旁证词\n9999,,电缆,\n", "第 2 行的代码“9999”"),
    ],
)
def test_a_table_of_cue_words_that_is_wrong_is_refused_by_row(table, message):
    with pytest.raises(PlacingError, match=message):
        CueBook(table)


def test_fitted_weights_agree_with_a_general_optimiser():
    rng = np.random.default_rng(1)
    features, truth = rng.normal(size=(300, 3, 7)), np.array([1.5, -0.5, 0.8])
    chances = softmax(np.einsum("nkc,k->nc", features, truth))
    chosen = np.array([rng.choice(7, p=row) for row in chances])

    def loss(weights):
        scores = np.einsum("nkc,k->nc", features, weights)
        return -np.log(softmax(scores)[np.arange(300), chosen]).sum() + 0.5 * weights @ weights

    found = fit_weights(features, chosen)
    assert found == pytest.approx(minimize(loss, np.zeros(3)).x, abs=1e-3)
    assert found == pytest.approx(truth, abs=0.4)


def test_fitting_survives_a_step_that_overshoots():
    features = np.zeros((40, 1, 50))
    features[:, 0, 0] = 30.0
    weights = fit_weights(features, np.array([0] * 39 + [1]))
    assert np.isfinite(weights).all()
    assert softmax(np.einsum("nkc,k->nc", features[:1], weights))[0, 0] == pytest.approx(39 / 40, abs=0.05)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_nearness_to_the_wording_lies_between_nought_and_one(texts):
    near = Wording(["电缆制造", "灯具制造", "鞋服制造"]).nearness(texts)
    assert ((near >= 0) & (near <= 1 + 1e-9)).all()


def test_quoting_shows_three_words_and_says_when_there_are_more():
    assert quoted(["甲", "乙", "丙", "丁", "甲"]) == "“甲”“乙”“丙”等"


def test_a_firm_is_placed_at_the_nodes_whose_products_it_makes(nodes):
    placement = nodes.place(firm("某某铜业有限公司", "阴极铜", "铜杆"))
    assert [spot.name.split("(")[0] for spot in placement.spots[:2]] == ["阴极铜", "铜杆"]
    assert sum(spot.share for spot in placement.spots) == pytest.approx(1)


def test_a_kind_of_a_node_s_product_belongs_to_the_node_and_something_wider_does_not(nodes):
    lexicon, programme = bundled_lexicon(), bundled_programme("henan")
    known = {concept for node in programme.nodes for product in node.products for concept in lexicon.named(product)}
    narrow = next(
        each
        for concept in sorted(known)
        for each in sorted(lexicon.descendants[concept])
        if each not in known and not lexicon.concepts[each].ambiguous
    )
    assert nodes.place(firm("", lexicon.concepts[narrow].name)).spots
    assert nodes.place(firm("", "汽车零部件")).spots == ()


def test_the_class_adds_to_a_node_but_places_nobody_alone(nodes):
    copper = bundled_programme("henan").nodes
    node = next(node for node in copper if node.name == "阴极铜")
    plain = nodes.place(firm("", "阴极铜")).spots[0]
    registered = nodes.place(firm("", "阴极铜", industry=node.industries[0])).spots[0]
    assert plain.code == registered.code == node.key
    assert registered.score == pytest.approx(plain.score + 10)
    assert nodes.place(firm("甲乙丙丁", industry=node.industries[0])).spots == ()


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        (firm("", "汽车零部件"), "不足以对上“河南省“7+28+N”重点产业链”的任何环节"),
        (firm("甲乙丙丁有限公司"), "没有认得"),
    ],
)
def test_a_firm_at_no_node_is_told_why(nodes, profile, why):
    assert why in nodes.place(profile).why


@pytest.mark.skipif(not DATA.exists(), reason="the judged enterprises are not beside this checkout")
def test_the_registered_classes_of_real_enterprises_are_found(placer):
    rows = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["gb_code"]]
    found = [
        [spot.code for spot in placer.place(firm(row["name"], *row["products"], scope=row["scope"])).spots]
        for row in rows
    ]
    pairs = [(codes, row["gb_code"]) for codes, row in zip(found, rows, strict=True)]
    assert np.mean([bool(codes) and codes[0][:2] == right[:2] for codes, right in pairs]) >= 0.69
    assert np.mean([codes[:1] == [right] for codes, right in pairs]) >= 0.47
    assert np.mean([right in codes for codes, right in pairs]) >= 0.69
