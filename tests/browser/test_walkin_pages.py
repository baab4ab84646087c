"""The main job in a real browser, on a server with its workers, in desktop and phone size."""

import pytest

pytest.importorskip("playwright.sync_api")
SUPPLY = "企业名称,产品,产能\n某尼龙厂(示例),尼龙66切片,30吨/月\n某钢厂(示例),热轧卷板,许多许多\n"
DEMAND = "需求\n求购PA66切片 20吨/月\n"


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
