"""Somebody of the demonstration's cast at a browser of their own."""

import pytest


class Person:
    """Signed in, with an error on the console failing the test."""

    def __init__(self, browser, demo, name, size, *, patience=6_000):
        self.address, password = demo
        self.context = browser.new_context(viewport=size, locale="zh-CN")
        self.page = self.context.new_page()
        self.page.set_default_timeout(patience)
        self.page.on("console", lambda message: pytest.fail(message.text) if message.type == "error" else None)
        self.go("/accounts/login/")
        self.page.get_by_label("登录").fill(name)
        self.page.locator("[name=password]").fill(password)
        self.page.locator("main button[type=submit]").click()
        self.page.wait_for_url("**/desk/")

    def go(self, path):
        self.page.goto(f"{self.address}{path}")
