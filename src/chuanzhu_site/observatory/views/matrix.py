"""The matrix page, its cells, and the entries in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.observatory import actions, policies
from chuanzhu_site.observatory import matrix as cells
from chuanzhu_site.observatory.forms import EntryForm
from chuanzhu_site.observatory.models import Entry
from chuanzhu_site.observatory.programmes import chain_of, programme

if TYPE_CHECKING:
    from django.http import HttpResponse

    from chuanzhu.taxonomy.programmes import Programme
    from chuanzhu_site.accounts.requests import UserRequest

_SHOWN = 200


@login_required
@require_GET
def matrix(request: UserRequest, key: str) -> HttpResponse:
    """Show the whole matrix, or that of one county."""
    policies.need_staff(request.user)
    found, day = programme(key), timezone.localdate()
    if not found.works:
        raise Http404(f"“{found.name}”没有写工作和县区,画不出矩阵")
    county = request.GET.get("county", "")
    every = list(Entry.objects.filter(programme=key, kind__in=(Entry.Kind.MATTER, Entry.Kind.PROJECT)))
    context = {
        "programme": found,
        "county": county,
        "county_name": cells.short_name(found, county) if county in found.counties else "",
        "lines": cells.lines(found, every, county=county if county in found.counties else "", on=day),
        "counties": cells.counties(found, every, on=day),
        "is_synthetic": any(one.is_synthetic for one in every),
    }
    return render(request, "observatory/matrix.html", context)


@login_required
@require_GET
def entries(request: UserRequest, key: str, slug: str, work: int = 0) -> HttpResponse:
    """List what stands in a cell, or everything of a chain where no kind of work is given."""
    policies.need_staff(request.user)
    found, day = programme(key), timezone.localdate()
    county = request.GET.get("county", "")
    shown = Entry.objects.filter(programme=key, chain=slug).select_related("changed_by")
    if work:
        shown = shown.filter(work=_work(found, work))
    if county:
        shown = shown.filter(region=county)
    context = {
        "programme": found,
        "chain": chain_of(found, slug),
        "work": _work(found, work) if work else "",
        "county": county,
        "county_name": cells.short_name(found, county) if county else "",
        "entries": [(one, cells.short_name(found, one.region), cells.is_late(one, on=day)) for one in shown[:_SHOWN]],
        "is_synthetic": any(one.is_synthetic for one in shown),
    }
    return render(request, "observatory/entries.html", context)


def _work(found: Programme, number: int) -> str:
    if not 1 <= number <= len(found.works):
        raise Http404
    return found.works[number - 1]


@login_required
@require_http_methods(["GET", "POST"])
def write(request: UserRequest, key: str, slug: str) -> HttpResponse:
    """Write a new entry of a chain."""
    policies.need_staff(request.user)
    chain_of(programme(key), slug)
    entry = Entry(programme=key, chain=slug, region=request.GET.get("county", ""), work=request.GET.get("work", ""))
    entry.kind, entry.source_date = request.GET.get("kind", Entry.Kind.MATTER), timezone.localdate()
    return _edit(request, entry)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Change an entry."""
    policies.need_staff(request.user)
    return _edit(request, get_object_or_404(Entry, pk=pk))


def _edit(request: UserRequest, entry: Entry) -> HttpResponse:
    found = programme(entry.programme)
    form = EntryForm(request.POST or None, programme=found, initial=model_to_dict(entry))
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            saved = actions.save_entry(entry, values=form.values(), actor=request.user, version=version)
        except PermissionDenied:
            form.add_error("region", "这里不是您管的地区,请那里的干部来填")
        except ChuanzhuError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已保存:{saved.title}")
            return redirect(_address(found, saved))
    context = {"form": form, "entry": entry, "programme": found, "chain": chain_of(found, entry.chain)}
    return render(request, "observatory/entry.html", context, status=422 if form.errors else 200)


def _address(found: Programme, entry: Entry) -> str:
    if entry.work in found.works:
        return reverse("cell", args=(found.key, entry.chain, found.works.index(entry.work) + 1))
    return reverse("entries", args=(found.key, entry.chain))
