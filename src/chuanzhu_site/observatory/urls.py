"""Addresses of the chain map."""

from __future__ import annotations

from django.urls import path

from chuanzhu_site.observatory.views import firms, leads, maps, matrix, nodes, reports

urlpatterns = [
    path("chains/", maps.overview, name="chains"),
    path("mine/", firms.mine, name="mine"),
    path("mine/<str:key>/", firms.mine, name="mine"),
    path("unplaced/<str:key>/", firms.unplaced, name="unplaced"),
    path("chains/<str:key>/", maps.overview, name="chains"),
    path("chains/<str:key>/survey/", maps.survey, name="survey"),
    path("whole/<str:key>/", maps.whole, name="chains-whole"),
    path("whole/<str:key>.json", maps.whole_sheet, name="chains-sheet"),
    path("chains/<str:key>/<str:slug>/", maps.chain, name="chain"),
    path("chains/<str:key>/<str:slug>/<str:node>/", nodes.node, name="node"),
    path("chains/<str:key>/<str:slug>/<str:node>/enter/", nodes.enter, name="placement-enter"),
    path("chains/<str:key>/<str:slug>/<str:node>/lead/", leads.start, name="lead-start"),
    path("placement/<int:pk>/decide/", nodes.decide, name="placement-decide"),
    path("leads/", leads.leads, name="leads"),
    path("lead/<str:reference>/", leads.lead, name="lead"),
    path("lead/<str:reference>/demand/", leads.demand, name="lead-demand"),
    path("lead/<str:reference>/move/", leads.move, name="lead-move"),
    path("report/<str:key>/<str:slug>/", reports.page, name="report"),
    path("report/<str:key>/<str:slug>.pdf", reports.pdf, name="report-pdf"),
    path("matrix/<str:key>/", matrix.matrix, name="matrix"),
    path("matrix/<str:key>/<str:slug>/", matrix.entries, name="entries"),
    path("matrix/<str:key>/<str:slug>/<int:work>/", matrix.entries, name="cell"),
    path("matrix/<str:key>/<str:slug>/new/", matrix.write, name="entry-new"),
    path("entry/<int:pk>/", matrix.edit, name="entry"),
]
