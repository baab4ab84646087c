"""People, enterprises and what ties them together."""

from chuanzhu_site.accounts.models.enterprises import Enterprise, FormerName, Merge, Verification
from chuanzhu_site.accounts.models.people import User
from chuanzhu_site.accounts.models.records import AuditRecord
from chuanzhu_site.accounts.models.ties import Claim, Membership, Scope
from chuanzhu_site.accounts.models.tokens import ApiReply, ApiToken, Delegate

__all__ = [
    "ApiReply",
    "ApiToken",
    "AuditRecord",
    "Claim",
    "Delegate",
    "Enterprise",
    "FormerName",
    "Membership",
    "Merge",
    "Scope",
    "User",
    "Verification",
]
