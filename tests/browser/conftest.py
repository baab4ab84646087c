"""A server with its workers, and a real browser in desktop and phone size."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

CHROMIUM = shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
PATIENCE = 240


@contextlib.contextmanager
def own_database():
    """Give the environment of a server with a database of its own: SQLite, or where DATABASE_URL says, PostgreSQL."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    import psycopg  # noqa: PLC0415 (tests on SQLite run without it)

    server, name = url.rsplit("/", 1)[0], f"chuanzhu_{secrets.token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as control:
        control.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {"DATABASE_URL": f"{server}/{name}"}
        finally:
            control.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def running(folder, command):
    """Run ``chuanzhu-site COMMAND`` on a free port in a folder of its own; give its address and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "chuanzhu_site.console", command, "--port", str(port), "--processes", "1"]
    with (
        own_database() as database,
        (folder / "log").open("wb") as log,
        subprocess.Popen(words, env=environment(folder, database), stdout=log, stderr=log) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", server)
            yield f"http://127.0.0.1:{port}", folder / "log"
        finally:
            server.terminate()


def environment(folder, database):
    here = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**here, "CHUANZHU_FOLDER": str(folder), "CHUANZHU_DEBUG": "0", **database}


def wait_for(address, server):
    for _ in range(PATIENCE):
        assert server.poll() is None
        with contextlib.suppress(OSError), urllib.request.urlopen(address) as answer:  # noqa: S310 (our own server)
            if answer.status == 200:
                return
        time.sleep(0.25)
    pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running(tmp_path_factory.mktemp("site"), "serve") as (address, _):
        yield address


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demonstration: its address, and the password of its cast."""
    with running(tmp_path_factory.mktemp("demo"), "demo") as (address, log):
        password = log.read_text("utf-8").split("密码都是 ")[1].split("(")[0]
        yield address, password


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.skip("needs Debian's chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (tests elsewhere run without it)

    with sync_playwright() as playwright:
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
