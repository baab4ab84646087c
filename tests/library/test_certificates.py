"""Certificates: found where they are asked for, never inside other words, and weighed against each other."""

import time
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuanzhu.taxonomy.certificates import (
    COLUMNS,
    CertificateError,
    certificate_name,
    covers,
    find_certificates,
    parse_certificates,
    read_certificates,
    satisfies,
)

HEADER = ",".join(COLUMNS)


def table():
    text = (resources.files("chuanzhu") / "data" / "certificates.csv").read_text("utf-8")
    return read_certificates(text.splitlines())


def codes(text):
    return [found.code for found in find_certificates(text) if not found.is_wish and not found.is_waived]


def spoken(text):
    """Return text, code and how each is meant: demanded, wish or waived."""
    return [
        (found.text, found.code, "waived" if found.is_waived else "wish" if found.is_wish else "demanded")
        for found in find_certificates(text)
    ]


def test_the_table_has_at_least_eighty_certificates_in_full():
    assert len(table()) >= 80
    assert [one.code for one in table().values() if not one.name or not one.kind or not one.aliases] == []


@pytest.mark.parametrize("one", table().values(), ids=lambda one: one.code)
def test_every_code_name_and_alias_reads_back_as_its_code(one):
    for written in (one.code, one.name, *one.aliases, *one.weak):
        assert parse_certificates(written) == (one.code,), written


@pytest.mark.parametrize("one", table().values(), ids=lambda one: one.code)
def test_every_alias_is_found_in_a_text_that_asks_for_it(one):
    for alias in one.aliases:
        assert codes(f"采购配件100件,要有{alias},尽快") == [one.code], alias
    for alias in one.weak:
        assert codes(f"采购配件100件,要有{alias},尽快") == [one.code], alias


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("要IATF 16949,洛阳或郑州周边", ["IATF16949"]),
        ("IATF16949体系要有,每月600套", ["IATF16949"]),
        ("需有ISO13485和ISO9001", ["ISO13485", "ISO9001"]),
        ("需ISO9001,14001", ["ISO9001", "ISO14001"]),
        ("带CE 3台", ["CE"]),
        ("过ISO9001/14001/45001认证", ["ISO9001", "ISO14001", "ISO45001"]),
        ("要ＩＳＯ／ＴＳ１６９４９", ["IATF16949"]),
        ("要非转基因证明和SC,漯河到厂价", ["非转基因", "SC"]),
        ("政府采购要3C和节能证", ["3C", "节能认证"]),
        ("盘长3km,带入网证,驻马店上蔡交货", ["进网许可证"]),
        ("要注册证授权书齐全", ["医疗器械注册证"]),
        ("矿用电缆,要MA标志和防爆证", ["煤安证", "防爆证"]),
        ("集成商要有ITSS和CMMI 5级", ["ITSS", "CMMI5"]),
        ("供应商须是专精特新“小巨人”企业", ["小巨人"]),
    ],
)
def test_certificates_are_found_as_people_write_them(text, expected):
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SCB14-1600/10干式变压器两台",
        "要3C数码配件",
        "3C电子结构件加工",
        "CNC加工件,材质SUS304",
        "MAX485芯片,TS35导轨",
        "CE线束",
        "采购ULTRA刀片",
        "reach堆高车一台",
        "PCB打样,UL94阻燃板",
        "GAP垫片",
        "求购有机硅",
        "绿色食品包装袋",
        "体系不限",
    ],
)
def test_words_that_only_look_like_a_certificate_are_left_alone(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "不需要ISO9001",
        "无需提供ISO9001和ISO14001",
        "不要求IATF16949",
        "ISO9001不强制",
        "有ISO9001优先",
        "求ISO9001认证咨询",
        "代办食品生产许可证",
        "系统今年必须过等保三级",
    ],
)
def test_what_is_waived_welcome_or_itself_the_thing_wanted_is_not_demanded(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "最好有ISO9001",
        "有ISO9001优先",
        "ISO9001优先",
        "有ISO9001更好",
        "有ISO9001者优先",
        "如有ISO9001",
        "能有ISO9001最好",
        "具备ISO9001认证的企业优先考虑",
        "ISO9001加分",
        "优先考虑有ISO9001的",
    ],
)
def test_a_welcome_certificate_is_a_wish_and_takes_in_all_words_of_the_wish(text):
    assert spoken(text) == [(text, "ISO9001", "wish")]


