"""How a listing and an engagement may move: tables of moves, and nothing moves that is not in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import models

from chuanzhu_site.accounts.refusals import WrongState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class ListingState(models.TextChoices):
    """Where a listing stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    OPEN = "open", "公开"
    MATCHED = "matched", "对接中"
    CLOSED = "closed", "已关闭"
    EXPIRED = "expired", "已到期"


class Step(models.TextChoices):
    """Where an engagement stands."""

    EXPRESSED = "expressed", "等买方答复"
    ASKED = "asked", "等供方补充"
    ACCEPTED = "accepted", "买方有意"
    QUOTING = "quoting", "等报价"
    QUOTED = "quoted", "已报价"
    SAMPLING = "sampling", "送样"
    AWARDED = "awarded", "已选定"
    ORDERED = "ordered", "已下单"
    DELIVERED = "delivered", "已交付"
    CONFIRMED = "confirmed", "双方已确认"
    FOLLOWED = "followed", "已回访"
    ENDED = "ended", "已结束"


class Party(models.TextChoices):
    """Who acts."""

    BUYER = "buyer", "买方"
    SUPPLIER = "supplier", "供方"
    BROKER = "broker", "对接专员"
    OFFICER = "officer", "管理干部"
    SYSTEM = "system", "系统"


class EndReason(models.TextChoices):
    """Why an engagement ended without a delivery."""

    NOT_SUITABLE = "not-suitable", "产品不合适"
    PRICE = "price", "价格谈不拢"
    QUANTITY = "quantity", "数量不够"
    TIME = "time", "交期赶不上"
    QUALITY = "quality", "样品或质量不合格"
    CERTIFICATE = "certificate", "资质不够"
    PAYMENT = "payment", "付款条件谈不拢"
    ANOTHER = "another", "选了另一家"
    SILENT = "silent", "对方一直没有答复"
    WITHDRAWN = "withdrawn", "需求取消"
    SUPPLIER_LEFT = "supplier-left", "供方退出"
    OTHER = "other", "其他"


State = TypeVar("State", ListingState, Step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One act: from which states, to which state, by whom, and whether it needs a reason."""

    name: str
    sources: frozenset[str]
    target: str
    by: frozenset[Party]
    needs_reason: bool = False


def _move(name: str, sources: set[State], target: State, *by: Party, needs_reason: bool = False) -> Move:
    return Move(name=name, sources=frozenset(sources), target=target, by=frozenset(by), needs_reason=needs_reason)


_B, _S, _P, _O, _SYS = Party.BUYER, Party.SUPPLIER, Party.BROKER, Party.OFFICER, Party.SYSTEM
_L = ListingState
_OWNERS: Final = (_B, _S)

LISTING_MOVES: Final[Mapping[str, Move]] = {
    "submit": _move("提交审核", {_L.DRAFT}, _L.SUBMITTED, *_OWNERS),
    "withdraw": _move("撤回", {_L.SUBMITTED}, _L.DRAFT, *_OWNERS),
    "return": _move("退回修改", {_L.SUBMITTED}, _L.DRAFT, _O, needs_reason=True),
    "publish": _move("公开", {_L.SUBMITTED}, _L.OPEN, _O, _SYS),
    "engage": _move("开始对接", {_L.OPEN}, _L.MATCHED, _SYS),
    "reopen": _move("重新公开", {_L.MATCHED}, _L.OPEN, *_OWNERS, _SYS),
    "close": _move("关闭", {_L.OPEN, _L.MATCHED}, _L.CLOSED, *_OWNERS, _O, _SYS, needs_reason=True),
    "expire": _move("到期", {_L.OPEN, _L.MATCHED}, _L.EXPIRED, _SYS),
    "renew": _move("续期", {_L.EXPIRED}, _L.OPEN, *_OWNERS),
    "hold": _move("停止公开", {_L.OPEN, _L.MATCHED}, _L.SUBMITTED, _O, _SYS, needs_reason=True),
}

_E = Step
LIVE: Final = frozenset(Step) - {_E.CONFIRMED, _E.FOLLOWED, _E.ENDED}
BEFORE_ORDER: Final = LIVE - {_E.ORDERED, _E.DELIVERED}
WON: Final = frozenset({_E.AWARDED, _E.ORDERED, _E.DELIVERED, _E.CONFIRMED, _E.FOLLOWED})

ENGAGEMENT_MOVES: Final[Mapping[str, Move]] = {
    "ask": _move("请供方补充", {_E.EXPRESSED}, _E.ASKED, _B, needs_reason=True),
    "tell": _move("补充说明", {_E.ASKED}, _E.EXPRESSED, _S, needs_reason=True),
    "accept": _move("有意", {_E.EXPRESSED, _E.ASKED}, _E.ACCEPTED, _B),
    "decline": _move("不合适", {_E.EXPRESSED, _E.ASKED}, _E.ENDED, _B, needs_reason=True),
    "request": _move("请报价", {_E.ACCEPTED}, _E.QUOTING, _B),
    "quote": _move("报价", {_E.ACCEPTED, _E.QUOTING, _E.QUOTED, _E.SAMPLING}, _E.QUOTED, _S),
    "sample": _move("要求送样", {_E.QUOTED}, _E.SAMPLING, _B),
    "approve-sample": _move("样品合格", {_E.SAMPLING}, _E.QUOTED, _B),
    "award": _move("选定", {_E.QUOTED}, _E.AWARDED, _B, needs_reason=True),
    "lose": _move("没有选上", set(BEFORE_ORDER - {_E.AWARDED}), _E.ENDED, _SYS, needs_reason=True),
    "order": _move("下单", {_E.AWARDED}, _E.ORDERED, _B, _S),
    "deliver": _move("交付", {_E.ORDERED}, _E.DELIVERED, _B, _S),
    "confirm": _move("双方确认", {_E.DELIVERED}, _E.CONFIRMED, _SYS),
    "follow": _move("回访", {_E.CONFIRMED}, _E.FOLLOWED, _P),
    "reopen": _move("重新打开", {_E.CONFIRMED, _E.FOLLOWED}, _E.ORDERED, _B, _S, _P, needs_reason=True),
    "end": _move("结束", set(LIVE), _E.ENDED, _B, _S, _P, needs_reason=True),
}


def require_move(moves: Mapping[str, Move], act: str, state: State, *, by: Party) -> Move:
    """Return the move ``act`` from ``state``. Raises WrongState where the table has none for this party."""
    move = moves[act]
    if state not in move.sources:
        raise WrongState(f"现在是“{type(state)(state).label}”,不能“{move.name}”;请刷新页面看最新状态")
    if by not in move.by:
        raise WrongState(f"“{move.name}”不是{by.label}做的事")
    return move


def open_moves(moves: Mapping[str, Move], state: State, parties: Collection[Party]) -> list[tuple[str, Party, Move]]:
    """Return what these parties may do from a state: (act, party, move) in the table's order."""
    return [
        (act, party, move)
        for act, move in moves.items()
        if state in move.sources
        for party in Party
        if party in move.by and party in parties
    ]
