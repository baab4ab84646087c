"""The market through the interface: the whole thread, what masked buyers keep to themselves, and what a call costs."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuanzhu_site.accounts.models import Membership
from chuanzhu_site.documentation import described
from chuanzhu_site.market import actions, index, matching
from chuanzhu_site.market.hooks import addresses
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Listing, Match, Message, Question, Reveal

pytestmark = pytest.mark.django_db
DAY = (dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=30)).date().isoformat()
QUOTE = {"price": "820.50", "price_unit": "件", "quantity": "200件/月", "lead_days": 20, "valid_until": DAY}
REASON = {"code": "product", "points": 60.0, "text": "产品对得上", "asked": "车轮", "offered": "车轮"}


@pytest.fixture
def buyer(cast, token, call):
    text = token(cast.weihua, cast.crane)
    return lambda method, path, body=None, **headers: call(method, path, text, body, **headers)


@pytest.fixture
def seller(cast, token, call):
    text = token(cast.lihua, cast.castings)
    return lambda method, path, body=None, **headers: call(method, path, text, body, **headers)


@pytest.fixture
def stranger(token, call, person, enterprise):
    owner = person("stranger")
    text = token(owner, enterprise("某外人公司(示例)", number=9, owner=owner))
    return lambda method, path, body=None, **headers: call(method, path, text, body, **headers)


def kind_of(answer):
    return answer.told["type"].split("#problem-")[1]


def published(ask, **values):
    answer = ask("POST", "/listings", {**values, "submit": True})
    assert (answer.status_code, answer.told["state"]) == (201, "open"), answer.told
    return answer.told


def test_the_whole_thread_is_walked_by_two_programs(cast, buyer, seller):
    supply = published(seller, kind="product-supply", title="铸钢车轮", quantity="500件/月", place="滑县")
    demand = published(buyer, kind="product-demand", text="求购铸钢车轮 200件/月,安阳优先", due="2030-01-31")
    assert {"name": "数量", "value": "200 件/月"} in demand["understood"]
    started = seller("POST", "/engagements", {"demand": demand["reference"], "supply": supply["reference"]})
    assert (started.status_code, started.told["side"]) == (201, "supplier")
    path, version = f"/engagements/{started.told['reference']}", started.told["version"]

    def act(ask, what, **body):
        nonlocal version
        answer = ask("POST", f"{path}/{what}", {"version": version, **body})
        assert answer.status_code in {200, 201}, answer.told
        version = answer.told["version"]
        return answer.told

    act(buyer, "acts/ask", reason="请补图纸")
    act(seller, "acts/tell", reason="已上传")
    act(buyer, "acts/accept")
    assert set(act(buyer, "acts/request")["acts"]) == {"end"}
    assert act(seller, "quotes", **QUOTE)["quotes"][0]["price"] == "820.5"
    assert [one["supplier"]["name"] for one in buyer("GET", f"{path}/rivals").told] == [cast.castings.name]
    assert seller("GET", f"{path}/rivals").status_code == 403
    act(buyer, "award", reason="价格和交期最好", why_not="价格高")
    act(buyer, "acts/order")
    assert "confirm" in act(seller, "acts/deliver")["acts"]
    word = {"quantity": "200件", "value": "164100.00", "without": "no"}
    act(seller, "confirmations", **word)
    done = act(buyer, "confirmations", **word)
    assert (done["step"], len(done["confirmations"])) == ("confirmed", 2)
    acts = ["express", "ask", "tell", "accept", "request", "quote", "award", "order", "deliver", "confirm"]
    assert [one["act"] for one in done["events"]] == acts


def test_what_a_form_or_the_state_machine_refuses_is_refused_here_in_the_same_words(cast, demand, buyer, seller):
    path = f"/engagements/{seller('POST', '/engagements', {'demand': demand.reference}).told['reference']}"
    twice = seller("POST", "/engagements", {"demand": demand.reference})
    assert (kind_of(twice), "已经表达过意向" in twice.told["detail"]) == ("state", True)
    assert kind_of(seller("POST", f"{path}/acts/accept", {"version": 1})) == "state"
    assert kind_of(buyer("POST", f"{path}/acts/accept", {"version": 9})) == "stale"
    assert kind_of(buyer("POST", f"{path}/acts/ask", {"version": 1})) == "invalid"
    buyer("POST", f"{path}/acts/accept", {"version": 1})
    old = seller("POST", f"{path}/quotes", {**QUOTE, "version": 2, "valid_until": "2020-01-01"})
    assert old.told["errors"] == [{"field": "valid_until", "detail": "报价有效期已经过了;请写今天或以后的日期"}]
    vague = seller("POST", f"{path}/quotes", {**QUOTE, "version": 2, "quantity": "许多"})
    assert vague.told["errors"][0]["field"] == "quantity"
    ended = buyer("POST", f"{path}/end", {"version": 2, "why": "price", "note": "谈不拢"})
    assert (ended.told["step"], ended.told["end_reason"]) == ("ended", "price")


def test_a_listing_is_edited_on_its_latest_version_only_and_moves_through_its_life(cast, seller, buyer):
    listing = published(seller, kind="product-supply", title="铸钢车轮", attributes={"lead_days": 20})
    path = f"/listings/{listing['reference']}"
    edited = seller("PATCH", path, {"version": 1, "quantity": "300件/月"}).told
    assert (edited["version"], edited["quantity"], edited["title"]) == (2, "300件/月", "铸钢车轮")
    assert edited["attributes"] == {"lead_days": 20}
    assert kind_of(seller("PATCH", path, {"version": 1, "title": "车轮"})) == "stale"
    assert kind_of(buyer("PATCH", path, {"version": 2, "title": "车轮"})) == "forbidden"
    assert "version" not in buyer("GET", path).told
    assert kind_of(seller("POST", f"{path}/acts/close", {})) == "invalid"
    assert kind_of(seller("POST", f"{path}/acts/renew", {})) == "state"
    assert seller("POST", f"{path}/acts/close", {"reason": "产能满了"}).told["state"] == "closed"
    assert kind_of(buyer("GET", path)) == "not-found"


def test_who_only_fills_in_forms_writes_but_neither_publishes_nor_deals(cast, demand, person, token, call):
    clerk = person("clerk")
    Membership.objects.create(user=clerk, enterprise=cast.castings, role=Membership.Role.SUBMITTER)
    text = token(clerk, cast.castings)
    written = call("POST", "/listings", text, {"kind": "product-supply", "title": "铸钢车轮", "submit": True})
    assert (written.status_code, written.told["state"]) == (201, "submitted")
    assert kind_of(call("POST", "/engagements", text, {"demand": demand.reference})) == "forbidden"
    assert kind_of(call("POST", "/webhooks", text, {"url": "https://1.1.1.1/", "events": ["match"]})) == "forbidden"


def test_a_text_is_matched_with_reasons_and_nothing_is_stored(cast, supply, buyer):
    index.rebuild("product-supply")
    before = Listing.objects.count()
    told = buyer("POST", "/match", {"text": "求购铸钢车轮 200件/月,安阳优先", "place": "限河南"}).told
    assert {"name": "数量", "value": "200 件/月"} in told["understood"]
    best = told["matches"][0]
    assert best["supply"]["reference"] == supply.reference
    assert best["score"] == pytest.approx(sum(one["points"] for one in best["reasons"]))
    assert Listing.objects.count() == before
    assert kind_of(buyer("POST", "/match", {"text": "求购铸钢车轮", "quantity": "许多"})) == "invalid"


def test_matches_are_read_with_their_reasons_and_judged(cast, demand, supply, buyer, seller):
    for kind in ("product-supply", "product-demand"):
        index.rebuild(kind)
    matching.rematch(demand)
    found = seller("GET", "/matches").told["items"][0]
    assert found["score"] == pytest.approx(sum(one["points"] for one in found["reasons"]))
    path = f"/matches/{found['reference']}"
    assert kind_of(seller("PUT", f"{path}/judgment", {"verdict": "wrong"})) == "invalid"
    said = seller("PUT", f"{path}/judgment", {"verdict": "wrong", "why": "spec"}).told["judgment"]
    assert said == {"verdict": "wrong", "why": "spec", "note": ""}
    assert buyer("GET", path).told["judgment"] is None
    assert seller("GET", f"/matches?listing={demand.reference}&least=99").told["items"] == []


def test_questions_are_asked_and_answered_without_naming_who_asked(cast, demand, buyer, seller):
    path = f"/listings/{demand.reference}/questions"
    asked = seller("POST", path, {"text": "直径多少?"}).told
    shown = buyer("GET", path)
    assert (shown.told["items"][0]["text"], shown.told["items"][0]["mine"]) == ("直径多少?", False)
    assert cast.castings.name not in shown.content.decode()
    assert kind_of(seller("PUT", f"{path}/{asked['id']}/answer", {"text": "x"})) == "forbidden"
    buyer("PUT", f"{path}/{asked['id']}/answer", {"text": "500毫米"})
    assert seller("GET", path).told["items"][0]["answer"] == "500毫米"


def test_messages_are_for_the_two_sides_only(cast, demand, buyer, seller, stranger):
    one = seller("POST", "/engagements", {"demand": demand.reference}).told["reference"]
    assert seller("POST", f"/engagements/{one}/messages", {"text": "可以看厂"}).status_code == 201
    assert buyer("GET", f"/engagements/{one}/messages").told["items"][0]["text"] == "可以看厂"
    for path in (f"/engagements/{one}/messages", f"/engagements/{one}", f"/engagements/{one}/rivals"):
        assert kind_of(stranger("GET", path)) == "not-found"


def test_webhooks_are_registered_shown_and_removed(cast, buyer, seller, monkeypatch):
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_given, **_options: [(0, 0, 0, "", ("1.1.1.1", 443))])
    made = buyer("POST", "/webhooks", {"url": "https://erp.example.com/x", "events": ["quote"]}).told
    assert [one["reference"] for one in buyer("GET", "/webhooks").told] == [made["reference"]]
    assert "whsec" not in json.dumps(made)
    assert kind_of(seller("DELETE", f"/webhooks/{made['reference']}")) == "not-found"
    assert buyer("GET", f"/webhooks/{made['reference']}/calls").told["items"] == []
    assert buyer("DELETE", f"/webhooks/{made['reference']}", **{"Idempotency-Key": "gone"}).status_code == 204
    assert buyer("DELETE", f"/webhooks/{made['reference']}", **{"Idempotency-Key": "gone"}).status_code == 204
    assert kind_of(buyer("POST", "/webhooks", {"url": "https://x.example.com/", "events": ["all"]})) == "invalid"


def test_notifications_are_ones_own_and_marked_as_read(cast, demand, buyer, seller):
    seller("POST", "/engagements", {"demand": demand.reference})
    told = buyer("GET", "/notifications?unread=true").told["items"][0]
    assert "3 天内答复" in told["text"]
    assert kind_of(seller("POST", f"/notifications/{told['id']}/read", {})) == "not-found"
    assert buyer("POST", f"/notifications/{told['id']}/read").told["read_at"]
    assert buyer("GET", "/notifications?unread=true").told["items"] == []


@pytest.fixture
def masked(cast, write, supply):
    """A masked demand with everything around it, in touch with Lihua's castings."""
    demand = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮 200件/月", privacy="masked")
    match = Match.objects.create(demand=demand, supply=supply, score=60.0, rank=1, reasons=[REASON])
    one = actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)
    actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text="直径多少?")
    actions.answer(Question.objects.get(), actor=cast.weihua, text="500毫米")
    actions.send_message(one, actor=cast.weihua, party=Party.BUYER, text="请看图纸")
    return {"listings": demand, "matches": match, "engagements": one}


