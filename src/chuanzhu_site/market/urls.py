"""Addresses of the market."""

from __future__ import annotations

from django.urls import path

from chuanzhu_site.market import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("listing/new/<str:kind>/", views.create, name="listing-new"),
    path("listing/understanding/<str:kind>/", views.understanding, name="understanding"),
    path("listing/<str:reference>/", views.listing, name="listing"),
    path("listing/<str:reference>/edit/", views.edit, name="listing-edit"),
    path("listing/<str:reference>/<str:act>/", views.move, name="listing-move"),
    path("engagement/<str:reference>/", views.engagement, name="engagement"),
]
