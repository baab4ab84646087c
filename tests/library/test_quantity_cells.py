"""Quantities in cells, and arithmetic with them: read, converted, compared and written."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chuanzhu.model import Quantity
from chuanzhu.quantity import (
    PERIODS,
    UNITS,
    QuantityError,
    UnitMismatch,
    convert,
    cover,
    describe,
    dimension,
    is_rough,
    parse_quantity,
    unit_missing,
)

ALPHABET = (
    "0123456789０５.,~-/吨台套件只个米度方克kgKGmtVφ一二两三十百千万亿半几多来余约每月年天以上内厚长第分打 (),。、桶袋"
)


def q(amount, unit, per="", **more):
    return Quantity(amount, unit, per=per, **more)


CELLS = {
    "20吨/月": q(20, "t", "month"),
    "20~25吨/月": q(20, "t", "month", maximum=25),
    "1,000 件": q(1000, "件"),
    "三十吨": q(30, "t"),
    "20000": q(20000, ""),
    "20000.0": q(20000, ""),
    "月产30吨": q(30, "t", "month"),
    "年产能2万吨": q(20000, "t", "year"),
    "产能: 年产2万吨": q(20000, "t", "year"),
    "优质 20吨/月": q(20, "t", "month"),
    "约 8,000 只/年": q(8000, "只", "year", approximate=True),
    "30 吨/月以上": q(30, "t", "month", at_least=True),
    "５００公斤": q(500, "kg"),
    "3千瓦": q(3, "kW"),
    "50mm": q(50, "mm"),
    "年产500万件": q(5000000, "件", "year"),
    "日产2吨": q(2, "t", "day"),
    "1000吨／年": q(1000, "t", "year"),
    "3万吨每年": q(30000, "t", "year"),
    "月产能 20 万只": q(200000, "只", "month"),
    "20吨/天(旺季)": q(20, "t", "day"),
    "2000台/年以上": q(2000, "台", "year", at_least=True),
    "500-800": q(500, "", maximum=800),
    "5000m³": q(5000, "m3"),
    "100㎡": q(100, "m2"),
    "50万元": q(500000, "CNY"),
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_read_as_one_quantity(cell):
    assert parse_quantity(cell) == CELLS[cell]


@pytest.mark.parametrize("cell", ["若干", "面议", "不限", "-", "/", "", "  ", "长期", "待定", "N/A", "——", "现货"])
def test_a_cell_that_leaves_the_quantity_open_is_unknown_and_no_mistake(cell):
    assert parse_quantity(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "一堆货",
        "很多很多",
        "5号",
        "3级",
        "2026年",
        "20吨/班",
        "abc",
        "20吨或30台",
        "12345678901234567890123吨",
        "#REF!",
    ],
)
def test_an_unreadable_cell_is_named_with_its_cure(cell):
    with pytest.raises(QuantityError) as caught:
        parse_quantity(cell)
    assert str(caught.value) == f"看不懂数量“{cell}”。请写成“20吨/月”“1000件”这样的数字加单位；没有定的写“面议”或留空。"


@pytest.mark.parametrize("cell", ["-5吨", "－5", "负三吨", "-1,000件/月"])
def test_a_negative_amount_is_named_as_negative(cell):
    with pytest.raises(QuantityError, match=f"^数量“{cell}”是负数。请写成"):
        parse_quantity(cell)


def test_a_cell_of_fifty_thousand_characters_is_shown_short():
    with pytest.raises(QuantityError) as caught:
        parse_quantity("货" * 50_000)
    assert len(str(caught.value)) < 120


def test_every_unit_has_a_dimension_and_one_base():
    assert all(UNITS[unit.base].factor == 1 and UNITS[unit.base].dimension == unit.dimension for unit in UNITS.values())
    assert [dimension(unit) for unit in ("t", "台", "km", "mu", "L", "MW", "kVA", "kWh", "CNY", "")] == [
        *("mass", "count", "length", "area", "volume", "power", "apparent power", "energy", "money"),
        "",
    ]


def test_an_unknown_unit_is_named_with_its_cure():
    with pytest.raises(QuantityError, match="没有“abc”这个单位。请用 吨"):
        dimension("abc")


def test_an_unknown_period_is_named_with_its_cure():
    with pytest.raises(QuantityError, match="没有“班”这个周期。请用 天"):
        convert(q(1, "t", "班"), unit="t", per="month")


@pytest.mark.parametrize(
    ("quantity", "unit", "per", "amount"),
    [
        (q(2, "t"), "kg", "", 2000),
        (q(3, "打"), "个", "", 36),
        (q(5, "副"), "双", "", 5),
        (q(1, "t", "day"), "t", "month", 30),
        (q(1, "t", "day"), "t", "year", 365),
        (q(1000, "t", "month"), "t", "year", 12000),
        (q(3, "t", "quarter"), "t", "month", 1),
        (q(7, "t", "week"), "t", "day", 1),
        (q(3, "mu"), "m2", "", 2000),
        (q(2, "MW"), "kW", "", 2000),
    ],
)
def test_units_and_periods_convert_inside_a_dimension(quantity, unit, per, amount):
    assert convert(quantity, unit=unit, per=per).amount == pytest.approx(amount, rel=1e-12)


@pytest.mark.parametrize(("unit", "other"), [("t", "台"), ("台", "套"), ("m", "m2"), ("kW", "kVA")])
def test_what_does_not_convert_is_said_in_words(unit, other):
    words = f"“{UNITS[unit].names[0]}”和“{UNITS[other].names[0]}”不能换算"
    with pytest.raises(UnitMismatch, match=words):
        convert(q(1, unit), unit=other)


def test_an_amount_does_not_become_a_rate():
    with pytest.raises(UnitMismatch, match="“5 吨”不能换算成“吨/月”"):
        convert(q(5, "t"), unit="t", per="month")


@pytest.mark.parametrize(
    ("offered", "needed", "share"),
    [
        (q(15, "t", "month"), q(360, "t", "year"), 0.5),
        (q(1000, "t", "month"), q(12000, "t", "year"), 1.0),
        (q(40, "t", "month"), q(80, "t"), 0.5),
        (q(500, "kg"), q(1, "t"), 0.5),
        (q(30, "t", "month"), q(20, "t", "month", maximum=25), 1.5),
        (q(15, "t"), q(0, "t", maximum=30), 0.5),
        (q(0, "t", "month"), q(5, "t", "month"), 0.0),
        (q(500, "t"), q(30, "t", "month"), None),
        (q(500, "台"), q(1000, "套"), 0.5),
        (q(500, "只", "month"), q(1000, "个", "month"), 0.5),
        (q(5, "打"), q(120, "只"), 0.5),
        (q(500, "箱"), q(30, "件"), None),
        (q(500, "双"), q(30, "只"), None),
        (q(500, "榀"), q(1000, "榀"), 0.5),
        (q(500, "榀"), q(30, "点"), None),
        (q(500, ""), q(1000, "台"), 0.5),
        (q(500, "箱"), q(1000, ""), 0.5),
        (q(500, ""), q(30, ""), None),
        (q(500, ""), q(30, "t"), None),
        (q(5, "t"), q(0, "t"), None),
    ],
)
def test_the_share_of_a_need_is_compared_over_one_period_or_not_at_all(offered, needed, share):
    assert cover(offered, needed) == (None if share is None else pytest.approx(share))


@pytest.mark.parametrize(
    ("offered", "needed", "rough"),
    [
        (q(500, "只"), q(30, "个"), True),
        (q(500, ""), q(30, "台"), True),
        (q(500, "台"), q(30, "台"), False),
        (q(5, "打"), q(30, "个"), False),
        (q(5, "kg"), q(1, "t"), False),
        (q(5, "箱"), q(30, "台"), False),
        (q(500, "只"), q(30, "个", "month"), False),
    ],
)
def test_a_comparison_one_for_one_of_different_words_is_called_rough(offered, needed, rough):
    assert is_rough(offered, needed) is rough


def test_a_number_alone_misses_its_unit():
    assert [unit_missing(parse_quantity(cell)) for cell in ("500", "500只", "20榀")] == [True, False, False]


UNUSUAL = {
    "1亿点/月": q(1e8, "点", "month"),
    "1亿克拉/月": q(1e8, "ct", "month"),
    "500P": q(500, "P"),
    "500P算力": q(500, "P"),
    "10^15吨": q(1e15, "t"),
    "1.5*10^6件": q(1500000, "件"),
    "1e6件": q(1e6, "件"),
    "2.5E4吨": q(25000, "t"),
    "500樘/月": q(500, "樘", "month"),
    "300 标箱": q(300, "标箱"),
    "约20~30榀/月": q(20, "榀", "month", maximum=30, approximate=True),
    "3-5千只": q(3000, "只", maximum=5000),
    "≥5000台": q(5000, "台", at_least=True),
    "100+个": q(100, "个", at_least=True),
    "壹仟贰佰件": q(1200, "件"),
    "1000 pcs/月": q(1000, "个", "month"),
}


@pytest.mark.parametrize("cell", UNUSUAL)
def test_powers_formal_numerals_and_counting_words_of_one_trade_are_read_and_written(cell):
    assert parse_quantity(cell) == UNUSUAL[cell]
    assert parse_quantity(describe(UNUSUAL[cell])) == UNUSUAL[cell]


def test_a_quantity_is_written_as_a_clerk_writes_it():
    written = [
        describe(q(20, "t", "month", maximum=25)),
        describe(q(8000, "只", "year", approximate=True)),
        describe(q(30, "t", "month", at_least=True)),
        describe(q(0, "t", maximum=30)),
        describe(q(20000, "")),
    ]
    assert written == ["20–25 吨/月", "约 8,000 只/年", "30 吨/月以上", "不超过 30 吨", "20,000"]


AMOUNTS = st.one_of(
    st.integers(1, 10**9).map(float),
    st.integers(1, 10**9).map(lambda number: number / 100),
)


@given(AMOUNTS, st.sampled_from(sorted(UNITS)), st.sampled_from(["", *PERIODS]), st.booleans(), st.data())
@example(0.5, "g", "day", False, None)  # noqa: FBT003 (hypothesis takes examples by position)
def test_what_is_described_is_read_back_unchanged(amount, unit, per, approximate, data):
    shape = data.draw(st.sampled_from(["plain", "range", "at least", "at most"])) if data else "plain"
    maximum = amount if shape == "at most" else amount * 2 if shape == "range" else None
    low = 0.0 if shape == "at most" else amount
    quantity = q(low, unit, per, maximum=maximum, approximate=approximate, at_least=shape == "at least")
    assert parse_quantity(describe(quantity)) == quantity


@given(AMOUNTS, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.data())
def test_converting_forth_and_back_changes_nothing(amount, unit, other, data):
    periods = data.draw(st.sampled_from([("", ""), *[(one, two) for one in PERIODS for two in PERIODS]]))
    quantity = q(amount, unit, periods[0])
    if UNITS[unit].base != UNITS[other].base:
        with pytest.raises(UnitMismatch):
            convert(quantity, unit=other, per=periods[1])
        return
    there = convert(quantity, unit=other, per=periods[1])
    assert convert(there, unit=unit, per=periods[0]).amount == pytest.approx(amount, rel=1e-9)


@given(st.text(ALPHABET, max_size=30))
def test_any_cell_is_read_or_refused_with_a_message(cell):
    outcome = read_or_message(cell)
    assert outcome is None or (cell.strip()[:40] in outcome if isinstance(outcome, str) else outcome.amount >= 0)


def read_or_message(cell):
    try:
        return parse_quantity(cell)
    except QuantityError as error:
        return str(error)


def test_a_hundred_thousand_cells_are_read_in_two_seconds():
    cells = [f"{number}吨/月" for number in range(1, 25_001)] * 4
    started = time.process_time()
    assert sum(quantity is not None for quantity in map(parse_quantity, cells)) == 100_000
    assert time.process_time() - started < 2
