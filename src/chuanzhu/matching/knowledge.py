"""What the trade knows, put together once: its lexicon, the meaning of words, and a mark that tells versions apart."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import Final

from chuanzhu.matching.descriptions import Descriptions, bundled_descriptions
from chuanzhu.matching.meaning import Meaning, bundled_meaning
from chuanzhu.taxonomy.lexicon import Lexicon, bundled_lexicon

_READING: Final = 1
# Raise it when names are read in another way than before (products.py, text.py): what older indexes hold was read in
# the old way, and their owners are then told to build them anew.


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """The lexicon, the meaning of words, and what describes each concept.

    ``mark`` is a digest of all data files that an index depends on.
    """

    lexicon: Lexicon
    meaning: Meaning
    descriptions: Descriptions
    mark: str


@functools.cache
def bundled_knowledge() -> Knowledge:
    """Return the knowledge that comes with this library, read once per process."""
    return Knowledge(
        lexicon=bundled_lexicon(), meaning=bundled_meaning(), descriptions=bundled_descriptions(), mark=_mark()
    )


def _mark() -> str:
    data = resources.files("chuanzhu") / "data"
    files = sorted((data / "lexicon").iterdir(), key=lambda entry: entry.name)
    digest = hashlib.blake2b(str(_READING).encode(), digest_size=12)
    for file in (*files, data / "meaning.npz"):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
