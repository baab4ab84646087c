"""The interface's gate: who may call, how often, in which form, and what a repeated call is answered."""

import datetime as dt
import json
import logging
import threading
import time

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from chuanzhu_site.accounts import actions as accounts
from chuanzhu_site.accounts.models import ApiReply, ApiToken, Membership, Scope
from chuanzhu_site.accounts.refusals import Missing
from chuanzhu_site.market.api import enterprises
from chuanzhu_site.market.models import Listing
from chuanzhu_site.web.problems import KINDS

pytestmark = pytest.mark.django_db
SUPPLY = {"kind": "product-supply", "title": "铸钢车轮", "quantity": "500件/月"}


def kind_of(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.told["status"] == answer.status_code
    assert answer.told["request_id"] == answer.headers["X-Request-ID"]
    return answer.told["type"].split("#problem-")[1]


@pytest.fixture
def lihua(cast, token):
    return token(cast.lihua, cast.castings)


def test_a_token_is_made_on_its_page_shown_once_and_kept_as_a_digest_only(cast, client, call):
    client.force_login(cast.lihua)
    given = {"enterprise": cast.castings.pk, "name": "夜间同步", "days": "30", "scopes": ["listings:read"]}
    page = client.post("/tokens/", given).content.decode()
    text = page.split('class="secret">')[1].split("<")[0]
    assert text not in client.get("/tokens/").content.decode()
    assert text not in json.dumps(list(ApiToken.objects.values()), default=str)
    client.logout()
    assert call("GET", "/listings", text).status_code == 200
    refused = call("GET", "/enterprises", text)
    assert kind_of(refused) == "no-scope"
    assert "enterprises:read" in refused.told["detail"]


@pytest.mark.parametrize("header", ["", "Basic x", "Bearer", "Bearer cz_none", "Bearer " + "x" * 300, "Bearer 令牌"])
def test_a_call_without_a_token_that_holds_is_refused(client, header, call):
    answer = call("GET", "/listings", None, **({"Authorization": header} if header else {}))
    assert kind_of(answer) == "no-token"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_signing_in_to_the_pages_opens_no_operation(cast, client, call):
    client.force_login(cast.lihua)
    assert kind_of(call("GET", "/listings", None)) == "no-token"


def test_a_token_ends_when_it_expires_is_revoked_or_its_person_leaves(cast, client, call, token, person):
    text = token(cast.lihua, cast.castings)
    ApiToken.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert kind_of(call("GET", "/listings", text)) == "token-ended"
    ApiToken.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    assert call("GET", "/listings", text).status_code == 200
    clerk = person("clerk")
    tie = Membership.objects.create(user=clerk, enterprise=cast.castings, role=Membership.Role.MEMBER)
    his = token(clerk, cast.castings)
    assert call("GET", "/listings", his).status_code == 200
    tie.ended_at = timezone.now()
    tie.save()
    assert kind_of(call("GET", "/listings", his)) == "token-ended"
    cast.lihua.is_active = False
    cast.lihua.save()
    assert kind_of(call("GET", "/listings", text)) == "token-ended"
    cast.lihua.is_active = True
    cast.lihua.save()
    client.force_login(cast.lihua)
    mine = ApiToken.objects.get(user=cast.lihua)
    assert client.post(f"/tokens/{mine.pk}/revoke/").status_code == 302
    assert kind_of(call("GET", "/listings", text)) == "token-ended"


def test_nobody_makes_a_token_for_an_enterprise_that_is_not_theirs(cast, client):
    client.force_login(cast.weihua)
    given = {"enterprise": cast.castings.pk, "name": "x", "days": "30", "scopes": ["listings:read"]}
    assert client.post("/tokens/", given).status_code == 422
    assert client.post("/tokens/", {**given, "enterprise": cast.crane.pk, "scopes": ["root"]}).status_code == 422
    assert not ApiToken.objects.exists()
    with pytest.raises(Missing):
        accounts.make_token(cast.crane, actor=cast.weihua, name="x", scopes=["root"], days=1)


def test_a_token_acts_for_its_enterprise_only_and_never_as_an_official(cast, token, call, write):
    Membership.objects.create(user=cast.lihua, enterprise=cast.crane, role=Membership.Role.OWNER)
    Scope.objects.create(user=cast.lihua, role=Scope.Role.OFFICER, region="410000")
    draft = write("product-demand", by=cast.weihua, of=cast.crane, is_open=False, text="求购铸钢车轮")
    waiting = write("product-supply", by=cast.weihua, of=cast.crane, title="车轮,电话13800138000")
    text = token(cast.lihua, cast.castings)
    assert [one["name"] for one in call("GET", "/enterprises", text).told] == [cast.castings.name]
    for hidden in (draft, waiting):
        assert kind_of(call("GET", f"/listings/{hidden.reference}", text)) == "not-found"
        assert kind_of(call("POST", f"/listings/{hidden.reference}/acts/close", text, {"reason": "x"})) == "not-found"
    assert call("GET", "/listings", text).told["items"] == []


def test_beyond_its_rate_a_token_is_told_how_many_seconds_to_wait(cast, call, lihua, monkeypatch):
    ApiToken.objects.update(per_minute=3)
    left = [call("GET", "/kinds", lihua).headers["RateLimit"].split(";")[1] for _ in range(3)]
    assert left == ["r=2", "r=1", "r=0"]
    refused = call("GET", "/kinds", lihua)
    assert kind_of(refused) == "rate"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    later = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert call("GET", "/kinds", lihua).status_code == 200


def test_a_server_whose_clock_is_behind_does_not_start_the_count_again(cast, call, lihua, monkeypatch):
    ApiToken.objects.update(per_minute=3)
    now = time.time()
    for offset, expected in ((0, 200), (-60, 200), (0, 200), (-60, 429), (-45, 429), (60, 200)):
        monkeypatch.setattr(time, "time", lambda offset=offset: now + offset)
        assert call("GET", "/kinds", lihua).status_code == expected


def test_asking_the_matcher_costs_more_than_a_plain_call(call, lihua):
    ApiToken.objects.update(per_minute=6)
    assert call("POST", "/match", lihua, {"text": "求购铸钢车轮"}).status_code != 429
    assert kind_of(call("POST", "/match", lihua, {"text": "求购铸钢车轮"})) == "rate"
    assert call("GET", "/kinds", lihua).status_code == 200


def test_a_write_that_is_sent_again_is_done_once_and_answered_the_same(call, lihua):
    first = call("POST", "/listings", lihua, SUPPLY, **{"Idempotency-Key": "one"})
    again = call("POST", "/listings", lihua, SUPPLY, **{"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.told == first.told
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Listing.objects.count() == 1
    other = call("POST", "/listings", lihua, {**SUPPLY, "title": "齿轮"}, **{"Idempotency-Key": "one"})
    assert kind_of(other) == "key-reused"
    assert call("POST", "/listings", lihua, SUPPLY, **{"Idempotency-Key": "two"}).status_code == 201
    assert Listing.objects.count() == 2


def test_what_was_refused_does_not_use_up_its_key(call, lihua):
    wrong = call("POST", "/listings", lihua, {**SUPPLY, "quantity": "许多"}, **{"Idempotency-Key": "one"})
    assert kind_of(wrong) == "invalid"
    assert not ApiReply.objects.exists()
    assert call("POST", "/listings", lihua, SUPPLY, **{"Idempotency-Key": "one"}).status_code == 201


def test_a_key_belongs_to_its_token_and_is_forgotten_after_a_day(cast, call, lihua, token):
    call("POST", "/listings", lihua, SUPPLY, **{"Idempotency-Key": "one"})
    other = token(cast.weihua, cast.crane)
    assert "Idempotency-Replayed" not in call("POST", "/listings", other, SUPPLY, **{"Idempotency-Key": "one"}).headers
    ApiReply.objects.update(at=timezone.now() - dt.timedelta(hours=25))
    assert "Idempotency-Replayed" not in call("POST", "/listings", lihua, SUPPLY, **{"Idempotency-Key": "one"}).headers


@pytest.mark.parametrize("key", ["", "x" * 81, "键", "a b"])
def test_a_key_that_cannot_be_one_is_refused(call, lihua, key):
    assert kind_of(call("POST", "/listings", lihua, SUPPLY, **{"Idempotency-Key": key})) == "bad-request"


@pytest.fixture
def on_disk(tmp_path, monkeypatch):
    """Give new connections a copy on disk of SQLite's database in memory, which locks unlike any real one."""

    def move():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(tmp_path / "copy.sqlite3")])
            monkeypatch.setitem(connections.settings["default"], "NAME", str(tmp_path / "copy.sqlite3"))

    return move


@pytest.mark.django_db(transaction=True)
def test_of_equal_requests_at_once_one_is_done_and_all_are_answered_the_same(cast, token, on_disk):
    text, answers, counts, start = token(cast.lihua, cast.castings), [], [], threading.Barrier(4)
    on_disk()

    def send():
        headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "same"}
        start.wait()
        try:
            answer = Client().post("/api/v1/listings", json.dumps(SUPPLY), "application/json", headers=headers)
            answers.append((answer.status_code, json.loads(answer.content)["reference"]))
            counts.append(Listing.objects.count())
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert set(counts) == {1}


