"""Who gets what answer from each operation with a token of their own: api_permissions.csv against the interface."""

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import world
from django.db import transaction
from django.test import Client

from chuanzhu_site.accounts.actions import make_token
from chuanzhu_site.accounts.models import ApiToken, Enterprise
from chuanzhu_site.accounts.token_scopes import SCOPES
from chuanzhu_site.documentation import described

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("api_permissions.csv")
HEAD, *ROWS = csv.reader(TABLE.read_text("utf-8").splitlines(), delimiter="|")
ACTORS = HEAD[3:]


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world, built once, and a token with every scope for each member; every call is undone."""
    from django.conf import settings  # noqa: PLC0415 (what is changed here is put back here)

    before, settings.WALKIN_ROOT = settings.WALKIN_ROOT, tmp_path_factory.mktemp("walkin")
    with django_db_blocker.unblock(), transaction.atomic():
        made, tokens = world.build(), {}
        for name in ACTORS:
            firm = Enterprise.objects.of(made.people[name]).get()
            tokens[name] = make_token(firm, actor=made.people[name], name="全部", scopes=list(SCOPES), days=9)[1]
        ApiToken.objects.update(per_minute=100_000)
        yield SimpleNamespace(things=made.things, tokens=tokens)
        transaction.set_rollback(True)
    settings.WALKIN_ROOT = before


def answer(played, actor, method, path, body):
    """Return the status, with n behind it where the answer names the masked buyer."""
    filled = body
    for name, thing in played.things.items():
        filled = filled.replace(f"<{name}>", str(getattr(thing, "reference", thing.pk)))
    sent = {"data": filled, "content_type": "application/json"} if body else {}
    headers = {"Authorization": f"Bearer {played.tokens[actor]}"}
    with transaction.atomic():
        client = Client(raise_request_exception=False)
        response = client.generic(method, f"/api/v1{path.format(**played.things)}", headers=headers, **sent)
        transaction.set_rollback(True)
    named = "masked" in path and world.BUYER in json.dumps(response.content.decode(), ensure_ascii=False)
    return f"{response.status_code}{'n' if named else ''}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:2]))
def test_each_member_gets_the_answer_of_the_table(played, row):
    now = [answer(played, actor, *row[:3]) for actor in ACTORS]
    assert now == row[3:], f"the line as it is now (is that right?):\n{'|'.join([*row[:3], *now])}"


def test_the_table_has_a_line_for_every_operation():
    def shape(path):
        return [part if not part.startswith("{") else "{}" for part in path.removeprefix("/api/v1").split("/")]

    asked = {(row[0], tuple(shape(row[1].split("?")[0]))) for row in ROWS}
    known = [(method.upper(), path) for path, operations in described()["paths"].items() for method in operations]
    missing = [one for one in known if not any(fits(one, row) for row in asked)]
    assert missing == []


def fits(operation, row):
    parts = operation[1].removeprefix("/api/v1").split("/")
    same = len(parts) == len(row[1]) and operation[0] == row[0]
    return same and all(part.startswith("{") or part == given for part, given in zip(parts, row[1], strict=True))
