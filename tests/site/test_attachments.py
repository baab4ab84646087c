import io
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chuanzhu_site.accounts.models import AuditRecord
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market import actions
from chuanzhu_site.market.files import FileRefused, bare
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Attachment, Reveal

pytestmark = pytest.mark.django_db
OWNER = "某起重机公司(示例)"
PDF = b"%PDF-1.7\n1 0 obj<</Author(" + OWNER.encode() + b")>>endobj\ntrailer<<>>\n%%EOF"
STEP = b"ISO-10303-21;\nHEADER;\nFILE_NAME('a','2026','" + OWNER.encode() + b"');\nENDSEC;\nEND-ISO-10303-21;\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "attachments"
    return settings.MEDIA_ROOT


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*, width=2, height=2, extra=b"", tail=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 6))
    return b"\x89PNG\r\n\x1a\n" + head + extra + body + chunk(b"IEND") + tail


def segment(marker, data):
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def jpg(*, order="<", turned=6, width=2, height=2):
    mark = b"II" if order == "<" else b"MM"
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turned, 0) + struct.pack(f"{order}HHII", 0x010F, 2, 9, 99)
    exif = b"Exif\0\0" + mark + struct.pack(f"{order}HIH", 42, 8, 2) + entries + OWNER.encode()
    app0 = b"JFIF\0\x01\x02\x00\0\x01\0\x01\x01\x01" + b"abc"
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")
    scans = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56" + segment(0xDA, b"\x01") + b"\x78"
    notes = segment(0xFE, OWNER.encode()) + segment(0xED, OWNER.encode()) + segment(0xE2, b"ICC_PROFILE\0x")
    return (
        b"\xff\xd8" + segment(0xE0, app0) + segment(0xE1, exif) + notes + frame + scans + b"\xff\xd9" + OWNER.encode()
    )


def archive(*parts, **options):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            file.writestr(name, "<x/>")
        for name, content in parts:
            file.writestr(name, content)
    return made.getvalue()


def attach(thing, actor, name, content, party=Party.BUYER):
    return actions.attach(thing, upload=SimpleUploadedFile(name, content), actor=actor, party=party)


def fetch(client, row):
    """Read a file to its end, as a browser does, and close it."""
    answer = client.get(reverse("attachment", args=[row.reference]))
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return answer


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("图纸.pdf", PDF, "pdf"),
        ("样品.png", png(), "png"),
        ("样品.JPEG", jpg(), "jpg"),
        ("清单.xlsx", archive(), "xlsx"),
        ("车轮.dwg", b"AC1032" + b"\0" * 99, "dwg"),
        ("车轮.stp", STEP, "step"),
    ],
)
def test_what_a_purchaser_sends_is_taken_and_comes_back_as_a_download(  # noqa: PLR0917
    cast, demand, client, folder, name, content, kind
):
    row = attach(demand, cast.weihua, name, content)
    assert row.kind == kind
    assert kept(folder)[0].name == row.reference
    client.force_login(cast.lihua)
    answer = fetch(client, row)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]
    assert len(answer.body) == row.size


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"", "空文件"),
        ("a.exe", b"MZ\x90\0", "不是能收的文件"),
        ("a.pdf", b"MZ\x90\0", "不是能收的文件"),
        ("a.pdf", b"<html><script>alert(1)</script>", "不是能收的文件"),
        ("a.svg", b"<svg onload='alert(1)'/>", "不是能收的文件"),
        ("a.pdf", png(), "内容是 PNG 图片"),
        ("a.png.exe", png(), "扩展名对不上"),
        ("图纸.png", jpg(), "请改成 .jpg"),
        ("a.xlsx", b"PK\x03\x04broken", "打不开"),
        ("a.xlsx", archive()[:-40], "打不开"),
        ("a.docx", archive(), "内容是 Excel 表格"),
        ("a.xlsx", archive(("../../etc/passwd", "x")), "指向外面的路径"),
        ("a.xlsx", archive(("/etc/passwd", "x")), "指向外面的路径"),
        ("a.xlsx", archive(("C:\\Windows\\x.dll", "x")), "指向外面的路径"),
        ("a.xlsx", archive(("xl/vbaProject.bin", "x")), "宏"),
        ("a.xlsx", archive(*((f"xl/{n}.xml", "") for n in range(2_100))), "不像正常的文件"),
        ("a.xlsx", archive(("xl/sheet1.xml", b"\0" * (101 * 1024 * 1024))), "不像正常的文件"),
        ("a.png", png(width=60_000, height=60_000), "太大了"),
        ("a.jpg", jpg(width=60_000, height=60_000), "太大了"),
        ("a.png", png()[:-9], "不完整"),
        ("a.png", b"\x89PNG\r\n\x1a\n<script>", "不完整"),
        ("a.jpg", jpg()[:60], "不完整"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "不完整"),
        ("打13800138000.png", png(), "手机号"),
    ],
)
def test_what_is_forged_damaged_or_a_trap_is_refused_with_the_cure_and_nothing_is_kept(  # noqa: PLR0917
    cast, demand, folder, name, content, said
):
    with pytest.raises(FileRefused, match=said):
        attach(demand, cast.weihua, name, content)
    assert not Attachment.objects.exists()
    assert kept(folder) == []


