"""The programmes of chains this installation works on: those that come with the library, and its own files."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404

from chuanzhu.taxonomy.programmes import bundled_programme, bundled_programmes, load_programme

if TYPE_CHECKING:
    from chuanzhu.taxonomy.programmes import Chain, Programme


def programme_keys() -> tuple[str, ...]:
    """Return the short names of all programmes: a province's or city's own folders, then those that come with us."""
    return _keys(Path(settings.PROGRAMMES_ROOT))


def programme(key: str) -> Programme:
    """Return a programme, read once in a process. Raises Http404 for an unknown key."""
    if key not in programme_keys():
        raise Http404(f"没有产业链方案“{key}”")
    return _programme(Path(settings.PROGRAMMES_ROOT), key)


def chain_of(found: Programme, slug: str) -> Chain:
    """Return a chain of a programme. Raises Http404 for an unknown one."""
    for chain in found.chains:
        if chain.slug == slug:
            return chain
    raise Http404(f"“{found.name}”里没有产业链“{slug}”")


@functools.cache
def _keys(folder: Path) -> tuple[str, ...]:
    own = sorted(path.name for path in folder.iterdir() if (path / "programme.csv").exists()) if folder.exists() else []
    return tuple(dict.fromkeys([*own, *reversed(bundled_programmes())]))


@functools.cache
def _programme(folder: Path, key: str) -> Programme:
    return load_programme(folder / key) if (folder / key).exists() else bundled_programme(key)
