"""Addresses of the site."""

from __future__ import annotations

from django.urls import include, path

from chuanzhu_site import documentation
from chuanzhu_site.api import api
from chuanzhu_site.web import health, metrics

urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", health.robots, name="robots"),
    path("api/v1/openapi.json", documentation.document, name="api-document"),
    path("api/v1/", api.urls),
    path("api/docs/", documentation.page, name="api-docs"),
    path("accounts/", include("allauth.urls")),
    path("", include("chuanzhu_site.accounts.urls")),
    path("", include("chuanzhu_site.market.urls")),
    path("", include("chuanzhu_site.exchange.urls")),
    path("", include("chuanzhu_site.observatory.urls")),
    path("", include("chuanzhu_site.walkin.urls")),
    path("", include("chuanzhu_site.programme.urls")),
]
