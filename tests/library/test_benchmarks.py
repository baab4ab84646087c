"""The parts of the benchmarks that other figures rest on: the generator, the statistics, the page, the pictures."""

import itertools
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import page
import peers
import significance
import synthetic
from curves import growth_chart

from chuanzhu.tables import read_demands, read_supplies

NAMES = ["桥式起重机", "尼龙66切片", "金刚石微粉"]


def first(count, **options):
    return list(itertools.islice(synthetic.supplies(NAMES, **options), count))


def test_the_same_seed_gives_the_same_listings_and_another_seed_others():
    assert first(200) == first(200)
    assert first(200, seed=1) != first(200, seed=2)


def test_a_longer_list_begins_with_the_shorter_one():
    assert first(200)[:50] == first(50)


def test_the_first_listings_are_the_real_names_and_later_ones_are_composed_of_them():
    products = [supply.product for supply in first(300)]
    assert products[:3] == NAMES
    assert all(any(name in product for name in NAMES) for product in products)
    assert len(set(products)) > 100


def test_every_synthetic_enterprise_is_labelled_so():
    assert all(supply.enterprise.startswith("合成企业") for supply in first(100))
    demands = list(itertools.islice(synthetic.demands(NAMES), 100))
    assert all(demand.enterprise.startswith("合成企业") for demand in demands)


def test_a_synthetic_list_reads_back_without_a_problem(tmp_path, monkeypatch, today):
    monkeypatch.setattr(synthetic, "real_names", lambda: NAMES)
    synthetic.write_supplies(300, tmp_path / "供给.csv")
    synthetic.write_demands(300, tmp_path / "需求.csv")
    supplies = read_supplies(tmp_path / "供给.csv", today=today)
    demands = read_demands(tmp_path / "需求.csv", today=today)
    assert (supplies.problems, demands.problems) == ((), ())
    assert [record.product for record in supplies.records] == [supply.product for supply in first(300)]
    assert [record.certificates or None for record in supplies.records] == [s.certificates for s in first(300)]
    assert len(demands.records) == 300


def test_demands_take_turns_between_named_described_and_noisy():
    texts = [demand.text for demand in itertools.islice(synthetic.demands(NAMES), 300)]
    assert all(any(name in text for name in NAMES) for text in texts[::3])
    assert not any(any(name in text for name in NAMES) for text in texts[1::3])
    assert np.mean([len(text) for text in texts[2::3]]) > 2 * np.mean([len(text) for text in texts[::3]])


def test_without_the_judged_list_names_come_from_the_demonstration_and_the_lexicon(tmp_path):
    names = synthetic.real_names(tmp_path / "absent.csv")
    assert "重型车传动轴" in names
    assert len(names) > 10_000


def test_the_bootstrap_interval_agrees_with_scipy():
    values = np.random.default_rng(5).beta(2, 2, size=60)
    ours = significance.interval(values, np.random.default_rng(1))
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=10_000, rng=np.random.default_rng(2)
    ).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_the_randomisation_test_agrees_with_all_sign_changes_of_scipy():
    rng = np.random.default_rng(5)
    ours, theirs = rng.normal(0.4, 1, size=12), rng.normal(0, 1, size=12)
    exact = stats.permutation_test(
        (ours, theirs), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert 0.05 < exact < 0.95
    assert significance.randomisation(ours, theirs, rng) == pytest.approx(exact, abs=0.02)


def test_equal_systems_do_not_differ_and_no_p_is_zero():
    rng = np.random.default_rng(5)
    assert significance.randomisation([0.1, 0.5], [0.1, 0.5], rng) == 1
    assert significance.randomisation(np.ones(40), np.zeros(40), rng, resamples=999) == pytest.approx(1 / 1000)


def test_bm25_ranks_by_the_formula_of_its_paper_and_keeps_equal_scores_in_order():
    supplies = [{"编号": name, "产品": text} for name, text in zip("abcd", ("x y", "x x z", "x y", "w"), strict=True)]
    ranked = peers.bm25(str.split)(supplies, [{"编号": "q", "需求": "x y u"}, {"编号": "none", "需求": "u"}])
    assert ranked == {"q": ["a", "c", "b"], "none": []}


def test_fusion_adds_one_over_sixty_plus_rank():
    fused = peers.fusion(lambda *_: {"q": ["a", "b", "c"]}, lambda *_: {"q": ["c", "b", "d"]})([], [{"编号": "q"}])
    scores = {"a": 1 / 61, "b": 1 / 62 + 1 / 62, "c": 1 / 63 + 1 / 61, "d": 1 / 63}
    assert fused["q"] == sorted(scores, key=lambda supply: -scores[supply])


def test_an_experiment_writes_its_section_and_leaves_the_others(tmp_path):
    path = tmp_path / "reference" / "benchmarks.md"
    page.publish("scale", "old speed", page=path)
    page.publish("quality", "good", page=path)
    page.publish("scale", "new speed", page=path)
    text = path.read_text("utf-8")
    assert "old speed" not in text
    assert text.index("## Quality on judged demands\n\ngood") < text.index("## Speed and memory by size\n\nnew speed")
    assert text.count("<!-- begin ") == text.count("<!-- end ") == 2


def test_a_section_without_a_title_is_refused(tmp_path):
    with pytest.raises(KeyError, match="speling"):
        page.publish("speling", "", page=tmp_path / "benchmarks.md")


def test_a_table_keeps_a_bar_inside_its_cell():
    assert page.table(["", "x"], [["a|b", 1]]) == "|  | x |\n| --- | ---: |\n| a\\|b | 1 |"


def test_a_growth_curve_falls_to_the_right_place_on_logarithmic_scales():
    picture = growth_chart("速度", {"ours": [(10, 1.0), (100, 10.0), (1000, 100.0)]}, unit="ms")
    svg = ET.fromstring(picture)  # noqa: S314 (our own picture)
    points = svg.find(".//{*}polyline").get("points").split()
    (x0, y0), (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in points)
    assert (x1 - x0, y0 - y1) == pytest.approx((x2 - x1, y1 - y2), abs=0.2)
    assert svg.find("{*}title").text == "速度"
    assert "1, 10, 100" in svg.find("{*}desc").text


def test_labels_of_lines_that_end_together_do_not_overlap():
    series = {name: [(10, 1.0), (100, 5.0)] for name in ("one", "two", "three")}
    svg = ET.fromstring(growth_chart("t", series, unit="s"))  # noqa: S314 (our own picture)
    labels = sorted(float(text.get("y")) for text in svg.iterfind("{*}text") if (text.get("style") or ""))
    assert len(labels) == 3
    assert min(np.diff(labels)) >= 15
