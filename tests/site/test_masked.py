"""Every way to learn who a masked buyer is, tried by everybody who may not know it.

``PROBES`` is a table: whoever adds a way to read something adds a line. Besides, a crawler follows every link that it
is offered. Two things must hold. Nothing that is read names the buyer or its place, people or files. And nothing that
is read depends on who the buyer is: the same demand is written once by one enterprise and once by another of another
city, and every answer must be the same but for random references and the time of day. So a count, an order, a size or
a missing row gives nobody away either.
"""

import dataclasses
import datetime as dt
import io
import itertools
import re
import zipfile
from decimal import Decimal
from html import unescape
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from chuanzhu_site.accounts import actions as accounts
from chuanzhu_site.accounts.token_scopes import SCOPES
from chuanzhu_site.market import actions, index
from chuanzhu_site.market.hooks import EVENTS
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Attachment, HookCall, Match, Notification, Webhook

pytestmark = pytest.mark.django_db
VIEWERS = ("visitor", "lihua", "rival", "wang", "zhang")
MOST_PAGES = 40
PDF = b"%PDF-1.7\n%%EOF"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000 3a7e9b55 0000000a49444154789c6300010000050001 0d0a2db4"
    "0000000049454e44ae426082".replace(" ", "")
)
QUOTE = {"price": Decimal(820), "price_unit": "件", "quantity": "200件/月", "lead_days": 20}
LINK = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)')
RANDOM = (
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+'), r"\1"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"(?<![0-9A-Za-z])[2-9a-hjkmnp-z]{12}(?![0-9A-Za-z])"), "REFERENCE"),
    (re.compile(r'"request_id": "[0-9a-f]+"'), ""),
    (re.compile(r"附件-[2-9a-hjkmnp-z]{4}"), "附件"),
    (re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"), "TIME"),
    (re.compile(r"/(told|answer|question)/[0-9]+"), r"/\1/N"),
    (re.compile(r"-[0-9]+\""), '-N"'),
    (re.compile(r'"(id|question|message)": ?[0-9]+'), r'"\1":N'),
    (re.compile(r"[\w\-=]{60,}"), "CURSOR"),
)


def work():
    """Do what the workers would do."""
    options = {"queue_names": ["default", "post", "hooks"], "interval": 0, "batch": True, "backend_name": "default"}
    options |= {"startup_delay": False, "max_tasks": None, "worker_id": "test", "excluded_queue_names": []}
    worker = Worker(**options)
    for waiting in DBTaskResult.objects.ready():
        worker.run_task(waiting)
    cache.clear()


@pytest.fixture
def buyers(cast, person, enterprise):
    """Two possible buyers of different cities; each has people, a code, a trade and a size."""
    other = person("muqiao", first_name="穆", display_name="穆采购", phone="13700137000")
    cast.weihua.display_name, cast.weihua.phone = "魏采购", "13800138000"
    cast.weihua.save()
    bridge = enterprise("某桥机公司(示例)", number=7, region="410102", owner=other, industry="3432", is_small=True)
    rival = person("rival")
    cast.rival = rival
    enterprise("某车轮厂(示例)", number=5, region="410526", owner=rival)
    return {"crane": (cast.crane, cast.weihua), "bridge": (bridge, other)}


@pytest.fixture
def play(cast, buyers, write, supply, settings, tmp_path):  # noqa: PLR0917
    """Play a demand of one of the buyers from its publication to the quote, and give all that came of it."""
    settings.MEDIA_ROOT = tmp_path / "attachments"

    def make(name):
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path / name)
        for kind in KINDS:
            index.rebuild(kind)
        mail.outbox = []
        firm, person = buyers[name]
        hook = {"url": "https://erp.example.com/", "events": list(EVENTS), "by": cast.lihua}
        Webhook.objects.create(enterprise=cast.castings, **hook)
        text = "求购铸钢车轮 200件/月,直径500毫米,本市优先,本地供货"
        values = {"text": text, "privacy": "masked", "value": Decimal(123456), "certificates": "ISO9001"}
        demand = write("product-demand", by=person, of=firm, **values)
        work()
        _talk(cast, demand, firm, person, supply)
        work()
        return SimpleNamespace(
            cast=cast,
            demand=demand,
            firm=firm,
            person=person,
            match=Match.objects.get(demand=demand),
            engagement=demand.engagements.get(),
            files=list(Attachment.objects.filter(listing=demand)),
            token=accounts.make_token(cast.castings, actor=cast.lihua, name="x", scopes=tuple(SCOPES), days=3)[1],
        )

    return make


