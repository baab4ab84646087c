"""Six maps and six lists (六图六清单) of a chain, as data: what HTML and PDF both write down.

What nobody has entered is said, with the place where to enter it; it is never left out and never made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from chuanzhu.chain import to_recruit
from chuanzhu.chain.measure import percent
from chuanzhu.taxonomy.certificates import certificate_name
from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.accounts.models import Enterprise
from chuanzhu_site.accounts.regions import within
from chuanzhu_site.observatory.drawing import Drawing, draw
from chuanzhu_site.observatory.models import Entry, Lead, Reading
from chuanzhu_site.observatory.rows import families
from chuanzhu_site.observatory.telling import told, told_gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from chuanzhu_site.observatory.atlas import Atlas, Surveyed
    from chuanzhu_site.observatory.rows import Family
    from chuanzhu_site.observatory.telling import Told, ToldGap

_FIRMS, _GAPS, _CANDIDATES, _POINTS = 60, 12, 3, 24
_TREND: Final = ("环节齐全", "本地配套率(按条数,全部层级)", "独苗环节")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One map or list: a sentence, then a drawing, a table, or why there is nothing and where to enter it."""

    name: str
    lead: str
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    nothing: str = ""
    where: str = ""
    link: str = ""
    drawing: Drawing | None = None
    curve: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of a chain in a region: the measures with their definitions, six maps, six lists."""

    title: str
    place: str
    day: str
    measures: tuple[Told, ...]
    maps: tuple[Sheet, ...]
    lists: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What all sheets are made of, asked for once."""

    atlas: Atlas
    surveyed: Surveyed
    families: Sequence[Family]
    gaps: Sequence[ToldGap]
    entries: Sequence[Entry]
    leads: Sequence[Lead]

    @property
    def place(self) -> str:
        """Name of the region."""
        return region_name(self.surveyed.region)

    @property
    def enter(self) -> str:
        """Where entries of this chain are made."""
        return reverse("entries", args=(self.atlas.programme.key, self.surveyed.chain.slug))


def report(atlas: Atlas, slug: str, region: str) -> Report:
    """Return the report of a chain."""
    surveyed = atlas.report(slug, region)
    mine = {"programme": atlas.programme.key, "chain": slug}
    known = _Known(
        atlas=atlas,
        surveyed=surveyed,
        families=families(atlas.programme, surveyed),
        gaps=told_gaps(surveyed),
        entries=list(Entry.objects.filter(within("region", region), **mine)),
        leads=list(Lead.objects.filter(within("region", region), **mine).select_related("broker", "candidate")),
    )
    return Report(
        title=f"{surveyed.chain.name}产业链六图六清单",
        place=known.place,
        day=f"{atlas.survey.finished_at:%Y-%m-%d}" if atlas.survey and atlas.survey.finished_at else "还没有盘点",
        measures=tuple(told(one) for one in surveyed.report.measures),
        maps=tuple(make(known) for make in _MAPS),
        lists=tuple(make(known) for make in _LISTS),
    )


def _tree(known: _Known) -> Sheet:
    rows = tuple(
        (
            family.stage,
            family.name,
            "、".join(f"{row.name}({row.firms})" for row in family.rows if row.state in {"many", "weak"}),
            "、".join(row.name for row in family.rows if row.state == "single"),
            "、".join(row.name for row in family.rows if row.state in {"blank", "unknown"}),
        )
        for family in known.families
    )
    is_known = known.surveyed.report.presence.is_known
    last = "空白" if is_known else "企业不清楚"
    lead = f"{known.place}在每个环节有几家企业;括号里是家数" if is_known else f"{known.place}还没有企业归到这条链上"
    return Sheet(
        name="现状树", lead=lead, columns=("阶段", "家族", "有企业", "独苗", last), widths=(1, 3, 4, 4, 5), rows=rows
    )


def _panorama(known: _Known) -> Sheet:
    chain, graph = known.surveyed.chain, known.surveyed.graph
    links = known.atlas.programme.links_within(chain)
    every = {place.family for place in chain.places}
    drawing = draw(chain, links, graph, known.surveyed.report.presence, opened=every)
    return Sheet(
        name="全景图",
        lead=f"{graph.node_count} 个环节、{len(links)} 条“是……的投入”;实心是有企业,加圈是独苗,虚线是空白,问号是不清楚",
        drawing=drawing,
    )


