"""Our measures against ir-measures (pytrec_eval underneath), and the messages for files that cannot be evaluated."""

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from chuanzhu.matching import EvaluationError, evaluate, read_judgments, read_run

IDS = [f"s{number:02}" for number in range(60)]
rankings = st.lists(st.sampled_from(IDS), unique=True, max_size=60)
grades = st.dictionaries(st.sampled_from(IDS), st.sampled_from([0, 1, 2]), min_size=1)
cases = st.lists(st.tuples(rankings, grades), min_size=1, max_size=5)


@given(cases)
def test_our_measures_equal_those_of_ir_measures(case):
    run = {f"q{number}": ranked for number, (ranked, _) in enumerate(case)}
    judgments = {f"q{number}": judged for number, (_, judged) in enumerate(case)}
    scored = [
        ir_measures.ScoredDoc(demand, supply, float(len(ranked) - rank))
        for demand, ranked in run.items()
        for rank, supply in enumerate(ranked)
    ]
    qrels = [
        ir_measures.Qrel(demand, supply, grade)
        for demand, judged in judgments.items()
        for supply, grade in judged.items()
    ]
    theirs = dict.fromkeys((nDCG @ 10, R(rel=2) @ 50, Success @ 1, RR), 0.0)
    fillable = sum(2 in judged.values() for judged in judgments.values())
    for found in ir_measures.iter_calc(list(theirs), qrels, scored):
        theirs[found.measure] += found.value / (len(judgments) if found.measure != R(rel=2) @ 50 else max(1, fillable))

    ours = evaluate(run, judgments)

    assert ours.ndcg_10 == pytest.approx(theirs[nDCG @ 10])
    assert ours.recall_50 == pytest.approx(theirs[R(rel=2) @ 50])
    assert ours.success_1 == pytest.approx(theirs[Success @ 1])
    assert ours.mrr == pytest.approx(theirs[RR])


def test_a_demand_without_results_counts_as_zero():
    assert evaluate({}, {"q1": {"s1": 2}}).ndcg_10 == 0


def test_a_run_is_read_back_in_order_of_rank(tmp_path):
    path = tmp_path / "run.csv"
    path.write_text("﻿需求编号,排名,供给编号,企业\nq1,2,b,乙\nq1,1,a,甲\n", "utf-8")
    assert read_run(path) == {"q1": ["a", "b"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [("需求编号,供给编号\nq1,a\n", "缺少列:排名"), ("需求编号,排名,供给编号\nq1,第一,a\n", "排名“第一”不是正整数")],
)
def test_a_run_that_cannot_be_read_is_named_with_its_cure(tmp_path, text, message):
    path = tmp_path / "run.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(EvaluationError, match=message):
        read_run(path)


@pytest.mark.parametrize(("text", "message"), [("", "没有一条评判"), ("q1\ts1\t好\n", "第 1 行“q1\ts1\t好”")])
def test_judgments_that_cannot_be_read_are_named_with_their_cure(tmp_path, text, message):
    path = tmp_path / "qrels.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(EvaluationError, match=message):
        read_judgments(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(EvaluationError, match=r"打不开 .*nowhere\.csv"):
        read_run(tmp_path / "nowhere.csv")
