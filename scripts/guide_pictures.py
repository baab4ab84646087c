"""Make the pictures of the guide from the running demonstration, on a desk and on a phone. Needs Debian's chromium.

python scripts/guide_pictures.py [FOLDER]

Each line of PICTURES is one page: the file's name, who looks, and how one gets there, as in tests/browser.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "guide" / "images"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
PICTURES = """
front visitor /
search visitor /search/?q=铸钢车轮
lists visitor /lists/
chain visitor /chains/ > /chains/*/*/
desk gongfang /desk/
match gongfang /desk/ > /listing/*/ > /match/*/
publish caigou /listing/new/product-demand/
broker zhuanyuan /desk/
review xianqu /review/
"""
PATIENCE = 400


@contextlib.contextmanager
def demonstration(folder):
    """Run the demonstration; give its address and the password of its cast."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "chuanzhu_site.console", "demo", "--port", str(port), "--processes", "1"]
    environment = {**os.environ, "CHUANZHU_FOLDER": str(folder)}
    environment.pop("DATABASE_URL", None)
    log = folder / "log"
    with log.open("wb") as out, subprocess.Popen(words, env=environment, stdout=out, stderr=out) as server:  # noqa: S603 (our own command)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}", log.read_text("utf-8").split("密码都是 ")[1].split("(")[0]
        finally:
            server.terminate()


def wait_for(address):
    """Wait until the site answers."""
    for _ in range(PATIENCE):
        with contextlib.suppress(OSError), urllib.request.urlopen(address):  # noqa: S310 (our own server)
            return
        time.sleep(0.5)
    sys.exit("the demonstration did not start")


def sign_in(page, address, who, password):
    """Sign somebody of the cast in."""
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("登录").fill(who)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/desk/")


def go(page, address, way):
    """Follow a way to its end."""
    first, *steps = (step.strip() for step in way.split(">"))
    page.goto(f"{address}{first}")
    for step in steps:
        form = re.compile(re.escape(step).replace(r"\*", "[^/]+"))
        links = page.locator("main a[href]").evaluate_all(
            "links => links.map(link => new URL(link.getAttribute('href'), location).pathname)"
        )
        page.goto(address + next(link for link in links if form.fullmatch(link)))
    page.wait_for_load_state("networkidle")


def main():
    """Write one picture of each page in each size."""
    images = Path(sys.argv[1]) if sys.argv[1:] else IMAGES
    images.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or sys.exit("chromium is not installed")
    with (
        tempfile.TemporaryDirectory() as folder,
        demonstration(Path(folder)) as (address, password),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium, args=list(QUIET))
        for line in PICTURES.strip().splitlines():
            name, who, way = line.split(maxsplit=2)
            for size, viewport in SIZES.items():
                context = browser.new_context(viewport=viewport, locale="zh-CN")
                page = context.new_page()
                if who != "visitor":
                    sign_in(page, address, who, password)
                go(page, address, way)
                page.screenshot(path=images / f"{name}-{size}.png")
                context.close()
                print(f"wrote {name}-{size}.png", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
