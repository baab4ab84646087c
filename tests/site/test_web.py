import json
import logging
import time
from unittest import mock

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.urls import reverse

from chuanzhu_site.web import health
from chuanzhu_site.web.requests import JsonLines, client_address

pytestmark = pytest.mark.django_db
PAGES = ("front", "account_login", "account_signup", "account_reset_password")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_calls_another_host_or_runs_a_script_that_stands_in_it(client, name):
    answer = client.get(reverse(name))
    page = answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "//" not in page.replace("http://www.w3.org/2000/svg", "").replace("<!doctype", "")
    assert "<script>" not in page
    assert 'lang="zh-Hans"' in page


def test_signing_in_elsewhere_is_allowed_where_it_is_set_up(client, settings):
    settings.FORM_TARGETS = ["https://sso.example.gov.cn"]
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.endswith("form-action 'self' https://sso.example.gov.cn")


def test_the_server_says_that_it_lives_and_whether_it_can_serve(client, monkeypatch):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    broken = mock.Mock(cursor=mock.Mock(side_effect=DatabaseError))
    monkeypatch.setattr(health, "connection", broken)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (3, "", "9.9.9.9"),
    ],
)
def test_only_trusted_proxies_say_where_a_caller_is(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR="9.9.9.9")) == address


def test_every_answer_and_every_log_line_bear_the_requests_mark(client, settings):
    assert (
        client.get("/healthz", headers={"X-Request-ID": "forged-by-the-caller"}).headers["X-Request-ID"]
        != "forged-by-the-caller"
    )
    settings.TRUSTED_PROXIES = 1
    assert (
        client.get("/healthz", headers={"X-Request-ID": "from-the-proxy"}).headers["X-Request-ID"] == "from-the-proxy"
    )
    line = JsonLines().format(logging.LogRecord("x", logging.INFO, "", 0, "话", (), None))
    assert json.loads(line)["message"] == "话"


def test_a_body_of_unknown_length_is_refused(client):
    answer = client.generic("POST", "/", b"", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411


@pytest.mark.parametrize("password", ["short-A1", "alllowercase", "12345678901", "lowerandnumber1", "password1234"])
def test_a_weak_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", ["Zhengzhou-2026", "zhengzhou+2026", "郑州-Zheng-2026"])
def test_a_password_of_three_kinds_of_characters_is_taken(password):
    assert validate_password(password) is None


def sign_in(client, name, password):
    return client.post(reverse("account_login"), {"login": name, "password": password})


def test_after_five_failures_even_the_right_password_has_to_wait(client, cast):
    for _ in range(5):
        assert sign_in(client, "lihua", "Wrong-guess-1").status_code == 200
    answer = sign_in(client, "lihua", "Zhengzhou-2026")
    assert answer.status_code in {200, 429}
    assert "_auth_user_id" not in client.session


def test_the_right_password_leads_to_the_desk(client, cast):
    assert sign_in(client, "lihua", "Zhengzhou-2026").headers["Location"] == reverse("desk")


def test_nobody_learns_from_the_answer_whether_a_name_exists(client, cast):
    pages = [sign_in(client, name, "Wrong-guess-1").content.decode() for name in ("lihua", "nobody")]
    assert pages[0].replace("lihua", "").count("errorlist") == pages[1].count("errorlist")


def test_a_session_is_written_once_a_minute_and_so_ends_half_an_hour_after_its_last_use(client, cast, settings):
    client.force_login(cast.lihua)
    client.get("/desk/")
    first = client.session["seen"]
    client.get("/desk/")
    assert client.session["seen"] == first
    with mock.patch.object(time, "time", return_value=first + 61):
        client.get("/desk/")
    assert client.session["seen"] == first + 61
    assert settings.SESSION_COOKIE_AGE == 1800


@pytest.mark.parametrize("address", ["/desk/", "/claim/", "/claims/", "/listing/new/product-demand/"])
def test_what_needs_signing_in_leads_there(client, address):
    assert client.get(address).headers["Location"].startswith(reverse("account_login"))


def test_a_page_that_is_not_there_says_so_in_chinese(client):
    assert "没有这个页面" in client.get("/nothing/").content.decode()


def test_the_second_factor_can_be_switched_on(client, cast):
    client.force_login(cast.lihua)
    assert client.get(reverse("mfa_index")).status_code == 200
