"""Addresses of the market."""

from __future__ import annotations

from django.urls import path

from chuanzhu_site.market.views import (
    catalogue,
    desk,
    engagements,
    enterprises,
    expiring,
    listings,
    matches,
    privacy,
    review,
    search,
    talk,
    telling,
)

urlpatterns = [
    path("search/", search.search, name="search"),
    path("enterprise/<int:pk>/", enterprises.enterprise, name="enterprise"),
    path("lists/", catalogue.catalogue, name="catalogue"),
    path("lists/<str:by>/", catalogue.catalogue, name="catalogue-by"),
    path("lists/<str:by>/<str:code>/", catalogue.roll, name="roll"),
    path("lists/<str:by>/<str:code>.xlsx", catalogue.workbook, name="roll-workbook"),
    path("desk/", desk.desk, name="desk"),
    path("review/", review.waiting, name="review"),
    path("review/question/<int:pk>/", review.decide, name="review-question"),
    path("told/<int:pk>/", desk.read, name="told"),
    path("notices/", telling.notices, name="notices"),
    path("notices/read/", telling.read_all, name="notices-read"),
    path("expiring/", expiring.expiring, name="expiring"),
    path("telling/", telling.telling, name="telling"),
    path("running/", telling.running, name="running"),
    path("running/<str:what>/<str:key>/again/", telling.again, name="running-again"),
    path("listing/new/<str:kind>/", listings.create, name="listing-new"),
    path("listing/understanding/<str:kind>/", listings.understanding, name="understanding"),
    path("listing/<str:reference>/", listings.listing, name="listing"),
    path("listing/<str:reference>/edit/", listings.edit, name="listing-edit"),
    path("listing/<str:reference>/interest/", matches.interest, name="interest"),
    path("listing/<str:reference>/privacy/", privacy.privacy, name="privacy"),
    path("listing/<str:reference>/privacy/reveal/", privacy.reveal, name="reveal"),
    path("listing/<str:reference>/privacy/invite/", privacy.invite, name="invite"),
    path("listing/<str:reference>/privacy/uninvite/", privacy.uninvite, name="uninvite"),
    path("listing/<str:reference>/ask/", talk.ask, name="ask"),
    path("listing/<str:reference>/answer/<int:pk>/", talk.answer, name="answer"),
    path("listing/<str:reference>/<str:act>/", listings.move, name="listing-move"),
    path("match/<str:reference>/", matches.match, name="match"),
    path("match/<str:reference>/judge/", matches.judge, name="judge"),
    path("engagement/<str:reference>/", engagements.engagement, name="engagement"),
    path("engagement/<str:reference>/say/", talk.say, name="say"),
    path("engagement/<str:reference>/<str:act>/", engagements.move, name="engagement-act"),
]
