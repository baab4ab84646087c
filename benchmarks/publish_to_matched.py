"""From publishing to being matched and told, seen by the other side: with a worker process of its own, as it is run.

    python benchmarks/publish_to_matched.py --supplies 20000 --times 30

A site in a temporary folder (SQLite) is filled with synthetic supplies and open demands; its worker of short tasks is
started; then one side publishes, and the clock stops when the notice of the match can be read by the other side's
person. Both directions are measured in turn. Printed are median, 95th percentile and longest wait in seconds.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

TARGET_SECONDS = 2.0
_PATIENCE = 900
_PAUSE = 0.01
_BATCH = 2000
_SUPPLIES_OF_A_FIRM = 5


def main():
    """Measure and print; the exit code says whether the target was met."""
    parser = argparse.ArgumentParser(description="Publish to matched, seen by the other side.")
    parser.add_argument("--supplies", type=int, default=20_000, help="how many supplies are open beforehand")
    parser.add_argument("--demands", type=int, default=500, help="how many demands are open beforehand")
    parser.add_argument("--times", type=int, default=30, help="how often each direction is measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chuanzhu-matched-") as folder:
        os.environ.update(CHUANZHU_FOLDER=folder, DJANGO_SETTINGS_MODULE="chuanzhu_site.settings", CHUANZHU_DEBUG="0")
        os.environ.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "chuanzhu_site.console"]
        subprocess.run([*command, "setup"], check=True)  # noqa: S603 (our own command)
        people = fill(supplies=options.supplies, demands=options.demands)
        with open(f"{folder}/log", "wb") as log:  # noqa: PTH123 (beside what is measured)
            worker = subprocess.Popen([*command, "worker", "--queue=default"], stdout=log, stderr=log)  # noqa: S603
            try:
                waits = measure(people, times=options.times)
            finally:
                worker.terminate()
                worker.wait()
    return told(waits, options)


def fill(*, supplies, demands):
    """Fill the site; return by side the person who is told, with the enterprise that this person acts for."""
    import django  # noqa: PLC0415 (after the settings are named)

    django.setup()
    from chuanzhu_site.accounts.models import Enterprise, Membership, User, Verification  # noqa: PLC0415
    from chuanzhu_site.market.models import Listing  # noqa: PLC0415

    people = {}
    for name in ("buyer", "seller"):
        user = User.objects.create_user(name, f"{name}@example.com")
        firm = Enterprise.objects.create(name=f"某{name}公司(示例)", region="410526", source="synthetic")
        Membership.objects.create(user=user, enterprise=firm, role=Membership.Role.OWNER)
        day = user.date_joined.date()
        identity = Verification.What.IDENTITY
        firm.verifications.create(what=identity, evidence="synthetic", verified_by=user, verified_on=day)
        people[name] = user, firm
    clerk = people["seller"][0]
    firms = [
        Enterprise(name=f"合成企业{n}", region="410100", source="synthetic")
        for n in range(supplies // _SUPPLIES_OF_A_FIRM + 1)
    ]
    Enterprise.objects.bulk_create(firms, batch_size=_BATCH)
    rows = (open_listing(one, firms[n // _SUPPLIES_OF_A_FIRM], clerk) for n, one in enumerate(invented(supplies)))
    while batch := list(itertools.islice(rows, _BATCH)):
        Listing.objects.bulk_create(batch)
    wanted = [open_demand(f"求购{one.product}", firms[0], clerk) for one in invented(demands)]
    Listing.objects.bulk_create(wanted, batch_size=_BATCH)
    return people


def invented(count):
    """Return the first supplies of the generator that the other experiments use."""
    import synthetic  # noqa: PLC0415 (beside this file)

    from chuanzhu.tables import read_supplies  # noqa: PLC0415
    from chuanzhu.tables.samples import DEMO_DAY, demo_list  # noqa: PLC0415

    with demo_list("supply") as path:
        names = sorted({one.product for one in read_supplies(path, today=DEMO_DAY).records})
    return itertools.islice(synthetic.supplies(names), count)


def open_listing(one, firm, clerk):
    """Return a supply as an open listing."""
    return _open(kind="product-supply", side="supply", title=one.product[:120], enterprise=firm, author=clerk)


def open_demand(text, firm, clerk):
    """Return a demand as an open listing."""
    return _open(kind="product-demand", side="demand", title=text[:120], text=text, enterprise=firm, author=clerk)


def _open(**values):
    from django.utils import timezone  # noqa: PLC0415 (after the settings are named)

    from chuanzhu_site.market.models import Listing  # noqa: PLC0415

    return Listing(state="open", opened_at=timezone.now(), origin="demo", **values)


def measure(people, *, times):
    """Publish in turn on both sides; return by direction how long each took. The first of each warms the worker up."""
    from chuanzhu_site.market.models import Notification  # noqa: PLC0415

    waits = {"demand": [], "supply": []}
    for number in range(times + 1):
        thing = f"第{number}型龙门起重机用锻造车轮"
        publish("product-supply", *people["seller"], title=f"{thing}组", text="直径630毫米,锻钢")
        settle()
        for side, other in (("demand", "seller"), ("supply", "buyer")):
            user = people[other][0]
            seen = Notification.objects.filter(user=user).count()
            begun = time.perf_counter()
            if side == "demand":
                publish("product-demand", *people["buyer"], text=f"求购{thing},直径630毫米,80件/月")
            else:
                publish("product-supply", *people["seller"], title=thing, text="直径630毫米,锻钢,可配轴")
            while Notification.objects.filter(user=user).count() == seen:
                if time.perf_counter() - begun > _PATIENCE:
                    raise SystemExit("nobody was told")
                time.sleep(_PAUSE)
            if number:
                waits[side].append(time.perf_counter() - begun)
            settle()
    return waits


def publish(kind, user, firm, **values):
    """Publish as a person would, through the actions of the site."""
    from chuanzhu_site.market import actions  # noqa: PLC0415
    from chuanzhu_site.market.models import Listing  # noqa: PLC0415

    listing = actions.save_listing(Listing(kind=kind, enterprise=firm), values=values, actor=user)
    if actions.submit_listing(listing, actor=user).state != "open":
        raise SystemExit(f"not open: {listing.held_for}")


def settle():
    """Wait until the worker has nothing to do, so that each measurement begins with an idle worker."""
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    mine = DBTaskResult.objects.filter(queue_name="default", task_path__endswith="match_listing")
    while mine.filter(status__in=("READY", "RUNNING")).exists():
        time.sleep(_PAUSE)


def told(waits, options):
    """Print the table; return 0 where even the longest wait is within the target."""
    print(f"{options.supplies} supplies, {options.demands} demands, {options.times} times each; seconds")
    for side, seconds in waits.items():
        middle, high = np.percentile(seconds, [50, 95])
        figures = f"median {middle:.2f}, p95 {high:.2f}, longest {max(seconds):.2f}"
        print(f"a {side} is published, the other side is told: {figures}")
    return int(max(itertools.chain(*waits.values())) > TARGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
