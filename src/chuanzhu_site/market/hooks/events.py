"""Events that a webhook can be told of, and which moves of an engagement they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENTS: Final[Mapping[str, str]] = {
    "match": "有新匹配",
    "interest": "供方表达意向",
    "answer": "对方答复或补充",
    "quote": "供方报价",
    "award": "买方选定,或没有选上",
    "order": "下单",
    "delivery": "交付",
    "confirmation": "确认交付",
    "ended": "对接结束",
    "reopened": "交付后重新打开",
    "question": "公开提问或有了回答",
    "message": "新私信",
}
PING: Final = "ping"
OF_ACTS: Final[Mapping[str, str]] = {
    "express": "interest",
    **dict.fromkeys(("ask", "tell", "accept", "request", "sample", "approve-sample"), "answer"),
    "quote": "quote",
    "award": "award",
    "lose": "award",
    "order": "order",
    "deliver": "delivery",
    "confirm": "confirmation",
    "decline": "ended",
    "end": "ended",
    "reopen": "reopened",
}