def _trend(known: _Known) -> Sheet:
    programme, region = known.atlas.programme, known.surveyed.region
    found = Reading.objects.filter(survey__programme=programme.key, chain=known.surveyed.chain.slug)
    points = list(found.select_related("survey").order_by("-survey__finished_at")[:_POINTS])[::-1]
    rows = tuple((f"{one.survey.finished_at:%Y-%m-%d}", *_read(one)) for one in points)
    curve = tuple((f"{one.survey.finished_at:%m-%d}", value) for one in points if (value := _value(one)) is not None)
    where = f"按{region_name(programme.region)}全域计" + ("" if region == programme.region else ",不是所选地区")
    few = "" if len(points) > 1 else f"只盘点过 {len(points)} 次,看不出趋势;每盘点一次多一个点"
    return Sheet(
        name="趋势图",
        lead=f"每次盘点的读数,{where};曲线是环节齐全",
        columns=("日期", "环节齐全", "本地配套率(按条数)", "独苗环节"),
        widths=(1, 1, 1, 1),
        rows=rows,
        nothing=few,
        where="在“产业链”页点“重新盘点”",
        curve=curve if len(curve) > 1 else (),
    )


def _value(reading: Reading) -> float | None:
    return next((one["value"] for one in reading.measures if one["name"] == _TREND[0]), None)


def _read(reading: Reading) -> Iterable[str]:
    values = {one["name"]: (one["value"], one["unit"]) for one in reading.measures}
    for name in _TREND:
        value, unit = values.get(name, (None, ""))
        yield "不清楚" if value is None else f"{value:.0f} {unit}" if unit else percent(value)


def _path(known: _Known) -> Sheet:
    narrow = next((one.words for one in known.surveyed.report.measures if one.name == "最窄处"), "")
    rows = tuple(
        (f"{number}", gap.name, f"{gap.score:.0f}", ";".join(reason.text for reason in gap.reasons))
        for number, gap in enumerate(known.gaps[:_GAPS], start=1)
    )
    return Sheet(
        name="路径图",
        lead=f"补链的先后:得分 = 堵点 40 + 可行 30 + 用得上 30。最窄处:{narrow}",
        columns=("先后", "环节", "得分", "为什么"),
        widths=(1, 4, 1, 12),
        rows=rows,
        nothing="" if rows else _no_gaps(known),
    )


def _no_gaps(known: _Known) -> str:
    if known.surveyed.report.presence.is_known:
        return "每个环节都有企业,没有空白"
    return f"{known.place}还没有企业归到这条链上,说不出缺什么;先导入本地企业和产品,再盘点"


def _technology(known: _Known) -> Sheet:
    nodes = [known.atlas.programme.node(row.key) for family in known.families for row in family.rows]
    rows = tuple(
        (node.name, "、".join(map(certificate_name, node.certificates)), node.note)
        for node in nodes
        if node.certificates
    )
    return Sheet(
        name="技术图",
        lead="各环节常见的资质门槛(出自产业链数据,待核)",
        columns=("环节", "常见资质", "说明"),
        widths=(3, 5, 5),
        rows=rows,
        nothing="没有数据:专利、攻关项目、技术成果还没有入库,画不出技术路线",
        where="关键技术先作为“创新平台”或“项目”登记在本链下",
    )


def _recruiting(known: _Known) -> Sheet:
    graph, region = known.surveyed.graph, known.surveyed.region
    numbers = {key: number for number, key in enumerate(graph.keys)}
    rows = []
    for gap in known.gaps[:_GAPS]:
        for one in to_recruit(graph, numbers[gap.key], region=region, limit=_CANDIDATES):
            words = ";".join(reason.text for reason in one.reasons)
            rows.append((gap.name, graph.firms[one.firm].name, f"{one.score:.0f}", words))
    return Sheet(
        name="招商路线图",
        lead="空白环节,外地谁在做:业务比重 50 + 规模 30 + 远近 20",
        columns=("环节", "外地企业", "得分", "为什么"),
        widths=(3, 5, 1, 8),
        rows=tuple(rows),
        nothing="" if rows else "没有数据:库里没有做这些环节的外地企业",
        where="导入外地企业名录和产品,再盘点",
    )


