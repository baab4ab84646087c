import gzip
import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from chuanzhu_site.web.charts import Chart, Series, bars, shown

MOST_BYTES = 700 * 1024


@pytest.fixture
def chart():
    return bars(
        "by-county",
        title="各县对接",
        definition="按条数;截至 2026-11-22。",
        label="县",
        names=["林州市", "</script><b>滑县"],
        series=[Series(name="公开", values=[1200, None]), Series(name="没成", values=[3, 0])],
        links=["/funnel/?region=410581"],
    )


def test_the_numbers_stand_in_a_table_beside_the_drawing_and_what_is_not_known_is_no_zero(chart):
    page = render_to_string("chart.html", {"chart": chart})
    assert re.findall(r'class="num">([^<]*)</td>', page) == ["1,200", "3", "不知道", "0"]
    assert '<a href="/funnel/?region=410581">林州市</a>' in page
    assert chart.definition in page


def test_the_option_is_data_in_the_page_that_nothing_can_break_out_of(chart):
    page = render_to_string("chart.html", {"chart": chart})
    data = re.search(r'<script id="by-county" type="application/json">(.*?)</script>', page, re.DOTALL)[1]
    option = json.loads(data)
    assert option["yAxis"]["data"] == ["林州市", "</script><b>滑县"]
    assert option["series"][0]["data"] == [1200, None]
    assert option["aria"]["label"]["description"].startswith("各县对接。按条数")
    assert "<b>" not in page


def test_a_chart_without_numbers_says_so_and_draws_nothing():
    none = Chart(code="c", title="t", definition="d", columns=("县",), rows=(), option={}, empty="本月没有对接。")
    page = render_to_string("chart.html", {"chart": none})
    assert "本月没有对接。" in page
    assert "data-chart" not in page


@pytest.mark.parametrize(("cell", "text"), [(0, "0"), (12345.5, "12,345.5"), (None, "不知道"), ("林州", "林州")])
def test_a_cell_reads_as_people_read_it(cell, text):
    assert shown(cell) == text


def test_echarts_comes_from_its_package_whole_licensed_and_light_enough_for_a_chart_page():
    found = Path(finders.find("echarts.esm.min.js"))
    assert found.is_relative_to(Path(find_spec("instaui_echarts").origin).parent)
    script = found.read_bytes()
    assert b"Apache License, Version 2.0" in script[:1000]
    assert re.search(rb'version:"6\.', script)
    own = Path(finders.find("site/charts.js")).read_bytes()
    assert len(gzip.compress(script)) + len(gzip.compress(own)) < MOST_BYTES - 100 * 1024
