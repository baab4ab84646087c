"""Fill an empty database with a market of any size: synthetic enterprises, their people, listings, matches, threads.

    DATABASE_URL=postgresql://…/load CHUANZHU_FOLDER=/tmp/load python benchmarks/site_seed.py [LISTINGS] [ENTERPRISES]

Every enterprise is called 合成企业 and a number, its source is 合成数据, and every listing is of the demonstration's
origin, so that a page says that no demand is real. The matches are drawn, not found: what they weigh is what pages and
queries have to carry. The same seed gives the same market.
"""

# ruff: noqa: E402 (the settings have to be loaded before the models)
from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuanzhu_site.settings")

import django

django.setup()

import synthetic
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from chuanzhu.quantity import describe
from chuanzhu.taxonomy.certificates import certificate_name
from chuanzhu.taxonomy.uscc import compose_uscc
from chuanzhu_site.accounts.models import Enterprise, Membership, Scope, User, Verification
from chuanzhu_site.market import index
from chuanzhu_site.market.actions.listing import read_listing
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.lifecycle import ListingState, Step
from chuanzhu_site.market.models import Engagement, EngagementEvent, Listing, Match, Notification

SEED = 20261122
LISTINGS, ENTERPRISES = 100_000, 20_000
SUPPLY_SHARE = 0.7
MEMBERS, STAFF, MATCHES_EACH, THREADS, TOLD = 2_000, 20, 3, 5_000, 10
REGIONS = ("410102", "410202", "410302", "410402", "410502", "410526", "410602", "410702", "410802", "410902")
TIERS = ("", "", "", "innovative", "specialised", "giant")
SOURCE = "合成数据"
CHUNK = 2_000
PASSWORD = "Synthetic-2026"  # noqa: S105 (of people who are made up)
REASONS = (("product", 52.0, "产品对得上"), ("region", 8.0, "同在河南"), ("quantity", 6.0, "产能够用"))


def bulk(model, rows):
    """Write rows in chunks; return how many there are."""
    rows, count = iter(rows), 0
    while chunk := list(itertools.islice(rows, CHUNK)):
        count += len(model.objects.bulk_create(chunk))
    return count


def firms(count, chance):
    """Yield enterprises."""
    for number in range(count):
        region = chance.choice(REGIONS)
        yield Enterprise(
            name=f"合成企业{number + 1:05d}",
            uscc=compose_uscc(f"91{region}HC{number:07d}"),
            region=region,
            tier=chance.choice(TIERS),
            source=SOURCE,
        )


def people(count_of_firms, chance):
    """Write members, who own an enterprise each, and staff; all with one password, hashed once."""
    password, names = make_password(PASSWORD), [f"member{number}" for number in range(min(MEMBERS, count_of_firms))]
    names += [f"staff{number}" for number in range(STAFF)]
    bulk(User, (User(username=name, email=f"{name}@example.com", password=password) for name in names))
    users = list(User.objects.order_by("pk"))
    owned = list(Enterprise.objects.order_by("pk")[: len(users) - STAFF])
    pairs = list(zip(users[:-STAFF], owned, strict=True))
    bulk(Membership, (Membership(user=user, enterprise=firm, role="owner") for user, firm in pairs))
    today, what = timezone.localdate(), Verification.What.IDENTITY
    checks = (Verification(enterprise=firm, what=what, verified_by=user, verified_on=today) for user, firm in pairs)
    bulk(Verification, checks)
    roles = itertools.cycle((Scope.Role.BROKER, Scope.Role.OFFICER))
    bulk(Scope, (Scope(user=user, role=next(roles), region=chance.choice(REGIONS)) for user in users[-STAFF:]))
    return users


def listings(count, author, chance):
    """Yield listings, read as a person's would be."""
    owners, names = list(Enterprise.objects.order_by("pk")), synthetic.real_names()
    wanted, offered = synthetic.demands(names), synthetic.supplies(names)
    now = timezone.now()
    for _ in range(count):
        firm, opened = chance.choice(owners), now - dt.timedelta(minutes=chance.randrange(80 * 24 * 60))
        listing = Listing(enterprise=firm, author=author, origin=Listing.Origin.DEMO, state=ListingState.OPEN)
        listing.opened_at, listing.expires_on = opened, (opened + dt.timedelta(days=90)).date()
        (supply if chance.random() < SUPPLY_SHARE else demand)(listing, offered, wanted)
        read_listing(listing)
        listing.region = listing.region or firm.region
        yield listing


