"""Lists of enterprises in, placements out, by the command line: what a clerk reads and what goes wrong."""

import csv
import json

import openpyxl
import pytest

from chuanzhu.cli import place
from chuanzhu.cli.job import ALL_USED, SOME_PROBLEMS
from chuanzhu.cli.parsing import Parser
from chuanzhu.model import ChuanzhuError
from chuanzhu.tables import OutputError, TableError
from chuanzhu.tables.enterprises import read_enterprises

HEAD = ["编号", "企业名称", "主要产品", "经营范围", "行业代码"]
LIHUA = ["甲", "立华电缆有限公司", "电力电缆、电线(低压)", "电缆制造、销售", "3831"]
DOUBTFUL = ["乙", "某某水泥有限公司", "水泥", "", "2750"]
SILENT = ["丙", "甲乙丙丁有限公司", "", "", ""]


def run(*arguments):
    parser = Parser(prog="chuanzhu")
    place.add_to(parser.add_subparsers(required=True, parser_class=Parser))
    options = parser.parse_args(["place", *map(str, arguments), "--today", "2026-11-21"])
    return options.run(options)


def rows_of(path):
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


@pytest.fixture
def listed(text):
    return text([HEAD, LIHUA, DOUBTFUL, SILENT], name="名单.csv")


def test_a_list_goes_in_and_classes_with_reasons_that_sum_come_out(listed, tmp_path):
    assert run(listed, "--to", "gbt4754", "--output", tmp_path / "归位.csv") == SOME_PROBLEMS
    rows = rows_of(tmp_path / "归位.csv")
    assert list(rows[0]) == ["编号", "代码", "名称", "得分", "理由"]
    assert (rows[0]["编号"], rows[0]["代码"], rows[0]["名称"]) == ("甲", "3831", "电线、电缆制造")
    for row in rows[:5]:
        points = [float(part.rsplit("(", 1)[1].rstrip(")")) for part in row["理由"].split(";")]
        assert sum(points) == pytest.approx(float(row["得分"]))


def test_an_enterprise_that_cannot_be_placed_is_listed_with_the_reason(listed, tmp_path):
    run(listed, "--to", "gbt4754", "--output", tmp_path / "归位.csv")
    row = rows_of(tmp_path / "归位.csv")[-1]
    assert (row["编号"], row["代码"], row["名称"], row["得分"]) == ("丙", "", "未归位", "0.0")
    assert "请写明生产什么" in row["理由"]


def test_class_and_products_that_contradict_each_other_are_told_by_row(listed, tmp_path, capsys):
    run(listed, "--to", "gbt4754", "--output", tmp_path / "归位.csv")
    error = capsys.readouterr().err
    assert "名单.csv 第3行 行业代码列:登记的行业“2750 兽用药品制造”与名称、产品、经营范围对不上" in error
    assert "企业 3 家:2 家归了位,1 家未归位" in error


def test_the_default_target_are_the_nodes_of_the_province(listed, tmp_path):
    run(listed, "--output", tmp_path / "归位.csv", "--top", "1")
    row = rows_of(tmp_path / "归位.csv")[0]
    assert "电线电缆" in row["名称"]
    assert row["代码"].split("-")[0] in {"copper", "power_equipment"}


def test_the_workbook_has_placed_left_and_problems(listed, tmp_path):
    run(listed, "--to", "gbt4754", "--output", tmp_path / "归位.xlsx")
    book = openpyxl.load_workbook(tmp_path / "归位.xlsx")
    assert book.sheetnames == ["归位", "未归位", "问题行"]
    assert [cell.value for cell in book["归位"][4]][:5] == ["甲", "立华电缆有限公司", 1, "3831", "电线、电缆制造"]
    assert book["未归位"]["B4"].value == "甲乙丙丁有限公司"
    assert "2750" in str(book["问题行"]["E4"].value)


def test_json_has_shares_and_points(listed, capsys):
    run(listed, "--to", "gbt4754", "--json", "--top", "1")
    document = json.loads(capsys.readouterr().out)
    first = document["placements"][0]
    assert 0 < first["share"] <= 1
    assert sum(points for _, points in first["reasons"]) == pytest.approx(first["score"])
    assert len(document["problems"]) == 1


