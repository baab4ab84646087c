"""Reading a business scope (经营范围): what of it is made, designed, serviced or merely sold.

A scope lists things and the acts done to them: 电线电缆、灯具制造、加工;五金交电销售. An act holds for what stands
before it in its clause, and for all of the clause where it stands first (生产、销售灯具、灯杆).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chuanzhu.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTS: Final = {
    "made": (
        "制造",
        "生产",
        "加工",
        "制作",
        "组装",
        "装配",
        "研制",
        "开采",
        "冶炼",
        "铸造",
        "锻造",
        "印刷",
        "缝制",
        "纺织",
    ),
    "sold": ("销售", "批发", "零售", "代理", "经营", "购销", "贸易", "代购", "收购", "回收"),
    "designed": ("研发", "开发", "设计", "研究"),
    "serviced": (
        *(
            "安装",
            "施工",
            "工程",
            "维修",
            "服务",
            "咨询",
            "租赁",
            "修理",
            "保养",
            "运输",
            "技术",
            "调试",
            "货运",
            "进出口",
        ),
    ),
}
_ACT_OF: Final = {word: act for act, words in ACTS.items() for word in words}
_WORD: Final = "|".join(sorted(_ACT_OF, key=len, reverse=True))
_ONE_ACT: Final = re.compile(_WORD)
_RUN_OF_ACTS: Final = re.compile(f"(?:{_WORD})(?:[、,及和与]*(?:{_WORD}))*")
_BEGINS: Final = re.compile(
    "(?:主要|专业)?(?:从事)?(?=(?:生产|制造|制作|加工|研[制发]|开发|设计|销售|批发|零售|经营|安装|维修))"
)
_BREAKS: Final = re.compile(r"$|[、,;。:()/]|及|和|与|的|等|以及|业务")
_ENDS_THING: Final = re.compile(rf"$|[、,;。:()/.]|及|和|与|的|等|以及|{_WORD}")
_ENDS_SOON: Final = re.compile("系列|产品|制品|类|及其|配件|零部件|零件|附件|器材|设备|材料|装置|成套|配套")
HEAD, _NEAR_HEAD, _QUALIFIER = 1.0, 0.7, 0.35

_REMARK: Final = re.compile(r"\([^()]*(?:依法|许可|除外|不含|凭|国家|限|审批|资质|范围|前置|批准)[^()]*\)")
_NESTED: Final = 3
_SCOPE_STARTS: Final = re.compile(r"经营范围(?:包括|为|是)?:?")
_LABEL: Final = re.compile(r"(?:一般|许可|前置许可|其他)(?:经营)?项目:")
_EVERYBODY: Final = re.compile(
    r"自营|进出口|国家限定|不得|审批结果|普通货运|道路(?:普通)?货物(?:专用)?运输|(?:发|输|供|供\(配\))电业务|发电、输电、供"
)
_INTRODUCES: Final = re.compile("为主的企业|成立于|注册资本")
_TRADE: Final = re.compile("(?<!以)从事(.{2,80}?)的企业")
_SENTENCE: Final = re.compile("[;。]")
_TELLS_NOTHING: Final = re.compile(
    r"(?:\([^()]*\)|有限责任|股份|有限|公司|集团|总厂|厂|制造|实业|科技|工贸|贸易|发展|技术|工程|科贸|商贸|经贸|业)+$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Things with the acts done to them: ``acts`` are (start, end, act) of each run of acts in ``text``, in order."""

    text: str
    acts: tuple[tuple[int, int, str], ...]

    def act_on(self, start: int, end: int) -> str:
        """Return what is done to the thing at [start, end): the next run of acts, else the last one before, else ""."""
        for _, stop, act in self.acts:
            if stop > end:
                return act
        return next((act for _, stop, act in reversed(self.acts) if stop <= start), "")

    def is_act(self, start: int, end: int) -> bool:
        """Tell whether a word at [start, end) is itself an act, such as 零售, and no thing."""
        return any(begin <= start and end <= stop for begin, stop, _ in self.acts)

    def headness(self, end: int) -> float:
        """How surely a word that ends here names the thing and does not only qualify the next word."""
        if _ENDS_THING.match(self.text, end):
            return HEAD
        return _NEAR_HEAD if _ENDS_SOON.match(self.text, end) else _QUALIFIER


def clauses(text: str) -> Iterator[Clause]:
    """Split a scope or a product cell into clauses, without what every firm's scope says (imports, haulage, permits).

    >>> [(clause.text, clause.act_on(0, 2)) for clause in clauses("灯具、灯杆制造、加工;五金销售;货物进出口")]
    [('灯具、灯杆制造、加工', 'made'), ('五金销售', 'sold')]
    """
    for sentence in _SENTENCE.split(_without_remarks(squeeze(text))):
        for part in _joined_lists(sentence):
            if part and not _EVERYBODY.search(part):
                yield Clause(text=part, acts=tuple(_acts(part)))


def scope_body(scope: str) -> str:
    """Return the scope proper, without what directories write around it; empty where they only introduce the firm.

    >>> scope_body("甲公司于2009年成立。公司经营范围包括:钢丝制造。")
    '钢丝制造。'
    """
    text = squeeze(scope)
    if start := _SCOPE_STARTS.search(text):
        body = text[start.end() :]
    elif _INTRODUCES.search(text):
        trade = _TRADE.search(text)
        body = trade[1] if trade else ""
    else:
        body = text
    return _LABEL.sub(";", body)


def name_core(name: str) -> tuple[str, int]:
    """Return an enterprise's squeezed name, and where in it the legal form and other idle words begin.

    >>> name_core("安阳市立华铸造有限公司")
    ('安阳市立华铸造有限公司', 7)
    """
    text = squeeze(name)
    return text, len(_TELLS_NOTHING.sub("", text))


def _acts(text: str) -> Iterator[tuple[int, int, str]]:
    """Return the acts of a clause: what begins it, or ends a stretch; 工程 in 工程设施 is part of a thing's name."""
    begins = _BEGINS.match(text)
    for run in _RUN_OF_ACTS.finditer(text):
        if (begins and run.start() == begins.end()) or _BREAKS.match(text, run.end()):
            yield run.start(), run.end(), _weightiest(run[0])


def _weightiest(run: str) -> str:
    """Return the act that tells most of a run: who makes and sells a thing is its maker."""
    found = {_ACT_OF[word] for word in _ONE_ACT.findall(run)}
    return next(act for act in ACTS if act in found)


def _without_remarks(text: str) -> str:
    for _ in range(_NESTED):
        text = _REMARK.sub("", text)
    return text


def _joined_lists(sentence: str) -> Iterator[str]:
    """Join the parts of a list that commas separate up to the one that says what is done to them."""
    waiting: list[str] = []
    for part in sentence.split(","):
        waiting.append(part)
        if _ONE_ACT.search(part):
            yield ",".join(waiting)
            waiting = []
    yield ",".join(waiting)
