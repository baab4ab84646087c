"""The map of 2,000 nodes in a browser: first paint at most 1 s, 50 frames a second while panning.

    python benchmarks/chain_map.py

Starts the site on a synthetic programme of 28 chains, 2,000 nodes and 4,000 links in a folder of its own, opens the
whole map in Debian's Chromium without a graphics processor, and pans it with the mouse and the wheel. The first
visit loads the programme into the memory of the process; the second is what everybody else waits for. Expected
figures: docs/adr/0010-observatory.md.
"""

from __future__ import annotations

import csv
import itertools
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

CHAINS, NODES, LINKS, SECONDS, VISITS = 28, 2000, 4000, 5, 5
STAGES = ("上游", "中游", "下游", "服务")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
EVIDENCE = ("合成数据", "2026-11-22", "待核")
FRAMES = """seconds => new Promise(done => { const times = []; const started = performance.now();
  const next = now => { times.push(now);
    if (now - started < seconds * 1000) requestAnimationFrame(next);
    else done([times, window.painted_.size]) };
  requestAnimationFrame(next) })"""


PAINTS = """window.painted_ = new Set(); const copy = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    window.painted_.add(document.timeline.currentTime); return copy.apply(this, given) }"""

GLIDE = """() => { const map = document.querySelector("canvas.whole"); let step = 0; const turn = () => {
  step += 1; const deltaY = step % 240 < 120 ? 25 : -25;
  map.dispatchEvent(new WheelEvent("wheel", { deltaY, cancelable: true })); requestAnimationFrame(turn) }; turn() }"""


def write(folder):
    """Write a synthetic programme: every chain with its own nodes, links from one stage to the next."""
    rng = random.Random(0)  # noqa: S311 (a drawing, not a secret)
    folder.mkdir(parents=True)
    _csv(folder / "programme.csv", ("项", "值"), [("名称", "合成方案"), ("地区", "410000")])
    _csv(folder / "chains.csv", ("产业链", "名称", "集群"), [(f"c{n}", f"合成链{n}", "合成") for n in range(CHAINS)])
    for chain in range(CHAINS):
        _chain(folder, chain, rng)


def _chain(folder, chain, rng):
    mine = range(chain * NODES // CHAINS, (chain + 1) * NODES // CHAINS)
    nodes = [
        (
            f"c{chain}-{n}",
            f"合成环节{n}号",
            "",
            STAGES[(n - mine.start) * 4 // len(mine)],
            f"族{n % 3}",
            "齿轮",
            "3453",
            "",
            "",
        )
        for n in mine
    ]
    header = ("编号", "环节", "引自", "阶段", "家族", "产品", "行业", "资质", "说明")
    _csv(folder / f"c{chain}-nodes.csv", header, nodes)
    pairs = set()
    while len(pairs) < LINKS // CHAINS:
        pairs.add(tuple(sorted(rng.sample(mine, 2))))
    links = [(f"合成环节{one}号", f"合成环节{other}号", "原料", "中", "合成") for one, other in sorted(pairs)]
    _csv(folder / f"c{chain}-links.csv", ("从环节", "到环节", "类别", "强度", "依据"), links)


def _csv(path, header, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([(*header, "来源", "日期", "状态"), *((*row, *EVIDENCE) for row in rows)])


def serve(folder):
    """Start the site in a folder and return its process and address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "CHUANZHU_FOLDER": str(folder), "CHUANZHU_DEBUG": "0"}
    environment.pop("DATABASE_URL", None)
    words = [sys.executable, "-m", "chuanzhu_site.console", "serve", "--port", str(port), "--processes", "1"]
    server = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 (our own)
    address = f"http://127.0.0.1:{port}"
    for _ in range(480):
        try:
            urllib.request.urlopen(f"{address}/readyz").close()  # noqa: S310 (our own server)
        except OSError:
            time.sleep(0.25)
        else:
            return server, address
    server.terminate()
    sys.exit("the server did not start")


def visit(page, address):
    """Open the map; return the milliseconds to the first paint of anything and to the map's."""
    page.goto(f"{address}/whole/synthetic/")
    page.wait_for_selector("canvas.whole:not([hidden])")
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    return first, page.evaluate("performance.getEntriesByName('map-drawn')[0].startTime")


def pan(page, act):
    """Move the map for some seconds and say: frames a second, those in which it was drawn anew, the longest of 99 %."""
    page.evaluate(f"window.painted_.clear(); window.frames_ = ({FRAMES})({SECONDS}); null")  # not waited for
    started, step = time.monotonic(), 0
    while time.monotonic() - started < SECONDS - 0.2:
        act(step)
        step += 1
    times, painted = page.evaluate("window.frames_")
    gaps = sorted(later - sooner for sooner, later in itertools.pairwise(times))
    lasted = (times[-1] - times[0]) / 1000
    longest = gaps[int(len(gaps) * 0.99) - 1]
    return f"{len(gaps) / lasted:.0f} a second ({painted / lasted:.0f} drawn anew), p99 {longest:.0f} ms"


def drag(page):
    """Return an act that drags the map up and down with the mouse."""
    box = page.locator("canvas.whole").bounding_box()
    middle, top = box["x"] + box["width"] / 2, box["y"]

    def act(step):
        at = step % 60
        if at == 0:
            page.mouse.move(middle, top + box["height"] - 20)
            page.mouse.down()
        page.mouse.move(middle - at, top + box["height"] - 20 - at * (box["height"] - 40) / 60)
        if at == 59:  # noqa: PLR2004 (the last of sixty steps)
            page.mouse.up()

    return act


def glide(page):
    """Return an act that lets the page itself turn the wheel before every frame: all that the map can do."""
    page.evaluate(GLIDE)
    return lambda _: time.sleep(0.05)


def main():
    """Print the table."""
    chromium = shutil.which("chromium") or sys.exit("chromium is not installed")
    folder = Path(tempfile.mkdtemp(prefix="chuanzhu-map-"))
    write(folder / "programmes" / "synthetic")
    server, address = serve(folder)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
            print("| 2,000 nodes, 4,000 links | must reach | here |\n|---|---|---|")
            for name, size in (("desktop", (1440, 900)), ("phone", (390, 844))):
                page = browser.new_page(viewport={"width": size[0], "height": size[1]})
                page.add_init_script(PAINTS)
                seen = [visit(page, address) for _ in range(VISITS)]
                first, drawn = (statistics.median(each) for each in zip(*seen[1:], strict=True))
                print(f"| {name}: first paint, the map drawn (median) | 1000 ms | {first:.0f}, {drawn:.0f} ms |")
                print(f"| {name}: the very first visit | | {seen[0][0]:.0f}, {seen[0][1]:.0f} ms |")
                print(f"| {name}: dragged | 50 a second | {pan(page, drag(page))} |")
                print(f"| {name}: moved before every frame | 50 a second | {pan(page, glide(page))} |")
                page.close()
            browser.close()
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