def supply(listing, offered, _wanted):
    """Fill in a supply."""
    one = next(offered)
    listing.kind, listing.title, listing.text = "product-supply", one.product[:120], one.description
    listing.quantity = describe(one.capacity) if one.capacity else ""
    listing.certificates = ";".join(map(certificate_name, one.certificates or ()))


def demand(listing, _offered, wanted):
    """Fill in a demand; one in ten is masked."""
    one = next(wanted)
    listing.kind, listing.text, listing.due = "product-demand", one.text, one.deadline
    listing.quantity = describe(one.quantity) if one.quantity else ""
    listing.privacy = "masked" if len(one.text) % 10 == 0 else "public"


def matches(demands, supplies, chance):
    """Yield drawn matches."""
    for one in demands:
        for rank, other in enumerate(chance.sample(supplies, MATCHES_EACH), start=1):
            reasons = [
                {"code": code, "points": points / rank, "text": text, "asked": "", "offered": ""}
                for code, points, text in REASONS
            ]
            score = sum(reason["points"] for reason in reasons)
            yield Match(demand_id=one, supply_id=other, rank=rank, score=score, reasons=reasons)


def threads(chance):
    """Write engagements at every step but the won ones, each of a demand of its own, with its first event."""
    rows, now = [], timezone.now()
    found = Match.objects.filter(rank=1).select_related("demand", "supply").order_by("pk")[: THREADS * 2]
    steps = (Step.EXPRESSED, Step.ASKED, Step.ACCEPTED, Step.QUOTING, Step.ORDERED, Step.DELIVERED)
    for match in (one for one in found if one.demand.enterprise_id != one.supply.enterprise_id):
        since = now - dt.timedelta(hours=chance.randrange(24 * 30))
        sides = {"buyer_id": match.demand.enterprise_id, "supplier_id": match.supply.enterprise_id}
        times = {"moved_at": since, "answer_due_at": since + dt.timedelta(days=3)}
        fixed = {"thread": match.demand.thread, "demand": match.demand, "supply": match.supply, "match": match}
        rows.append(Engagement(**fixed, **sides, **times, step=chance.choice(steps)))
    bulk(Engagement, rows[:THREADS])
    first = {"act": "express", "party": "supplier", "target": Step.EXPRESSED}
    bulk(EngagementEvent, (EngagementEvent(engagement=one, **first) for one in rows[:THREADS]))


def notices(users, references, chance):
    """Yield notifications."""
    for user in users:
        for number in range(TOLD):
            address = f"/listing/{chance.choice(references)}/"
            yield Notification(user=user, key=f"seed:{number}", text="有一条需求对得上(合成数据)", address=address)


def main():
    """Fill the database and build the indexes."""
    given = [int(number) for number in sys.argv[1:]]
    count, firm_count = (*given, LISTINGS, ENTERPRISES)[:2] if len(given) != 1 else (given[0], ENTERPRISES)
    chance, began = random.Random(SEED), time.perf_counter()  # noqa: S311 (a market to measure on)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if Enterprise.objects.exists():
        sys.exit("the database is not empty: name one that is")

    def said(what):
        print(f"{time.perf_counter() - began:7.0f} s  {what}", flush=True)

    said(f"{bulk(Enterprise, firms(firm_count, chance))} enterprises")
    users = people(firm_count, chance)
    said(f"{len(users)} people")
    said(f"{bulk(Listing, listings(count, users[0], chance))} listings")
    demands, supplies = (
        list(Listing.objects.filter(side=side).values_list("pk", flat=True)) for side in ("demand", "supply")
    )
    said(f"{bulk(Match, matches(demands, supplies, chance))} matches")
    threads(chance)
    references = list(Listing.objects.values_list("reference", flat=True)[:CHUNK])
    said(f"{bulk(Notification, notices(users, references, chance))} notices")
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")
    for kind in KINDS:
        said(f"{index.rebuild(kind)} in the index of {kind}")


if __name__ == "__main__":
    main()
