"""Writes on the market, one function each: lock, permit, check, write, record, tell."""

from chuanzhu_site.market.actions.awarding import award, confirm, quote
from chuanzhu_site.market.actions.disclosing import invite, reveal, withdraw_invitation
from chuanzhu_site.market.actions.engaging import end_engagement, express_interest, move_engagement
from chuanzhu_site.market.actions.judging import judge
from chuanzhu_site.market.actions.listing import (
    close_listing,
    expire_listings,
    move_listing,
    renew_listing,
    save_listing,
    submit_listing,
)

__all__ = [
    "award",
    "close_listing",
    "confirm",
    "end_engagement",
    "expire_listings",
    "express_interest",
    "invite",
    "judge",
    "move_engagement",
    "move_listing",
    "quote",
    "renew_listing",
    "reveal",
    "save_listing",
    "submit_listing",
    "withdraw_invitation",
]