@pytest.mark.parametrize(
    "text",
    [
        "不需要ISO9001",
        "无需ISO9001",
        "不要求ISO9001",
        "无需提供ISO9001证书",
        "ISO9001不强制",
        "ISO9001可有可无",
        "没有ISO9001也行",
    ],
)
def test_a_waived_certificate_is_found_with_all_words_that_waive_it(text):
    assert spoken(text) == [(text, "ISO9001", "waived")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("最好有ISO9001和14001", [("最好有ISO9001", "ISO9001", "wish"), ("14001", "ISO14001", "wish")]),
        ("有ISO9001、3C证的优先", [("有ISO9001", "ISO9001", "wish"), ("3C证的优先", "3C", "wish")]),
        ("无需ISO9001,14001", [("无需ISO9001", "ISO9001", "waived"), ("14001", "ISO14001", "waived")]),
        ("ISO9001优先,必须有SC证", [("ISO9001优先", "ISO9001", "wish"), ("SC证", "SC", "demanded")]),
        ("有ISO9001的河南厂优先", [("ISO9001", "ISO9001", "wish")]),
        ("要ISO9001本地企业优先", [("ISO9001", "ISO9001", "demanded")]),
        ("没有ISO9001的不要", [("没有ISO9001的不要", "ISO9001", "demanded")]),
    ],
)
def test_a_wish_or_a_waiver_holds_for_all_that_are_joined_and_for_no_others(text, expected):
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电缆,国军标", ["GJB9001C"]),
        ("要国军标认证", ["GJB9001C"]),
        ("要军工四证", ["军工四证"]),
        ("要有军工资质", ["军工四证"]),
        ("冷鲜肉,带动检证", ["动物检疫证明"]),
        ("要动物检疫合格证明", ["动物检疫证明"]),
        ("随货检疫证明", ["动物检疫证明"]),
        ("带质保书", ["材质证明"]),
        ("附材质单", ["材质证明"]),
        ("要材质证明", ["材质证明"]),
        ("带质量证明书", ["材质证明"]),
        ("要隔爆证", ["防爆证"]),
        ("要防爆合格证", ["防爆证"]),
        ("玉米淀粉药用级,GMP", ["GMP"]),
        ("带出厂检验报告", ["出厂检验报告"]),
        ("带出厂检,送到厂", ["出厂检验报告"]),
        ("要第三方检测报告", ["第三方检测报告"]),
        ("提供型式检验报告", ["型式试验"]),
        ("环评齐全", ["环评"]),
        ("环保手续齐全", ["环评"]),
        ("要营业执照", ["营业执照"]),
        ("须是一般纳税人", ["一般纳税人"]),
    ],
)
def test_papers_of_the_trade_are_read_by_their_everyday_names(text, expected):
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "国军标电缆",
        "光纤跳线,SC,10米",
        "质保2年",
        "开13%专票",
        "出厂检验设备采购",
        "信阳潢川,环评已过",
        "环评报告编制",
        "不要3C数码配件",
    ],
)
def test_goods_terms_and_the_buyers_own_papers_are_no_demands(text):
    assert spoken(text) == []


def test_what_a_certificate_covers_is_told_nearest_first():
    assert covers("IATF16949") == ("ISO9001",)
    assert covers("军工四证") == ("军工三证", "GJB9001C", "ISO9001", "保密资质", "武器装备许可证", "装备承制资格")
    assert covers("ISO9001") == covers("某某认证") == ()


