"""How engagements look in answers, and what their acts are sent with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from chuanzhu_site.market.api.cursors import MOST, USUAL
from chuanzhu_site.market.api.routes import Given, OneOf
from chuanzhu_site.market.api.shapes import Brief, Firm, Reference
from chuanzhu_site.market.lifecycle import EndReason, Step

Simple = Literal["ask", "tell", "accept", "request", "sample", "approve-sample", "order", "deliver", "reopen"]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="刚读到的 version;对方先动了就返回 409")]
_SHORT = Field(max_length=60)
_LONG = Field(max_length=400)
_ENDS = [one.value for one in EndReason if one not in {EndReason.ANOTHER, EndReason.SILENT}]


class QuoteShape(Schema):
    """An offer; of several the last counts."""

    number: int
    price: Annotated[str, Field(description="元,十进制文字")]
    price_unit: str
    has_tax: bool
    quantity: str
    moq: str
    lead_days: int
    terms: str
    valid_until: dt.date
    note: str
    at: dt.datetime


class ConfirmationShape(Schema):
    """One side's word on what was delivered."""

    party: Literal["buyer", "supplier"]
    quantity: str
    value: Decimal
    without: str
    at: dt.datetime
    void: Annotated[bool, Field(description="重新打开以后作废")]


class EventShape(Schema):
    """One move."""

    at: dt.datetime
    party: str
    act: str
    step: str
    reason: str


class EngagementShape(Schema):
    """An engagement in one line."""

    reference: str
    side: Annotated[Literal["buyer", "supplier"], Field(description="本企业是哪一方")]
    step: str
    step_name: str
    waits_for: list[str]
    version: int
    demand: Brief
    supply: Brief | None
    buyer: Annotated[Firm | None, Field(description="买方隐藏名称时为 null")]
    supplier: Firm
    started_at: dt.datetime
    moved_at: dt.datetime
    answer_due_at: dt.datetime
    end_reason: str
    end_note: str


class WholeEngagement(EngagementShape):
    """An engagement with everything in it, and what the caller's side may do now."""

    acts: Annotated[list[str], Field(description="本企业现在能做的")]
    quotes: list[QuoteShape]
    confirmations: list[ConfirmationShape]
    events: list[EventShape]


class Rival(Schema):
    """One supplier's last offer beside the others; only the buyer sees them."""

    engagement: str
    supplier: Firm
    step: str
    quote: QuoteShape


class Asked(Given):
    """What narrows a list of engagements."""

    step: Annotated[str, OneOf(Step.values)] | None = None
    demand: Annotated[str, Field(pattern=r"^([0-9a-z]{12})?$", description="只要这条需求的")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Field(max_length=200, description="上一页给的 next_cursor")] = ""


class Interest(Given):
    """With which supply, if any."""

    demand: Reference
    supply: Annotated[Reference | None, Field(description="本企业的哪条供给")] = None


class Move(Given):
    """An act that asks for nothing but, sometimes, a reason."""

    version: Version
    reason: Annotated[str, _LONG] = ""


class Offer(Given):
    """An offer."""

    version: Version
    price: Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=4, description="元")]
    price_unit: Annotated[str, Field(min_length=1, max_length=20, examples=["件"])]
    has_tax: bool = True
    quantity: Annotated[str, Field(min_length=1, max_length=60, examples=["200件/月"])]
    moq: Annotated[str, _SHORT] = ""
    lead_days: Annotated[int, Field(ge=0, le=32767, examples=[20])]
    terms: Annotated[str, _LONG] = ""
    valid_until: Annotated[dt.date, Field(description="今天或以后")]
    note: Annotated[str, _LONG] = ""


class Award(Given):
    """Why this one, and what the others are told."""

    version: Version
    reason: Annotated[str, Field(min_length=1, max_length=400, description="中选的供方看得到")]
    why_not: Annotated[str, Field(min_length=1, max_length=400, description="会告诉每一家没选上的")]


class Delivered(Given):
    """What one side says of the delivery."""

    version: Version
    quantity: Annotated[str, Field(min_length=1, max_length=60, examples=["200件"])]
    value: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2, description="元")]
    without: Annotated[
        Literal["no", "later", "yes", "unknown"], Field(description="没有平台会成吗:不会、更慢更贵、会、说不清")
    ]


class End(Given):
    """Why it ends without a delivery."""

    version: Version
    why: Annotated[str, OneOf(_ENDS)]
    note: Annotated[str, _LONG] = ""
