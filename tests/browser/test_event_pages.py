"""An event in a real browser: a supplier chooses on the phone, the organiser plans, the outcome takes one press."""

import time

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("ortools", reason="OR-Tools is an optional part")
from person import Person

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
COMPUTING_MS = 60_000
RECORDING_SECONDS = 20


class Guest(Person):
    """Somebody at an event: whatever is opened fits the screen."""

    def go(self, path):
        super().go(path)
        self.fits()

    def press(self, name):
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()
        self.fits()

    def follow(self, name):
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.fits()

    def fits(self):
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url

    def reads(self, text):
        assert text in self.page.locator("main").inner_text(), self.page.locator("main").inner_text()


def test_from_choosing_on_the_phone_to_an_outcome_in_one_press(browser, demo):
    supplier = Guest(browser, demo, "gongfang", PHONE, patience=10_000)
    organiser = Guest(browser, demo, "zhuanyuan", DESK, patience=10_000)
    supplier.go("/events/")
    supplier.follow("起重机配套对接会")
    supplier.reads("勾上您想见的")
    supplier.page.get_by_label("09:00–09:20").check()
    supplier.press("选好了")
    supplier.reads("您选好了，截止前还能改")

    organiser.go("/events/")
    organiser.follow("起重机配套对接会")
    organiser.follow("打电话")
    organiser.reads("个电话")
    organiser.follow("日程")
    organiser.press("排日程")
    organiser.page.get_by_role("button", name="发布日程").wait_for(timeout=COMPUTING_MS)
    organiser.reads("已证明最好")
    organiser.press("发布日程")
    organiser.reads("日程已发布")

    supplier.page.reload()
    supplier.reads("场会面")
    assert "09:00" not in supplier.page.locator(".sitting").all_inner_texts()[0]
    code = supplier.page.locator(".code img")
    assert code.evaluate("image => image.complete && image.naturalWidth > 0")
    begun = time.monotonic()
    supplier.follow("记结果")
    supplier.press("有意向")
    assert time.monotonic() - begun < RECORDING_SECONDS
    supplier.reads("记下了:有意向")
    supplier.follow("看后续")
    supplier.reads("等买方答复")


def test_the_organisers_pages_fit_a_phone_and_an_empty_form_makes_nothing(browser, demo):
    organiser = Guest(browser, demo, "zhuanyuan", PHONE, patience=10_000)
    organiser.go("/events/new/")
    organiser.press("建好名单")
    organiser.go("/events/")
    assert organiser.page.locator("main tbody tr").count() == 1
    organiser.follow("起重机配套对接会")
    for page in ("参会企业", "意愿", "日程", "结果和回访"):
        organiser.follow(page)