def test_an_archive_that_is_a_plain_one_or_links_out_or_repeats_a_name_is_refused(cast, demand):
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as file:
        file.writestr("a.txt", "x")
    with pytest.raises(FileRefused, match="是压缩包"):
        attach(demand, cast.weihua, "a.xlsx", plain.getvalue())
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = 0o120777 << 16
    with pytest.raises(FileRefused, match="指向外面"):
        attach(demand, cast.weihua, "a.xlsx", archive((link, "/etc/passwd")))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = archive(("xl/a.xml", "1"), ("xl/a.xml", "2"))
    with pytest.raises(FileRefused, match="重名"):
        attach(demand, cast.weihua, "a.xlsx", twice)


def test_an_archive_that_lies_about_a_size_is_found_out(cast, demand):
    honest = archive(("xl/sheet1.xml", b"\0" * 5_000_000))
    size = struct.pack("<I", 5_000_000)
    assert honest.count(size) == 2
    with pytest.raises(FileRefused, match=r"损坏|打不开"):
        attach(demand, cast.weihua, "a.xlsx", honest.replace(size, struct.pack("<I", 10)))


def test_a_file_over_the_limit_is_refused_with_both_sizes(cast, demand, settings):
    settings.LARGEST_UPLOAD = 1024 * 1024
    with pytest.raises(FileRefused, match="有 2 MB,每个文件最多 1 MB"):
        attach(demand, cast.weihua, "a.pdf", PDF + b"\0" * (2 * 1024 * 1024))


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\图纸.PDF", "图纸.pdf"),
        ("<script>alert(1)</script>.pdf", "script.pdf"),
        ("图纸\u202efdp.pdf", "图纸fdp.pdf"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
        ("x\r\nSet-Cookie: a=b.pdf", "xSet-Cookie a=b.pdf"),
    ],
)
def test_a_files_name_is_only_a_name(cast, demand, client, folder, given, stored):  # noqa: PLR0917
    upload = SimpleUploadedFile("x.pdf", PDF)
    vars(upload)["_name"] = given  # as a client could send it past Django's own care
    row = actions.attach(demand, upload=upload, actor=cast.weihua, party=Party.BUYER)
    assert row.name == stored
    assert kept(folder)[0].relative_to(folder).parts == (row.reference[:2], row.reference)
    client.force_login(cast.weihua)
    answer = fetch(client, row)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")


def test_nothing_but_the_picture_is_left_in_a_picture():
    notes = chunk(b"tEXt", b"Author\0" + OWNER.encode()) + chunk(b"eXIf", OWNER.encode())
    dirty = png(extra=notes + chunk(b"pHYs", b"\0" * 9), tail=OWNER.encode())
    assert bare(dirty, code="png", name="a") == png(extra=chunk(b"pHYs", b"\0" * 9))
    for order in "<>":
        clean = bare(jpg(order=order), code="jpg", name="a")
        assert OWNER.encode() not in clean
        assert b"ICC" not in clean
        assert b"abc" not in clean
        assert clean.endswith(b"\x78\xff\xd9")
        assert bare(clean, code="jpg", name="a") == clean


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photograph_still_says_which_way_is_up(order):
    exif = bare(jpg(order=order, turned=8), code="jpg", name="a")[2:]
    assert exif[:2] == b"\xff\xe1"
    assert struct.unpack_from(">HHIH", exif, 20) == (0x0112, 3, 1, 8)
    assert bare(jpg(turned=1), code="jpg", name="a")[2:4] == b"\xff\xe0"


def test_a_masked_buyers_pictures_are_shown_under_a_neutral_name_and_other_files_wait_for_the_name(cast, write, client):
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    picture = attach(masked, cast.weihua, "某起重机.png", png(extra=chunk(b"tEXt", b"Author\0x")))
    drawing = attach(masked, cast.weihua, "某起重机图纸.pdf", PDF)
    client.force_login(cast.lihua)
    page = client.get(masked.get_absolute_url()).content.decode()
    assert "某起重机" not in page
    assert "对方告诉企业名称以后才能看" in page
    answer = fetch(client, picture)
    assert answer.body == png()
    assert picture.reference[:4] in answer.headers["Content-Disposition"]
    assert fetch(client, drawing).status_code == 404
    actions.reveal(masked, to=cast.castings, step=Reveal.Step.NAME, actor=cast.weihua)
    assert fetch(client, drawing).status_code == 200
    assert "某起重机图纸.pdf" in client.get(masked.get_absolute_url()).content.decode()


