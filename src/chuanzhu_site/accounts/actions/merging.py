"""Merging two records of one enterprise, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chuanzhu_site.accounts import audit, policies
from chuanzhu_site.accounts.models import Enterprise, Merge
from chuanzhu_site.accounts.refusals import WrongState, need_reason

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models import User


@transaction.atomic
def merge_enterprises(kept: Enterprise, absorbed: Enterprise, *, actor: User, reason: str) -> Merge:
    """Let ``kept`` stand for ``absorbed`` too. Two different credit codes are two enterprises and are refused."""
    kept, absorbed = _locked(kept, absorbed)
    for enterprise in (kept, absorbed):
        policies.may_review(actor, enterprise.region)
    if kept == absorbed or kept.merged_into_id or absorbed.merged_into_id:
        raise WrongState("只能合并两条不同的、都还没有并入别人的企业记录")
    if kept.uscc and absorbed.uscc:
        raise WrongState(f"两条记录的统一社会信用代码不同({kept.uscc}、{absorbed.uscc}),是两家企业,不能合并")
    repointed = list(absorbed.absorbed.values_list("pk", flat=True))
    Enterprise.objects.filter(pk__in=[*repointed, absorbed.pk]).update(merged_into=kept)
    merge = Merge.objects.create(
        kept=kept, absorbed=absorbed, done_by=actor, repointed=repointed, reason=need_reason(reason, of="合并")
    )
    audit.record(actor, "enterprise.merged", kept, region=kept.region, absorbed=absorbed.pk, reason=merge.reason)
    return merge


@transaction.atomic
def unmerge_enterprises(merge: Merge, *, actor: User) -> Merge:
    """Take a merge back: every record stands again for what it stood for before. The last merge comes first."""
    kept, absorbed = _locked(merge.kept, merge.absorbed)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    policies.may_review(actor, kept.region)
    if merge.undone_at:
        raise WrongState("这次合并已经撤销过了")
    if absorbed.merged_into_id != kept.pk:
        raise WrongState(f"“{kept}”后来又并入了别的企业;请先撤销那一次合并")
    absorbed.merged_into = None
    absorbed.save()
    Enterprise.objects.filter(pk__in=merge.repointed).update(merged_into=absorbed)
    merge.undone_by, merge.undone_at = actor, timezone.now()
    merge.save()
    audit.record(actor, "enterprise.unmerged", kept, region=kept.region, absorbed=absorbed.pk)
    return merge


def _locked(one: Enterprise, other: Enterprise) -> tuple[Enterprise, Enterprise]:
    """Lock both in the order of their keys, so that two merges at once wait for each other instead of blocking."""
    rows = {
        row.pk: row for row in Enterprise.objects.select_for_update().order_by("pk").filter(pk__in=(one.pk, other.pk))
    }
    return rows[one.pk], rows[other.pk]
