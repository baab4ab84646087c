import datetime as dt
import io
import shutil
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from chuanzhu_site.walkin import job, tasks
from chuanzhu_site.walkin.lists import LISTS, empty_list
from chuanzhu_site.walkin.models import Intake, Visit
from chuanzhu_site.web import uploads
from chuanzhu_site.web.uploads import UploadError, check_archive, safe_name

pytestmark = pytest.mark.django_db
SUPPLY = "企业名称,产品,产能\n某尼龙厂(示例),尼龙66切片,30吨/月\n某钢厂(示例),热轧卷板,许多许多\n".encode()
DEMAND = "需求\n求购PA66切片 20吨/月\n求购量子纠缠发生器\n".encode("gb18030")


def upload(content=SUPPLY, name="供给.csv"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def post(client):
    def send(supply=None, demand=None, **headers):
        files = {"supply": supply or upload(), "demand": demand or upload(DEMAND, "需求.csv")}
        return client.post(reverse("front"), files, **headers)

    return send


@pytest.fixture
def work():
    def run():
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="test",
            excluded_queue_names=[],
        )
        for waiting in DBTaskResult.objects.ready():
            worker.run_task(waiting)

    return run


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The files and the row of one job, done once."""
    return {"folder": tmp_path_factory.mktemp("kept") / "visit"}


@pytest.fixture
def done(post, work, kept, settings):
    if "row" not in kept:
        address = post().headers["Location"]
        work()
        first = Visit.objects.get(pk=address.split("/")[2])
        kept["row"] = {name: getattr(first, name) for name in ("state", "error", "summary", "today")}
        first.folder.rename(kept["folder"])
        first.delete()
        DBTaskResult.objects.all().delete()
    visit = Visit.objects.create(expires_at=timezone.now() + dt.timedelta(hours=1), **kept["row"])
    shutil.copytree(kept["folder"], visit.folder)
    return visit


def test_two_lists_become_matches_with_reasons_without_signing_in(client, done):
    assert done.state == Visit.State.DONE, done.error
    page = client.get(done.get_absolute_url()).content.decode()
    assert "2 条需求，1 条有合适供给，1 条没有" in page
    assert "某尼龙厂(示例)" in page
    assert "没有合适的供给" in page


@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl does not know data bars
def test_the_workbook_holds_what_the_page_shows(client, done):
    answer = client.get(reverse("visit-file", args=[done.pk, job.WORKBOOK]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert {"匹配", "未满足", "问题行"} <= set(book.sheetnames)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_problem_row_is_shown_and_the_list_to_correct_marks_the_cell(client, done):
    page = client.get(done.get_absolute_url()).content.decode()
    assert "看不懂数量“许多许多”" in page
    answer = client.get(reverse("visit-file", args=[done.pk, job.CORRECTIONS["supply"]]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cell = book.worksheets[0]["C3"]
    assert cell.value == "许多许多"
    assert "请写成" in cell.comment.text
    assert book.worksheets[0]["C2"].comment is None
    assert not (done.folder / job.CORRECTIONS["demand"]).exists()


def test_the_corrected_list_is_read_like_any_other(client, post, work, done):
    book = openpyxl.load_workbook(done.folder / job.CORRECTIONS["supply"])
    book.worksheets[0]["C3"] = "500吨/月"
    content = io.BytesIO()
    book.save(content)
    again = post(supply=upload(content.getvalue(), "供给清单-待改.xlsx")).headers["Location"]
    work()
    visit = Visit.objects.get(pk=again.split("/")[2])
    assert (visit.error, visit.summary["problem_count"], visit.summary["supplies"]) == ("", 0, 2)


def test_an_empty_template_can_be_filled_in_and_read(post, work):
    books = {}
    for side, cells in (("supply", {"A": "某厂(示例)", "B": "尼龙66切片"}), ("demand", {"A": "求购PA66切片"})):
        book = openpyxl.load_workbook(io.BytesIO(empty_list(side)))
        for column, value in cells.items():
            book.worksheets[0][f"{column}2"] = value
        books[side] = io.BytesIO()
        book.save(books[side])
    address = post(*(upload(books[side].getvalue(), LISTS[side][0]) for side in ("supply", "demand"))).headers[
        "Location"
    ]
    work()
    summary = Visit.objects.get(pk=address.split("/")[2]).summary
    assert (summary["supplies"], summary["demands"], summary["problems"]) == (1, 1, [])


def test_a_page_of_the_result_is_in_no_cache_and_no_index(client, done):
    for address in (done.get_absolute_url(), reverse("visit-file", args=[done.pk, job.REPORT])):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert b"".join(answer.streaming_content if answer.streaming else [answer.content])
    assert b"Disallow: /try/" in client.get("/robots.txt").content


def test_deleting_takes_everything_away_at_once(client, done):
    assert done.folder.exists()
    assert client.post(reverse("visit-delete", args=[done.pk])).status_code == 200
    assert not done.folder.exists()
    assert client.get(done.get_absolute_url()).status_code == 404
    assert not Visit.objects.exists()


def test_a_job_deleted_while_it_waits_is_not_done(client, post, work):
    address = post().headers["Location"]
    client.post(address + "delete/")
    work()
    assert not Visit.objects.exists()


def test_a_job_deleted_while_it_runs_leaves_nothing(post, monkeypatch, work):
    visit = Visit.objects.get(pk=post().headers["Location"].split("/")[2])
    monkeypatch.setattr(job, "read_supplies", lambda *_, **__: visit.delete())
    work()
    assert not Visit.objects.exists()


def test_after_an_hour_nothing_is_shown_and_sweeping_deletes_it(client, done):
    Visit.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(done.get_absolute_url()).status_code == 404
    assert client.get(reverse("visit-file", args=[done.pk, job.WORKBOOK])).status_code == 404
    tasks.sweep.call()
    assert not done.folder.exists()
    assert not Visit.objects.exists()


def test_the_end_of_a_job_is_planned_when_it_begins(post):
    visit = Visit.objects.get(pk=post().headers["Location"].split("/")[2])
    planned = DBTaskResult.objects.get(task_path="chuanzhu_site.walkin.tasks.sweep")
    assert planned.run_after == visit.expires_at
    assert dt.timedelta(minutes=59) < visit.expires_at - timezone.now() <= dt.timedelta(minutes=60)


def test_an_address_cannot_be_guessed(done):
    assert len(done.token) == 32


def test_a_wrong_address_and_a_wrong_file_are_not_found(client, done):
    assert client.get(reverse("visit", args=["x" * 32])).status_code == 404
    for name in ("cards-1.html", "supply", "..", "secret-key"):
        assert client.get(f"/try/{done.token}/file/{name}").status_code == 404


def test_progress_is_shown_with_and_without_a_script(client, post):
    address = post().headers["Location"]
    page = client.get(address).content.decode()
    assert "排队中" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    Visit.objects.update(state="working", stage="逐条匹配", done=40, total=80)
    assert "逐条匹配：40 / 80" in client.get(address + "progress/").content.decode()
    Visit.objects.update(state="done")
    assert client.get(address + "progress/").headers["HX-Refresh"] == "true"


def test_a_list_that_cannot_be_read_says_why_in_the_librarys_words(client, post, work):
    address = post(supply=upload("甲,乙\n1,2\n".encode())).headers["Location"]
    work()
    page = client.get(address).content.decode()
    assert "这两份清单做不了" in page
    assert "没有认得出的表头" in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("名单.exe", b"MZ", "不是表格文件"),
        ("空.csv", b"", "空文件"),
        ("图.pdf", b"%PDF-1.4", "不是表格文件"),
    ],
)
def test_what_is_no_list_is_refused_on_the_same_page(post, name, content, told):
    answer = post(supply=upload(content, name))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Visit.objects.exists()


def test_a_forged_file_type_is_told_apart_by_its_content(client, post, work):
    address = post(supply=upload(b"%PDF-1.4 ...", "供给.xlsx")).headers["Location"]
    work()
    assert "不是表格" in client.get(address).content.decode()


def test_one_missing_list_is_named(client):
    answer = client.post(reverse("front"), {"supply": upload()})
    assert (answer.status_code, "还没有选需求清单" in answer.content.decode()) == (422, True)


def test_a_workbook_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "_LARGEST_INFLATED", 4 * 1024 * 1024)
    path = tmp_path / "供给.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"\0" * (1024 * 1024))
    assert path.stat().st_size < 64 * 1024
    with pytest.raises(UploadError, match="不像正常的清单"):
        check_archive(path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\桌面\\采购.XLSX", "采购.xlsx"),
        ("...", "清单"),
        ("a\x00b<c>.csv", "abc.csv"),
    ],
)
def test_a_name_is_only_a_name(given, kept):
    assert safe_name(given) == kept


def test_a_file_over_the_limit_is_refused_before_it_is_read(post, settings):
    settings.LARGEST_UPLOAD = 10
    answer = post(supply=upload(b"x" * 11))
    assert (answer.status_code, "每个文件最多" in answer.content.decode()) == (422, True)
    answer = post(supply=upload(b"x" * 100_000))
    assert (answer.status_code, "文件太大" in answer.content.decode()) == (413, True)


def test_an_address_that_asks_too_often_is_told_to_wait_even_if_it_deletes(client, post, settings):
    settings.WALKIN_JOBS_PER_HOUR = 2
    for _ in range(2):
        client.post(post().headers["Location"] + "delete/")
    answer = post()
    assert (answer.status_code, "请过一会儿再来" in answer.content.decode()) == (429, True)
    Intake.objects.update(at=timezone.now() - dt.timedelta(minutes=61))
    assert post().status_code == 302


def test_a_full_queue_takes_no_more(post, settings):
    settings.WALKIN_MOST_WAITING = 1
    post()
    assert "排队的人多" in post().content.decode()


def test_the_callers_address_is_not_kept(post):
    post(REMOTE_ADDR="203.0.113.7")
    assert "203.0.113.7" not in Intake.objects.get().address


def test_a_list_longer_than_the_page_takes_is_refused_with_the_way_out(client, post, work, monkeypatch):
    monkeypatch.setitem(job.MOST, "demand", 1)
    address = post().headers["Location"]
    work()
    assert "chuanzhu match" in client.get(address).content.decode()


def test_cards_come_page_by_page(client, post, work, monkeypatch):
    monkeypatch.setattr(job, "CARDS_A_PAGE", 2)
    rows = "求购PA66切片\n求购热轧卷板\n求购尼龙绳"
    address = post(demand=upload(f"需求\n{rows}\n".encode(), "需求.csv")).headers["Location"]
    work()
    first, second = (client.get(f"{address}?page={page}").content.decode() for page in (1, 2))
    assert first.count("<article") == 2
    assert second.count("<article") == 1
    assert client.get(f"{address}?page=x").status_code == 200


def test_a_script_in_a_cell_stays_text(client, post, work):
    rows = '企业名称,产品,备注\n<script>alert(1)</script>,尼龙66切片,"<img src=x onerror=1>"\n'.encode()
    address = post(supply=upload(rows)).headers["Location"]
    work()
    page = client.get(address).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_sample_is_the_librarys_and_says_that_its_demands_are_invented(client):
    address = client.post(reverse("sample")).headers["Location"]
    visit = Visit.objects.get(pk=address.split("/")[2])
    assert visit.is_sample
    assert {path.name for path in visit.folder.rglob("*.csv")} == {"示例供给清单.csv", "示例需求清单.csv"}
    Visit.objects.update(state="done", summary={"standings": {"met": 1, "partly": 0, "unmet": 0}, "pages": 1})
    (visit.folder / "cards-1.html").write_text("")
    assert "需求是虚构的" in client.get(address).content.decode()


def test_a_result_page_asks_the_database_once(client, done, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(done.get_absolute_url())
