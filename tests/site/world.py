"""One of everything, and one person for each role in or out of reach of it: what the table of permissions speaks of.

The buyer of every demand is an enterprise in Hua county (410526, Anyang). ``things`` are named as the table names them;
whoever adds a page adds here what its address needs.
"""

import datetime as dt
import json
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils import timezone
from programme_cast import make_event

from chuanzhu.taxonomy.uscc import compose_uscc
from chuanzhu_site.accounts.actions import make_token
from chuanzhu_site.accounts.models import Claim, Enterprise, Membership, Scope, User
from chuanzhu_site.market.lifecycle import ListingState, Step
from chuanzhu_site.market.models import Attachment, Channel, Engagement, Listing, Match, Notification, Question, Webhook
from chuanzhu_site.walkin import publishing
from chuanzhu_site.walkin.models import Visit

BUYER = "某买方机械公司(示例)"
COUNTY, NEXT_COUNTY, CITY, NEXT_CITY = "410526", "410527", "410500", "410100"
PROVINCE, NEXT_PROVINCE, EVERYWHERE = "410000", "420000", ""
FAR = "420106"
FIRMS = {"buyer": (BUYER, COUNTY), "seller": ("某供方铸造厂(示例)", COUNTY)}
FIRMS |= {"neighbour": ("某邻居公司(示例)", COUNTY), "stranger": ("某外省公司(示例)", FAR)}
_R, _S = Membership.Role, Scope.Role
MEMBERS = {
    "owner": ("buyer", _R.OWNER),
    "member": ("buyer", _R.MEMBER),
    "submitter": ("buyer", _R.SUBMITTER),
    "partner": ("seller", _R.OWNER),
    "neighbour": ("neighbour", _R.OWNER),
    "stranger": ("stranger", _R.OWNER),
}
STAFF = {
    "broker_in": (_S.BROKER, CITY),
    "broker_out": (_S.BROKER, NEXT_CITY),
    "county_in": (_S.OFFICER, COUNTY),
    "county_out": (_S.OFFICER, NEXT_COUNTY),
    "city_in": (_S.OFFICER, CITY),
    "city_out": (_S.OFFICER, NEXT_CITY),
    "province_in": (_S.OFFICER, PROVINCE),
    "province_out": (_S.OFFICER, NEXT_PROVINCE),
    "administrator": (_S.ADMINISTRATOR, EVERYWHERE),
    "administrator_out": (_S.ADMINISTRATOR, NEXT_PROVINCE),
}
ACTORS = ("visitor", *MEMBERS, *STAFF)
_REASON = {"code": "product", "points": 60.0, "text": "产品对得上:铸钢车轮", "asked": "铸钢车轮", "offered": "铸钢车轮"}


def build():
    """Return the world: ``people`` by role, ``things`` by name."""
    people = _people()
    firms = {name: _firm(number, *given) for number, (name, given) in enumerate(FIRMS.items(), start=1)}
    for name, (firm, role) in MEMBERS.items():
        Membership.objects.create(user=people[name], enterprise=firms[firm], role=role)
    for name, (role, region) in STAFF.items():
        Scope.objects.create(user=people[name], role=role, region=region)
    things = {**firms, **people, "neighbour_firm": firms["neighbour"], **_listings(firms, people)}
    things |= _engagements(things)
    things |= _around(things)
    things["event"] = _event(things)
    return SimpleNamespace(people=people, things=things)


def _people():
    """Return everybody, with one password, which is hashed once because that takes long."""
    for name in (*MEMBERS, *STAFF, "claimant"):
        User.objects.create_user(name, f"{name}@example.com")
    User.objects.update(password=make_password("Zhengzhou-2026"))
    return User.objects.in_bulk(field_name="username")


def _firm(number, name, region):
    uscc = compose_uscc(f"91{region}MA{number:07d}")
    return Enterprise.objects.create(name=name, uscc=uscc, region=region, source="测试")


def _listings(firms, people):
    def write(kind, *, of="buyer", by="owner", state=ListingState.OPEN, privacy="public", **values):
        side = kind.rsplit("-", maxsplit=1)[1]
        last = timezone.localdate() + dt.timedelta(days=30)
        values = {"title": "铸钢车轮", "text": "求购铸钢车轮 200件/月", "expires_on": last, **values}
        fixed = {"kind": kind, "side": side, "enterprise": firms[of], "author": people[by]}
        return Listing.objects.create(**fixed, state=state, privacy=privacy, opened_at=timezone.now(), **values)

    demands = {
        "demand": write("product-demand"),
        "draft": write("product-demand", state=ListingState.DRAFT),
        "waiting": write("product-demand", state=ListingState.SUBMITTED),
        "talked": write("product-demand", state=ListingState.MATCHED),
        "expired": write("product-demand", state=ListingState.EXPIRED),
        "masked": write("product-demand", privacy="masked"),
        "invited": write("product-demand", privacy="invited"),
    }
    demands["invited"].invitations.create(enterprise=firms["seller"], invited_by=people["owner"])
    return {**demands, "supply": write("product-supply", of="seller", by="partner", quantity="500件/月")}