def test_without_an_output_the_table_is_printed(listed, capsys):
    run(listed, "--to", "gbt4754", "--top", "1")
    assert capsys.readouterr().out.startswith("编号,代码,名称,得分,理由")


def test_the_same_list_gives_the_same_bytes(listed, tmp_path):
    for name in ("一.xlsx", "二.xlsx"):
        run(listed, "--output", tmp_path / name)
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()


def test_json_lines_are_read_and_their_registered_code_is_nobody_s_id(tmp_path):
    path = tmp_path / "名单.jsonl"
    firm = {"name": "某某电缆有限公司", "products": ["电缆", "输电、供电设备"], "scope": "电缆制造", "gb_code": "3831"}
    path.write_text(json.dumps(firm, ensure_ascii=False) + "\n\n不是\n[1]\n", "utf-8")
    table = read_enterprises(path)
    (record,) = table.records
    assert (record.id, record.name, record.industry, record.row) == ("企001", "某某电缆有限公司", "3831", 1)
    assert record.products == ("电缆", "输电、供电设备")
    assert [(problem.row, problem.wrong) for problem in table.problems] == [
        (3, "这一行不是 JSON 对象"),
        (4, "这一行不是 JSON 对象"),
    ]


def test_a_workbook_with_only_name_and_scope_is_enough(book):
    table = read_enterprises(book({"企业": [["企业名称", "经营范围"], ["某某铸造厂", "铸件制造"], ["合计", ""]]}))
    assert [(record.name, record.scope) for record in table.records] == [("某某铸造厂", "铸件制造")]


def test_products_are_split_outside_brackets_or_at_semicolons(text):
    path = text([["企业名称", "产品"], ["甲厂", "电线(高压、低压)、灯具"], ["乙厂", "输电、供电;灯具"]])
    assert [record.products for record in read_enterprises(path).records] == [
        ("电线(高压、低压)", "灯具"),
        ("输电、供电", "灯具"),
    ]


def test_ids_given_twice_are_told_apart_and_rows_that_say_nothing_are_named(text):
    rows = [["编号", "企业名称", "产品"], ["1", "甲厂", "电缆"], ["1", "乙厂", "灯具"], ["3", "", ""]]
    table = read_enterprises(text(rows))
    assert [record.id for record in table.records] == ["1", "1-2"]
    assert [problem.wrong for problem in table.problems] == [
        "编号“1”与第 2 行重复",
        "这一行没有写是哪家企业、做什么",
    ]


def test_an_industry_code_that_does_not_exist_is_named_and_not_used(text):
    table = read_enterprises(text([["企业名称", "行业代码"], ["某某电缆厂", "3838"]]))
    assert table.records[0].industry == ""
    assert "没有行业代码“3838”" in table.problems[0].wrong


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("空.jsonl", '{"a": 1}\n', "至少有 name、products、scope 中的一项"),
        ("乱.jsonl", "一\n二\n", "没有认得的项"),
        ("无头.csv", "1,2,3\n4,5,6\n", "没有认得出的表头"),
        ("只有表头.csv", "企业名称,产品\n", "没有一行能用"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_the_cure(text, name, content, message):
    with pytest.raises(TableError, match=message):
        read_enterprises(text(content, name=name))


def test_files_that_are_not_there_or_no_text_are_named(tmp_path):
    with pytest.raises(TableError, match="找不到文件"):
        read_enterprises(tmp_path / "没有.jsonl")
    (tmp_path / "坏.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="UTF-8"):
        read_enterprises(tmp_path / "坏.jsonl")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (["--output", "名单.csv"], ChuanzhuError, "就是输入的文件"),
        (["--output", "归位.docx"], OutputError, "不会写“.docx”"),
        (["--to", "没有的方案"], ChuanzhuError, "没有自带的产业链方案“没有的方案”"),
    ],
)
def test_a_call_that_cannot_be_done_is_refused(listed, monkeypatch, arguments, error, message):
    monkeypatch.chdir(listed.parent)
    with pytest.raises(error, match=message):
        run(listed, *arguments)


def test_a_list_that_reads_without_fault_ends_with_nought(text, capsys):
    assert run(text([HEAD, LIHUA]), "--to", "gbt4754") == ALL_USED
    assert "1 家归了位" in capsys.readouterr().err
