"""What a supervisor is told of a dead worker, a missing index, a full disk; and who may read the figures."""

import dataclasses
import os
import shutil
import threading
import time
from types import SimpleNamespace

import pytest

from chuanzhu_site.market import index
from chuanzhu_site.web import health

pytestmark = pytest.mark.django_db
QUEUES = ("default", "long", "post")


@pytest.fixture(autouse=True)
def well(settings, tmp_path):
    """An installation with nothing wrong: every worker gives a sign of life."""
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path)
    settings.TASKS = {**settings.TASKS, "default": {**settings.TASKS["default"], "QUEUES": list(QUEUES)}}
    over = threading.Event()
    over.set()
    for queue in QUEUES:
        health.beat(queue, until=over)
    return tmp_path


def told(client):
    answer = client.get("/readyz?all")
    return answer.status_code, answer.content.decode()


def test_an_installation_with_nothing_wrong_is_well(client):
    assert told(client) == (200, "ok\n")


def test_a_dead_worker_is_named(client, well):
    ago = time.time() - 90
    os.utime(well / "pulse" / "long", (ago, ago))
    (well / "pulse" / "post").unlink()
    status, text = told(client)
    assert status == 503
    assert "long silent for 9" in text
    assert "post never started" in text
    assert client.get("/readyz").status_code == 200


def test_a_missing_index_is_named_once_there_is_something_to_be_found(client, well, supply):
    assert told(client) == (503, "index: product-supply cannot be read\n")
    index.rebuild("product-supply")
    assert told(client) == (200, "ok\n")
    shutil.rmtree(well / "index")
    assert told(client)[0] == 503


def test_a_disk_that_is_nearly_full_is_told_with_what_is_left(client, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=7 * 1024 * 1024))
    status, text = told(client)
    assert (status, "only 7 MB free" in text) == (503, True)


def test_the_figures_tell_requests_by_page_tasks_and_what_is_not_well(client, supply, well):
    client.get(supply.get_absolute_url())
    (well / "pulse" / "long").unlink()
    page = client.get("/metrics").content.decode()
    assert 'chuanzhu_request_seconds_count{method="GET",page="listing",status="200"}' in page
    assert 'chuanzhu_tasks{queue="default",state="ready"} 1.0' in page
    assert 'chuanzhu_is_well{check="workers"} 0.0' in page
    assert 'chuanzhu_is_well{check="disk"} 1.0' in page
    assert supply.reference not in page


def test_only_the_machine_itself_or_who_has_the_token_reads_the_figures(client, settings):
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404
    settings.METRICS_TOKEN = "t" * 24
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {'t' * 24}"}).status_code == 200
