"""The main job in a real browser, on a server with its workers, in desktop and phone size."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
SUPPLY = "企业名称,产品,产能\n某尼龙厂(示例),尼龙66切片,30吨/月\n某钢厂(示例),热轧卷板,许多许多\n"
DEMAND = "需求\n求购PA66切片 20吨/月\n"

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "CHUANZHU_FOLDER": str(folder), "CHUANZHU_DEBUG": "0"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "chuanzhu_site.console", "serve", "--port", str(port), "--processes", "1"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(address, server):
    for _ in range(240):
        assert server.poll() is None
        with contextlib.suppress(OSError), urllib.request.urlopen(address) as answer:  # noqa: S310 (our own server)
            if answer.status == 200:
                return
        time.sleep(0.25)
    pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(params=SIZES)
def page(browser, request):
    context = browser.new_context(viewport=SIZES[request.param], locale="zh-CN")
    opened = context.new_page()
    opened.on("console", lambda message: pytest.fail(message.text) if message.type == "error" else None)
    yield opened
    context.close()


@pytest.fixture
def lists(tmp_path):
    paths = [tmp_path / "供给.csv", tmp_path / "采购需求.csv"]
    for path, content in zip(paths, (SUPPLY, DEMAND), strict=True):
        path.write_text(content, "utf-8")
    return paths


def drop(page, paths):
    """Let both files fall on the page at once, the demand list first."""
    files = [{"name": path.name, "text": path.read_text("utf-8")} for path in reversed(paths)]
    bag = page.evaluate_handle(
        "files => { const bag = new DataTransfer();"
        " for (const file of files) bag.items.add(new File([file.text], file.name)); return bag; }",
        files,
    )
    page.dispatch_event("[data-upload]", "drop", {"dataTransfer": bag})


def test_two_files_dropped_on_the_page_become_matches_and_can_be_deleted(site, page, lists):
    page.goto(site)
    drop(page, lists)
    assert page.locator(".chosen").all_text_contents() == ["供给.csv", "采购需求.csv"]
    page.get_by_role("button", name="开始匹配").click()
    page.wait_for_selector("#cards", timeout=60_000)
    assert "某尼龙厂(示例)" in page.locator("#cards").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel 对接清单").click()
    assert download.value.suggested_filename == "对接清单.xlsx"
    address = page.url
    page.get_by_role("button", name="立即删除").click()
    page.get_by_role("heading", name="已经删除").wait_for()
    assert page.request.get(address).status == 404


def test_without_a_script_the_same_job_is_done_with_the_two_file_fields(site, browser, lists):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.locator("[name=supply]").set_input_files(lists[0])
    page.locator("[name=demand]").set_input_files(lists[1])
    page.get_by_role("button", name="开始匹配").click()
    page.wait_for_selector("#cards", timeout=60_000)
    assert "某尼龙厂(示例)" in page.locator("#cards").inner_text()
    context.close()
