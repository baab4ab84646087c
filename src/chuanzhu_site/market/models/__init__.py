"""Listings, matches, engagements, and what is said and told around them."""

from chuanzhu_site.market.models.attachments import Attachment
from chuanzhu_site.market.models.cases import CallBack, CaseNote, Report
from chuanzhu_site.market.models.clock import PeriodicJob
from chuanzhu_site.market.models.engagements import Confirmation, Engagement, EngagementEvent, Quote
from chuanzhu_site.market.models.hooks import HookCall, Webhook
from chuanzhu_site.market.models.listings import Invitation, Listing, ListingEvent, Reveal
from chuanzhu_site.market.models.matches import Judgment, Match
from chuanzhu_site.market.models.talk import Message, Question, Reading
from chuanzhu_site.market.models.telling import Channel, ContactChoice, Delivery, Notification, SavedSearch, Topic

__all__ = [
    "Attachment",
    "CallBack",
    "CaseNote",
    "Channel",
    "Confirmation",
    "ContactChoice",
    "Delivery",
    "Engagement",
    "EngagementEvent",
    "HookCall",
    "Invitation",
    "Judgment",
    "Listing",
    "ListingEvent",
    "Match",
    "Message",
    "Notification",
    "PeriodicJob",
    "Question",
    "Quote",
    "Reading",
    "Report",
    "Reveal",
    "SavedSearch",
    "Topic",
    "Webhook",
]
