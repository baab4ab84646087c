import csv
import dataclasses
import io
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from chuanzhu_site.accounts import actions as accounts
from chuanzhu_site.accounts.models import Enterprise, Membership
from chuanzhu_site.accounts.refusals import WrongState
from chuanzhu_site.exchange import actions, job, tasks
from chuanzhu_site.exchange.layout import columns
from chuanzhu_site.exchange.models import Batch
from chuanzhu_site.market import actions as market
from chuanzhu_site.market import index, matching
from chuanzhu_site.market.forms import ListingForm
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.models import Listing, ListingEvent, Match, Notification

pytestmark = pytest.mark.django_db
SUPPLY = "编号,企业名称,产品,产能,地区,资质,起订量\n"
ANSWERS = {"quantity": "500件/月", "date": "2030-01-31", "number": 15, "line": "滑县", "text": "ZG45 直径500"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path)
    settings.EXCHANGE_ROOT = tmp_path / "exchange"
    return tmp_path


@pytest.fixture
def bring(cast):
    """Bring a list in as Lihua: ``bring("产品\\n铸件\\n")`` reads it, as a worker would where it is long."""

    def make(content, *, kind="product-supply", name="清单.csv", by=cast.lihua, of=cast.castings):
        content = content.encode("utf-8-sig") if isinstance(content, str) else content
        batch = actions.start_batch(SimpleUploadedFile(name, content), enterprise=of, kind=kind, actor=by)
        if batch.state == Batch.State.WAITING:
            tasks.read.call(batch.pk)
        batch.refresh_from_db()
        return batch

    return make


@pytest.fixture
def take(bring):
    """Bring a list in and take it over."""

    def make(content, *, is_submitted=True, closes_missing=False, **options):
        batch = bring(content, **options)
        assert batch.state == Batch.State.READY, batch.error
        actions.confirm_batch(batch, actor=batch.user, is_submitted=is_submitted, closes_missing=closes_missing)
        tasks.apply.call(batch.pk)
        batch.refresh_from_db()
        return batch

    return make


def out(client, what, form="xlsx", **query):
    answer = client.get(reverse("export", args=[what, form]), query)
    return b"".join(answer.streaming_content)


def rows(book):
    """Return the rows of an exported workbook by header."""
    head, *body = openpyxl.load_workbook(io.BytesIO(book)).active.values
    return [dict(zip(head, row, strict=True)) for row in body]


def edited(book, edit):
    """Return an exported workbook after somebody changed it."""
    loaded = openpyxl.load_workbook(io.BytesIO(book))
    sheet = loaded.active
    at = {cell.value: cell.column for cell in sheet[1]}
    edit(SimpleNamespace(sheet=sheet, put=lambda row, name, value: sheet.cell(row, at[name], value)))
    content = io.BytesIO()
    loaded.save(content)
    return content.getvalue()


def test_a_list_is_shown_before_anything_is_written_and_then_written_in_full(cast, bring, take):
    text = SUPPLY + ",,铸钢车轮,500件/月,滑县,IATF16949,200件\n,,铸铁件,很多坨呢,,,\n,,,30吨,,,\n"
    batch = bring(text)
    assert Listing.objects.count() == 0
    assert batch.summary["counts"] == {"new": 2}
    wrong = {problem["row"]: problem["wrong"] for problem in batch.summary["problems"]}
    assert "看不懂数量" in wrong[3]
    assert 4 in wrong
    done = take(text)
    assert done.summary["outcome"] == {"new": 2, "waiting": 0, "changed": 0, "closed": 0, "passed_over": []}
    wheel = Listing.objects.get(title="铸钢车轮")
    assert (wheel.state, wheel.quantity, wheel.region, wheel.attributes) == (
        "open",
        "500件/月",
        "410526",
        {"moq": "200件"},
    )
    assert (wheel.certified, wheel.origin, wheel.author) == (";IATF16949;", Listing.Origin.IMPORT, cast.lihua)
    assert wheel.events.get().act == "import"
    assert Listing.objects.get(title="铸铁件").quantity == ""


