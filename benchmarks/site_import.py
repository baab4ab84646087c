"""How long a list of twenty thousand takes to come in: read, taken over in one transaction, out again, back as a diff.

    python benchmarks/site_import.py [--rows 20000] [--side supply|demand] [--pieces 10]

On SQLite in a temporary folder, or on the empty database that DATABASE_URL names. Expected on two cores: reading and
taking over together at most 60 s. The list is made up from the lexicon's names; no enterprise offers or wants it.
"""

import argparse
import itertools
import os
import resource
import tempfile
import time
from pathlib import Path

import xlsxwriter

FOLDER = tempfile.mkdtemp(prefix="chuanzhu-import-")
os.environ.update(CHUANZHU_FOLDER=FOLDER, CHUANZHU_DEBUG="1", DJANGO_SETTINGS_MODULE="chuanzhu_site.settings")

import django  # noqa: E402 (its settings had to be named first)

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from chuanzhu.taxonomy.lexicon import bundled_lexicon  # noqa: E402
from chuanzhu_site.accounts.models import Enterprise, Membership, User  # noqa: E402
from chuanzhu_site.exchange import actions, tasks  # noqa: E402
from chuanzhu_site.exchange.exports import EXPORTS, Naming  # noqa: E402
from chuanzhu_site.exchange.models import Batch  # noqa: E402
from chuanzhu_site.exchange.writing import as_workbook  # noqa: E402
from chuanzhu_site.market import index, matching  # noqa: E402
from chuanzhu_site.market.kinds import KINDS  # noqa: E402
from chuanzhu_site.market.models import Listing  # noqa: E402

HEADS = {"supply": ("产品", "说明", "产能", "地区", "资质"), "demand": ("需求", "数量", "地区", "资质", "截止日期")}
PLACES = ("安阳市林州市", "洛阳市", "郑州市巩义市", "新乡市长垣市", "许昌市")


def made_up(side, rows):
    """Return a workbook of so many rows."""
    names = itertools.cycle([concept.name for concept in bundled_lexicon().concepts])
    path = Path(FOLDER) / f"{side}.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("清单")
        sheet.write_row(0, 0, HEADS[side])
        for number, name in zip(range(1, rows + 1), names, strict=False):
            amount, place = f"{number % 97 + 3}吨/月", PLACES[number % len(PLACES)]
            row = (f"{name} {number}型", f"规格{number},标准GB/T {number % 9000}", amount, place, "ISO9001")
            if side == "demand":
                row = (f"求购{name} {number}型,用于技改,希望尽快供货", amount, f"{place}优先", "ISO9001", "2030-01-31")
            sheet.write_row(number, 0, row)
    return path.read_bytes()


def timed(name, work):
    """Do some work and print how long it took, and how much of that was this process's own."""
    began, spent = time.perf_counter(), time.process_time()
    result = work()
    print(f"{name:44}{time.perf_counter() - began:8.1f} s {time.process_time() - spent:8.1f} s CPU", flush=True)
    return result


def bring(content, *, user, firm, kind):
    """Take a list in, and let the worker read it."""
    upload = SimpleUploadedFile("清单.xlsx", content)
    batch = actions.start_batch(upload, enterprise=firm, kind=kind, actor=user)
    tasks.read.call(batch.pk)
    batch.refresh_from_db()
    return batch


def take(batch, user):
    """Confirm a list, and let the worker write it."""
    actions.confirm_batch(batch, actor=user, is_submitted=True, closes_missing=False)
    tasks.apply.call(batch.pk)
    batch.refresh_from_db()
    return batch


def main():
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--side", choices=HEADS, default="supply")
    parser.add_argument("--pieces", type=int, default=10, help="pieces of matching to time")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench")
    firm = Enterprise.objects.create(name="某厂(示例)", region="410526", source="测量")
    Membership.objects.create(user=user, enterprise=firm, role=Membership.Role.OWNER)
    firm.verifications.create(what="identity", evidence="测量", verified_by=user, verified_on=timezone.localdate())
    kind, content = f"product-{options.side}", made_up(options.side, options.rows)
    print(f"{options.rows} rows of {KINDS[kind].name}, {len(content) / 1e6:.1f} MB", flush=True)
    batch = timed("read and compared", lambda: bring(content, user=user, firm=firm, kind=kind))
    batch = timed("taken over in one transaction", lambda: take(batch, user))
    print(batch.state, batch.error, batch.summary.get("outcome"), Listing.objects.count(), "listings")
    chosen = EXPORTS[options.side]
    rows = chosen.rows(Naming(user), True)  # noqa: FBT003 (a table's function)
    book = timed("written out", lambda: as_workbook("清单", chosen.columns, rows, side=options.side).read())
    again = timed("read back as a diff", lambda: bring(book, user=user, firm=firm, kind=kind))
    print(again.state, again.summary.get("counts"))
    timed("empty indexes built", lambda: [index.rebuild(one) for one in KINDS if one != kind])
    index.matcher_of(kind)
    for piece in range(options.pieces):
        if not timed(f"matching, piece {piece + 1}", matching.catch_up):
            break
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print(Batch.objects.count(), "batches")


if __name__ == "__main__":
    main()
