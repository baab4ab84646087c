"""Confirming, refusing and entering placements: the survey proposes, an officer of the region decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuanzhu_site.accounts import audit
from chuanzhu_site.accounts.refusals import WrongState, need_reason
from chuanzhu_site.observatory import policies
from chuanzhu_site.observatory.models import NodePlacement, Survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chuanzhu_site.accounts.models import Enterprise, User


@transaction.atomic
def decide_placement(placement: NodePlacement, *, is_right: bool, actor: User, note: str = "") -> NodePlacement:
    """Confirm that an enterprise stands at a node, or refuse it with the reason; later surveys leave it alone."""
    placement = NodePlacement.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=placement.pk)
    policies.may_correct(actor, placement.enterprise)
    placement.note = note.strip() if is_right else need_reason(note, of="否定归位")
    placement.standing = NodePlacement.Standing.CONFIRMED if is_right else NodePlacement.Standing.REFUSED
    placement.decided_by, placement.decided_at = actor, timezone.now()
    placement.save()
    _record(placement, "placement.confirm" if is_right else "placement.refuse", actor)
    return placement


@transaction.atomic
def enter_placement(
    enterprise: Enterprise, *, programme: str, node: str, values: Mapping[str, Any], actor: User
) -> NodePlacement:
    """Enter by hand that an enterprise stands at a node; raises WrongState where it stands there already."""
    policies.may_correct(actor, enterprise)
    standing = NodePlacement.objects.filter(programme=programme, enterprise=enterprise, node=node, until=None)
    old = standing.select_for_update().first()
    if old and old.standing != NodePlacement.Standing.REFUSED:
        raise WrongState(f"“{enterprise}”已经在这个环节上了;要改就先否定原来那条")
    if old:
        old.until = max(old.since, values["since"])
        old.save(update_fields=["until"])
    placement = NodePlacement.objects.create(
        programme=programme,
        enterprise=enterprise,
        node=node,
        standing=NodePlacement.Standing.ENTERED,
        decided_by=actor,
        decided_at=timezone.now(),
        **values,
    )
    _record(placement, "placement.enter", actor)
    return placement


def _record(placement: NodePlacement, verb: str, actor: User) -> None:
    """Write down who did it, and let every process that holds the map in memory load it again."""
    region, note = placement.enterprise.region, placement.note
    audit.record(actor, verb, placement, region=region, node=placement.node, note=note, source=placement.source)
    newest = Survey.objects.finished(placement.programme).values("pk")[:1]
    Survey.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(revision=F("revision") + 1)
