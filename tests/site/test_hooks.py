"""Webhooks: what is announced to whom, how it is signed and retried, and which addresses are never spoken to."""

import datetime as dt
import ipaddress
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from chuanzhu_site.accounts.models import Membership
from chuanzhu_site.accounts.refusals import Missing
from chuanzhu_site.environment import EnvironmentMistake, read_environment
from chuanzhu_site.market import actions
from chuanzhu_site.market.hooks import EVENTS, addresses, secret_of, sending, signature
from chuanzhu_site.market.hooks.addresses import BadAddress, Outcome, check_url, is_open, post, resolve
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Confirmation, HookCall, Notification, Webhook

pytestmark = pytest.mark.django_db
HERE = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def names(monkeypatch):
    """Answer name look-ups: ``names["erp.example.com"] = ["1.1.1.1"]``; lists in a list come one after the other."""
    known = {}

    def look_up(host, port, **_options):
        if host not in known:
            raise socket.gaierror(-2, "unknown")
        answer = known[host]
        found = answer.pop(0) if isinstance(answer[0], list) else answer
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def hook(cast, names):
    """Register a webhook: ``hook(cast.weihua, cast.crane)``."""
    names["erp.example.com"] = ["1.1.1.1"]

    def make(user, enterprise, events=tuple(EVENTS)):
        return actions.add_webhook(enterprise, actor=user, url="https://erp.example.com/chuanzhu", events=events)

    return make


@pytest.fixture
def receiver(settings):
    """A receiver of calls on this machine: what it got, and what it answers next."""
    settings.HOOK_NETWORKS = HERE
    got, answers = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            status, headers, said = answers.pop(0) if answers else (204, {}, b"")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_given):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    server.got, server.answers = got, answers
    server.url = f"http://127.0.0.1:{server.server_port}/hook?a=1"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def told(webhook):
    return [json.loads(call.body) for call in webhook.calls.order_by("pk")]


def test_each_side_is_called_of_what_the_other_does(cast, demand, supply, hook):
    buyers, suppliers = hook(cast.weihua, cast.crane), hook(cast.lihua, cast.castings)
    one = actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)
    for act in ("accept", "request"):
        actions.move_engagement(one, act, actor=cast.weihua, party=Party.BUYER)
    values = {
        "price": 820,
        "price_unit": "件",
        "quantity": "200件",
        "lead_days": 20,
        "valid_until": dt.date(2030, 1, 1),
    }
    actions.quote(one, actor=cast.lihua, values=values)
    actions.award(one, actor=cast.weihua, reason="好", why_not="贵")
    actions.move_engagement(one, "order", actor=cast.weihua, party=Party.BUYER)
    actions.send_message(one, actor=cast.weihua, party=Party.BUYER, text="明天发货吗")
    actions.move_engagement(one, "deliver", actor=cast.lihua, party=Party.SUPPLIER)
    word = {"quantity": "200件", "value": 164000, "without": Confirmation.Without.NO}
    actions.confirm(one, actor=cast.lihua, party=Party.SUPPLIER, **word)
    actions.confirm(one, actor=cast.weihua, party=Party.BUYER, **word)
    assert [call["type"] for call in told(buyers)] == ["interest", "quote", "delivery", "confirmation", "confirmation"]
    types = ["answer", "answer", "award", "order", "message", "confirmation", "confirmation"]
    assert [call["type"] for call in told(suppliers)] == types
    assert told(suppliers)[1]["data"]["step"] == "quoting"


def test_a_call_names_things_and_says_nothing_of_them(cast, write, supply, hook):
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    suppliers = hook(cast.lihua, cast.castings)
    one = actions.express_interest(masked, supplier=cast.castings, actor=cast.lihua, supply=supply)
    actions.move_engagement(one, "ask", actor=cast.weihua, party=Party.BUYER, reason="请补图纸")
    bodies = "".join(suppliers.calls.values_list("body", flat=True))
    assert one.reference in bodies
    assert all(word not in bodies for word in (cast.crane.name, str(masked), "请补图纸"))


def test_only_chosen_events_are_called_and_a_fact_once(cast, demand, supply, hook):
    webhook = hook(cast.weihua, cast.crane, events=["quote"])
    actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)
    assert not webhook.calls.exists()
    sending_twice = hook(cast.weihua, cast.crane, events=["interest"])
    from chuanzhu_site.market.hooks import announce  # noqa: PLC0415 (the one test that calls it itself)

    for _ in range(2):
        announce(cast.crane, "interest", key="same")
    assert sending_twice.calls.count() == 1