def test_pages_follow_each_other_and_a_made_up_cursor_is_refused(cast, call, lihua, write):
    for number in range(5):
        write("product-supply", by=cast.lihua, of=cast.castings, title=f"车轮{number}")
    first = call("GET", "/listings?limit=2", lihua).told
    titles, page = [one["title"] for one in first["items"]], first
    while page["next_cursor"]:
        write("product-supply", by=cast.lihua, of=cast.castings, title="后来的")
        page = call("GET", f"/listings?limit=2&cursor={page['next_cursor']}", lihua).told
        titles += [one["title"] for one in page["items"]]
    assert titles == ["车轮4", "车轮3", "车轮2", "车轮1", "车轮0"]
    cursor = first["next_cursor"]
    for wrong in ("x", cursor[:-1], cursor[1:], f"{cursor}x", "a:b:c"):
        assert kind_of(call("GET", f"/listings?limit=2&cursor={wrong}", lihua)) == "bad-cursor"


def test_a_cursor_holds_for_its_question_and_its_person_only(cast, call, lihua, write, token):
    for number in range(3):
        write("product-supply", by=cast.lihua, of=cast.castings, title=f"车轮{number}")
    cursor = call("GET", "/listings?limit=1", lihua).told["next_cursor"]
    assert kind_of(call("GET", f"/listings?side=supply&limit=1&cursor={cursor}", lihua)) == "bad-cursor"
    other = token(cast.weihua, cast.crane)
    assert kind_of(call("GET", f"/listings?limit=1&cursor={cursor}", other)) == "bad-cursor"


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nothing", "not-found"),
        ("GET", "/", "not-found"),
        ("GET", "/listings/abcdefgh2345", "not-found"),
        ("GET", "/listings/x", "invalid"),
        ("DELETE", "/listings", "method"),
        ("GET", "/match", "method"),
        ("GET", "/listings?limit=0", "invalid"),
        ("GET", "/listings?colour=red", "invalid"),
        ("GET", "/listings?q=%00", "bad-request"),
    ],
)
def test_every_refusal_is_a_problem_that_names_its_kind(call, lihua, method, path, expected):
    answer = call(method, path, lihua)
    assert kind_of(answer) == expected
    assert answer.status_code == KINDS[expected].status
    assert ("Allow" in answer.headers) == (expected == "method")


