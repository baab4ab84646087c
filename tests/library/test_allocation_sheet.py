"""The sheet 分配 and ``chuanzhu match --allocate``, read back as a clerk meets them. All firms invented."""

import io
import json

import pytest
from openpyxl import load_workbook
from sample_answers import TODAY, partly, polymer, shortly, surely

from chuanzhu.allocation import Terms
from chuanzhu.allocation.terms import most_suppliers
from chuanzhu.cli import main
from chuanzhu.cli.job import ALL_USED, SOME_PROBLEMS
from chuanzhu.cli.parsing import NOTHING_DONE
from chuanzhu.model import Answer, Demand, Quantity
from chuanzhu.tables import AllocationRow, AllocationTable, answers_as_json
from chuanzhu.tables.workbook import answers_as_workbook

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SUPPLY = """编号,企业名称,产品,产能,地区,起订量,企业规模
供1,立华铸造,铸铁件,15吨/月,河南新乡,2吨,小型
供2,某铸造厂,铸铁件,300吨/年,河南洛阳,5吨,大型
"""
DEMAND = "编号,需求,数量,企业名称\n需1,求铸铁件,50吨/月,卫华\n需2,求铸铁件,,卫华\n"


def table():
    wanted, other = polymer(), partly()
    first, second = surely(wanted), shortly(wanted)
    rows = (
        AllocationRow(demand=wanted.demand, supply=first.supply, quantity=Quantity(15, "t", per="month"), share=0.75),
        AllocationRow(
            demand=wanted.demand, supply=second.supply, quantity=Quantity(4.5, "t", per="month"), share=0.225
        ),
        AllocationRow(
            demand=wanted.demand, supply=None, quantity=Quantity(0.5, "t", per="month"), share=0.025, cures=("=1", "乙")
        ),
        AllocationRow(demand=other.need.demand, supply=None, quantity=None, share=1.0, cures=("没有写数量",)),
    )
    return (Answer(need=wanted, matches=(first, second)), other), AllocationTable(
        rows=rows, notes=("上限 1 条", "扩产")
    )


def sheet(content):
    return [list(row) for row in load_workbook(io.BytesIO(content))["分配"].iter_rows(values_only=True)]


def test_the_sheet_tells_who_delivers_how_much_and_what_is_missing():
    answers, allocation = table()
    rows = sheet(answers_as_workbook(answers, today=TODAY, allocation=allocation))
    assert rows[1][0] == "上限 1 条\n扩产"
    assert rows[2] == ["需求编号", "需求", "供给编号", "企业", "分配数量", "单位", "占需求", "怎样补上缺口"]
    assert [row[:1] + row[2:] for row in rows[3:]] == [
        ["D-01", "S-0301", "平顶山某尼龙科技有限公司", 15, "吨/月", 0.75, None],
        ["D-01", "S-0417", "鹤壁某工程塑料有限公司", 4.5, "吨/月", 0.225, None],
        ["D-01", None, "(还缺)", 0.5, "吨/月", 0.025, "=1\n乙"],
        ["D-02", None, "(还缺)", None, None, 1, "没有写数量"],
    ]


def test_the_json_carries_the_rows_only_where_quantities_were_shared_out():
    answers, allocation = table()
    document = json.loads(answers_as_json(answers, allocation=allocation))
    assert [row["share"] for row in document["allocation"]] == [0.75, 0.225, 0.025, 1]
    assert document["allocation"][2]["cures"] == ["=1", "乙"]
    assert document["allocation_notes"] == ["上限 1 条", "扩产"]
    assert "allocation" not in json.loads(answers_as_json(answers))


@pytest.fixture
def lists(tmp_path):
    supply, demand = tmp_path / "供给.csv", tmp_path / "需求.csv"
    supply.write_text(SUPPLY, "utf-8-sig")
    demand.write_text(DEMAND, "utf-8-sig")
    return str(supply), str(demand)


