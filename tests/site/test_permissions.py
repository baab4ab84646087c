"""Who gets what answer from each address: permissions.csv against the site, every role, in and out of region."""

import csv
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
import world
from django.conf import settings as site_settings
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("permissions.csv")
METHODS = ("GET", "POST", "DELETE", "PATCH")
LIBRARY_METHODS = METHODS[:2]  # the sign-in pages of allauth redirect before they look at the method
MOST_QUERIES = 15
TOLD = {"error": "refused", "info": "sent"}
REFUSED = {"401", "403", "404", "405", "login"}
LINES = [line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
HEAD, *ROWS = csv.reader(LINES)
FIXED = len(HEAD) - len(world.ACTORS)


def named(patterns, space="", route=""):
    """Yield (name, route) of every address; those without a name only lead to one that has one."""
    for one in patterns:
        here = f"{route}{one.pattern}"
        if hasattr(one, "url_patterns"):
            yield from named(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, here)
        elif one.name:
            yield f"{space}{one.name}", here


ADDRESSES = dict(named(get_resolver().url_patterns))


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker):
    """The world, built once; every request is undone, and in the end the world is."""
    folder = Path(tempfile.mkdtemp(prefix="chuanzhu-world-"))
    before, site_settings.WALKIN_ROOT = site_settings.WALKIN_ROOT, folder
    with django_db_blocker.unblock(), transaction.atomic():
        made = world.build()
        clients = {"visitor": Client(raise_request_exception=False)}
        for name in world.ACTORS[1:]:
            clients[name] = Client(raise_request_exception=False)
            clients[name].force_login(made.people[name])
        yield SimpleNamespace(**vars(made), clients=clients, folder=folder)
        transaction.set_rollback(True)
    site_settings.WALKIN_ROOT = before
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _world_folder(played, settings):
    settings.WALKIN_ROOT = played.folder


def asked(played, method, name, arguments, form):
    """Return the request of a row: its address and what is sent."""
    words = arguments.format(**played.things).split()
    sent = dict(parse_qsl(form.format(**played.things), keep_blank_values=True))
    return method.lower(), reverse(name, args=words), sent


def answer(client, method, address, sent):
    """Make a request that is undone, and say in a word what came of it."""
    cookies = {key: morsel.value for key, morsel in client.cookies.items()}
    with transaction.atomic():
        response = getattr(client, method)(address, sent)
        if response.streaming:
            list(response.streaming_content)  # to its end, which closes the file
        said = word(response)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return said, response


def word(response):
    if response.status_code not in {301, 302}:
        return str(response.status_code)
    if response.headers["Location"].startswith(reverse("account_login")):
        return "login"
    levels = {message.level_tag for message in get_messages(response.wsgi_request)}
    return next((TOLD[level] for level in TOLD if level in levels), "done")


def marked(response):
    """Return whether the page names the masked buyer."""
    return "n" if world.BUYER in response.content.decode("utf-8", "replace") else "m"


def row_now(played, row):
    """Return the answers as they are now, in the words of the table."""
    request, cells = asked(played, *row[:4]), []
    for actor, expected in zip(world.ACTORS, row[FIXED:], strict=True):
        said, response = answer(played.clients[actor], *request)
        cells.append(said + (marked(response) if expected[:-1].isdigit() and expected[-1] in "nm" else ""))
    return cells


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:3]))
def test_each_person_gets_the_answer_of_the_table(played, row):
    now = row_now(played, row)
    wrong = [
        f"{actor}: {is_now}, the table says {cell}"
        for actor, is_now, cell in zip(world.ACTORS, now, row[FIXED:], strict=True)
        if is_now != cell
    ]
    assert not wrong, f"{wrong}; the line as it is now (is that right?):\n{','.join([*row[:FIXED], *now])}"


@pytest.mark.parametrize("row", [row for row in ROWS if row[0] == "GET"], ids=lambda row: " ".join(row[1:3]))
def test_a_page_asks_the_database_at_most_fifteen_times(played, row):
    request = asked(played, *row[:4])
    for actor in ("owner", "city_in"):
        with CaptureQueriesContext(connection) as asking:
            answer(played.clients[actor], *request)
        selects = [one["sql"] for one in asking.captured_queries if one["sql"].startswith("SELECT")]
        assert len(selects) <= MOST_QUERIES, f"{actor}: {selects}"


def test_the_table_has_a_line_for_every_address_and_none_for_addresses_that_are_gone():
    lines = "\n".join(
        f"GET,{name},," + ",200" * len(world.ACTORS) for name in ADDRESSES.keys() - {row[1] for row in ROWS}
    )
    assert not lines, f"add lines to {TABLE.name}, with the answers that are right:\n{lines}"
    assert {row[1] for row in ROWS} <= ADDRESSES.keys()
    assert HEAD[FIXED:] == list(world.ACTORS)


def known_arguments(name):
    return next(row[2] for row in ROWS if row[1] == name)


@pytest.mark.parametrize("name", sorted({row[1] for row in ROWS}))
def test_what_the_table_does_not_speak_of_is_refused(played, name):
    spoken = {row[0] for row in ROWS if ADDRESSES[row[1]] == ADDRESSES[name]}
    methods = LIBRARY_METHODS if ADDRESSES[name].startswith("accounts/") else METHODS
    for method in (one for one in methods if one not in spoken):
        request = asked(played, method, name, known_arguments(name), "")
        answers = {actor: answer(played.clients[actor], *request)[0] for actor in ("visitor", "owner", "administrator")}
        assert set(answers.values()) <= REFUSED, f"{method} {name}: {answers}; write its line into {TABLE.name}"