def every_read(masked, told):
    for path, operations in described()["paths"].items():
        if "get" in operations:
            kind = path.split("/")[3]
            reference = masked[kind].reference if kind in masked else "abcdefgh2345"
            yield path.removeprefix("/api/v1").replace("{reference}", reference).replace("{number}", str(told))


def test_no_read_names_a_masked_buyer_until_it_names_itself(cast, masked, seller, buyer):
    secrets = (cast.crane.name, cast.crane.uscc, cast.crane.region)
    for path in every_read(masked, 1):
        text = seller("GET", path).content.decode()
        assert [one for one in secrets if one in text] == [], path
    for step in (Reveal.Step.OUTLINE, Reveal.Step.PLACE):
        masked["listings"].reveals.create(enterprise=cast.castings, step=step, by=cast.weihua)
        assert seller("GET", f"/listings/{masked['listings'].reference}").told["enterprise"] is None
    buyer(
        "POST",
        f"/listings/{masked['listings'].reference}/reveals",
        {"enterprise": cast.castings.pk, "step": int(Reveal.Step.NAME)},
    )
    assert seller("GET", f"/listings/{masked['listings'].reference}").told["enterprise"]["name"] == cast.crane.name
    assert seller("GET", f"/engagements/{masked['engagements'].reference}").told["buyer"]["name"] == cast.crane.name


