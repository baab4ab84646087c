"""The matcher's indexes, one for each kind, in the data folder: a cache of what the database shows.

Only the worker of short tasks writes them. What is missing, outdated or damaged is built anew from the database: losing
them costs time and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings

from chuanzhu import Matcher
from chuanzhu.matching import IndexFault
from chuanzhu_site.market import bridge
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.models import Listing
from chuanzhu_site.market.models.listings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chuanzhu.model import Supply
    from chuanzhu_site.market.models.listings import ListingSet

_CHUNK: Final = 1000
_opened: Final[dict[Path, Matcher]] = {}


def matcher_of(kind: str) -> Matcher:
    """Return the matcher over what is shown of a kind: opened once a process, built where there is none to open."""
    path = _path(kind)
    if path not in _opened:
        try:
            _opened[path] = Matcher.open(path)
        except IndexFault:
            rebuild(kind)
    return _opened[path]


def reader_of(kind: str) -> Matcher:
    """Return the matcher over a kind for a process that only asks, such as a page. Raises IndexFault, writes nothing.

    A matcher looks at each question whether the index was written since, so what the worker files is found at once.
    """
    path = _path(kind)
    if path not in _opened:
        _opened[path] = Matcher.open(path)
    return _opened[path]


def refile(listing: Listing) -> None:
    """Bring the index of a listing's kind in line with the listing: in it while it is shown, else out of it."""
    matcher = matcher_of(listing.kind)
    try:
        if _shown(listing.kind).filter(pk=listing.pk).exists():
            matcher.add([bridge.filed(listing)])
        else:
            matcher.remove([listing.reference])
    except IndexFault:
        rebuild(listing.kind)


def check() -> tuple[str, ...]:
    """Rebuild the indexes that cannot be opened or hold another number than the database; return their kinds."""
    lacking = tuple(kind for kind in KINDS if not _is_whole(kind))
    for kind in lacking:
        rebuild(kind)
    return lacking


def rebuild(kind: str) -> int:
    """Write the index of a kind anew from the database; return how many listings it holds."""
    _opened.pop(_path(kind), None)
    _opened[_path(kind)] = Matcher.create(_path(kind), _records(kind))
    return len(_opened[_path(kind)])


def _is_whole(kind: str) -> bool:
    try:
        return len(Matcher.open(_path(kind))) == _shown(kind).count()
    except IndexFault:
        return False


def _path(kind: str) -> Path:
    folder: Path = settings.ENVIRONMENT.folder
    return folder / "index" / kind


def _shown(kind: str) -> ListingSet:
    """Return what may be found of a kind: a supply for invited eyes only is not offered to strangers."""
    shown = Listing.objects.filter(kind=kind, state__in=SHOWN)
    return shown.exclude(privacy=Listing.Privacy.INVITED) if KINDS[kind].side == "supply" else shown


def _records(kind: str) -> Iterator[Supply]:
    for listing in _shown(kind).select_related("enterprise").order_by("pk").iterator(_CHUNK):
        yield bridge.filed(listing)
