"""Addresses of the main job."""

from __future__ import annotations

from django.urls import path

from chuanzhu_site.walkin import publishing_views, views

urlpatterns = [
    path("", views.front, name="front"),
    path("sample/", views.sample, name="sample"),
    path("template/<str:side>.xlsx", views.empty, name="empty-list"),
    path("try/<str:token>/", views.visit, name="visit"),
    path("try/<str:token>/progress/", views.progress, name="visit-progress"),
    path("try/<str:token>/publish/", publishing_views.publish, name="visit-publish"),
    path("try/<str:token>/delete/", views.delete, name="visit-delete"),
    path("try/<str:token>/file/<str:name>", views.file, name="visit-file"),
]