def test_no_condition_and_no_refusal_tells_whose_a_masked_demand_is(cast, masked, seller):
    reference = masked["listings"].reference
    for asked in (f"q={cast.crane.name}", "q=某起重机", "region=410783", "region=410700"):
        listed = [one["reference"] for one in seller("GET", f"/listings?{asked}").told["items"]]
        assert reference not in listed, asked
    assert kind_of(seller("GET", f"/listings?enterprise={cast.crane.pk}")) == "invalid"
    for method, path, body in (
        ("PATCH", f"/listings/{reference}", {"version": 1, "title": "x"}),
        ("POST", f"/listings/{reference}/acts/close", {"reason": "x"}),
        ("GET", f"/listings/{reference}/circle", None),
        ("POST", "/engagements", {"demand": reference}),
        ("POST", f"/engagements/{masked['engagements'].reference}/acts/accept", {"version": 1}),
    ):
        answer = seller(method, path, body)
        assert answer.status_code in {403, 409}
        assert cast.crane.name not in answer.content.decode()


def test_a_demand_for_the_invited_is_not_there_for_others(cast, write, seller, buyer):
    hidden = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="invited")
    assert kind_of(seller("GET", f"/listings/{hidden.reference}")) == "not-found"
    assert kind_of(seller("POST", "/engagements", {"demand": hidden.reference})) == "not-found"
    buyer("POST", f"/listings/{hidden.reference}/invitations", {"enterprise": cast.castings.pk})
    assert seller("GET", f"/listings/{hidden.reference}").status_code == 200


def test_no_call_costs_more_queries_for_more_rows(cast, masked, write, seller, supply):
    first = {path: queries(seller, path) for path in every_read(masked, 1)}
    for number in range(8):
        demand = write("product-demand", by=cast.weihua, of=cast.crane, text=f"求购铸钢车轮{number}", privacy="masked")
        Match.objects.create(demand=demand, supply=supply, score=50.0, rank=1, reasons=[REASON])
        one = actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)
        values = {"text": f"第{number}次", "party": Party.BUYER, "sender": cast.weihua}
        Message.objects.create(engagement=masked["engagements"], **values)
        Question.objects.create(
            listing=masked["listings"], enterprise=cast.castings, asked_by=cast.lihua, text=f"问{number}"
        )
        assert one.pk
    again = {path: queries(seller, path) for path in every_read(masked, 1)}
    assert {path: (count, again[path]) for path, count in first.items() if again[path] > count} == {}
    assert {path: count for path, count in again.items() if count > 15} == {}


def queries(ask, path):
    with CaptureQueriesContext(connection) as caught:
        assert ask("GET", path).status_code in {200, 403, 404, 422}, path
    return len(caught)
