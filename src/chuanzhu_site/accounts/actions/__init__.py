"""Writes on people and enterprises, one function each: lock, permit, check, write, record."""

from chuanzhu_site.accounts.actions.claims import (
    approve_claim,
    claim_by_code,
    refuse_claim,
    submit_claim,
    withdraw_claim,
)
from chuanzhu_site.accounts.actions.merging import merge_enterprises, unmerge_enterprises
from chuanzhu_site.accounts.actions.ties import add_member, end_membership, end_scope, grant_scope
from chuanzhu_site.accounts.actions.tokens import make_token, revoke_token

__all__ = [
    "add_member",
    "approve_claim",
    "claim_by_code",
    "end_membership",
    "end_scope",
    "grant_scope",
    "make_token",
    "merge_enterprises",
    "refuse_claim",
    "revoke_token",
    "submit_claim",
    "unmerge_enterprises",
    "withdraw_claim",
]
