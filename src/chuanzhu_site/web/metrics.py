"""Figures for Prometheus: requests and how long they took, tasks that wait, and what is not well.

Each server process counts for itself into files of one folder (PROMETHEUS_MULTIPROC_DIR, set by ``serve``), from which
any of them answers for all.
"""

from __future__ import annotations

import hmac
import os
import time
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from chuanzhu_site.web import health

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

_LOCAL: Final = frozenset({"127.0.0.1", "::1"})
_SECONDS: Final = Histogram(
    "chuanzhu_request_seconds",
    "Time to answer, by page and status",
    ("page", "method", "status"),
    buckets=(0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 5),
)


class Timed:
    """Notes how long each answer took, under the name of its address: never the address, which may be a secret."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer: Final = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        began = time.perf_counter()
        response = self._answer(request)
        page = request.resolver_match.view_name if request.resolver_match else ""
        _SECONDS.labels(page, request.method, response.status_code).observe(time.perf_counter() - began)
        return response


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell the figures to the machine itself, or to who has the token; to everybody else there is no such page."""
    if not _may_know(request):
        raise Http404
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_SECONDS)
    _tell_tasks(registry)
    _tell_health(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_know(request: HttpRequest) -> bool:
    """Behind a proxy everybody comes from this machine, so what a proxy passed on needs the token."""
    token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if token:
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    return request.META.get("REMOTE_ADDR") in _LOCAL and "X-Forwarded-For" not in request.headers


def _tell_tasks(registry: CollectorRegistry) -> None:
    number = Gauge("chuanzhu_tasks", "Tasks by queue and state", ("queue", "state"), registry=registry)
    age = Gauge("chuanzhu_oldest_task_seconds", "Since when the oldest due task waits", ("queue",), registry=registry)
    rows = DBTaskResult.objects.exclude(status="SUCCESSFUL").order_by().values_list("queue_name", "status")
    for queue, state, count in rows.annotate(Count("pk")):
        number.labels(queue, state.lower()).set(count)
    now = timezone.now()
    due = DBTaskResult.objects.filter(status="READY", run_after__lte=now).order_by().values_list("queue_name")
    for queue, since in due.annotate(Min("run_after")):
        age.labels(queue).set(max(0, (now - since).total_seconds()))


def _tell_health(registry: CollectorRegistry) -> None:
    well = Gauge("chuanzhu_is_well", "1 where a check of readyz finds nothing wrong", ("check",), registry=registry)
    for name, trouble in health.troubles().items():
        well.labels(name).set(not trouble)