def test_a_receiver_can_check_the_signature_and_the_time(cast, receiver):
    webhook = actions.add_webhook(cast.crane, actor=cast.weihua, url=receiver.url, events=["quote"])
    call = actions.try_webhook(webhook, actor=cast.weihua)
    sending.deliver.func(call.pk)
    (headers, body), call = receiver.got[0], HookCall.objects.get(pk=call.pk)
    assert (call.status, bool(call.done_at), call.attempts) == (204, True, 1)
    seconds = int(headers["Webhook-Timestamp"])
    assert abs(seconds - timezone.now().timestamp()) < 60
    signed = signature(secret_of(webhook), identity=headers["Webhook-Id"], seconds=seconds, body=body)
    assert headers["Webhook-Signature"] == signed
    assert signature(secret_of(webhook), identity=headers["Webhook-Id"], seconds=seconds + 1, body=body) != signed
    renewed = actions.renew_secret(webhook, actor=cast.weihua)
    assert secret_of(renewed) != secret_of(webhook)
    sending.deliver.func(call.pk)
    assert len(receiver.got) == 1


def test_a_redirect_is_not_followed_and_a_long_answer_not_read(cast, receiver):
    receiver.answers.append((307, {"Location": "http://127.0.0.1:9/"}, b""))
    outcome = post(receiver.url, body=b"{}", headers={})
    assert (outcome.status, outcome.is_success) == (307, False)
    assert "不跟着去" in outcome.error
    receiver.answers.append((200, {"Content-Length": str(10**9)}, b"x" * (2 * addresses.MOST_BYTES)))
    assert post(receiver.url, body=b"{}", headers={}).is_success


def test_who_answers_letter_by_letter_is_cut_off(settings, monkeypatch):
    settings.HOOK_NETWORKS = HERE
    monkeypatch.setattr(addresses, "MOST_SECONDS", 0.3)
    stop = threading.Event()

    def drip(listening):
        client, _ = listening.accept()
        with client:
            while not stop.wait(0.05):
                try:
                    client.send(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        outcome = post(f"http://127.0.0.1:{listening.getsockname()[1]}/", body=b"{}", headers={})
        stop.set()
        thread.join()
    assert not outcome.is_success
    assert outcome.took_ms < 3000


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "0.0.0.0",  # noqa: S104 (an address that must be refused)
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:c0a8:101::",
        "2001:0:7f00:1::",
    ],
)
def test_an_address_inside_is_never_spoken_to(names, address):
    assert not is_open(ipaddress.ip_address(address))
    names["inside.example.com"] = [address]
    with pytest.raises(BadAddress, match="内部地址"):
        resolve(check_url("https://inside.example.com/"))
    assert "内部地址" in post("https://inside.example.com/", body=b"{}", headers={}).error


def test_a_name_with_one_open_and_one_inner_address_is_refused(names):
    names["both.example.com"] = ["1.1.1.1", "10.0.0.1"]
    with pytest.raises(BadAddress):
        resolve(check_url("https://both.example.com/"))


def test_a_name_that_answers_differently_the_second_time_is_not_asked_again(names, monkeypatch):
    names["rebound.example.com"] = [["1.1.1.1"], ["127.0.0.1"]]
    asked = []

    def connect(address, *_given, **_options):
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(addresses.socket, "create_connection", connect)
    post("https://rebound.example.com/", body=b"{}", headers={})
    assert asked == [("1.1.1.1", 443)]


