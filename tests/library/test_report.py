"""The page: complete, closed, deaf to what the lists say in angle brackets, and asking nobody for anything."""

import dataclasses
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_answers import NOTES, PROBLEMS, TITLE, TODAY, barred, match, met, need, partly, reason, sample, supply

from chuanzhu.model import Answer, Problem
from chuanzhu.report import render_report
from chuanzhu.report.chart import counts_by_chain
from chuanzhu.report.markup import Html, element, join

VOID = {"br", "input", "meta"}
MEGABYTE = 1 << 20


class Page(HTMLParser):
    """Collects what a page holds and fails where a tag is not closed in its place."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.words = [], Counter(), [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self):
        return "".join(self.words)


def rendered(answers, *, problems=(), notes=(), title=TITLE):
    return render_report(answers, problems=problems, notes=notes, title=title, today=TODAY)


@pytest.fixture(scope="module")
def page():
    return Page(rendered(sample(), problems=PROBLEMS, notes=NOTES))


def odd(text):
    wanted = need(text, text, buyer=text, wanted=text, use=text, specs=(text,))
    offered = supply(text, text, text, uscc=text, extra=(("联系人", text),))
    nearest = match(wanted, offered, reason("same", text), reason("region_rule", text))
    return Answer(need=wanted, chain=text, matches=(nearest,)), dataclasses.replace(barred(), need=wanted)


def test_the_heading_and_the_figures_say_how_many_demands_are_met(page):
    assert "4 条需求,2 条有合适供给,2 条没有" in page.text
    assert "满足1 条部分满足1 条未满足2 条可对接的企业5 家读文件的问题2 处" in page.text


def test_the_page_asks_nobody_for_anything_and_runs_nothing(page):
    assert page.tags["script"] == page.tags["link"] == page.tags["img"] == page.tags["iframe"] == 0
    assert [value for _, name, value in page.attributes if name in {"src", "href"} and not value.startswith("#")] == []
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []
    text = rendered(sample(), problems=PROBLEMS, notes=NOTES)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", text)
    assert "default-src &#x27;none&#x27;" in text


def test_every_link_leads_to_a_place_on_the_page(page):
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {value.removeprefix("#") for _, name, value in page.attributes if name == "href"}
    assert targets == {"d1", "d2", "d3", "d4"}
    assert targets <= set(ids)


def test_the_chart_counts_each_chain_in_words_and_has_a_title_and_a_description(page):
    assert ("svg", "role", "img") in page.attributes
    assert "各产业链满足、部分满足和未满足的需求条数" in page.text
    assert "尼龙新材料:满足 1。先进工程机械:部分满足 1。智能传感器和半导体:未满足 1。未归入:未满足 1" in page.text
    assert "满足:排第一的供给得分不低于50,而且清单上写明的条件都够" in page.text


def test_chains_stand_by_their_number_of_demands_and_the_unknown_one_last():
    unknown = dataclasses.replace(met(), chain="")
    counts = counts_by_chain([unknown, unknown, unknown, met(), partly(), partly()])
    assert list(counts) == ["先进工程机械", "尼龙新材料", "未归入"]
    assert counts["先进工程机械"] == {"partly": 2}


def test_bars_are_as_long_as_their_share_of_the_longest_chain():
    text = rendered([met(), met(), partly()])
    assert 'class="met" x="0.00%" y="21" width="100.00%"' in text
    assert 'class="partly" x="0.00%" y="59" width="50.00%"' in text


def test_what_was_understood_is_marked_and_named_in_the_demands_own_words():
    text = rendered([met()])
    assert '<mark class="quantity">约20~25吨/月<small>数量</small></mark>,要<mark class="certificate">IATF16949' in text
    assert '<mark class="deadline">国庆前<small>期限</small></mark>到货</p>' in text


def test_the_bar_of_a_match_has_a_segment_for_each_reason_that_earned_points():
    text = rendered([met()])
    first = re.search(r'<div class="stack".*?</div>', text).group()
    widths = [float(width) for width in re.findall(r"width:([0-9.]+)%", first)]
    assert widths == [29.5, 17.4, 19.4, 6.0, 5.0, 2.5, 1.0]
    assert 'aria-label="得分由来:品名 29.5,意思 17.4,字面 19.4,产能 6.0,资质 5.0,地区 2.5,时间 1.0"' in first


def test_what_lacks_is_named_apart_from_what_fits():
    text = rendered([met(), barred()])
    assert '<li class="lack"><span>不足 3.6</span>产能 15 吨/月,只够所需 约 20–25 吨/月 的 60%</li>' in text
    assert '<li class="lack"><span>要问清</span>没有写是否有 IATF 16949 汽车质量管理体系,请问清</li>' in text
    assert '<li class="lack"><span>不合要求</span>要求限河南郑州,对方在浙江嘉兴</li>' in text


def test_an_unmet_demand_says_why_what_to_do_and_who_is_nearest(page):
    assert "没有合适的供给:有供这类产品的企业,但都不合硬性要求建议:问采购方能否放宽地区最接近的一家" in page.text
    assert "清单里供不了的:2 条" in page.text


def test_contacts_stand_with_the_supplier(page):
    assert "河南平顶山 · 产能 30 吨/月 · 李经理 · 0371-60000000" in page.text


def test_problem_rows_and_notes_are_told(page):
    assert "读文件时遇到的问题:2 处" in page.text
    assert "信用代码的校验位不对请对照营业执照改正;这一行的其余内容照用用了其余内容" in page.text
    assert NOTES[1] in page.text
    assert "没有问题行:两个文件的每一行都用上了。" in Page(rendered(sample())).text


def test_a_million_problem_rows_do_not_make_the_page_long():
    text = rendered([met()], problems=[PROBLEMS[0]] * 5_000)
    assert "这里列出前 200 处,共 5,000 处,全部见工作簿的“问题行”表。" in text
    assert len(text.encode()) < MEGABYTE // 4


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>", "' onclick='x", "&lt;&amp;"]
)
def test_a_text_from_the_lists_is_never_markup(text):
    plain = Page(rendered(odd("切片"), problems=[Problem(file="切片", value="切片", wrong="切片", cure="切片")]))
    page = Page(rendered(odd(text), problems=[Problem(file=text, value=text, wrong=text, cure=text)], title=text))
    assert page.tags == plain.tags
    assert {(tag, name) for tag, name, _ in page.attributes} == {(tag, name) for tag, name, _ in plain.attributes}
    assert page.text.count(text) > 10


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1))
def test_any_text_makes_a_closed_page(text):
    assert Page(rendered(odd(text), notes=[text], title=text)).tags["article"] == 2


def test_more_than_three_suppliers_are_folded_and_counted():
    answer = partly()
    many = dataclasses.replace(answer, matches=answer.matches * 3)
    page = Page(rendered([many]))
    assert page.tags["details"] == 1
    assert "另有 6 家" in page.text
    assert page.text.count("立华铸造有限公司") == 3 + 1


def test_a_hundred_demands_with_ten_suppliers_each_stay_under_two_megabytes():
    answer = dataclasses.replace(met(), matches=met().matches * 5)
    assert len(rendered([answer] * 100).encode()) < 2 * MEGABYTE


def test_a_demand_of_a_whole_page_is_cut_and_says_so():
    text = rendered(odd("求" * 50_000))
    assert "(共50000字,这里只显示前1000字)" in text
    assert len(text.encode()) < MEGABYTE // 4


def test_the_same_input_gives_the_same_page():
    assert rendered(sample(), problems=PROBLEMS) == rendered(sample(), problems=PROBLEMS)


def test_no_demands_make_a_page_that_says_so():
    assert "0 条需求,0 条有合适供给,0 条没有" in Page(rendered([])).text


def test_only_what_was_made_here_is_taken_for_markup():
    assert join("<b>", Html("<b>")) == "&lt;b&gt;<b>"
    assert element("p", "a\x00b", title='"') == '<p title="&quot;">ab</p>'
