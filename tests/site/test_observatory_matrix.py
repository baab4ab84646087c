import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chuanzhu_site.accounts.models import AuditRecord
from chuanzhu_site.accounts.refusals import StaleForm
from chuanzhu_site.observatory import actions
from chuanzhu_site.observatory.models import Entry

pytestmark = pytest.mark.django_db
NEW = reverse("entry-new", args=["anyang", "ay-steel"])
GIVEN = {
    "kind": "project",
    "title": "轧线改造",
    "work": "工业技改",
    "region": "410526",
    "owner": "县工信局",
    "state": "doing",
    "source": "县里上报",
    "source_date": "2026-11-01",
}


@pytest.fixture
def entry(cast, client):
    client.force_login(cast.zhang)
    assert client.post(NEW, GIVEN).status_code == 302
    return Entry.objects.get()


def test_the_matrix_has_twelve_industries_five_kinds_of_work_and_nine_counties(entry, client):
    page = client.get(reverse("matrix", args=["anyang"]))
    lines, counties = page.context["lines"], page.context["counties"]
    assert (len(lines), {len(line.cells) for line in lines}, len(counties)) == (12, {5}, 9)
    assert sum(cell.count for line in lines for cell in line.cells) == 1
    assert [one.name for one in counties if one.cell.count] == ["滑县"]
    other = client.get(reverse("matrix", args=["anyang"]) + "?county=410502")
    assert sum(cell.count for line in other.context["lines"] for cell in line.cells) == 0


def test_progress_that_nobody_told_is_not_nought(entry, client):
    page = client.get(reverse("matrix", args=["anyang"]))
    assert page.context["lines"][0].cells[0].progress is None
    assert "进度没填" in page.content.decode()
    assert "没填" in client.get(reverse("cell", args=["anyang", "ay-steel", 1])).content.decode()


def test_an_officer_writes_for_the_own_county_only_and_every_change_is_on_record(entry, cast, client):
    wrong = client.post(NEW, GIVEN | {"region": "410502"})
    assert wrong.status_code == 422
    assert "不是您管的地区" in wrong.content.decode()
    client.post(reverse("entry", args=[entry.pk]), GIVEN | {"progress": 40, "version": entry.version})
    record = AuditRecord.objects.filter(verb="entry.edit").get()
    assert (record.actor, record.region, record.details["changes"]["progress"]) == (
        cast.zhang,
        "410526",
        ["None", "40"],
    )
    with pytest.raises(PermissionDenied):
        actions.save_entry(entry, values={**GIVEN, "region": "410526"}, actor=cast.wang, version=2)


def test_the_second_of_two_edits_is_told_to_look_again(entry, cast, client):
    client.post(reverse("entry", args=[entry.pk]), GIVEN | {"progress": 40, "version": 1})
    late = client.post(reverse("entry", args=[entry.pk]), GIVEN | {"progress": 50, "version": 1})
    assert "刚刚被别人改过" in late.content.decode()
    with pytest.raises(StaleForm):
        actions.save_entry(entry, values={**GIVEN}, actor=cast.zhang, version=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"begins_on": "2026-12-01", "due_on": "2026-11-01"}, "日期矛盾:2026-12-01 开始,却要在 2026-11-01 完成"),
        ({"state": "done", "progress": "40"}, "状态是“已完成”,进度却是 40%"),
        ({"work": ""}, "事项和项目要选属于哪项工作"),
        ({"progress": "140"}, "100"),
    ],
)
def test_contradictions_are_refused_in_words(cast, client, wrong, said):
    client.force_login(cast.zhang)
    page = client.post(NEW, GIVEN | wrong)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_a_province_enters_a_park_by_the_name_of_its_place(cast, client):
    client.force_login(cast.chen)
    address = reverse("entry-new", args=["henan", "nylon"])
    given = {**GIVEN, "kind": "park", "title": "某产业园", "region": "平顶山市"}
    assert client.post(address, given).status_code == 302
    assert Entry.objects.get().region == "410400"
    outside = client.post(address, {**given, "region": "河北邯郸"})
    assert "不在河南" in outside.content.decode()


def test_the_matrix_is_for_the_government_side(entry, cast, client):
    client.force_login(cast.lihua)
    assert client.get(reverse("matrix", args=["anyang"])).status_code == 403
    assert client.get(NEW).status_code == 403
    client.force_login(cast.chen)
    assert client.get(reverse("matrix", args=["henan"])).status_code == 404