@pytest.mark.parametrize("written", ["http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://0177.0.0.1/"])
def test_an_address_written_as_a_number_is_read_like_any_other(written, settings):
    settings.HOOK_NETWORKS = (ipaddress.ip_network("10.9.9.0/24"),)
    with pytest.raises(BadAddress, match=r"内部地址|查不到"):
        resolve(check_url(written))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://erp.example.com/", "https"),
        ("ftp://erp.example.com/", "不是网址"),
        ("file:///etc/passwd", "不是网址"),
        ("https://", "不是网址"),
        ("https://user:secret@erp.example.com/", "用户名"),
        ("https://erp.example.com/#x", "#"),
        ("https://erp.example.com:22/", "端口 22"),
        ("https://erp.example.com:99999/", "不是合格的地址"),
        ("https://erp.example.com/\r\nX-Evil: 1", "只用英文字母"),
        ("https://[::1/", "不是合格的地址"),
        ("https://" + "a" * 300, "最多 300"),
        ("https://nowhere.example.com/", "查不到"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_with_the_cure(cast, names, url, said):
    with pytest.raises(BadAddress, match=said):
        actions.add_webhook(cast.crane, actor=cast.weihua, url=url, events=["quote"])
    assert not Webhook.objects.exists()


def test_plain_addresses_are_spoken_to_in_allowed_networks_only(names, settings):
    settings.HOOK_NETWORKS = (ipaddress.ip_network("10.1.2.0/24"),)
    names |= {"erp.intranet": ["10.1.2.3"], "other.intranet": ["10.1.3.3"], "open.example.com": ["1.1.1.1"]}
    assert resolve(check_url("http://erp.intranet:8080/")) == "10.1.2.3"
    for name in ("other.intranet", "open.example.com"):
        with pytest.raises(BadAddress):
            resolve(check_url(f"http://{name}/"))


def test_networks_that_are_none_are_refused_at_start(tmp_path):
    with pytest.raises(EnvironmentMistake, match="CHUANZHU_HOOK_NETWORKS"):
        read_environment({"CHUANZHU_FOLDER": str(tmp_path), "CHUANZHU_HOOK_NETWORKS": "10.0.0.0/99"})


def test_waits_grow_while_a_webhook_fails_and_only_one_call_pays_for_it(cast, hook, monkeypatch):
    webhook, sent = hook(cast.weihua, cast.crane), []
    monkeypatch.setattr(sending, "send", lambda call: sent.append(call.pk) or Outcome(status=503, error="忙"))
    calls = [sending_call(webhook, number) for number in range(3)]
    for call in calls:
        sending.deliver.func(call.pk)
    assert sent == [calls[0].pk]
    at, waits = timezone.now(), []
    for _ in range(7):
        sending.note(calls[0], Outcome(status=503, error="忙"), at=at)
        webhook.refresh_from_db()
        waits.append((webhook.quiet_until - at).total_seconds())
    assert waits == [60, 300, 1800, 7200, 21600, 21600, 21600]
    sending.note(calls[0], Outcome(status=200), at=at)
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since, webhook.quiet_until) == (0, None, None)


def sending_call(webhook, number):
    return HookCall.objects.create(
        webhook=webhook, key=f"test:{number}", event="quote", body="{}", at=timezone.now() + dt.timedelta(0)
    )


def test_a_webhook_that_fails_for_days_is_stopped_its_people_are_told_and_it_catches_up(cast, hook):
    webhook = hook(cast.weihua, cast.crane)
    call, at = sending_call(webhook, 1), timezone.now()
    for days in (0, 1, 3):
        sending.note(call, Outcome(error="连不上"), at=at + dt.timedelta(days=days))
    webhook.refresh_from_db()
    assert webhook.stopped_at
    assert Notification.objects.filter(user=cast.weihua, text__contains="已经停用").count() == 1
    started = actions.start_webhook(webhook, actor=cast.weihua)
    assert (started.stopped_at, started.failures) == (None, 0)


def test_only_publishers_of_the_enterprise_manage_its_webhooks(cast, hook, person):
    clerk = person("clerk")
    Membership.objects.create(user=clerk, enterprise=cast.crane, role=Membership.Role.SUBMITTER)
    webhook = hook(cast.weihua, cast.crane)
    for user in (cast.lihua, clerk, cast.root, cast.chen):
        with pytest.raises(PermissionDenied):
            actions.stop_webhook(webhook, actor=user)
        with pytest.raises(PermissionDenied):
            actions.add_webhook(cast.crane, actor=user, url="https://erp.example.com/", events=["quote"])
    with pytest.raises(Missing):
        actions.add_webhook(cast.crane, actor=cast.weihua, url="https://erp.example.com/", events=[])


def test_the_pages_register_try_and_show_a_webhook(cast, client, names):
    names["erp.example.com"] = ["1.1.1.1"]
    client.force_login(cast.weihua)
    given = {"enterprise": cast.crane.pk, "url": "https://erp.example.com/x", "events": ["quote", "match"]}
    address = client.post(reverse("hooks"), given).headers["Location"]
    assert "还没有发过" in client.get(address).content.decode()
    assert client.post(f"{address}try/").status_code == 302
    assert "等待发送" in client.get(address).content.decode()
    wrong = client.post(reverse("hooks"), {**given, "url": "https://127.0.0.1/"})
    assert wrong.status_code == 422
    client.force_login(cast.lihua)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}remove/").status_code == 404


def test_calls_are_forgotten_after_a_month(cast, hook):
    call = sending_call(hook(cast.weihua, cast.crane), 1)
    assert sending.prune(at=timezone.now()) == 0
    HookCall.objects.filter(pk=call.pk).update(at=timezone.now() - dt.timedelta(days=31))
    assert sending.prune(at=timezone.now()) == 1
