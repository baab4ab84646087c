"""Make the pictures of the README from what the program itself renders. Needs Debian's chromium and fonts-noto-cjk.

python scripts/pictures.py
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

from chuanzhu import Matcher
from chuanzhu.report import render_report
from chuanzhu.tables import read_demands, read_supplies

IMAGES = Path(__file__).parents[1] / "docs" / "guide" / "images"
TODAY = dt.date(2026, 11, 21)
SHOWN = ("D34", "D04", "D13")  # a nickname, an abbreviation with every condition, and one that nobody can fill
WIDTH, HEIGHT = 1280, 1180


def report():
    """Render the report of a few demands of the demonstration."""
    lists = resources.files("chuanzhu") / "data" / "demo"
    with resources.as_file(lists / "supply.csv") as supply, resources.as_file(lists / "demand.csv") as demand:
        supplies, demands = read_supplies(supply, today=TODAY), read_demands(demand, today=TODAY)
    chosen = sorted(
        (record for record in demands.records if record.id in SHOWN), key=lambda record: SHOWN.index(record.id)
    )
    answers = list(Matcher.build(supplies.records).answers(chosen, limit=3, today=TODAY))
    return render_report(answers, problems=(), notes=(), title="对接清单", today=TODAY)


def photograph(page, picture):
    """Take a picture of an HTML file in headless Chromium."""
    browser = shutil.which("chromium") or sys.exit("chromium is not installed")
    with tempfile.TemporaryDirectory() as profile:
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
        size = f"--window-size={WIDTH},{HEIGHT}"
        command = [
            browser,
            *options,
            size,
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
            f"--screenshot={picture}",
        ]
        subprocess.run([*command, page.as_uri()], check=True, capture_output=True)  # noqa: S603 (our own page)


def main():
    """Write docs/guide/images/report.png."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(report(), "utf-8")
        photograph(page, IMAGES / "report.png")
    print(f"wrote {IMAGES / 'report.png'}")


if __name__ == "__main__":
    main()
