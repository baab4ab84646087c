"""Pages of the lists by industry."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import xlsxwriter
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from chuanzhu.tables.styling import Column, Formats, Page, fill, open_sheet
from chuanzhu.taxonomy.regions import region_name
from chuanzhu_site.market.catalogue import GROUPINGS, WHO, from_after, kinds_in, listed, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from chuanzhu_site.market.models import Listing
    from chuanzhu_site.market.models.listings import ListingSet

_PAGE: Final = 50
_PRINTED: Final = 1000
_COLUMNS: Final = (
    Column(name="企业名称", width=30, style="strong"),
    Column(name="统一社会信用代码", width=20),
    Column(name="梯度", width=16),
    Column(name="地区", width=16),
    Column(name="类别", width=10),
    Column(name="产品或能力", width=26),
    Column(name="说明", width=48),
    Column(name="产能", width=14),
    Column(name="资质", width=20),
    Column(name="公开日期", width=11),
    Column(name="来源", width=26, style="quiet"),
)


@require_GET
def catalogue(request: HttpRequest, by: str = "chain") -> HttpResponse:
    """Show which lists there are, and how much each holds."""
    if by not in GROUPINGS:
        raise Http404
    tabs = [(code, grouping.title) for code, grouping in GROUPINGS.items()]
    return render(request, "market/catalogue.html", {"by": by, "tabs": tabs, "sections": parts(by)})


@require_GET
def roll(request: HttpRequest, by: str, code: str) -> HttpResponse:
    """Show one list, fifty rows a page, or all of it to be printed."""
    who, kind = _asked(request, by, code)
    whole = listed(by, code, who=who)
    rows = listed(by, code, who=who, kind=kind)
    is_printed = "print" in request.GET
    size = _PRINTED if is_printed else _PAGE
    page = list(from_after(rows, request.GET.get("after", ""))[: size + 1])
    context = {
        "by": by,
        "code": code,
        "name": GROUPINGS[by].names()[code],
        "who": who,
        "tabs": WHO.items(),
        "kind": kind,
        "kinds": kinds_in(whole),
        "rows": [(one, region_name(one.region or one.enterprise.region)) for one in page[:size]],
        "after": page[size - 1].reference if len(page) > size else "",
        "is_printed": is_printed,
        "today": timezone.localdate(),
    }
    return render(request, "market/roll.html", context)


def _asked(request: HttpRequest, by: str, code: str) -> tuple[str, str]:
    if by not in GROUPINGS or code not in GROUPINGS[by].names():
        raise Http404
    who = request.GET.get("who", "specialised")
    return (who if who in WHO else "specialised"), request.GET.get("kind", "")


@require_GET
def workbook(request: HttpRequest, by: str, code: str) -> HttpResponse:
    """Hand out one list as a workbook, with where each row comes from."""
    who, kind = _asked(request, by, code)
    name, today = GROUPINGS[by].names()[code], timezone.localdate()
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = Formats(book)
        note = f"{WHO[who]}公开的技术、产品和产能;{today.isoformat()} 从网站导出,以网站上的最新内容为准。"
        page = Page(name="发布清单", head=f"{name} 发布清单", note=note, columns=_COLUMNS)
        rows = _cells(listed(by, code, who=who, kind=kind))
        fill(open_sheet(book, formats, page), formats, page, rows, empty="这个清单里还没有公开的内容。")
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}-发布清单-{today:%Y%m%d}.xlsx")
    kind_of_file = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(
        content.getvalue(), content_type=kind_of_file, headers={"Content-Disposition": disposition or ""}
    )


def _cells(rows: ListingSet) -> Iterator[tuple[str, ...]]:
    for one in rows.iterator(1000):
        yield _row(one)


def _row(one: Listing) -> tuple[str, ...]:
    firm = one.enterprise.standing
    return (
        firm.name,
        firm.uscc or "",
        firm.get_tier_display() if firm.tier else "",
        region_name(one.region or firm.region),
        one.get_kind_display(),
        one.title,
        one.text,
        one.quantity,
        one.certificates,
        timezone.localtime(one.opened_at).date().isoformat() if one.opened_at else "",
        firm.source,
    )