def test_new_rows_wait_for_review_where_a_single_one_would(cast, person, take):
    clerk = person("clerk")
    Membership.objects.create(user=clerk, enterprise=cast.castings, role=Membership.Role.SUBMITTER)
    assert take("产品\n铸钢车轮\n", by=clerk).summary["outcome"]["waiting"] == 1
    outcome = take("产品,说明\n铸铁件,电话13800138000\n轴承座,灰铁\n").summary["outcome"]
    assert (outcome["new"], outcome["waiting"]) == (2, 1)
    assert Listing.objects.get(title="铸铁件").held_for
    take("产品\n飞轮\n", is_submitted=False)
    assert Listing.objects.get(title="飞轮").state == "draft"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_every_kind_goes_out_and_comes_back_unchanged(cast, write, client, bring, *, kind, form):
    values = {one.code: one.choices[0] if one.choices else ANSWERS[one.form] for one in kind.attributes}
    if kind.side == "supply":
        values["title"] = "铸钢车轮"
    filled = ListingForm({**values, "value": "120000.50", "privacy": "masked"}, kind=kind)
    assert filled.is_valid(), filled.errors
    write(kind.code, by=cast.lihua, of=cast.castings, **filled.values())
    client.force_login(cast.lihua)
    batch = bring(out(client, kind.side, form, whose="mine"), kind=kind.code, name=f"导出.{form}")
    assert batch.error == ""
    assert batch.summary["counts"] == {"same": 1}, batch.summary
    assert batch.summary["problems"] == []


def test_an_edited_export_comes_back_as_a_diff_field_by_field(cast, write, client, take):
    for title in ("铸钢车轮", "铸铁件", "轴承座", "飞轮"):
        write("product-supply", by=cast.lihua, of=cast.castings, title=title, quantity="500件/月", text="ZG45")
    client.force_login(cast.lihua)
    book = out(client, "supply", whose="mine")
    stale = Listing.objects.get(title="轴承座")
    market.save_listing(stale, values={"title": "轴承座", "text": "新的"}, actor=cast.lihua, version=stale.version)

    def edit(list_):
        list_.put(2, "产能", "800件/月")
        list_.sheet.cell(2, 7).value = None
        list_.put(3, "处理", "关闭")
        list_.put(4, "产能", "1件/月")
        list_.put(6, "产品", "齿轮坯")

    batch = take(edited(book, edit), name="改过.xlsx")
    assert batch.summary["counts"] == {"changed": 1, "closed": 1, "stale": 1, "same": 1, "new": 1}
    assert batch.summary["samples"]["changed"][0]["changes"] == [["说明", "ZG45", ""], ["产能", "500件/月", "800件/月"]]
    assert "现在是第 2 版" in batch.summary["samples"]["stale"][0]["why"]
    states = dict(Listing.objects.values_list("title", "state"))
    assert states == {"铸钢车轮": "open", "铸铁件": "closed", "轴承座": "open", "飞轮": "open", "齿轮坯": "open"}
    wheel = Listing.objects.get(title="铸钢车轮")
    assert (wheel.quantity, wheel.text, wheel.version) == ("800件/月", "", 2)
    assert wheel.events.last().changes["quantity"] == ["500件/月", "800件/月"]
    assert Listing.objects.get(title="轴承座").quantity == "500件/月"


def test_what_a_list_leaves_out_is_closed_only_when_that_is_asked_for(cast, write, client, take):
    for title in ("铸钢车轮", "铸铁件"):
        write("product-supply", by=cast.lihua, of=cast.castings, title=title)
    client.force_login(cast.lihua)
    shorter = edited(out(client, "supply", whose="mine"), lambda list_: list_.sheet.delete_rows(3))
    assert take(shorter, name="少.xlsx").summary["outcome"]["closed"] == 0
    assert take(shorter, name="少.xlsx", closes_missing=True).summary["outcome"]["closed"] == 1
    assert Listing.objects.get(title="铸铁件").state == "closed"


def test_a_change_between_preview_and_confirmation_is_not_overwritten(cast, write, client, bring):
    wheel = write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮")
    client.force_login(cast.lihua)
    batch = bring(
        edited(out(client, "supply", whose="mine"), lambda one: one.put(2, "产品", "铸铁车轮")), name="改.xlsx"
    )
    market.save_listing(wheel, values={"title": "锻钢车轮"}, actor=cast.lihua, version=1)
    actions.confirm_batch(batch, actor=cast.lihua, is_submitted=True, closes_missing=False)
    tasks.apply.call(batch.pk)
    batch.refresh_from_db()
    assert batch.summary["outcome"]["passed_over"] == [wheel.reference]
    wheel.refresh_from_db()
    assert wheel.title == "锻钢车轮"
    assert wheel.reference in client.get(batch.get_absolute_url()).content.decode()


def test_rows_of_others_and_rows_that_are_there_already_do_nothing(cast, write, bring):
    theirs = write("product-supply", by=cast.weihua, of=cast.crane, title="起重机")
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮")
    text = f"编号,版本,企业名称,产品\n{theirs.reference},1,,抢来的\n"
    text += ",,某起重机公司(示例),吊钩\n,,,铸钢车轮\n,,,飞轮\n,,,飞轮\n"
    batch = bring(text)
    assert batch.summary["counts"] == {"strange": 1, "foreign": 1, "same": 2, "new": 1, "missing": 1}
    theirs.refresh_from_db()
    assert theirs.title == "起重机"


