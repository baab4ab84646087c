"""Every page, as those who use it, on both sizes: no accessibility violation, nothing wider than the screen, light.

To add a page, add a line to PAGES: who looks (a name of the demonstration's cast, or visitor), and the address. Where
the address is only known once the site runs, say how one gets there: "/search/ > /listing/*/" goes to /search/ and from
there where the first link of that form leads. A line that ends with "charts" may weigh as much as charts do.
"""

import re

import pytest

pytest.importorskip("playwright.sync_api")
from axe_playwright_python.sync_playwright import Axe

SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LEADS_TO = "links => links.map(link => new URL(link.getAttribute('href'), location).pathname)"
FIRST, FIRST_WITH_CHARTS, LATER = 350_000, 700_000, 60_000
PAGES = """
visitor /
visitor /accounts/login/
visitor /accounts/signup/
visitor /accounts/password/reset/
visitor /nothing/
visitor /search/
visitor /search/?q=铸钢车轮
visitor /search/?q=没有这样的东西
visitor /search/ > /listing/*/
visitor /search/ > /listing/*/ > /enterprise/*/
visitor /lists/
visitor /lists/ > /lists/*/ > /lists/*/*/
visitor /lists/ > /lists/*/
visitor /chains/
visitor /chains/ > /chains/*/*/
visitor /chains/ > /chains/*/*/ > /chains/*/*/*/
visitor /whole/henan/
visitor /chains/henan/superhard/?open=all&ask=node&node=superhard-15
caigou /mine/
sheng /chains/henan/superhard/superhard-15/
sheng /report/henan/superhard/
sheng /matrix/anyang/
sheng /matrix/anyang/ay-steel/1/
sheng /matrix/anyang/ay-steel/new/
sheng /leads/
sheng /unplaced/henan/
gongfang /desk/
gongfang /desk/ > /listing/*/
gongfang /desk/ > /engagement/*/
gongfang /desk/ > /listing/*/ > /match/*/
gongfang /notices/
gongfang /telling/
gongfang /claim/
gongfang /accounts/email/
gongfang /accounts/password/change/
gongfang /accounts/2fa/
gongfang /accounts/sessions/
gongfang /listing/new/product-supply/
caigou /listing/new/product-demand/
caigou /listing/new/capacity-demand/
caigou /desk/
caigou /desk/ > /engagement/*/
caigou /desk/ > /listing/*/
zhuanyuan /desk/
zhuanyuan /events/
zhuanyuan /events/new/
zhuanyuan /events/ > /event/*/
zhuanyuan /events/ > /event/*/ > /event/*/guests/
zhuanyuan /events/ > /event/*/ > /event/*/wishes/
zhuanyuan /events/ > /event/*/ > /event/*/timetable/
zhuanyuan /events/ > /event/*/ > /event/*/results/
zhuanyuan /events/ > /event/*/ > /event/*/edit/
gongfang /events/ > /event/*/mine/
zhuanyuan /desk/ > /work/engagement/*/
zhuanyuan /desk/ > /work/engagement/*/ > /engagement/*/
zhuanyuan /work/?queue=call-back&whose=all > /work/engagement/*/
zhuanyuan /funnel/ charts
sheng /funnel/?by=month&period=all charts
xianqu /desk/
xianqu /claims/
xianqu /review/
xianqu /merges/
sheng /desk/
"""
LINES = PAGES.strip().splitlines()


@pytest.fixture(scope="module")
def signed_in(browser, demo):
    """Sign in each of the cast once; give what a browser keeps of it."""
    address, password = demo
    kept = {"visitor": None}

    def state(who):
        if who not in kept:
            context = browser.new_context(locale="zh-CN")
            page = context.new_page()
            page.goto(f"{address}/accounts/login/")
            page.get_by_label("登录").fill(who)
            page.locator("[name=password]").fill(password)
            page.locator("main button[type=submit]").click()
            page.wait_for_url("**/desk/")
            kept[who] = context.storage_state()
            context.close()
        return kept[who]

    return state


@pytest.fixture(scope="module")
def busy(browser, demo, signed_in):
    """The demonstration with something under way: a supplier has said that it can supply."""
    context = browser.new_context(storage_state=signed_in("gongfang"))
    page = context.new_page()
    page.goto(found(page, demo[0], "/desk/ > /listing/*/ > /match/*/"))
    page.get_by_role("button", name="我能供，表达意向").click()
    page.wait_for_url("**/engagement/*/")
    context.close()
    return demo[0]


def found(page, address, way):
    """Follow a way to its end, and return the address there."""
    first, *steps = (step.strip() for step in way.split(">"))
    here = f"{address}{first}"
    for step in steps:
        form = re.compile(re.escape(step).replace(r"\*", "[^/]+"))
        page.goto(here)
        links = page.locator("main a[href]").evaluate_all(LEADS_TO)
        here = address + next(link for link in links if form.fullmatch(link))
    return here


def visited(context, here, *, until):
    """Visit an address; return the page, and the bytes that came over the wire for it."""
    page, wire = context.new_page(), []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
    page.goto(here)
    page.wait_for_load_state(until)
    return page, sum(wire)


def complaints(page, size):
    """Look at a page in a size; tell what axe finds, and whether one would have to scroll sideways."""
    page.set_viewport_size(SIZES[size])
    violations = Axe().run(page).response["violations"]
    told = [(size, one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in violations]
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*told, *([(size, "wider than the screen")] if is_wide else [])]


@pytest.mark.parametrize("line", LINES)
def test_a_page_is_accessible_fits_the_screen_and_is_light(browser, busy, signed_in, line):
    who, way = line.split(maxsplit=1)
    way, has_charts = re.subn(r" charts$", "", way)
    options = {"viewport": SIZES["desktop"], "locale": "zh-CN", "storage_state": signed_in(who)}
    with browser.new_context(**options) as scout:
        here = found(scout.new_page(), busy, way) if ">" in way else f"{busy}{way}"
    with browser.new_context(**options) as context:
        page, first = visited(context, here, until="networkidle")
        assert [one for size in SIZES for one in complaints(page, size)] == []
        _, later = visited(context, here, until="load")
    assert first <= (FIRST_WITH_CHARTS if has_charts else FIRST)
    assert later <= LATER