def test_a_masked_buyers_file_in_an_engagement_waits_too_and_the_suppliers_does_not(cast, write, client):
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    started = actions.express_interest(masked, supplier=cast.castings, actor=cast.lihua)
    theirs = attach(started, cast.weihua, "合同.pdf", PDF, Party.BUYER)
    own = attach(started, cast.lihua, "报价单.pdf", PDF, Party.SUPPLIER)
    client.force_login(cast.lihua)
    assert "合同" not in client.get(started.get_absolute_url()).content.decode()
    assert fetch(client, theirs).status_code == 404
    assert fetch(client, own).status_code == 200
    client.force_login(cast.weihua)
    assert fetch(client, own).status_code == 200


def test_a_file_is_asked_for_anew_at_each_reading(cast, demand, supply, person, client):
    started = actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)
    row = attach(started, cast.lihua, "报价单.pdf", PDF, Party.SUPPLIER)
    assert fetch(client, row).status_code == 302
    for stranger in (person("stranger"), cast.root):
        client.force_login(stranger)
        assert fetch(client, row).status_code == 404
    for side in (cast.weihua, cast.lihua, cast.wang):
        client.force_login(side)
        assert fetch(client, row).status_code == 200
    cast.lihua.memberships.all().delete()
    client.force_login(cast.lihua)
    assert fetch(client, row).status_code == 404


def test_files_have_no_address_of_their_own(cast, demand, client):
    row = attach(demand, cast.weihua, "a.pdf", PDF)
    client.force_login(cast.weihua)
    for path in (
        f"/{row.file.name}",
        f"/media/{row.file.name}",
        f"/static/{row.file.name}",
        f"/attachments/{row.file.name}",
    ):
        assert client.get(path).status_code == 404
    row.file.delete(save=False)
    assert fetch(client, row).status_code == 404


def test_who_gave_a_file_removes_it_and_an_officer_only_with_a_reason(
    cast, demand, folder, client, django_capture_on_commit_callbacks
):
    row = attach(demand, cast.weihua, "a.pdf", PDF)
    for stranger in (cast.lihua, cast.wang, cast.zhang):
        with pytest.raises(PermissionDenied):
            actions.detach(row, actor=stranger, reason="x")
    with pytest.raises(Missing):
        actions.detach(row, actor=cast.chen)
    client.force_login(cast.weihua)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("attachment-remove", args=[row.reference]))
    assert kept(folder) == []
    other = attach(demand, cast.weihua, "b.pdf", PDF)
    with django_capture_on_commit_callbacks(execute=True):
        actions.detach(other, actor=cast.chen, reason="和需求无关")
    assert AuditRecord.objects.filter(verb="attachment.removed").first().details == {"reason": "和需求无关"}
    assert kept(folder) == []


def test_only_its_own_people_add_files_and_not_without_end(cast, demand, client, monkeypatch):
    for stranger in (cast.lihua, cast.wang, cast.chen):
        client.force_login(stranger)
        given = {"file": SimpleUploadedFile("a.pdf", PDF)}
        assert client.post(reverse("attach-listing", args=[demand.reference]), given).status_code == 403
    client.force_login(cast.weihua)
    address = reverse("attach-listing", args=[demand.reference])
    page = client.post(address, {"file": SimpleUploadedFile("a.pdf", PDF)}, follow=True).content.decode()
    assert "已加上“a.pdf”" in page
    assert "没有收到文件" in client.post(address, {}, follow=True).content.decode()
    monkeypatch.setattr("chuanzhu_site.market.actions.attaching.MOST_FILES", 1)
    with pytest.raises(WrongState, match="最多 1 个附件"):
        attach(demand, cast.weihua, "b.pdf", PDF)
    actions.close_listing(demand, actor=cast.weihua, reason="不买了")
    with pytest.raises(WrongState, match="不能再加附件"):
        attach(demand, cast.weihua, "b.pdf", PDF)


def test_a_file_that_could_not_be_written_down_is_not_left_on_the_disk(cast, demand, folder, monkeypatch):
    def fail(*_given, **_values):
        raise RuntimeError

    monkeypatch.setattr("chuanzhu_site.accounts.audit.record", fail)
    with pytest.raises(RuntimeError):
        attach(demand, cast.weihua, "a.pdf", PDF)
    assert kept(folder) == []
