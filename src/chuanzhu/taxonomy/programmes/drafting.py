"""Nodes, places and links out of the rows of a programme's files; each row that is wrong is written down."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

from chuanzhu.taxonomy.certificates import parse_certificates, read_certificates
from chuanzhu.taxonomy.industries import IndustryError, industry
from chuanzhu.taxonomy.programmes.records import KINDS, STAGES, STRENGTHS, Chain, Link, Node, Place
from chuanzhu.taxonomy.programmes.rows import Ledger, Row, evidence_of, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu.taxonomy.lexicon import Lexicon
    from chuanzhu.taxonomy.programmes.records import Programme


@dataclass(slots=True)
class Draft:
    """A programme while it is read: nodes by name, links by the names of their ends, and where each was written."""

    lexicon: Lexicon
    ledger: Ledger = field(default_factory=Ledger)
    nodes: dict[str, Node] = field(default_factory=dict)
    links: dict[tuple[str, str], Link] = field(default_factory=dict)
    written: dict[str | tuple[str, str], Row] = field(default_factory=dict)

    def build_on(self, base: Programme) -> None:
        """Take over nodes and links of another programme, so that rows can refer to them."""
        self.nodes.update({node.name: node for node in base.nodes})
        names = {node.key: node.name for node in base.nodes}
        self.links.update({(names[link.giver], names[link.taker]): link for link in base.links})

    def where(self, what: str | tuple[str, str]) -> str:
        """Say where a node (by name) or a link (by the names of its ends) was first written."""
        row = self.written.get(what)
        return f"{row.file} 第 {row.number} 行" if row else "所依托的方案里"

    def define(self, row: Row, slug: str) -> None:
        """Add the node that a row describes, unless it is a reference or its name or key is taken."""
        if row["引自"]:
            return
        name, keys = row["环节"], {node.key: node.name for node in self.nodes.values()}
        if not name:
            self.ledger.note(row, "环节", wrong="没有写环节名", cure="请补上环节名,或删去这一行")
        elif name in self.nodes:
            cure = f"同一个环节请把“引自”填成 {self.nodes[name].chain},其余列只留阶段和家族;不同的环节请改名"
            self.ledger.note(row, "环节", wrong=f"环节“{name}”重复:已写在{self.where(name)}", cure=cure)
        elif row["编号"] in {"", *keys}:
            wrong = f"编号“{row['编号']}”已用于环节“{keys[row['编号']]}”" if row["编号"] else "没有写编号"
            self.ledger.note(row, "编号", wrong=wrong, cure=f"请给一个没用过的编号,例如 {slug}-{len(self.nodes) + 1}")
        else:
            self.written[name] = row
            self.nodes[name] = self._node(row, slug)

    def _node(self, row: Row, slug: str) -> Node:
        return Node(
            key=row["编号"],
            name=row["环节"],
            chain=slug,
            products=self._products(row),
            industries=self._industries(row),
            certificates=self._certificates(row),
            note=row["说明"],
            evidence=evidence_of(row, self.ledger),
        )

    def _products(self, row: Row) -> tuple[str, ...]:
        written = row.parts("产品")
        if not written:
            cure = "至少写一个词库里有的品名,这样企业才能归位到这里"
            self.ledger.note(row, "产品", wrong=f"环节“{row['环节']}”没有产品", cure=cure)
        return tuple(dict.fromkeys(self._product(row, name) for name in written))

    def _product(self, row: Row, name: str) -> str:
        concepts = [self.lexicon.concepts[number].name for number in self.lexicon.named(name)]
        if len(concepts) == 1:
            return concepts[0]
        if concepts:
            wrong, cure = f"“{name}”在词库里有几种意思", f"请写明是哪一种:{'、'.join(concepts)}"
        else:
            similar = nearest(name, (concept.name for concept in self.lexicon.concepts))
            wrong, cure = (
                f"词库不认识产品“{name}”",
                f"请改成词库里的名称{f'({similar})' if similar else ''},或在词库里补上",
            )
        self.ledger.note(row, "产品", wrong=wrong, cure=cure, used=True)
        return name

    def _industries(self, row: Row) -> tuple[str, ...]:
        if not row.parts("行业"):
            cure = "写上 GB/T 4754-2017 的代码,拿不准小类就写中类或大类"
            self.ledger.note(row, "行业", wrong=f"环节“{row['环节']}”没有行业代码", cure=cure)
        found = []
        for code in row.parts("行业"):
            try:
                found.append(industry(code).code)
            except IndustryError as error:
                wrong, cure = str(error).split(";", 1)
                self.ledger.note(row, "行业", wrong=wrong, cure=cure)
        return tuple(found)

    def _certificates(self, row: Row) -> tuple[str, ...]:
        codes = parse_certificates(row["资质"])
        for code in codes:
            if code not in _certificates():
                cure = "请写 data/certificates.csv 里的代码或名称,或在那里补上"
                self.ledger.note(row, "资质", wrong=f"资质“{code}”不认识", cure=cure, used=True)
        return codes

    def place(self, row: Row) -> tuple[Place, ...]:
        """Return where a row's node stands in its chain; nothing when the row names no node or no stage."""
        name, origin = row["环节"], row["引自"]
        node = self.nodes.get(name)
        if origin and (node is None or node.chain != origin):
            wrong = f"产业链“{origin}”里没有环节“{name}”"
            cure = (
                f"它写在“{node.chain}”里,请改“引自”"
                if node
                else f"请改正环节名{_perhaps(name, self.nodes)}或清空“引自”"
            )
            self.ledger.note(row, "引自", wrong=wrong, cure=cure)
            return ()
        if row["阶段"] not in STAGES:
            self.ledger.note(row, "阶段", wrong=f"阶段“{row['阶段']}”不认识", cure=f"应为 {'、'.join(STAGES)} 之一")
            return ()
        if not row["家族"]:
            self.ledger.note(row, "家族", wrong="没有写家族", cure="写上图上归成一组的名称,例如“单体”“设备”")
        return (Place(node=node.key, stage=row["阶段"], family=row["家族"]),) if node else ()

    def connect(self, sheet: list[Row], chain: Chain) -> None:
        """Add the links of a chain's file; not one whose end is not in the chain, nor one that is already written."""
        shown = chain.nodes
        here = {name: node.key for name, node in self.nodes.items() if node.key in shown}
        for row in sheet:
            if self._ends_are_here(row, here, chain) and self._is_new(row):
                self._link(row, chain.slug)

    def _ends_are_here(self, row: Row, here: dict[str, str], chain: Chain) -> bool:
        missing = [column for column in ("从环节", "到环节") if row[column] not in here]
        for column in missing:
            cure = f"请改正{_perhaps(row[column], here)},或先写进 {chain.slug}-nodes.csv(别的产业链的环节用“引自”)"
            self.ledger.note(row, column, wrong=f"“{chain.name}”里没有环节“{row[column]}”", cure=cure)
        return not missing

    def _is_new(self, row: Row) -> bool:
        ends = (row["从环节"], row["到环节"])
        if ends in self.links:
            cure = "一条关系只写一次,别的产业链会自动带上;请删去一处"
            wrong = f"“{ends[0]}”到“{ends[1]}”重复:已写在{self.where(ends)}"
            self.ledger.note(row, "到环节", wrong=wrong, cure=cure)
        return ends not in self.links

    def _link(self, row: Row, slug: str) -> None:
        if row["类别"] not in KINDS:
            self.ledger.note(row, "类别", wrong=f"类别“{row['类别']}”不认识", cure=f"应为 {'、'.join(KINDS)} 之一")
        if not row["依据"]:
            cure = "用一句话写明为什么离不开它,例如“高温高压下转变为金刚石”"
            self.ledger.note(row, "依据", wrong="没有写依据", cure=cure)
        ends = (row["从环节"], row["到环节"])
        self.written[ends] = row
        self.links[ends] = Link(
            giver=self.nodes[ends[0]].key,
            taker=self.nodes[ends[1]].key,
            kind=row["类别"],
            strength=self._strength(row),
            basis=row["依据"],
            chain=slug,
            evidence=evidence_of(row, self.ledger),
        )

    def _strength(self, row: Row) -> float:
        try:
            strength = STRENGTHS.get(row["强度"]) or float(row["强度"])
        except ValueError:
            strength = 0.0
        if not 0 < strength <= 1:
            cure = f"应为 {'、'.join(STRENGTHS)},或大于 0、不超过 1 的小数"
            self.ledger.note(row, "强度", wrong=f"强度“{row['强度']}”不对", cure=cure)
        return strength


def _perhaps(name: str, names: Iterable[str]) -> str:
    similar = nearest(name, names)
    return f"(是不是{similar})" if similar else ""


@functools.cache
def _certificates() -> frozenset[str]:
    text = (resources.files("chuanzhu") / "data" / "certificates.csv").read_text("utf-8")
    return frozenset(read_certificates(text.splitlines()))
