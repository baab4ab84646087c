"""Enterprises that may be entered twice: what an officer is shown before deciding, nothing is merged by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from chuanzhu.text import squeeze
from chuanzhu_site.accounts.models import Enterprise, Merge, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chuanzhu_site.accounts.models import User

_FORM: Final = re.compile(r"(?:有限责任公司|股份有限公司|有限公司|集团公司|分公司|公司|集团|厂)$")
_ASIDE: Final = re.compile(r"\([^()]*\)")
_PAIRS: Final = 30
_FOUND: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records that may be one enterprise: ``kept`` the one with a credit code, or the older one."""

    kept: Enterprise
    absorbed: Enterprise


def name_key(name: str) -> str:
    """Return what two spellings of one name share: no blanks and brackets, no legal form.

    >>> name_key("安阳 某某机械（集团）有限公司"), name_key("安阳某某机械")
    ('安阳某某机械', '安阳某某机械')
    """
    return _FORM.sub("", _ASIDE.sub("", squeeze(name)))


def overseen(user: User) -> Q:
    """Return the condition for enterprises in the regions where a person reviews."""
    inside = Q(pk=None)
    for scope in user.scopes.live().exclude(role=Scope.Role.BROKER):
        inside |= scope.condition("region") if scope.region else Q(pk__isnull=False)
    return inside


def likely_pairs(user: User) -> list[Pair]:
    """Return records of the same name inside one's region, where at most one of the two has a credit code."""
    rows = Enterprise.objects.standing().filter(overseen(user)).values_list("name", "pk", "uscc")
    keyed = sorted((name_key(name), not uscc, pk) for name, pk, uscc in rows.iterator(2000))
    twins: list[tuple[int, int]] = []
    for _, group in groupby(keyed, key=lambda entry: entry[0]):
        (_, _, first), *others = group
        twins += [(first, pk) for _, lacks_code, pk in others if lacks_code]
        if len(twins) >= _PAIRS:
            break
    return _pairs(twins[:_PAIRS])


def _pairs(twins: Iterable[tuple[int, int]]) -> list[Pair]:
    twins = list(twins)
    known = Enterprise.objects.in_bulk([pk for pair in twins for pk in pair])
    return [Pair(kept=known[kept], absorbed=known[absorbed]) for kept, absorbed in twins]


def found_by(words: str, *, user: User) -> list[Enterprise]:
    """Return the records inside one's region whose name or credit code holds the words."""
    asked = words.strip()
    if not asked:
        return []
    named = Q(name__icontains=asked) | Q(former_names__name__icontains=asked) | Q(uscc__startswith=asked.upper())
    return list(Enterprise.objects.standing().filter(named).filter(overseen(user)).distinct()[:_FOUND])


def merges_of(user: User) -> list[Merge]:
    """Return the merges that stand and whose result lies inside one's region, the last first."""
    kept = Enterprise.objects.filter(overseen(user))
    rows = Merge.objects.filter(undone_at=None, kept__in=kept).select_related("kept", "absorbed", "done_by")
    return list(rows.order_by("-pk")[:_FOUND])
