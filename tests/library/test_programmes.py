"""Chains as data: the bundled programmes keep their promises, and a file that is wrong is named with row and cure."""

import csv
import datetime as dt
import shutil
from collections import Counter
from importlib import resources

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuanzhu.taxonomy.chains import chains
from chuanzhu.taxonomy.industries import IndustryError, industries, industry
from chuanzhu.taxonomy.lexicon import Concept, Lexicon
from chuanzhu.taxonomy.programmes import (
    FLOWS,
    STAGES,
    STRENGTHS,
    ProgrammeError,
    bundled_programme,
    bundled_programmes,
    load_programme,
)
from chuanzhu.taxonomy.programmes.rows import CHAINS, LINKS, NODES, PROGRAMME, nearest

SEEN = ("行业常识", "2026-11-22", "待核")
STEEL = Lexicon([Concept(name=name, kind="材料") for name in ("铁矿石", "生铁", "钢材", "钢结构")])
IRON_ORE = ("s-1", "铁矿", "", "上游", "矿", "铁矿石", "0810", "", "", *SEEN)
PIG_IRON = ("s-2", "生铁", "", "中游", "冶炼", "生铁", "3110", "ISO9001", "", *SEEN)
GOOD_LINK = ("铁矿", "生铁", "原料", "强", "还原成铁", *SEEN)


@pytest.fixture(params=bundled_programmes())
def programme(request):
    return bundled_programme(request.param)


@pytest.fixture
def folder(tmp_path):
    """Write a programme of one chain, with files replaced: ``folder(nodes=rows, links=rows)``."""

    def write(
        *, nodes=(IRON_ORE, PIG_IRON), links=(GOOD_LINK,), about=(), chain=("s", "钢铁", "材料", *SEEN), name="市"
    ):
        path = tmp_path / name
        path.mkdir()
        table(path / "programme.csv", PROGRAMME, [("名称", "某市方案", *SEEN), ("地区", "410500", *SEEN), *about])
        table(path / "chains.csv", CHAINS, [chain])
        table(path / f"{chain[0]}-nodes.csv", NODES, nodes)
        table(path / f"{chain[0]}-links.csv", LINKS, links)
        return path

    return write


