"""The chain map in a real browser: opened step by step by keyboard, asked what if, and complete without a script."""

import pytest

pytest.importorskip("playwright.sync_api")
CHAIN = "/chains/henan/superhard/"


def signed_in(page, demo, name):
    address, password = demo
    page.goto(f"{address}/accounts/login/")
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/desk/")
    return address


def test_a_family_is_opened_by_keyboard_and_its_nodes_show_their_threads(demo, page):
    page.goto(f"{demo[0]}{CHAIN}")
    assert page.locator(".chainmap a.node").count() == 0
    page.get_by_role("link", name="展开 单晶与微粉").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".chainmap a.node")
    node = page.locator('.chainmap a.node[data-anchor="superhard-15"]')
    node.focus()
    assert page.locator(".thread-of.lit").count() > 0
    assert "open=" in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_question_is_answered_on_the_map_and_in_words(demo, page):
    page.goto(f"{demo[0]}{CHAIN}")
    page.locator("summary", has_text="如果停掉").click()
    assert not page.locator("#ask-factor").is_visible()
    page.locator("#ask").select_option("demand")
    page.locator("#ask-node").select_option("superhard-15")
    page.locator("#ask-factor").fill("3")
    page.get_by_role("button", name="算一算").click()
    page.wait_for_selector("#answer")
    assert "人造金刚石单晶要做到现在的 3 倍" in page.locator("#answer").inner_text()
    assert page.locator(".node.moved").count() > 1


def test_without_a_script_map_list_and_question_are_complete(demo, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo[0]}{CHAIN}?open=all&ask=node&node=superhard-15")
    drawn = {one.get_attribute("aria-label").split("：")[0] for one in page.locator(".chainmap a.node").all()}
    listed = set(page.locator("#list tbody td[data-name=环节] a").all_text_contents())
    assert drawn == listed
    assert len(drawn) == 41
    assert "停掉人造金刚石单晶" in page.locator("#answer").inner_text()
    context.close()


def test_a_gap_becomes_a_task_in_one_click(demo, page):
    address = signed_in(page, demo, "sheng")
    page.goto(f"{address}{CHAIN}")
    page.get_by_role("button", name="转招商").first.click()
    page.wait_for_url("**/lead/*/")
    assert "招商线索" in page.locator("h1").inner_text()


def test_the_whole_map_moves_by_keyboard_and_tells_what_is_under_the_pointer(demo, page):
    page.goto(f"{demo[0]}/whole/henan/")
    page.wait_for_selector("canvas.whole:not([hidden])")
    canvas = page.locator("canvas.whole")
    canvas.focus()
    before = canvas.screenshot()
    page.keyboard.press("PageDown")
    page.wait_for_timeout(200)
    assert canvas.screenshot() != before
    page.keyboard.press("PageUp")
    page.wait_for_timeout(200)
    box, zoom = canvas.bounding_box(), page.evaluate("document.querySelector('canvas.whole').clientWidth") / 1820
    scale = round(max(0.45, zoom) * 20) / 20
    page.mouse.move(box["x"] + 8 + 14 * scale, box["y"] + 8 + 39 * scale)
    page.locator("#said", has_text="人造金刚石用石墨").wait_for()