def _matters(known: _Known) -> Sheet:
    entered = [_entry_row(one) for one in known.entries if one.kind == Entry.Kind.MATTER]
    leads = [
        (
            one.node_name,
            one.get_act_display(),
            str(one.broker or one.candidate or "没有定"),
            one.get_state_display(),
            "",
        )
        for one in known.leads
    ]
    return _entered(known, "重点事项清单", (*entered, *leads), lead="登记的事项和从缺口开出的线索")


def _entry_row(one: Entry) -> tuple[str, ...]:
    state = one.get_state_display() + ("" if one.progress is None else f" {one.progress}%")
    return one.title, one.work or one.get_kind_display(), one.owner, state, f"{one.due_on or '没填'}"


def _entered(known: _Known, name: str, rows: Iterable[tuple[str, ...]], *, lead: str) -> Sheet:
    every = tuple(rows)
    return Sheet(
        name=name,
        lead=lead,
        columns=("名称", "类别", "责任单位或对象", "状态", "期限"),
        widths=(6, 3, 5, 3, 2),
        rows=every,
        nothing="" if every else "没有数据:还没有登记",
        where="本链的登记页",
        link=known.enter,
    )


def _of_kind(name: str, kind: str, lead: str) -> Callable[[_Known], Sheet]:
    def make(known: _Known) -> Sheet:
        return _entered(known, name, (_entry_row(one) for one in known.entries if one.kind == kind), lead=lead)

    return make


def _enterprises(known: _Known) -> Sheet:
    graph = known.surveyed.graph
    inside = graph.inside(known.surveyed.region)
    spots: dict[int, list[str]] = {}
    for node, firm in zip(graph.placed_nodes.tolist(), graph.placed_firms.tolist(), strict=True):
        if inside[firm]:
            spots.setdefault(firm, []).append(graph.names[node])
    shown = sorted(spots, key=lambda firm: (-len(spots[firm]), graph.firms[firm].name))[:_FIRMS]
    rows = {one.pk: one for one in Enterprise.objects.filter(pk__in=[int(graph.firms[firm].id) for firm in shown])}
    found = tuple(
        (one.name, one.place or "没有填", _role(one), "、".join(spots[firm]), one.source)
        for firm in shown
        if (one := rows.get(int(graph.firms[firm].id)))
    )
    more = f";共 {len(spots)} 家,列前 {_FIRMS} 家" if len(spots) > _FIRMS else ""
    return Sheet(
        name="重点企业清单",
        lead=f"归到这条链上的{known.place}企业,做的环节多的在前{more}",
        columns=("企业", "地区", "梯度和角色", "环节", "来源"),
        widths=(6, 3, 2, 6, 4),
        rows=found,
        nothing="" if found else f"没有数据:{known.place}还没有企业归到这条链上",
        where="导入本地企业和产品,再盘点",
    )


def _role(one: Enterprise) -> str:
    roles = [("链主", one.is_chain_leader), ("青苗", one.is_seedling), (one.get_tier_display(), bool(one.tier))]
    return "、".join(name for name, has in roles if has) or "没有填"


def _weak(known: _Known) -> Sheet:
    opened = {one.node: one.get_state_display() for one in known.leads}
    rows = tuple(
        (row.name, row.word, row.stops or "下游没有环节", row.outside or "不清楚", opened.get(row.key, "没有"))
        for family in known.families
        for row in family.rows
        if row.state in {"blank", "single"}
    )
    return Sheet(
        name="薄弱环节需求清单",
        lead="空白和独苗的环节;“停则下游停”按缺一样就停推算",
        columns=("环节", "状态", "停则下游停", "外购", "线索"),
        widths=(5, 2, 3, 2, 2),
        rows=rows,
        nothing="" if rows else _no_gaps(known),
    )


_MAPS: Final = (_tree, _panorama, _trend, _path, _technology, _recruiting)
_LISTS: Final = (
    _matters,
    _of_kind("重点园区清单", Entry.Kind.PARK, "承载这条链的园区"),
    _enterprises,
    _of_kind("重点项目清单", Entry.Kind.PROJECT, "在建和计划的项目"),
    _of_kind("创新平台清单", Entry.Kind.PLATFORM, "实验室、中试基地、检测和研发平台"),
    _weak,
)
