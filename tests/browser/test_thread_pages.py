"""The whole thread in a real browser: a buyer publishes, two suppliers are told, one wins, delivers, both confirm."""

import datetime as dt
import re
import time

import pytest

pytest.importorskip("playwright.sync_api")
from person import Person

TELLING_SECONDS = 10
NEXT_YEAR = (dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=365)).date().isoformat()
THINGS = {"desktop": "铸钢车轮组", "phone": "大车铸钢车轮"}


class Dealer(Person):
    """Somebody who deals: presses the buttons of an engagement and reads what came of it."""

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def fill_in(self, act, **values):
        """Open an act's form, fill it in and send it."""
        self.page.locator("details.act > summary", has_text=re.compile(f"^{act}$")).click()
        form = self.page.locator("details.act[open] form")
        for name, value in values.items():
            field = form.locator(f"[name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        form.get_by_role("button", name=act).click()
        self.page.wait_for_load_state()

    def reads(self, text):
        assert text in self.page.locator("main").inner_text(), self.page.locator("main").inner_text()

    def quotes(self, price):
        terms = "货到 30 天,送到厂"
        values = {"price": price, "price_unit": "件", "quantity": "80件/月", "lead_days": "25", "terms": terms}
        self.fill_in("报价", **values, valid_until=NEXT_YEAR)


@pytest.fixture(params=["desktop", "phone"])
def people(browser, demo, request):
    size = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}[request.param]
    cast = {name: Dealer(browser, demo, name, size) for name in ("caigou", "gongfang", "jingjia", "zhuanyuan")}
    yield cast
    for one in cast.values():
        one.context.close()


def offer(supplier, thing, published):
    """Find the notice of the match on the desk, read the reasons, and say that one can supply it."""
    notice = supplier.page.get_by_role("button", name=re.compile(f"对得上.*“{thing}”"))
    supplier.go("/desk/")
    while not notice.count():
        assert time.monotonic() - published < TELLING_SECONDS
        supplier.page.reload()
    notice.first.click()
    supplier.page.wait_for_url("**/match/*/")
    supplier.reads("铸钢车轮")
    assert supplier.page.locator(".stack i").count() >= 2
    supplier.press("我能供，表达意向")
    supplier.reads("等买方答复")


def answer(buyer, firm):
    buyer.go("/desk/")
    buyer.page.get_by_role("button", name=re.compile(f"{re.escape(firm)} 想供")).first.click()
    buyer.page.wait_for_url("**/engagement/*/")
    buyer.press("有意")
    buyer.press("请报价")
    return buyer.page.url


def test_a_demand_becomes_a_delivery_that_both_sides_confirm(people, request):
    buyer, seller, rival, broker = people.values()
    thing = THINGS[request.node.callspec.id]
    buyer.go("/listing/new/product-demand/")
    buyer.page.locator("[name=text]").fill(f"求购{thing},直径630毫米,80件/月,河南优先")
    buyer.press("提交发布")
    published = time.monotonic()
    buyer.reads("公开")
    for supplier in (seller, rival):
        offer(supplier, thing, published)
    places = [answer(buyer, firm) for firm in ("某车轮厂(示例)", "某铸造厂(示例)")]
    for supplier, price in ((seller, "820"), (rival, "860.5")):
        supplier.page.reload()
        supplier.quotes(price)
        supplier.reads(f"{price} 元/件")
    buyer.page.goto(places[1])
    buyer.reads("各家报价：2 家")
    buyer.fill_in("选定", reason="价格低,交期一样", why_not="单价高于中选的一家")
    buyer.reads("已选定")
    rival.page.reload()
    rival.reads("单价高于中选的一家")
    buyer.press("下单")
    seller.page.reload()
    seller.press("交付")
    for side, other in ((seller, "供方"), (buyer, "买方")):
        side.page.reload()
        side.fill_in("确认交付", quantity="80件", value="65600", without="no")
        side.reads(other)
    buyer.reads("双方已确认")
    broker.page.goto(places[1])
    broker.fill_in("回访", asked="buyer", outcome="real")
    broker.reads("已回访")
