"""What public text may not carry without somebody having looked: ways to reach people, which would unmask a buyer."""

from __future__ import annotations

import re
from typing import Final

from chuanzhu.text import fold

_CONTACTS: Final = {
    "手机号": re.compile(r"(?<![0-9])1[3-9](?:[\s\-]?[0-9]){9}(?![0-9])"),
    "固定电话": re.compile(r"(?<![0-9])0[0-9]{2,3}[\s\-]?[1-9][0-9]{6,7}(?![0-9])"),
    "邮箱": re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"),
    "微信或QQ号": re.compile(r"(?:微信|vx|wx|v信|qq)\s*(?:号|同号)?\s*[::]?\s*[a-z0-9_\-]{5,}", re.IGNORECASE),
    "网址": re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
}


def contacts_in(text: str) -> tuple[str, ...]:
    """Name the ways of contact that a text gives away.

    >>> contacts_in("急购PA66,联系138 0013 8000"), contacts_in("规格13800 20吨")
    (('手机号',), ())
    """
    folded = fold(text)
    return tuple(name for name, pattern in _CONTACTS.items() if pattern.search(folded))
