"""Results as files: whole or not at all, the same bytes each time, no text that runs when the file is opened."""

import csv
import dataclasses
import errno
import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_answers import NOTES, PROBLEMS, TITLE, TODAY, match, met, need, reason, sample, supply

import chuanzhu.tables.writing as room
from chuanzhu.model import Answer
from chuanzhu.tables.machine import MATCH_COLUMNS, answers_as_csv, answers_as_json, harmless
from chuanzhu.tables.writing import OutputError, check_output, write_answers, write_bytes, write_text


def one(product="切片", *, number="D-1"):
    wanted = need(number, "求购切片", wanted="切片")
    return (Answer(need=wanted, matches=(match(wanted, supply("S-1", "立华", product), reason("same", "品名相同")),)),)


def rows(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json", ".XLSX"])
def test_the_same_input_gives_the_same_bytes_and_nothing_else_in_the_folder(tmp_path, suffix):
    first, second = tmp_path / f"一{suffix}", tmp_path / f"二{suffix}"
    for path in (first, second):
        write_answers(path, sample(), problems=PROBLEMS, notes=NOTES, title=TITLE, today=TODAY)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(tmp_path.iterdir()) == [first, second]


def test_the_csv_has_the_agreed_columns_a_byte_order_mark_and_windows_line_ends(tmp_path):
    path = tmp_path / "清单.csv"
    write_answers(path, sample(), today=TODAY)
    content = path.read_bytes()
    assert content.startswith("\ufeff需求编号,排名,供给编号,企业,产品,得分,理由\r\n".encode())
    assert content.count(b"\n") == content.count(b"\r\n") == 1 + 5


def test_a_csv_row_tells_rank_score_with_two_decimals_and_all_reasons():
    table = rows(answers_as_csv([met()]))
    assert tuple(table[0]) == MATCH_COLUMNS
    assert table[1][:6] == ["D-01", "1", "S-0301", "平顶山某尼龙科技有限公司", "聚酰胺66切片", "80.80"]
    assert table[2][6].split(";")[2] == "产能 15 吨/月,只够所需 约 20–25 吨/月 的 60%"


@pytest.mark.parametrize("text", ["=1+1", "+86 371", "-40℃", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"])
def test_a_text_that_would_run_as_a_formula_is_made_harmless_in_csv(text):
    assert rows(answers_as_csv(one(text)))[1][4] == "'" + text


@given(st.text())
def test_no_harmless_text_begins_like_a_formula_and_none_loses_a_character(text):
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(text).endswith(text)


@given(st.text(alphabet=st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])))
def test_csv_gives_any_product_back(product):
    assert rows(answers_as_csv(one(product)))[1][4] == harmless(product)


def test_the_json_tells_how_each_need_was_read_and_why_none_fits():
    text = answers_as_json(sample(), problems=PROBLEMS, notes=NOTES)
    document = json.loads(text)
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert "聚酰胺66切片" in text
    answers = document["answers"]
    assert [answer["standing"] for answer in answers] == ["met", "partly", "unmet", "unmet"]
    assert answers[0]["need"]["deadline"] == "2026-09-30"
    assert answers[0]["need"]["quantity"]["maximum"] == 25
    assert answers[0]["understood"].startswith("要什么:PA66(尼龙66)切片;规格:注塑级;数量:约 20–25 吨/月")
    assert answers[0]["matches"][0]["score"] == 80.8
    assert answers[0]["matches"][1]["reasons"][2]["code"] == "capacity_partly"
    assert answers[2]["unmet"]["nearest"]["supply"]["id"] == "S-0900"
    assert answers[3]["unmet"] == {"why": "没有读懂要什么:请写明产品名称", "nearest": None}
    assert document["problems"][1]["used"] is False
    assert document["notes"] == list(NOTES)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("清单.txt", "不会写“.txt”这种文件;输出文件名请以 .xlsx、.csv 或 .json 结尾"),
        ("清单", "不会写“清单”这种文件"),
        ("清单.xls", "不会写“.xls”这种文件"),
        ("没有/清单.csv", "不存在;请先建好,或换一个位置"),
        ("夹.csv", "是一个文件夹;请给出文件名,例如"),
        ("锁.csv", "是只读文件;请去掉它的只读属性,或换一个文件名"),
    ],
)
def test_an_output_path_that_cannot_become_a_file_is_refused_with_the_cure(tmp_path, name, said):
    (tmp_path / "夹.csv").mkdir()
    locked = tmp_path / "锁.csv"
    locked.write_text("旧", "utf-8")
    locked.chmod(0o444)
    for call in (check_output, lambda path: write_answers(path, sample(), today=TODAY)):
        with pytest.raises(OutputError) as caught:
            call(tmp_path / name)
        assert said in str(caught.value)
    assert locked.read_text("utf-8") == "旧"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "磁盘已满;请清理后重做,或换一个磁盘"),
        (errno.EACCES, "没有写入的权限,或文件正被别的程序打开;请先关闭它,或换一个文件夹"),
        (errno.EIO, "系统说:"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_while_writing_keeps_the_old_file_and_leaves_nothing_half_written(
    tmp_path, monkeypatch, number, said, step
):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    path = tmp_path / "清单.csv"
    path.write_text("旧", "utf-8")
    monkeypatch.setattr(room.os if step == "fsync" else room.Path, step, fail)
    with pytest.raises(OutputError, match=said) as caught:
        write_text(path, "新")
    assert str(path) in str(caught.value)
    assert path.read_text("utf-8") == "旧"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_writing_leaves_nothing_half_written(tmp_path, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(room.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "清单.csv", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_take_files_is_named_with_the_cure(tmp_path):
    (tmp_path / "文件").write_text("", "utf-8")
    with pytest.raises(OutputError, match=r"写不了 .*清单.csv:上一级不是文件夹;请换一个位置"):
        write_text(tmp_path / "文件" / "清单.csv", "x")


def test_a_link_keeps_pointing_to_the_file_that_is_replaced(tmp_path):
    real, link = tmp_path / "真.csv", tmp_path / "链.csv"
    real.write_text("旧", "utf-8")
    link.symlink_to(real)
    write_text(link, "新")
    assert link.is_symlink()
    assert real.read_text("utf-8") == "新"


def test_a_written_file_can_be_read_by_those_whom_the_umask_allows(tmp_path):
    mask = os.umask(0o027)
    try:
        write_text(tmp_path / "清单.csv", "x")
    finally:
        os.umask(mask)
    assert (tmp_path / "清单.csv").stat().st_mode & 0o777 == 0o640


def test_half_a_character_does_not_stop_the_result(tmp_path):
    write_answers(tmp_path / "清单.csv", one("坏\ud83d字"), today=TODAY)
    assert "坏?字" in (tmp_path / "清单.csv").read_text("utf-8-sig")


def test_more_rows_than_a_sheet_holds_are_refused_for_excel_and_csv_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MOST_ROWS", 4)
    with pytest.raises(
        OutputError, match=r"结果有 5 行,一张 Excel 表最多 4 行;请用 --top 少列几家,或把输出文件改成 .csv"
    ):
        write_answers(tmp_path / "清单.xlsx", sample(), today=TODAY)
    write_answers(tmp_path / "清单.csv", sample(), today=TODAY)
    assert len(rows((tmp_path / "清单.csv").read_text("utf-8"))) == 6


def test_the_score_in_every_file_is_the_sum_of_the_reasons():
    answer = met()
    changed = dataclasses.replace(answer.matches[0], reasons=answer.matches[0].reasons[:1])
    document = json.loads(answers_as_json([dataclasses.replace(answer, matches=(changed,))]))
    assert document["answers"][0]["matches"][0]["score"] == 29.5
    assert rows(answers_as_csv([dataclasses.replace(answer, matches=(changed,))]))[1][5] == "29.50"
