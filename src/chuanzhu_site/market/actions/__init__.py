"""Writes on the market, one function each: lock, permit, check, write, record, tell."""

from chuanzhu_site.market.actions.attaching import attach, detach
from chuanzhu_site.market.actions.awarding import award, confirm, quote
from chuanzhu_site.market.actions.calling_back import call_back, decide_report, reopen, report
from chuanzhu_site.market.actions.casework import assign_case, note_case
from chuanzhu_site.market.actions.disclosing import invite, reveal, withdraw_invitation
from chuanzhu_site.market.actions.engaging import end_engagement, express_interest, move_engagement
from chuanzhu_site.market.actions.expiring import expire_listings
from chuanzhu_site.market.actions.hooking import (
    add_webhook,
    remove_webhook,
    renew_secret,
    send_again,
    start_webhook,
    stop_webhook,
    try_webhook,
)
from chuanzhu_site.market.actions.importing import draft_of, import_listings
from chuanzhu_site.market.actions.judging import judge
from chuanzhu_site.market.actions.listing import (
    close_listing,
    move_listing,
    renew_listing,
    save_listing,
    submit_listing,
)
from chuanzhu_site.market.actions.meeting import meet
from chuanzhu_site.market.actions.reviewing import release_question, return_question
from chuanzhu_site.market.actions.talking import answer, ask, mark_read, send_message

__all__ = [
    "add_webhook",
    "answer",
    "ask",
    "assign_case",
    "attach",
    "award",
    "call_back",
    "close_listing",
    "confirm",
    "decide_report",
    "detach",
    "draft_of",
    "end_engagement",
    "expire_listings",
    "express_interest",
    "import_listings",
    "invite",
    "judge",
    "mark_read",
    "meet",
    "move_engagement",
    "move_listing",
    "note_case",
    "quote",
    "release_question",
    "remove_webhook",
    "renew_listing",
    "renew_secret",
    "reopen",
    "report",
    "return_question",
    "reveal",
    "save_listing",
    "send_again",
    "send_message",
    "start_webhook",
    "stop_webhook",
    "submit_listing",
    "try_webhook",
    "withdraw_invitation",
]
