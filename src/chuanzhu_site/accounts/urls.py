"""Addresses of people and enterprises."""

from __future__ import annotations

from django.urls import path

from chuanzhu_site.accounts import token_views, views

urlpatterns = [
    path("merges/", views.merges, name="merges"),
    path("merges/<int:pk>/undo/", views.unmerge, name="unmerge"),
    path("claim/", views.claim, name="claim"),
    path("claims/", views.claims, name="claims"),
    path("claims/<int:pk>/", views.decide, name="claim-decide"),
    path("tokens/", token_views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", token_views.revoke, name="token-revoke"),
]