@given(st.text(alphabet="要有ISO9001和SC3CE认证体系证，,、/（） 不需- 14001半岛MA最好优先没也行的", max_size=40))
def test_finds_point_into_the_text_in_order_and_never_overlap(text):
    found = find_certificates(text)
    assert [text[one.start : one.end] for one in found] == [one.text for one in found]
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("IATF16949;ISO13485", ("IATF16949", "ISO13485")),
        ("ISO/TS 16949, ISO 9001:2015", ("IATF16949", "ISO9001")),
        ("食品生产许可证（SC）、HACCP", ("SC", "HACCP")),
        ("ISO9001质量管理体系认证 ISO14001", ("ISO9001", "ISO14001")),
        ("3C和CE", ("3C", "CE")),
        ("ISO 9001/ISO 14001/ISO 45001", ("ISO9001", "ISO14001", "ISO45001")),
        ("承装（修、试）电力设施许可证", ("承装修试",)),
        ("具有ISO9001认证证书", ("ISO9001",)),
        ("ISO9001;ISO 9001", ("ISO9001",)),
        ("某某 认证；GB/T 1234", ("某某 认证", "GB/T 1234")),
        ("MAX 3C数码", ("MAX", "3C数码")),
        ("不需要ISO9001", ()),
        ("无", ()),
        ("-", ()),
        (" ", ()),
        ("N/A", ()),
        ("无特殊要求", ()),
    ],
)
def test_a_cell_is_read_without_losing_what_is_not_known(cell, expected):
    assert parse_certificates(cell) == expected


@pytest.mark.parametrize(
    ("held", "demanded", "expected"),
    [
        ("AS9100", "ISO9001", True),
        ("IATF16949", "ISO9001", True),
        ("ISO13485", "ISO9001", False),
        ("ISO9001", "IATF16949", False),
        ("FSSC22000", "HACCP", True),
        ("FSSC22000", "ISO22000", True),
        ("CMMI5", "CMMI3", True),
        ("CMMI3", "CMMI5", False),
        ("等保三级", "等保二级", True),
        ("等保二级", "等保三级", False),
        ("小巨人", "专精特新", True),
        ("军工四证", "GJB9001C", True),
        ("出厂检验报告", "质检报告", True),
        ("出厂检验报告", "第三方检测报告", False),
        ("三体系", "ISO45001", True),
        ("某某认证", "某某 认证", True),
        ("某某认证", "ISO9001", False),
    ],
)
def test_a_higher_certificate_stands_for_the_lower_and_not_the_other_way(held, demanded, expected):
    assert satisfies(held, demanded) is expected


@pytest.mark.parametrize("code", table())
def test_every_certificate_satisfies_itself_and_has_a_name(code):
    assert satisfies(code, code)
    assert certificate_name(code)


def test_an_unknown_code_is_its_own_name():
    assert certificate_name("某某认证") == "某某认证"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["代码,名称"], "资质表的表头应为:代码,名称,别名"),
        ([HEADER, "A,甲,a,,类,,", "A,乙,b,,类,,"], "第 3 行“A”列数不对、代码空缺或重复"),
        ([HEADER, "A,甲,a"], "第 2 行“A”列数不对"),
        ([HEADER, "A,甲,a,,类,B,"], "资质“A”涵盖的“B”不在表里"),
    ],
)
def test_a_wrong_table_is_refused_with_its_row(lines, message):
    with pytest.raises(CertificateError, match=message):
        read_certificates(lines)


@pytest.mark.parametrize("words", ["有", "要有", "的企业", "要求提供", "的者"])
def test_a_certificate_amid_many_words_of_one_kind_is_read_at_once(words):
    began = time.perf_counter()
    assert codes(f"供应商{words * 40}ISO9001{words * 40}钢") == ["ISO9001"]
    assert time.perf_counter() - began < 1