def test_a_list_is_taken_over_once_even_if_the_worker_does_it_twice(cast, take):
    batch = take("产品\n铸钢车轮\n")
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.APPLYING)
    job.apply(batch)
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.DONE)
    tasks.apply.call(batch.pk)
    with pytest.raises(WrongState):
        actions.confirm_batch(batch, actor=cast.lihua, is_submitted=True, closes_missing=False)


def test_a_failure_half_way_writes_nothing(cast, bring, monkeypatch):
    batch = bring("产品\n铸钢车轮\n铸铁件\n")
    actions.confirm_batch(batch, actor=cast.lihua, is_submitted=True, closes_missing=False)

    def fail(*_args, **_options):
        raise RuntimeError("磁盘坏了")

    monkeypatch.setattr("chuanzhu_site.market.actions.importing.audit.record", fail)
    tasks.apply.call(batch.pk)
    batch.refresh_from_db()
    assert batch.state == Batch.State.FAILED
    assert "什么都没有写入" in batch.error
    assert (Listing.objects.count(), ListingEvent.objects.count()) == (0, 0)


def test_a_file_that_is_no_list_says_why(bring):
    assert "没有认得出的表头" in bring("你好,世界\n1,2\n").error
    with pytest.raises(job.ChuanzhuError, match="不是表格文件"):
        bring(b"MZ", name="清单.exe")


def test_only_its_owner_sees_a_list(cast, bring, client):
    batch = bring("产品\n铸钢车轮\n")
    for stranger in (cast.weihua, cast.zhang, cast.root):
        client.force_login(stranger)
        assert client.get(batch.get_absolute_url()).status_code == 404
        assert client.post(reverse("batch-confirm", args=[batch.reference])).status_code == 404
        assert client.get(reverse("batch-correction", args=[batch.reference])).status_code == 404


def test_one_brings_lists_in_for_ones_own_enterprise_only(cast, client):
    client.force_login(cast.weihua)
    file = SimpleUploadedFile("清单.csv", "产品\n铸件\n".encode())
    sent = {"file": file, "kind": "product-supply", "enterprise": cast.castings.pk}
    assert client.post(reverse("exchange"), sent).status_code == 422
    assert Batch.objects.count() == 0


def test_the_pages_lead_from_the_file_to_what_was_written(cast, client):
    client.force_login(cast.lihua)
    file = SimpleUploadedFile("清单.csv", "产品,产能\n铸钢车轮,500件/月\n铸铁件,若干坨\n".encode())
    sent = {"file": file, "kind": "product-supply", "enterprise": cast.castings.pk}
    page = client.post(reverse("exchange"), sent, follow=True)
    text, batch = page.content.decode(), Batch.objects.get()
    assert "确认后会改 2 条" in text
    assert "看不懂数量" in text
    book = b"".join(client.get(reverse("batch-correction", args=[batch.reference])).streaming_content)
    assert "修改说明" in openpyxl.load_workbook(io.BytesIO(book)).sheetnames
    assert (
        "正在写入"
        in client.post(
            reverse("batch-confirm", args=[batch.reference]), {"is_submitted": "1"}, follow=True
        ).content.decode()
    )
    assert "progress" in client.get(reverse("batch-progress", args=[batch.reference])).content.decode()
    tasks.apply.call(batch.pk)
    assert client.get(reverse("batch-progress", args=[batch.reference])).headers["HX-Refresh"] == "true"
    assert "新增 2 条" in client.get(batch.get_absolute_url()).content.decode()
    client.post(reverse("batch-drop", args=[batch.reference]))
    assert not batch.folder.exists()


def test_imported_listings_are_matched_piece_by_piece_both_ways_and_told_of_once(cast, write, take, monkeypatch):
    monkeypatch.setattr(matching, "_SUPPLIES_AT_ONCE", 2)
    monkeypatch.setattr(matching, "_DEMANDS_AT_ONCE", 2)
    take("产品\n铸钢车轮\n深沟球轴承\n减速机\n")
    demands = "需求\n求购铸钢车轮 20件\n求购铸钢车轮 30件\n求购深沟球轴承 400套\n"
    take(demands, kind="product-demand", by=cast.weihua, of=cast.crane)
    assert not DBTaskResult.objects.filter(task_path__endswith="match_listing").exists()
    pieces = 1
    while matching.catch_up():
        pieces += 1
    assert pieces == 4
    assert sorted(Match.objects.values_list("demand__title", "supply__title")) == [
        ("深沟球轴承", "深沟球轴承"),
        ("铸钢车轮", "铸钢车轮"),
        ("铸钢车轮", "铸钢车轮"),
    ]
    assert len(index.matcher_of("product-supply")) == 3
    told = Notification.objects.filter(key__contains=":list:")
    assert sorted(told.values_list("user__username", flat=True)) == ["lihua", "weihua"]
    assert not Listing.objects.exclude(match_due_at=None).exists()


