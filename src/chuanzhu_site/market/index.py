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
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from chuanzhu.model import Supply
    from chuanzhu_site.market.models.listings import ListingSet

_CHUNK: Final = 1000
_MENDED_AT_MOST: Final = 2000
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


def refile(listings: Iterable[Listing]) -> None:
    """Bring the indexes in line with some listings: those that are shown are in, all others out; one write a kind."""
    by_kind: dict[str, list[Listing]] = {}
    for listing in listings:
        by_kind.setdefault(listing.kind, []).append(listing)
    for kind, some in by_kind.items():
        _refile(kind, some)


def _refile(kind: str, listings: Sequence[Listing]) -> None:
    matcher = matcher_of(kind)
    shown = set(_shown(kind).filter(pk__in=[listing.pk for listing in listings]).values_list("pk", flat=True))
    gone = [listing.reference for listing in listings if listing.pk not in shown]
    try:
        if shown:
            matcher.add([bridge.filed(listing) for listing in listings if listing.pk in shown])
        if gone:
            matcher.remove(gone)
    except IndexFault:
        rebuild(kind)


def check() -> dict[str, tuple[int, ...]]:
    """Compare every index with the database, listing by listing, and bring it in line.

    Return the kinds that differed, each with the listings that had changed: none of them where all was built anew.
    Two changes that leave the number as it was are seen too.
    """
    return {kind: changed for kind in KINDS if (changed := _mended(kind)) is not None}


def trouble() -> str:
    """Say which kinds have listings to be found and no index that can be opened."""
    return ", ".join(f"{kind} cannot be read" for kind in KINDS if not _can_be_read(kind))


def _can_be_read(kind: str) -> bool:
    try:
        reader_of(kind)
    except IndexFault:
        return not _shown(kind).exists()
    return _path(kind).exists()


def _mended(kind: str) -> tuple[int, ...] | None:
    """Return the listings of which an index knew another version; None where it was in line."""
    try:
        changed, gone = _differences(kind)
        if not changed and not gone:
            return None
        if len(changed) + len(gone) <= _MENDED_AT_MOST:
            matcher = matcher_of(kind)
            matcher.remove(gone)
            matcher.add(map(bridge.filed, changed))
            return tuple(listing.pk for listing in changed)
    except IndexFault:
        pass
    rebuild(kind)
    return ()


def _differences(kind: str) -> tuple[list[Listing], set[str]]:
    """Return the listings that the index lacks or holds otherwise, and the references of which it holds too many.

    Raises IndexFault where it cannot be read.
    """
    held = {supply.id: hash(supply) for supply in Matcher.open(_path(kind)).supplies()}
    shown = _shown(kind).select_related("enterprise").order_by("pk").iterator(_CHUNK)
    changed = [listing for listing in shown if held.pop(listing.reference, None) != hash(bridge.filed(listing))]
    present = {listing.reference for listing in changed}
    return changed, held.keys() - present


def rebuild(kind: str) -> int:
    """Write the index of a kind anew from the database; return how many listings it holds."""
    _opened.pop(_path(kind), None)
    _opened[_path(kind)] = Matcher.create(_path(kind), _records(kind))
    return len(_opened[_path(kind)])


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
