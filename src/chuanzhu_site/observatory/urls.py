"""Addresses of the chain map."""

from __future__ import annotations

from django.urls import path

from chuanzhu_site.observatory.views import maps, nodes

urlpatterns = [
    path("chains/", maps.overview, name="chains"),
    path("chains/<str:key>/", maps.overview, name="chains"),
    path("chains/<str:key>/survey/", maps.survey, name="survey"),
    path("chains/<str:key>/<str:slug>/", maps.chain, name="chain"),
    path("chains/<str:key>/<str:slug>/<str:node>/", nodes.node, name="node"),
]