@pytest.mark.parametrize(
    ("body", "form", "expected"),
    [
        (b"{", "application/json", "bad-request"),
        (b'{"text": "\xff"}', "application/json", "bad-request"),
        (b'{"text": "\\u0000"}', "application/json", "bad-request"),
        (b'{"text": "\\ud800"}', "application/json", "bad-request"),
        (b'{"text": NaN}', "application/json", "bad-request"),
        (b"[" * 100_000, "application/json", "bad-request"),
        (b"x" * 300_000, "application/json", "too-large"),
        (b"text=x", "application/x-www-form-urlencoded", "media-type"),
        (b"[]", "application/json", "invalid"),
        (b"", "application/json", "invalid"),
        (b'{"text": "\\\\u0000 \xe8\xbd\xa6\xe8\xbd\xae", "x": 1}', "application/json", "invalid"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(client, lihua, body, form, expected):
    headers = {"Authorization": f"Bearer {lihua}"}
    answer = client.generic("POST", "/api/v1/match", body, form, headers=headers)
    answer.told = json.loads(answer.content)
    assert kind_of(answer) == expected


def test_a_wrong_value_is_named_with_its_field_and_the_cure(call, lihua):
    told = call("POST", "/listings", lihua, {**SUPPLY, "quantity": "许多", "privacy": "secret", "due": "明天"}).told
    fields = {one["field"]: one["detail"] for one in told["errors"]}
    assert fields.keys() == {"privacy", "due"}
    assert "“secret”" in fields["privacy"]
    assert "2026-12-31" in fields["due"]
    told = call("POST", "/listings", lihua, {**SUPPLY, "quantity": "许多", "attributes": {"moq": "500件"}}).told
    assert [one["field"] for one in told["errors"]] == ["quantity"]
    assert "许多" in told["errors"][0]["detail"]
    told = call("POST", "/listings", lihua, {**SUPPLY, "attributes": {"colour": "red"}}).told
    assert "attributes.colour" in told["errors"][0]["field"]


def test_a_fault_is_a_problem_without_a_trace_and_is_logged(call, lihua, monkeypatch, caplog):
    monkeypatch.setattr(enterprises, "_shown", lambda *_given, **_options: 1 / 0)
    with caplog.at_level(logging.ERROR):
        answer = call("GET", "/enterprises", lihua)
    assert kind_of(answer) == "fault"
    assert "ZeroDivision" not in answer.content.decode()
    assert "ZeroDivisionError" in caplog.text


def test_an_upload_without_its_length_is_a_problem_too(client):
    headers = {"Transfer-Encoding": "chunked", "Content-Length": ""}
    answer = client.generic("POST", "/api/v1/match", headers=headers)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_page_that_explains_shows_every_operation_and_problem(client):
    page = client.get("/api/docs/").content.decode()
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert all(f"<code>{path}</code>" in page for path in document["paths"])
    assert all(f'id="problem-{kind}"' in page for kind in KINDS)
    assert "http://testserver/api/v1/match" in page