def test_a_closed_row_leaves_the_index_and_its_matches_go_stale(cast, demand, client, take):
    take("产品\n铸钢车轮\n")
    while matching.catch_up():
        pass
    matching.rematch(demand)
    assert Match.objects.get().stale_at is None
    client.force_login(cast.lihua)
    take(edited(out(client, "supply", whose="mine"), lambda one: one.put(2, "处理", "关闭")), name="关.xlsx")
    while matching.catch_up():
        pass
    assert len(index.matcher_of("product-supply")) == 0
    assert Match.objects.get().stale_at is not None


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_goes_out_is_what_one_may_see_and_a_masked_buyer_stays_masked(cast, person, write, client, form):
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮 1件", privacy="masked", value=5)
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮 2件", privacy="invited")
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮 3件", is_open=False)
    supply = write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮")
    matching.rematch(supply)
    for demand in Listing.objects.filter(side="demand"):
        matching.rematch(demand)
    told = {}
    for who in (cast.lihua, cast.weihua, cast.zhang, cast.wang, person("nobody")):
        client.force_login(who)
        for what in ("demand", "matches", "engagements", "quotes"):
            content = out(client, what, form)
            told[who.username, what] = (
                "\n".join(map(str, rows(content))) if form == "xlsx" else content.decode("utf-8-sig")
            )
    assert [told[name, "demand"].count("求购") for name in ("lihua", "weihua", "zhang", "nobody")] == [1, 3, 1, 1]
    for name in ("lihua", "zhang", "wang", "nobody"):
        assert not any(cast.crane.name in told[name, what] for what in ("demand", "matches", "engagements", "quotes"))
    assert cast.crane.name in told["weihua", "demand"]
    assert "企业名称隐藏" in told["lihua", "matches"]
    assert "5.00" in told["weihua", "demand"]
    assert "5.00" not in told["lihua", "demand"]


def test_no_cell_that_goes_out_is_a_formula(cast, write, client):
    for title in ("=1+1", "+铸件", "-铸件", "@铸件"):
        write("product-supply", by=cast.lihua, of=cast.castings, title=title)
    client.force_login(cast.lihua)
    sheet = openpyxl.load_workbook(io.BytesIO(out(client, "supply"))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    lines = list(csv.DictReader(io.StringIO(out(client, "supply", "csv").decode("utf-8-sig"))))
    assert {line["产品"] for line in lines} == {"'=1+1", "'+铸件", "'-铸件", "'@铸件"}


def test_a_visitor_takes_nothing_out_and_unknown_things_are_not_found(cast, client):
    assert client.get(reverse("export", args=["supply", "xlsx"])).status_code == 302
    client.force_login(cast.lihua)
    for what, form in (("people", "xlsx"), ("supply", "pdf")):
        assert client.get(reverse("export", args=[what, form])).status_code == 404


def test_the_columns_of_a_list_have_names_of_their_own():
    for side in ("supply", "demand"):
        names = [column.name for column in columns(side)]
        assert len(set(names)) == len(names)


def test_merged_records_count_as_one_enterprise(cast, write, client, bring):
    twin = Enterprise.objects.create(name="某铸造(示例)", region="410526", source="导入")
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮")
    Listing.objects.update(enterprise=twin)
    accounts.merge_enterprises(cast.castings, twin, actor=cast.zhang, reason="同一家")
    client.force_login(cast.lihua)
    assert bring(out(client, "supply", whose="mine"), name="导出.xlsx").summary["counts"] == {"same": 1}


def test_pages_and_exports_cost_the_same_number_of_queries_whatever_they_hold(
    cast, take, client, django_assert_max_num_queries
):
    batch = take("产品\n" + "".join(f"铸钢车轮 {number} 号\n" for number in range(40)))
    client.force_login(cast.lihua)
    addresses = [reverse("exchange"), batch.get_absolute_url()]
    addresses += [reverse("export", args=[what, "csv"]) for what in ("supply", "matches", "engagements", "quotes")]
    for address in addresses:
        with django_assert_max_num_queries(15):
            answer = client.get(address)
            assert answer.status_code == 200
            if answer.streaming:
                assert b"".join(answer.streaming_content)


def test_a_list_costs_few_statements_however_many_rows_it_has(cast, bring, django_assert_max_num_queries):
    batch = bring("产品\n" + "".join(f"铸钢车轮 {number} 号\n" for number in range(60)))
    actions.confirm_batch(batch, actor=cast.lihua, is_submitted=True, closes_missing=False)
    with django_assert_max_num_queries(40):
        tasks.apply.call(batch.pk)
    assert Listing.objects.count() == 60
