"""Addresses of Excel in and out."""

from __future__ import annotations

from django.urls import path

from chuanzhu_site.exchange import views

urlpatterns = [
    path("exchange/", views.exchange, name="exchange"),
    path("exchange/<str:what>.<str:form>", views.export, name="export"),
    path("exchange/<str:reference>/", views.batch, name="batch"),
    path("exchange/<str:reference>/progress/", views.progress, name="batch-progress"),
    path("exchange/<str:reference>/confirm/", views.confirm, name="batch-confirm"),
    path("exchange/<str:reference>/drop/", views.drop, name="batch-drop"),
    path("exchange/<str:reference>/correction.xlsx", views.correction, name="batch-correction"),
]
