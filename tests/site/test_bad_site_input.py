"""What is typed or sent in bad faith: scripts in every field, texts of ten megabytes, numbers that are none."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chuanzhu_site.market import actions
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Attachment, Listing, Message, Question

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
TEN_MEGABYTES = "长" * (10 * 1024 * 1024 // 3)
RUNS = re.compile(r"<script>alert|<img src=x|49}}|onerror=alert\(2\)>")


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "attachments"


@pytest.fixture
def engagement(cast, demand, supply):
    return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)


def pages_of(client, cast, *things):
    """Read everything that these people see of these things."""
    for user in (cast.weihua, cast.lihua, cast.chen):
        client.force_login(user)
        for address in ("/desk/", "/review/", "/notices/", *(thing.get_absolute_url() for thing in things)):
            answer = client.get(address)
            if answer.status_code == 200:
                yield answer.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_script_in_every_field_of_a_listing_is_shown_as_what_was_typed(cast, client, kind):
    client.force_login(cast.weihua)
    values = {one.code: SCRIPT for one in KINDS[kind].attributes if one.form in {"line", "text"}}
    client.post(reverse("listing-new", args=[kind]), {**values, "draft": "1"})
    made = Listing.objects.get()
    pages = list(pages_of(client, cast, made))
    assert any("&lt;script&gt;alert(1)" in page for page in pages)
    assert [page for page in pages if RUNS.search(page)] == []
    edit = client.post(reverse("understanding", args=[kind]), values).content.decode()
    assert not RUNS.search(edit)


def test_a_script_in_questions_answers_messages_reasons_and_file_names_is_shown_as_what_was_typed(
    cast, demand, engagement, client
):
    asked = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text=SCRIPT)
    actions.answer(asked, actor=cast.weihua, text=SCRIPT)
    actions.send_message(engagement, actor=cast.lihua, party=Party.SUPPLIER, text=SCRIPT)
    actions.move_engagement(engagement, "ask", actor=cast.weihua, party=Party.BUYER, reason=SCRIPT)
    upload = SimpleUploadedFile("x.pdf", b"%PDF-1.7")
    vars(upload)["_name"] = "<img src=x onerror=alert(2)>.pdf"
    actions.attach(demand, upload=upload, actor=cast.weihua, party=Party.BUYER)
    pages = list(pages_of(client, cast, demand, engagement))
    assert sum("&lt;script&gt;alert(1)" in page for page in pages) >= 4
    assert [page for page in pages if RUNS.search(page)] == []


def test_a_field_of_ten_megabytes_is_refused_before_it_is_read_and_the_page_says_so(cast, demand, engagement, client):
    client.force_login(cast.lihua)
    addresses = (
        (reverse("ask", args=[demand.reference]), "text"),
        (reverse("say", args=[engagement.reference]), "text"),
        (reverse("interest", args=[demand.reference]), "enterprise"),
        (reverse("listing-new", args=["product-supply"]), "title"),
        (reverse("understanding", args=["product-demand"]), "text"),
        (reverse("engagement-act", args=[engagement.reference, "tell"]), "reason"),
    )
    for address, field in addresses:
        answer = client.post(address, {field: TEN_MEGABYTES})
        assert answer.status_code == 400, address
        assert "填写的文字太长" in answer.content.decode()
    assert not Question.objects.exists()
    assert not Message.objects.exists()


def test_fields_without_end_are_refused(cast, engagement, client):
    client.force_login(cast.lihua)
    many = "&".join(f"a{number}=1" for number in range(5_000))
    address = reverse("say", args=[engagement.reference])
    form = "application/x-www-form-urlencoded"
    assert client.post(address, f"text=x&{many}", content_type=form).status_code == 400


@pytest.mark.parametrize("given", ["x", "-1", "1e9", "9" * 40, "\u0661", "1;drop table", "\x00", ""])
def test_a_number_that_is_none_is_answered_like_one_that_does_not_exist(cast, demand, client, given):
    client.force_login(cast.lihua)
    for name in ("interest", "ask"):
        answer = client.post(reverse(name, args=[demand.reference]), {"enterprise": given, "text": "x"})
        assert answer.status_code == 404
    made = client.post(reverse("listing-new", args=["product-supply"]), {"enterprise": given, "title": "铸钢车轮"})
    assert made.status_code in {302, 403, 422}


@pytest.mark.parametrize("given", ["", "../../etc/passwd", "a" * 3_000, "%00", "<script>"])
def test_an_address_that_is_none_is_a_page_that_is_none(cast, client, given):
    client.force_login(cast.lihua)
    for place in ("listing", "engagement", "attachment", "match"):
        assert client.get(f"/{place}/{given}/").status_code in {404, 301}


@pytest.mark.parametrize(
    "place",
    [
        "/search/?region={}&chain={}",
        "/search/?side=demand&after={}",
        "/lists/?page={}",
        "/desk/?page={}",
        "/work/?queue={}",
        "/funnel/?by={}&region={}",
        "/events/?page={}",
        "/leads/?state={}&chain={}",
        "/chains/henan/steel/?ask=node&node={}",
    ],
)
@pytest.mark.parametrize("given", ["%00", "x", "-1", "9" * 40])
def test_a_query_that_makes_no_sense_is_no_fault(cast, client, place, given):
    client.force_login(cast.zhang)
    assert client.get(place.replace("{}", given)).status_code < 500


def test_what_holds_a_null_sign_is_kept_without_it(cast, demand, engagement, client):
    client.force_login(cast.lihua)
    client.post(reverse("say", args=[engagement.reference]), {"text": "您\x00好"})
    assert Message.objects.get().text == "您好"


def test_several_files_and_other_fields_than_asked_for_are_passed_over(cast, demand, client):
    client.force_login(cast.weihua)
    files = [SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7") for name in "ab"]
    given = {"file": files, "other": SimpleUploadedFile("c.exe", b"MZ"), "party": "supplier", "listing": "1"}
    client.post(reverse("attach-listing", args=[demand.reference]), given)
    assert list(Attachment.objects.values_list("name", "party")) == [("b.pdf", "buyer")]
