"""The cast, and a site of its own in a temporary folder: SQLite, or what DATABASE_URL names."""

import atexit
import datetime as dt
import json
import os
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

FOLDER = tempfile.mkdtemp(prefix="chuanzhu-site-")
(Path(FOLDER) / "static").mkdir()
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ.update(CHUANZHU_FOLDER=FOLDER, CHUANZHU_DEBUG="1", DJANGO_SETTINGS_MODULE="chuanzhu_site.settings")
os.environ.setdefault("CHUANZHU_PROXIES", "0")

import django  # noqa: E402 (its settings had to be named first)

django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from chuanzhu.taxonomy.uscc import compose_uscc  # noqa: E402
from chuanzhu_site.accounts.actions import make_token  # noqa: E402
from chuanzhu_site.accounts.models import Enterprise, Membership, Scope, User, Verification  # noqa: E402
from chuanzhu_site.accounts.token_scopes import SCOPES  # noqa: E402
from chuanzhu_site.market import actions  # noqa: E402
from chuanzhu_site.market.models import Listing, Match  # noqa: E402
from chuanzhu_site.observatory import surveying  # noqa: E402

PASSWORD = "Zhengzhou-2026"  # noqa: S105 (of people who live in tests only)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Test on a file: in memory, SQLite answers a second writer with an error instead of letting it wait."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(FOLDER) / "test.sqlite3")


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    """Leave the test's connection open at the end of a request, and of a file that is read to its end."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture(autouse=True)
def _quick(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WALKIN_ROOT = tmp_path / "walkin"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def person(db):
    def make(name, **values):
        return User.objects.create_user(name, f"{name}@example.com", PASSWORD, **values)

    return make


@pytest.fixture
def enterprise(db):
    def make(name, *, number=1, region="410526", owner=None, is_verified=True, **values):
        uscc = compose_uscc(f"91{region}MA{number:07d}")
        made = Enterprise.objects.create(name=name, uscc=uscc, region=region, source="测试", **values)
        if owner:
            Membership.objects.create(user=owner, enterprise=made, role=Membership.Role.OWNER)
            if is_verified:
                day = timezone.localdate()
                identity = Verification.What.IDENTITY
                made.verifications.create(what=identity, evidence="测试", verified_by=owner, verified_on=day)
        return made

    return make


@pytest.fixture
def cast(person, enterprise):
    """Weihua buys in Xinxiang, Lihua sells in Hua county (Anyang); Wang, Zhang and Chen look after their regions."""
    people = {name: person(name) for name in ("weihua", "lihua", "wang", "zhang", "chen", "root")}
    scopes = (
        ("wang", Scope.Role.BROKER, "410500"),
        ("zhang", Scope.Role.OFFICER, "410526"),
        ("chen", Scope.Role.OFFICER, "410000"),
        ("root", Scope.Role.ADMINISTRATOR, ""),
    )
    for name, role, region in scopes:
        Scope.objects.create(user=people[name], role=role, region=region)
    return SimpleNamespace(
        **people,
        crane=enterprise("某起重机公司(示例)", number=1, region="410783", owner=people["weihua"]),
        castings=enterprise("某铸造厂(示例)", number=2, region="410526", owner=people["lihua"]),
    )


@pytest.fixture
def write(cast):
    """Write a listing: ``write("product-demand", by=cast.weihua, text="求购…")``."""

    def make(kind, *, by, of, is_open=True, **values):
        listing = actions.save_listing(Listing(kind=kind, enterprise=of), values=values, actor=by)
        return actions.submit_listing(listing, actor=by) if is_open else listing

    return make


@pytest.fixture
def demand(cast, write):
    return write(
        "product-demand",
        by=cast.weihua,
        of=cast.crane,
        text="求购铸钢车轮 200件/月,洛阳或安阳优先",
        due=dt.date(2030, 1, 31),
    )


@pytest.fixture
def supply(cast, write):
    return write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮", quantity="500件/月", place="滑县")


@pytest.fixture
def castings(cast, write):
    return write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢件", place="滑县")


@pytest.fixture
def surveyed(cast, castings, write):
    """A survey of Henan's chains with one castings shop, and a demand that its supply fits."""
    wanted = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢件 20吨/月")
    Match.objects.create(demand=wanted, supply=castings, score=80, rank=1, reasons=[])
    return surveying.survey("henan")


@pytest.fixture
def token(cast):
    """Make a token of the interface: ``token(cast.lihua, cast.castings)`` gives its text."""

    def make(user, enterprise, *, scopes=tuple(SCOPES), days=30):
        return make_token(enterprise, actor=user, name="测试", scopes=scopes, days=days)[1]

    return make


@pytest.fixture
def call(client):
    """Call the interface: ``call("GET", "/listings", text)`` gives the answer, with its JSON in ``told``."""
    client.raise_request_exception = False

    def ask(method, path, text, body=None, **headers):
        sent = {"headers": {**({"Authorization": f"Bearer {text}"} if text else {}), **headers}}
        if body is not None:
            sent |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = client.generic(method, f"/api/v1{path}", **sent)
        answer.told = json.loads(answer.content) if answer.content else None
        return answer

    return ask
