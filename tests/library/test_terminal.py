"""Answers on a terminal, as a clerk sees them: plain text of 100 columns."""

import dataclasses
import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from sample_answers import barred, match, met, need, partly, reason, sample, supply, unread

from chuanzhu.model import Answer, Demand, Need, RegionWish
from chuanzhu.tables.terminal import terminal_table
from chuanzhu.tables.wording import understood

WIDTH = 100


def shown(*answers, best=3, width=WIDTH):
    out = io.StringIO()
    terminal_table(answers, console=Console(file=out, width=width), best=best)
    return out.getvalue()


def squeezed(text):
    return "".join(text.split())


def test_a_demand_is_shown_with_what_was_understood_of_it():
    text = squeezed(shown(met()))
    assert "【D-01】急!求购PA66(尼龙66)切片" in text
    assert "(洛阳某汽车零部件厂)" in text
    assert "读懂要什么:PA66(尼龙66)切片;规格:注塑级;数量:约20–25吨/月" in text


def test_each_supplier_is_shown_with_score_reasons_and_what_to_clear_up():
    lines = shown(partly()).splitlines()
    first = next(line for line in lines if "立华铸造" in line)
    assert "48分" in first
    assert first.split()[0] == "1"
    assert sum("要问清或不足:产能没有填,请问清能否供 300 件/月" in line for line in lines) == 3


def test_no_word_of_a_name_or_a_reason_is_cut_off():
    text = shown(*sample())
    assert "…" not in text
    assert "赶得上 2026-09-30" in text


def test_only_the_best_are_shown_and_the_rest_is_counted():
    text = shown(partly(), best=2)
    assert "新乡某铸钢厂" not in text
    assert "另有 1 家,用 --output 写成文件可看全部" in text
    assert "另有" not in shown(partly(), best=3)


def test_a_demand_without_supply_says_why_who_is_nearest_and_what_to_do():
    text = shown(barred(), unread())
    assert "没有合适的供给" in text
    assert "最接近的一家:嘉兴某半导体有限公司:IGBT模块;要求限河南郑州,对方在浙江嘉兴" in text
    assert "建议:问采购方能否放宽地区" in text
    assert "没有读懂要什么:请写明产品名称" in text


@pytest.mark.parametrize("width", [60, 100, 160])
def test_no_line_is_wider_than_the_terminal(width):
    assert max(cell_len(line) for line in shown(*sample(), width=width).splitlines()) <= width


def test_nothing_depends_on_colour():
    assert "\x1b" not in shown(*sample())


def odd(text):
    wanted = need(text, text, buyer=text, wanted=text)
    return Answer(need=wanted, matches=(match(wanted, supply(text, text, text), reason("same", text)),))


def test_a_name_cannot_steer_the_terminal_or_the_style():
    text = shown(odd("\x1b[2J\x07\x9b[31m切片[bold]粗[/bold]"))
    assert not {"\x1b", "\x07", "\x9b"} & set(text)
    assert "[bold]粗[/bold]" in squeezed(text)


def test_a_text_of_a_whole_page_is_cut_and_says_so():
    text = shown(odd("求" * 50_000))
    assert "(共50000字,这里只显示前300字)" in squeezed(text)
    assert len(text) < 10_000


def test_no_answers_print_nothing():
    assert shown() == ""
    assert "读懂" in shown(dataclasses.replace(unread(), unmet=None))


def test_wishes_and_exclusions_are_said_as_what_they_are():
    wish = RegionWish(codes=("410000",), strict=True, excluded=("370000",))
    read = Need(demand=Demand(text="齿轮"), wanted="齿轮", wished_certificates=("SC",), region=wish)
    assert understood(read) == "要什么:齿轮;资质:最好有食品生产许可证(SC);地区:限河南,不要山东"
