"""The command line as a clerk meets it: what it writes, what it says, and how it ends."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from chuanzhu.cli import main
from chuanzhu.cli.job import ALL_USED, SOME_PROBLEMS
from chuanzhu.cli.parsing import NOTHING_DONE
from chuanzhu.tables import GrowingList

DATA = Path(__file__).parents[3] / "shared" / "data" / "relevance"
SUPPLY = (
    "企业名称,产品,地区,资质\n立华铸造,铸铁件,河南新乡,ISO9001\n某钻石厂,金刚石微粉,河南商丘,\n某酒厂,白酒,河南洛阳,\n"
)
DEMAND = "需求\n卫华求铸铁件 30吨/月\n要天鹅绒窗帘布\n"


@pytest.fixture
def lists(tmp_path):
    supply, demand = tmp_path / "供给 清单.csv", tmp_path / "需求.csv"
    supply.write_text(SUPPLY, "utf-8-sig")
    demand.write_text(DEMAND, "gb18030")
    return supply, demand


def run(*arguments):
    return main([str(argument) for argument in (*arguments, "--today", "2026-11-21")])


def test_two_lists_in_give_one_list_out(lists, tmp_path, capsys):
    assert run("match", *lists, "--output", tmp_path / "对接.csv") == ALL_USED
    (row,) = csv.DictReader((tmp_path / "对接.csv").read_text("utf-8-sig").splitlines())
    assert (row["需求编号"], row["排名"], row["企业"]) == ("需001", "1", "立华铸造")
    assert "供给 3 条,需求 2 条:1 条找到合适供给,1 条没有" in capsys.readouterr().err


def test_without_an_output_the_best_three_are_printed_with_reasons(lists, capsys):
    assert run("match", *lists) == ALL_USED
    out = capsys.readouterr().out
    assert "立华铸造" in out
    assert "品名相同" in out
    assert "没有合适的供给" in out


def test_json_goes_to_standard_output_and_nothing_else_does(lists, capsys):
    assert run("match", *lists, "--json") == ALL_USED
    document = json.loads(capsys.readouterr().out)
    assert [bool(answer["matches"]) for answer in document["answers"]] == [True, False]


def test_a_row_with_a_problem_is_told_and_the_exit_code_says_so(lists, capsys):
    supply, demand = lists
    supply.write_text(SUPPLY + "缺产品的厂,,河南开封,\n", "utf-8-sig")
    assert run("match", supply, demand) == SOME_PROBLEMS
    assert "第5行" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "message"),
    [("结果.csv", "输出文件名以 .xlsx 结尾就能看到全部"), ("结果.xlsx", "全部列在“问题行”表里")],
)
def test_where_all_problems_are_listed_is_said_truly(lists, tmp_path, capsys, name, message):
    supply, demand = lists
    supply.write_text(SUPPLY + "缺产品的厂,,河南开封,\n" * 7, "utf-8-sig")
    assert run("match", supply, demand, "--output", tmp_path / name) == SOME_PROBLEMS
    assert f"共 7 处问题,{message}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("结果.docx", "不会写“.docx”这种文件"),
        ("没有的文件夹/结果.csv", "没有的文件夹 不存在"),
        ("需求.csv", "就是输入的文件"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_any_work(lists, tmp_path, capsys, name, message):
    before = lists[1].read_bytes()
    assert run("match", *lists, "--output", tmp_path / name) == NOTHING_DONE
    assert message in capsys.readouterr().err
    assert lists[1].read_bytes() == before


def test_one_file_for_both_lists_is_refused(lists, capsys):
    assert run("match", lists[0], lists[0]) == NOTHING_DONE
    assert "是同一个文件" in capsys.readouterr().err


def test_a_missing_file_is_named(lists, tmp_path, capsys):
    assert run("match", tmp_path / "没有.xlsx", lists[1]) == NOTHING_DONE
    assert "没有.xlsx" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["match"], "缺少SUPPLY, DEMAND"),
        (["match", "a", "b", "--top", "0"], "--top: “0”应为正整数"),
        (["找"], "没有这个命令"),
    ],
)
def test_a_wrong_call_is_answered_in_chinese(capsys, arguments, message):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == NOTHING_DONE
    error = capsys.readouterr().err
    assert message in error
    assert "usage" not in error


def test_a_date_that_is_none_is_named(lists, capsys):
    with pytest.raises(SystemExit):
        main(["match", *map(str, lists), "--today", "下周"])
    assert "“下周”应为日期" in capsys.readouterr().err


def test_the_demonstration_leaves_a_workbook_and_a_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["demo"]) == ALL_USED
    assert sorted(path.name for path in tmp_path.iterdir()) == ["对接报告.html", "对接清单.xlsx"]
    assert "卫华集团" in capsys.readouterr().out


def test_a_run_is_evaluated_against_judgments(lists, tmp_path, capsys):
    run("match", *lists, "--output", tmp_path / "run.csv")
    (tmp_path / "qrels.tsv").write_text("需001\t供001\t2\n", "utf-8")
    assert main(["evaluate", str(tmp_path / "run.csv"), str(tmp_path / "qrels.tsv")]) == ALL_USED
    assert "1.0000" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json"])
def test_the_same_input_gives_the_same_bytes_whatever_the_hash_seed(lists, tmp_path, suffix):
    outputs = []
    for seed in ("0", "777"):
        target = tmp_path / f"out{seed}{suffix}"
        command = [sys.executable, "-m", "chuanzhu.cli", "match", *map(str, lists), "--output", str(target)]
        subprocess.run(
            [*command, "--today", "2026-11-21"], check=True, env={"PYTHONHASHSEED": seed}, capture_output=True
        )
        outputs.append(target.read_bytes())
    assert outputs[0] == outputs[1]


def test_a_reader_that_goes_away_ends_the_run_without_a_traceback(lists):
    command = [sys.executable, "-m", "chuanzhu.cli", "match", *map(str, lists), "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == NOTHING_DONE
    assert "做不了" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not DATA.exists(), reason="the judged demands are not beside this checkout")
def test_the_judged_demands_are_answered_well(tmp_path, capsys):
    target = tmp_path / "run.csv"
    run("match", DATA / "supply.csv", DATA / "demand.dev.csv", "--top", "50", "--output", target)
    capsys.readouterr()
    main(["evaluate", str(target), str(DATA / "qrels.dev.tsv"), "--json"])
    quality = json.loads(capsys.readouterr().out)
    assert quality["ndcg_10"] >= 0.66
    assert quality["recall_50"] >= 0.80


def many(lists, count):
    supply, demand = lists
    demand.write_text("需求\n" + "求购铸铁件 30吨/月\n要金刚石微粉\n" * (count // 2), "utf-8-sig")
    return supply, demand


def test_a_stopped_match_list_is_gone_on_with_and_ends_up_the_same(lists, tmp_path, capsys, monkeypatch):
    supply, demand = many(lists, 500)
    whole, target = tmp_path / "一次.csv", tmp_path / "两次.csv"
    assert run("match", supply, demand, "--output", whole) == ALL_USED
    asked = []

    def stopping(self, answer, *, add=GrowingList.add):
        asked.append(answer)
        if len(asked) == 321:
            raise KeyboardInterrupt
        add(self, answer)

    monkeypatch.setattr(GrowingList, "add", stopping)
    assert run("match", supply, demand, "--output", target) == NOTHING_DONE
    assert not target.exists()
    assert "500 条需求匹配了 320 条" in capsys.readouterr().err
    assert run("match", supply, demand, "--output", target) == ALL_USED
    assert "前 320 条需求已经匹配过" in capsys.readouterr().err
    assert len(asked) == 321 + 180
    assert target.read_bytes() == whole.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_match_list_of_another_job_is_begun_anew(lists, tmp_path, capsys):
    supply, demand = many(lists, 400)
    target = tmp_path / "对接.csv"
    with GrowingList(target, job="别的清单") as other:
        other.note_down()
    assert run("match", supply, demand, "--output", target) == ALL_USED
    assert "接着上次" not in capsys.readouterr().err
    assert len(target.read_text("utf-8-sig").splitlines()) == 401


def test_an_index_folder_stands_for_its_list(lists, tmp_path, capsys):
    supply, demand = lists
    folder = tmp_path / "索引"
    assert main(["index", str(supply), str(folder)]) == ALL_USED
    assert "3 条供给已编入索引" in capsys.readouterr().err
    direct, indexed = tmp_path / "一.csv", tmp_path / "二.csv"
    assert run("match", supply, demand, "--output", direct) == run("match", folder, demand, "--output", indexed)
    assert direct.read_bytes() == indexed.read_bytes()


def test_explain_shows_every_point_and_its_words_on_both_sides(lists, capsys):
    assert run("explain", "供001", "卫华求铸铁件 30吨/月", "--supply", lists[0], "--json") == ALL_USED
    account = json.loads(capsys.readouterr().out)
    assert account["rank"] == 1
    assert all(reason["asked"] and reason["offered"] for reason in account["match"]["reasons"] if reason["points"])
    assert run("explain", "供001", "卫华求铸铁件 30吨/月", "--supply", lists[0]) == ALL_USED
    out = capsys.readouterr().out
    total = float(out.split("得分 ")[1].split()[0])
    lines = [line.split() for line in out.splitlines() if line.startswith("  ") and "." in line.split()[0]]
    assert total == pytest.approx(sum(float(line[0]) for line in lines))
    assert "列在第 1 位" in out


@pytest.mark.parametrize(
    ("supply_id", "demand", "said"),
    [
        ("供003", "求购铸铁件", "没有一个共同的词"),
        ("供001", "求购铸铁件,限山东", "不合硬性要求"),
        ("供001", "!!!", "没有读懂"),
    ],
)
def test_explain_says_why_a_supply_is_not_there(lists, capsys, supply_id, demand, said):
    assert run("explain", supply_id, demand, "--supply", lists[0]) == ALL_USED
    assert said in capsys.readouterr().out


def test_explain_of_an_unknown_supply_names_it(lists, capsys):
    assert run("explain", "供999", "求购铸铁件", "--supply", lists[0]) == NOTHING_DONE
    assert "供999" in capsys.readouterr().err


def test_check_tells_a_sound_index_from_a_damaged_one(lists, tmp_path, capsys):
    folder = tmp_path / "索引"
    assert main(["index", str(lists[0]), str(folder)]) == ALL_USED
    assert main(["check", str(folder)]) == ALL_USED
    assert "完好:3 条供给" in capsys.readouterr().err
    (column,) = folder.rglob("records.values")
    column.write_bytes(column.read_bytes().replace(b"100", b"900", 1)[::-1])
    assert main(["check", str(folder)]) == NOTHING_DONE
    assert "重建" in capsys.readouterr().err