def _talk(cast, demand, firm, person, supply):
    """Everything that can be said before the name is: questions, answers, moves, messages, files."""
    for name, content in ((f"{firm.name}.png", PNG), (f"{firm.name}图纸.pdf", PDF)):
        upload = SimpleUploadedFile(name, content)
        actions.attach(demand, upload=upload, actor=person, party=Party.BUYER)
    asked = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text="要淬火吗?")
    actions.answer(asked, actor=person, text="要")
    held = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text="交到哪里?")
    actions.answer(held, actor=person, text=f"交到{firm.name}的仓库")
    deal = actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)
    actions.move_engagement(deal, "ask", actor=person, party=Party.BUYER, reason="请补图纸")
    actions.move_engagement(deal, "tell", actor=cast.lihua, party=Party.SUPPLIER, reason="已上传")
    actions.move_engagement(deal, "accept", actor=person, party=Party.BUYER)
    actions.send_message(deal, actor=person, party=Party.BUYER, text="价格再谈谈")
    actions.attach(deal, upload=SimpleUploadedFile("合同.pdf", PDF), actor=person, party=Party.BUYER)
    actions.quote(deal, actor=cast.lihua, values={**QUOTE, "valid_until": dt.date(2030, 1, 1)})


def secrets_of(played):
    """All that would tell who it is: the name, its core, code, place, people, and where its page is."""
    firm, person = played.firm, played.person
    place = {"410783": ("新乡", "长垣", "410783", "410700"), "410102": ("中原区", "410102", "410100")}[firm.region]
    page = f'{reverse("enterprise", args=[firm.pk])}"'
    return (firm.name, firm.name[:4], firm.uscc, page, person.email, person.display_name, person.phone, *place)


