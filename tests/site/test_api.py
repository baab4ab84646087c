"""The interface: who may call, what a call is answered, and what it never tells."""

import json

import pytest

from chuanzhu_site.accounts import actions as accounts
from chuanzhu_site.accounts.models import ApiToken
from chuanzhu_site.accounts.token_scopes import SCOPES
from chuanzhu_site.web.problems import KINDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(cast):
    """Make a token: ``token(cast.lihua, cast.castings)`` gives its text."""

    def make(user, enterprise, *, scopes=tuple(SCOPES), days=30):
        return accounts.make_token(enterprise, actor=user, name="测试", scopes=scopes, days=days)[1]

    return make


@pytest.fixture
def call(client):
    """Call an operation: ``call("GET", "/listings", text)`` gives the answer with its JSON."""

    def ask(method, path, text, body=None, **headers):
        sent = {"headers": {"Authorization": f"Bearer {text}", **headers}} if text else {"headers": headers}
        if body is not None:
            sent |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = client.generic(method, f"/api/v1{path}", **sent)
        answer.told = json.loads(answer.content) if answer.content else None
        return answer

    return ask


def test_a_member_reads_its_enterprise_and_what_is_open(cast, token, call, demand, supply):
    text = token(cast.lihua, cast.castings)
    assert [one["name"] for one in call("GET", "/enterprises", text).told] == [cast.castings.name]
    page = call("GET", "/listings", text).told
    assert [one["reference"] for one in page["items"]] == [supply.reference, demand.reference]
    assert page["items"][1]["enterprise"]["name"] == cast.crane.name


def test_a_token_is_made_on_its_page_shown_once_and_kept_as_a_digest_only(cast, client, call):
    client.force_login(cast.lihua)
    given = {"enterprise": cast.castings.pk, "name": "夜间同步", "days": "30", "scopes": ["listings:read"]}
    page = client.post("/tokens/", given).content.decode()
    text = page.split('class="secret">')[1].split("<")[0]
    assert text not in client.get("/tokens/").content.decode()
    assert text not in json.dumps(list(ApiToken.objects.values()), default=str)
    client.logout()
    assert call("GET", "/listings", text).status_code == 200
    assert call("GET", "/enterprises", text).told["type"].endswith("#problem-no-scope")


def test_the_page_that_explains_shows_every_operation_and_problem(client):
    page = client.get("/api/docs/").content.decode()
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert all(f"<code>{path}</code>" in page for path in document["paths"])
    assert all(f'id="problem-{kind}"' in page for kind in KINDS)