def _engagements(things):
    """Return one engagement for each step, each of a demand of its own: ``at_expressed`` to ``at_ended``."""
    made = {}
    for step in Step:
        now = timezone.now()
        demand = Listing.objects.get(pk=things["talked"].pk)
        demand.pk, demand._state.adding, demand.reference = None, True, f"demand{step[:5]}"  # noqa: SLF001 (Django's way to copy a row)
        demand.save()
        made[f"at_{step}"] = Engagement.objects.create(
            thread=demand.thread,
            demand=demand,
            supply=things["supply"],
            buyer=things["buyer"],
            supplier=things["seller"],
            step=step,
            moved_at=now,
            answer_due_at=now + dt.timedelta(days=3),
            end_reason="price" if step == Step.ENDED else "",
        )
    return made


def _event(things):
    """Return a matchmaking event that the city's officer organises: the buyer's demand, the seller as a guest."""
    return make_event(things["city_in"], [things["demand"]], region=things["buyer"].region[:4] + "00")


def _result():
    """A walk-in's job that is done, with one demand to publish."""
    made = Visit.objects.create(
        state=Visit.State.DONE, today=timezone.localdate(), expires_at=timezone.now() + dt.timedelta(hours=1)
    )
    values = {"text": "求购铸钢车轮", "quantity": "", "place": "", "certificates": "", "due": ""}
    row = {"number": 1, "enterprise": "", "values": values, "standing": "met"}
    made.folder.mkdir(parents=True)
    (made.folder / publishing.KEPT).write_text(json.dumps([row]), "utf-8")
    return made


def _paper(**values):
    return Attachment.objects.create(file=ContentFile(b"%PDF-1.7", name="x"), **values)


def _saved(owner):
    return owner.saved_searches.create(name="供给:铸钢车轮", words="铸钢车轮", facets={"side": "supply"})


def _around(things):
    match = {"supply": things["supply"], "score": 60.0, "rank": 1, "reasons": [_REASON]}
    visit = Visit.objects.create(
        state=Visit.State.WORKING,
        today=timezone.localdate(),
        expires_at=timezone.now() + dt.timedelta(hours=1),
    )
    (settings.WALKIN_ROOT / visit.token).mkdir(parents=True)
    asked = {"enterprise": things["seller"], "asked_by": things["partner"], "text": "要淬火吗?"}
    paper = {"party": "buyer", "kind": "pdf", "name": "图纸.pdf", "size": 8, "by": things["owner"]}
    told = Notification.objects.create(
        user=things["owner"], key="one", text="有新动作", address=things["demand"].get_absolute_url()
    )
    hook = Webhook.objects.create(
        enterprise=things["buyer"], url="https://203.0.113.5/", events=["quote"], by=things["owner"]
    )
    return {
        "match": Match.objects.create(demand=things["demand"], **match),
        "masked_match": Match.objects.create(demand=things["masked"], **match),
        "question": Question.objects.create(listing=things["demand"], **asked),
        "held_question": Question.objects.create(listing=things["demand"], **asked, held_for="手机号"),
        "paper": _paper(listing=things["demand"], **paper),
        "masked_paper": _paper(listing=things["masked"], **paper),
        "masked_picture": _paper(listing=things["masked"], **{**paper, "kind": "png"}, is_bare=True),
        "contract": _paper(engagement=things["at_quoted"], **paper),
        "claim": Claim.objects.create(enterprise=things["buyer"], user=things["claimant"], position="经理"),
        "told": told,
        "letter": told.deliveries.create(channel=Channel.EMAIL, due_at=timezone.now()),
        "visit": visit,
        "report": things["demand"].reports.create(by=things["partner"], about="fake", text="没有这回事"),
        "hook": hook,
        "call": hook.calls.create(key="one", event="quote", body="{}", at=timezone.now()),
        "result": _result(),
        "saved": things["owner"].saved_searches.create(
            name="供给:铸钢车轮", words="铸钢车轮", facets={"side": "supply"}
        ),
        "token": make_token(things["buyer"], actor=things["owner"], name="夜间同步", scopes=["listings:read"], days=30)[
            0
        ],
    }
