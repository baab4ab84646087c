"""Keeping the cells of the matrix: what is to be done, by whom, how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import StaleForm
from chuanzhu_site.observatory import policies
from chuanzhu_site.observatory.models import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chuanzhu_site.accounts.models import User

EDITED: Final = (
    "work",
    "region",
    "kind",
    "title",
    "owner",
    "state",
    "progress",
    "begins_on",
    "due_on",
    "note",
    "source",
    "source_date",
)


@transaction.atomic
def save_entry(entry: Entry, *, values: Mapping[str, Any], actor: User, version: int | None = None) -> Entry:
    """Write a new entry or an edited one, as an officer of its county; raises StaleForm where another edit came first.

    Moving an entry to another county needs the right in both.
    """
    is_new = entry.pk is None
    if not is_new:
        entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        policies.may_edit_entry(actor, entry.region)
        if version != entry.version:
            raise StaleForm("这一条刚刚被别人改过,您的修改没有保存;请刷新页面,在最新内容上再改")
    policies.may_edit_entry(actor, values["region"])
    before = {name: str(getattr(entry, name)) for name in EDITED}
    for name in EDITED:
        setattr(entry, name, values[name])
    entry.version += not is_new
    entry.changed_by = actor
    entry.save()
    changes = {name: [before[name], str(values[name])] for name in EDITED if before[name] != str(values[name])}
    audit.record(actor, "entry.write" if is_new else "entry.edit", entry, region=entry.region, changes=changes)
    return entry