def text_of(response):
    """Return all that an answer carries: status, headers, body; the parts of a workbook."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in sorted(archive.namelist()))
    kept = ("Content-Disposition", "Location", "Content-Type", "ETag")
    headers = "\n".join(f"{name}: {unquote(response.headers.get(name, ''))}" for name in kept)
    return f"{response.status_code}\n{headers}\n{body.decode('utf-8', 'replace')}"


class Eyes:
    """One viewer at a browser: what it reads of an address, or is answered to what it sends."""

    def __init__(self, played, name):
        self.played, self.name, self.client = played, name, Client(raise_request_exception=False)
        if name != "visitor":
            self.client.force_login(getattr(played.cast, name))

    def get(self, path, **query):
        return text_of(self.client.get(path, query))

    def post(self, path, **values):
        with transaction.atomic():
            said = text_of(self.client.post(path, values, follow=True))
            transaction.set_rollback(True)
        return said

    def api(self, path, **query):
        headers = {"Authorization": f"Bearer {self.played.token}"} if self.name == "lihua" else {}
        return text_of(self.client.get(f"/api/v1{path}", query, headers=headers))


def listing(eyes, act=""):
    return f"{eyes.played.demand.get_absolute_url()}{act}"


def deal(eyes, act=""):
    return f"{eyes.played.engagement.get_absolute_url()}{act}"


def names_asked(eyes):
    """What only who guesses the buyer would ask."""
    return [eyes.played.cast.crane.name, "起重机公司", "新乡", "长垣", "某桥机公司", "郑州"]


PROBES = {
    "the listing": lambda eyes: eyes.get(listing(eyes)),
    "the listing's form": lambda eyes: eyes.get(listing(eyes, "edit/")),
    "the page of what was told": lambda eyes: eyes.get(listing(eyes, "privacy/")),
    "the match": lambda eyes: eyes.get(eyes.played.match.get_absolute_url()),
    "the engagement": lambda eyes: eyes.get(deal(eyes)),
    "the desk": lambda eyes: eyes.get("/desk/"),
    "the review": lambda eyes: eyes.get("/review/"),
    "the notices": lambda eyes: eyes.get("/notices/"),
    "the brokers' work": lambda eyes: eyes.get("/work/"),
    "the brokers' case": lambda eyes: eyes.get(f"/case/engagement/{eyes.played.engagement.reference}/"),
    "the files": lambda eyes: "".join(eyes.get(reverse("attachment", args=[f.reference])) for f in eyes.played.files),
    "a search for demands": lambda eyes: eyes.get("/search/", q="铸钢车轮", side="demand"),
    "a search without words": lambda eyes: eyes.get("/search/", side="demand"),
    "a search by the name": lambda eyes: "".join(
        eyes.get("/search/", q=word, side="demand") for word in names_asked(eyes)
    ),
    "a search by place": lambda eyes: "".join(
        eyes.get("/search/", side="demand", region=code) for code in ("410700", "410783", "410100", "410102", "410000")
    ),
    "a search by tier and trade": lambda eyes: "".join(
        eyes.get("/search/", side="demand", **{facet: value})
        for facet, value in (("tier", "giant"), ("industry", "34"), ("chain", "casting"), ("certificate", "ISO9001"))
    ),
    "the lists": lambda eyes: eyes.get("/lists/") + eyes.get("/lists/industry/"),
    "the list as a workbook": lambda eyes: eyes.get("/lists/chain/casting.xlsx"),
    "the possible buyer's page": lambda eyes: eyes.get(f"/enterprise/{eyes.played.cast.crane.pk}/"),
    "the API's listings": lambda eyes: eyes.api("/listings", side="demand"),
    "the API's listing": lambda eyes: eyes.api(f"/listings/{eyes.played.demand.reference}"),
    "the API's listings by word": lambda eyes: "".join(eyes.api("/listings", q=word) for word in names_asked(eyes)),
    "the API's listings by place": lambda eyes: (
        eyes.api("/listings", region="410783") + eyes.api("/listings", region="410102")
    ),
    "the API's matches": lambda eyes: eyes.api("/matches") + eyes.api(f"/matches/{eyes.played.match.reference}"),
    "the API's engagements": lambda eyes: (
        eyes.api("/engagements") + eyes.api(f"/engagements/{eyes.played.engagement.reference}")
    ),
    "the API's notifications": lambda eyes: eyes.api("/notifications"),
    "notices in the database": lambda eyes: "\n".join(
        f"{one.text} {one.address}" for one in Notification.objects.filter(user__username=eyes.name).order_by("pk")
    ),
    "letters": lambda eyes: "\n".join(
        f"{one.subject}\n{one.body}\n{one.from_email}" for one in mail.outbox if one.to == [f"{eyes.name}@example.com"]
    ),
    "webhooks": lambda eyes: "\n".join(
        one.body
        for one in HookCall.objects.filter(webhook__enterprise__memberships__user__username=eyes.name).order_by("pk")
    ),
    "refused: interest twice": lambda eyes: eyes.post(
        listing(eyes, "interest/"), enterprise=eyes.played.cast.castings.pk
    ),
    "refused: interest for the buyer": lambda eyes: eyes.post(
        listing(eyes, "interest/"), enterprise=eyes.played.firm.pk
    ),
    "refused: a question in the buyer's name": lambda eyes: eyes.post(
        listing(eyes, "ask/"), enterprise=eyes.played.firm.pk, text="?"
    ),
    "a question that guesses": lambda eyes: "".join(
        eyes.post(listing(eyes, "ask/"), enterprise=eyes.played.cast.castings.pk, text=f"是{name}吗").replace(name, "")
        for name in names_asked(eyes)
    ),
    "refused: revealing": lambda eyes: eyes.post(
        listing(eyes, "privacy/reveal/"), enterprise=eyes.played.cast.castings.pk, step=3
    ),
    "refused: inviting": lambda eyes: eyes.post(listing(eyes, "privacy/invite/"), enterprise=eyes.played.firm.pk),
    "refused: an edit": lambda eyes: eyes.post(listing(eyes, "edit/"), text="x", version=1),
    "refused: closing": lambda eyes: eyes.post(listing(eyes, "close/"), reason="x"),
    "refused: answering": lambda eyes: eyes.post(
        listing(eyes, f"answer/{eyes.played.demand.questions.first().pk}/"), text="x"
    ),
    "refused: the buyer's moves": lambda eyes: "".join(
        eyes.post(deal(eyes, f"{act}/"), party="buyer", version=1, reason="x", why_not="x") for act in ("award", "ask")
    ),
    "refused: a stale form": lambda eyes: eyes.post(deal(eyes, "quote/"), party="supplier", version=1, **QUOTE),
    "a report of the listing": lambda eyes: eyes.get(f"/report/{eyes.played.demand.reference}/"),
}


NAMES_WHAT_IT_ASKS = {
    "a search by the name",
    "a search by place",
    "the possible buyer's page",
    "the API's listings by place",
}


def crawl(eyes):
    """Follow every link from the beginnings on; return what was read by address, the random parts of it made alike."""
    waiting, read = ["/", "/desk/", "/search/?side=demand", "/lists/", "/events/", "/chains/", listing(eyes)], {}
    while waiting and len(read) < MOST_PAGES:
        path = waiting.pop(0)
        if even(path) in read or path.startswith(("/static/", "/accounts/", "/api/", "/try/")):
            continue
        said = read[even(path)] = eyes.get(path)
        waiting += sorted({unescape(link) for link in LINK.findall(said)} - set(waiting), key=even)
    return read


def even(text):
    """Make alike what is random or the time of day."""
    text = unquote(text)
    for pattern, alike in RANDOM:
        text = pattern.sub(alike, text)
    return text


def read_by_all(played):
    """Return what every viewer reads, by viewer and place."""
    read = {}
    for viewer in VIEWERS:
        eyes = Eyes(played, viewer)
        pages = {**{name: probe(eyes) for name, probe in PROBES.items()}, **crawl(eyes)}
        read |= {(viewer, name): text for name, text in pages.items()}
    return read


def differing(one, other):
    """Return the first lines in which two answers differ."""
    pairs = itertools.zip_longest(even(one).splitlines(), even(other).splitlines(), fillvalue="")
    return [pair for pair in pairs if pair[0] != pair[1]][:3]


def test_nothing_that_is_read_names_a_masked_buyer_or_depends_on_who_it_is(play):
    read = []
    for name in ("crane", "bridge"):
        with transaction.atomic():
            played = play(name)
            read.append(read_by_all(played))
            told = {
                place: [one for one in secrets_of(played) if one in text]
                for place, text in read[-1].items()
                if place[1] not in NAMES_WHAT_IT_ASKS
            }
            assert {place: found for place, found in told.items() if found} == {}
            asked = [place for place in read[-1] if place[1] in NAMES_WHAT_IT_ASKS]
            assert [place for place in asked if played.demand.reference in read[-1][place]] == []
            transaction.set_rollback(True)
    assert read[0].keys() == read[1].keys()
    told = {place: differing(text, read[1][place]) for place, text in read[0].items()}
    assert {place: lines for place, lines in told.items() if lines} == {}
    assert "铸钢车轮" in read[0]["visitor", "the listing"]


def test_who_may_know_reads_the_name_in_these_same_places(play):
    played = play("crane")
    for viewer in ("weihua", "chen"):
        eyes = Eyes(played, viewer)
        for name in ("the listing", "the match", "the engagement"):
            assert played.firm.name in PROBES[name](eyes)