def table(path, header, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def faults(path, **options):
    """Return the faults as (file, row, column, wrong, cure)."""
    with pytest.raises(ProgrammeError) as caught:
        load_programme(path, lexicon=STEEL, **options)
    return [(one.file, one.row, one.column[2:], one.wrong, one.cure) for one in caught.value.problems]


def changed(row, header, **cells):
    return tuple(cells.get(column, cell) for column, cell in zip(header, row, strict=True))


def node(**cells):
    return changed(PIG_IRON, NODES, **cells)


def link(**cells):
    return changed(GOOD_LINK, LINKS, **cells)


def test_henan_has_28_chains_in_7_clusters_and_anyang_12_industries_with_5_works_and_9_counties():
    henan, anyang = bundled_programme("henan"), bundled_programme("anyang")
    assert (len(henan.chains), len(henan.clusters)) == (28, 7)
    assert Counter(chain.cluster for chain in anyang.chains) == {"主导产业": 4, "传统产业": 4, "新兴产业": 4}
    assert (len(anyang.works), len(anyang.counties)) == (5, 9)


def test_henans_chains_are_named_as_the_lexicons_files_are():
    henan = bundled_programme("henan")
    assert [(one.name, one.cluster) for one in henan.chains] == [
        (chains()[one.slug].name, chains()[one.slug].cluster) for one in henan.chains
    ]


def test_every_chain_has_at_least_25_nodes_in_every_stage_and_in_families_small_enough_to_draw(programme):
    for chain in programme.chains:
        assert len(chain.nodes) >= 25, chain.slug
        assert {place.stage for place in chain.places} == set(STAGES), chain.slug
        assert max(Counter((place.stage, place.family) for place in chain.places).values()) <= 14, chain.slug


def test_every_node_of_a_chain_is_linked_to_another_of_the_same_chain(programme):
    for chain in programme.chains:
        linked = {key for link in programme.links_within(chain) for key in (link.giver, link.taker)}
        assert [programme.node(key).name for key in chain.nodes - linked] == [], chain.slug


def test_goods_flow_down_the_stages_and_never_back(programme):
    for chain in programme.chains:
        stage = {place.node: STAGES.index(place.stage) for place in chain.places}
        flows = [link for link in programme.links_within(chain) if link.kind in FLOWS]
        back = [(link.giver, link.taker) for link in flows if stage[link.giver] > stage[link.taker]]
        assert back == [], chain.slug


def test_nothing_is_made_of_itself_by_the_word_of_networkx(programme):
    flows = [(link.giver, link.taker) for link in programme.links if link.kind in FLOWS]
    assert nx.is_directed_acyclic_graph(nx.DiGraph(flows))


def test_henan_is_one_graph_because_its_chains_share_nodes():
    henan = bundled_programme("henan")
    shown = Counter(place.node for chain in henan.chains for place in chain.places)
    graph = nx.Graph((link.giver, link.taker) for link in henan.links)
    assert sum(count > 1 for count in shown.values()) >= 150
    assert len(max(nx.connected_components(graph), key=len)) >= 0.95 * len(henan.nodes)


def test_anyang_builds_on_henan_and_keeps_the_identity_of_its_nodes():
    henan, anyang = bundled_programme("henan"), bundled_programme("anyang")
    shared = {node.key for node in anyang.nodes} & {node.key for node in henan.nodes}
    assert len(shared) >= 200
    assert all(anyang.node(key) == henan.node(key) for key in shared)


def test_every_product_of_a_node_is_in_the_lexicon(programme):
    assert [note.wrong for note in programme.notes] == []


def test_what_the_documents_do_not_state_is_marked_as_to_be_checked(programme):
    for one in (*programme.nodes, *programme.links):
        stated = one.evidence.source.startswith(("杨梦洁", "袁家健"))
        assert one.evidence.standing == ("文件载明" if stated else "待核")
        assert one.evidence.date >= dt.date(2026, 1, 1)


def test_the_bundled_files_open_in_a_spreadsheet_program():
    entries = [each for key in bundled_programmes() for each in (programme_files() / key).iterdir()]
    assert [entry.name for entry in entries if not entry.read_bytes().startswith(b"\xef\xbb\xbf")] == []


def programme_files():
    return resources.files("chuanzhu") / "data" / "programmes"


def test_a_programme_reads_the_same_from_a_copy_of_its_folder(tmp_path):
    for key in bundled_programmes():
        shutil.copytree(programme_files() / key, tmp_path / key)
    assert load_programme(tmp_path / "anyang") == bundled_programme("anyang")


def test_a_small_programme_is_read_as_written(folder):
    read = load_programme(folder(), lexicon=STEEL)
    assert [(one.name, one.products, one.industries, one.certificates) for one in read.nodes] == [
        ("铁矿", ("铁矿石",), ("0810",), ()),
        ("生铁", ("生铁",), ("3110",), ("ISO9001",)),
    ]
    (only,) = read.links
    assert (only.giver, only.taker, only.kind, only.strength) == ("s-1", "s-2", "原料", STRENGTHS["强"])
    assert read.notes == ()


def test_a_node_written_in_one_chain_can_be_shown_in_another_of_a_programme_that_builds_on_it(folder):
    folder(name="省")
    mill = ("t-1", "钢材", "", "下游", "轧制", "钢材", "3130", "", "", *SEEN)
    borrowed = ("", "生铁", "s", "上游", "铁料", "", "", "", "", *SEEN)
    city = folder(
        nodes=[borrowed, mill],
        links=[link(从环节="生铁", 到环节="钢材")],
        about=[("依托", "省", *SEEN)],
        chain=("t", "钢材深加工", "材料", *SEEN),
    )
    read = load_programme(city, lexicon=STEEL)
    assert [(one.key, one.chain) for one in read.nodes] == [("s-2", "s"), ("t-1", "t")]
    assert [(one.giver, one.taker) for one in read.links] == [("s-2", "t-1")]


def test_a_strength_may_be_a_number(folder):
    assert load_programme(folder(links=[link(强度="0.45")]), lexicon=STEEL).links[0].strength == 0.45


@pytest.mark.parametrize(
    ("row", "column", "wrong", "cure"),
    [
        (node(环节="铁矿"), "环节", "环节“铁矿”重复:已写在s-nodes.csv 第 2 行", "“引自”填成 s"),
        (node(编号="s-1"), "编号", "编号“s-1”已用于环节“铁矿”", "s-2"),
        (node(编号=""), "编号", "没有写编号", "s-2"),
        (node(环节=""), "环节", "没有写环节名", "补上"),
        (node(产品=""), "产品", "环节“生铁”没有产品", "词库里有的品名"),
        (node(行业=""), "行业", "环节“生铁”没有行业代码", "GB/T 4754-2017"),
        (node(行业="3119"), "行业", "没有行业代码“3119”", "3110 炼铁"),
        (node(引自="nylon"), "引自", "产业链“nylon”里没有环节“生铁”", "清空“引自”"),
        (node(阶段="中段"), "阶段", "阶段“中段”不认识", "上游、中游、下游、服务"),
        (node(家族=""), "家族", "没有写家族", "归成一组"),
        (node(来源=""), "来源", "没有写来源", "行业常识"),
        (node(日期="去年"), "日期", "日期“去年”读不懂", "2026-11-22"),
        (node(状态="对"), "状态", "状态“对”不认识", "文件载明、公开报道、待核、已核"),
    ],
)
def test_a_node_that_cannot_be_used_is_named_with_file_row_and_cure(folder, row, column, wrong, cure):
    found = faults(folder(nodes=[IRON_ORE, row], links=[]))
    assert [(file, number, where) for file, number, where, *_ in found] == [("s-nodes.csv", 3, column)]
    assert wrong in found[0][3]
    assert cure in found[0][4]


@pytest.mark.parametrize(
    ("row", "column", "wrong", "cure"),
    [
        (link(到环节="生鉄"), "到环节", "“钢铁”里没有环节“生鉄”", "是不是生铁"),
        (link(从环节="焦炭"), "从环节", "“钢铁”里没有环节“焦炭”", "s-nodes.csv"),
        (GOOD_LINK, "到环节", "“铁矿”到“生铁”重复:已写在s-links.csv 第 2 行", "删去一处"),
        (link(从环节="生铁", 到环节="铁矿", 类别="料"), "类别", "类别“料”不认识", "原料"),
        (link(从环节="生铁", 到环节="铁矿", 类别="回收", 强度="很强"), "强度", "强度“很强”不对", "强、中、弱"),
        (link(从环节="生铁", 到环节="铁矿", 类别="回收", 强度="1.5"), "强度", "强度“1.5”不对", "不超过 1"),
        (link(从环节="生铁", 到环节="铁矿", 类别="回收", 依据=""), "依据", "没有写依据", "一句话"),
    ],
)
def test_a_link_that_cannot_be_used_is_named_with_file_row_and_cure(folder, row, column, wrong, cure):
    found = faults(folder(links=[GOOD_LINK, row]))
    assert [(file, number, where) for file, number, where, *_ in found] == [("s-links.csv", 3, column)]
    assert wrong in found[0][3]
    assert cure in found[0][4]


def test_a_circle_of_goods_is_refused_with_the_circle(folder):
    (fault,) = faults(folder(links=[GOOD_LINK, link(从环节="生铁", 到环节="铁矿")]))
    assert "绕成了圈:" in fault[3]
    assert "生铁 → 铁矿" in fault[3]
    assert "回收" in fault[4]


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_a_programme_is_refused_for_a_circle_just_when_networkx_sees_one(tmp_path_factory, edges):
    path = tmp_path_factory.mktemp("programme")
    table(path / "programme.csv", PROGRAMME, [("名称", "某市方案", *SEEN), ("地区", "410500", *SEEN)])
    table(path / "chains.csv", CHAINS, [("s", "钢铁", "材料", *SEEN)])
    table(path / "s-nodes.csv", NODES, [node(编号=f"s-{number}", 环节=f"环节{number}") for number in range(6)])
    table(path / "s-links.csv", LINKS, [link(从环节=f"环节{one}", 到环节=f"环节{other}") for one, other in edges])
    if nx.is_directed_acyclic_graph(nx.DiGraph(edges)):
        assert len(load_programme(path, lexicon=STEEL).links) == len(edges)
    else:
        assert [wrong.split(":")[0] for *_, wrong, _ in faults(path)] == ["原料、部件绕成了圈"]


@pytest.mark.parametrize("kind", ["回收", "设备", "能源"])
def test_what_does_not_end_up_inside_may_go_round(folder, kind):
    assert len(load_programme(folder(links=[GOOD_LINK, link(从环节="生铁", 到环节="铁矿", 类别=kind)])).links) == 2


def test_a_product_the_lexicon_does_not_know_is_reported_with_the_nearest_and_used(folder):
    read = load_programme(folder(nodes=[IRON_ORE, node(产品="生鉄")]), lexicon=STEEL)
    assert read.nodes[1].products == ("生鉄",)
    (note,) = read.notes
    assert (note.file, note.row, note.wrong, note.used) == ("s-nodes.csv", 3, "词库不认识产品“生鉄”", True)
    assert "生铁" in note.cure


def test_a_product_of_two_meanings_is_reported_with_both(folder):
    pc = Lexicon([Concept(name=name, kind="材料", ambiguous=("PC",)) for name in ("聚碳酸酯", "计算机")])
    read = load_programme(folder(nodes=[IRON_ORE, node(产品="PC")]), lexicon=pc)
    assert "聚碳酸酯、计算机" in read.notes[-1].cure


def test_a_certificate_nobody_knows_is_reported_and_used(folder):
    read = load_programme(folder(nodes=[IRON_ORE, node(资质="某某认证")]), lexicon=STEEL)
    assert [note.wrong for note in read.notes] == ["资质“某某认证”不认识"]


@pytest.mark.parametrize(
    ("about", "wrong"),
    [
        (("县区", "999999", *SEEN), "地区代码“999999”不认识"),
        (("领导", "张三", *SEEN), "项“领导”不认识"),
        (("名称", "又一个", *SEEN), "“名称”有 2 行"),
    ],
)
def test_a_wrong_item_of_the_programme_is_named(folder, about, wrong):
    assert wrong in [each for *_, each, _ in faults(folder(about=[about]))]


def test_files_that_are_missing_stray_or_in_another_encoding_are_named(folder):
    path = folder()
    (path / "s-links.csv").unlink()
    (path / "t-nodes.csv").write_text("", "utf-8")
    (path / "s-nodes.csv").write_bytes(",".join(NODES).encode("gb18030"))
    found = {(file, wrong) for file, _, _, wrong, _ in faults(path)}
    assert ("s-links.csv", "没有这个文件") in found
    assert ("t-nodes.csv", "chains.csv 里没有对应的产业链") in found
    assert ("s-nodes.csv", "不是 UTF-8 编码") in found


def test_a_row_with_a_comma_too_many_and_a_wrong_header_are_named(folder):
    path = folder()
    with (path / "s-nodes.csv").open("a", encoding="utf-8") as file:
        file.write("s-3,钢材,,下游,轧制,钢材,钢结构,3130,,,行业常识,2026-11-22,待核\n")
    (path / "s-links.csv").write_text("从,到\n", "utf-8")
    found = {(file, row): wrong for file, row, _, wrong, _ in faults(path)}
    assert found == {("s-nodes.csv", 4): "有 13 格,应为 12 格", ("s-links.csv", 0): "表头是“从,到”"}


def test_the_message_of_many_faults_shows_the_first_twenty(folder):
    rows = [node(编号=f"s-{number}", 环节=f"环节{number}", 产品="") for number in range(2, 30)]
    with pytest.raises(ProgrammeError, match=r"(?s)有 28 处要改.*s-nodes\.csv 第 3 行:.*还有 8 处"):
        load_programme(folder(nodes=[IRON_ORE, *rows], links=[]), lexicon=STEEL)


def test_a_folder_a_programme_a_chain_and_a_node_that_are_not_there_are_named(tmp_path):
    henan = bundled_programme("henan")
    for act, message in (
        (lambda: load_programme(tmp_path / "无"), "没有文件夹"),
        (lambda: bundled_programme("hebei"), "没有自带的产业链方案“hebei”;自带的有:anyang、henan"),
        (lambda: henan.chain("silk"), "没有产业链“silk”"),
        (lambda: henan.node("x-1"), "没有编号为“x-1”的环节"),
    ):
        with pytest.raises(ProgrammeError, match=message):
            act()


def test_the_nearest_names_share_most_characters_and_far_ones_are_left_out():
    assert nearest("铁矿石粉", ["铁矿", "铝土矿", "铁矿石", "钢"]) == "铁矿石、铁矿"
    assert nearest("铁矿", ["棉纱"]) == ""


def test_industries_are_those_of_the_standard():
    levels = Counter(len(code) for code in industries())
    assert levels == {2: 97, 3: 473, 4: 1381}
    assert all(code[:-1] in industries() for code in industries() if len(code) > 2)


def test_an_industry_lies_within_its_group_and_division():
    assert industry(" c3091 ").ancestors == ("309", "30")
    assert industry("3091").is_within("30")
    assert not industry("30").is_within("3091")


@pytest.mark.parametrize(
    ("code", "cure"), [("3094", "3091 石墨及碳素制品制造"), ("999", "2~4 位数字"), ("制造", "2~4 位数字")]
)
def test_a_code_the_standard_does_not_have_is_named_with_those_near_it(code, cure):
    with pytest.raises(IndustryError, match=f"没有行业代码“{code}”.*{cure}"):
        industry(code)