def test_the_command_fills_the_sheet_and_says_how_good_the_result_is(lists, tmp_path, capsys):
    target = tmp_path / "结果.xlsx"
    assert main(["match", *lists, "--allocate", "--output", str(target), "--today", "2026-11-21"]) == ALL_USED
    rows = sheet(target.read_bytes())[3:]
    assert {(row[2], row[4], row[5]) for row in rows} == {
        ("供1", 15, "吨/月"),
        ("供2", 25, "吨/月"),
        (None, 10, "吨/月"),
        (None, None, None),
    }
    assert rows[2][7].startswith("某铸造厂的产能 300 吨/年 已排满,再多 120 吨/年 就够")
    assert "已证明没有更好的分法" in capsys.readouterr().err


def test_the_options_reach_the_rules(lists, capsys):
    arguments = ["--allocate", "--most-suppliers", "1", "--small-share", "60", "--json", "--today", "2026-11-21"]
    assert main(["match", *lists, *arguments]) == ALL_USED
    rows = json.loads(capsys.readouterr().out)["allocation"]
    assert [(row["supply"], row["quantity"] and row["quantity"]["amount"]) for row in rows] == [
        ("供2", 20),
        (None, 30),
        (None, None),
    ]
    assert any(cure.startswith("给小微企业预留的 60% 已到线") for cure in rows[1]["cures"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--allocate", "--output", "结果.csv"],
            "分配结果在 .csv 里没有地方写;请把输出文件名改成以 .xlsx 或 .json 结尾",
        ),
        (["--allocate", "--small-share", "100"], "--small-share: “100”应为 0 到 99 的整数"),
    ],
)
def test_a_call_that_cannot_be_is_refused_before_any_work(lists, capsys, arguments, message):
    try:
        code = main(["match", *lists, *arguments])
    except SystemExit as end:
        code = end.code
    assert code == NOTHING_DONE
    assert message in capsys.readouterr().err


UNREADABLE = {
    "起订量": ("看不懂数量“看情况3或5”", "请写成“20吨/月”"),
    "企业规模": ("看不懂企业规模“规上企业”", "请写“大型”“中型”“小型”或“微型”"),
    "最多供应商": ("看不懂最多几家供应商“两三家”", "请写“2”“2家”或“不限”"),
    "独家": ("看不懂是否独家“看情况”", "请写“是”或“否”"),
}


@pytest.fixture
def unreadable(tmp_path):
    supply, demand = tmp_path / "供给.csv", tmp_path / "需求.csv"
    supply.write_text(
        "企业名称,产品,产能,起订量,企业规模,企业类型,车间\n立华铸造,铸铁件,15吨/月,看情况3或5,规上企业,有限公司,甲\n"
        "某铸造厂,铸铁件,300吨/年,面议,无,,\n",
        "utf-8-sig",
    )
    demand.write_text("需求,数量,最多供应商,独家\n求铸铁件,50吨/月,两三家,看情况\n", "utf-8-sig")
    return str(supply), str(demand)


def test_cells_that_sharing_out_cannot_read_become_problem_rows_with_a_cure(unreadable, tmp_path, capsys):
    target = tmp_path / "结果.xlsx"
    assert main(["match", *unreadable, "--allocate", "--output", str(target)]) == SOME_PROBLEMS
    rows = list(load_workbook(target)["问题行"].iter_rows(values_only=True))
    told = [" ".join(map(str, row)) for row in rows if any(name in str(row) for name in UNREADABLE)]
    assert len(told) == len(UNREADABLE)
    for name, (wrong, cure) in UNREADABLE.items():
        (line,) = (line for line in told if name in line)
        assert wrong in line
        assert cure in line
        assert "只是分配时没有用它" in line
    assert "没认出、原样带到结果里的列:车间。" in capsys.readouterr().err


def test_without_sharing_out_the_same_columns_are_carried_along_and_said_to_be_unknown(unreadable, tmp_path, capsys):
    target = tmp_path / "结果.xlsx"
    assert main(["match", *unreadable, "--output", str(target)]) == ALL_USED
    assert "没认出、原样带到结果里的列:起订量、企业规模、企业类型、车间。" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cell", "most"), [("2", 2), ("最多两家", 2), ("3家以内", 3), ("不限", 0), ("", 5), ("两三家", 5), ("-", 5)]
)
def test_the_number_of_suppliers_is_read_as_people_write_it(cell, most):
    demand = Demand(text="求铸铁件", extra=(("最多供应商", cell),))
    assert most_suppliers(demand, Terms(most_suppliers=5)) == most
