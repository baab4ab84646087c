"""What public text may not carry without somebody having looked.

Ways to reach people, which would unmask a buyer and lead the deal away from the record; words that no bureau wants on
its pages; and in a masked listing the name of its own enterprise. What an installation wants held beyond that stands
in ``words.txt`` in its folder, a word a line.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings

from chuanzhu.taxonomy.regions import find_regions
from chuanzhu.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from chuanzhu_site.accounts.models import Enterprise

_NUMERALS: Final = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_CONTACTS: Final = {
    "手机号": re.compile(r"(?<![0-9])1[3-9](?:[\s\-.·_]{0,2}[0-9]){9}(?![0-9])"),
    "固定电话": re.compile(
        r"(?<![0-9])\(?0[0-9]{2,3}\)?[\s\-]{0,2}[1-9][0-9]{6,7}(?![0-9])|(?<![0-9])[48]00[\s\-]?[0-9]{3}[\s\-]?[0-9]{4}(?![0-9])"
    ),
    "邮箱": re.compile(r"[\w.+\-]+\s?(?:@|\(at\)|\[at\])\s?[\w\-]+(?:\.[\w\-]+)+"),
    "微信或QQ号": re.compile(
        r"(?:微信|薇信|威信|v信|扣扣|(?<![a-z])(?:vx|wx|wechat|qq))\s*(?:号|群|同号)?\s*(?:是|为)?\s*[::]?\s*[a-z0-9_\-]{5,}"
        r"|加(?:我|个)?\s*(?:微信|薇信|威信|v信|vx|v(?![a-z0-9]))|微信同号"
    ),
    "网址": re.compile(
        r"https?://\S+|(?<![@\w.\-])(?:www\.\S+|[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.(?:com|cn|net|org|top|vip|xyz|shop|ltd)(?![a-z0-9]))"
    ),
    "二维码": re.compile(
        r"扫(?:一扫|描|码)?.{0,6}(?:加我|联系|关注|添加|进群|二维码)|(?:见|看|附|下方|加|我的|识别).{0,4}二维码|二维码.{0,2}(?:联系|添加|加我|见|如下)"
    ),
}
_WORDS: Final = {
    "违禁品": ("枪支", "弹药", "炸药", "雷管", "毒品", "冰毒", "管制刀具", "易制毒", "易制爆", "剧毒"),
    "票证": ("代开发票", "代开票", "虚开", "假发票", "假证", "资质挂靠", "挂靠资质", "借用资质", "买卖资质"),
    "违法金融": ("套现", "洗钱", "高利贷", "套路贷", "裸贷", "传销"),
    "赌博色情": ("赌博", "博彩", "色情", "裸聊"),
    "涉密": ("绝密", "机密级", "秘密级", "涉密", "内部文件"),
}
_LOCAL: Final = "本地词"
_LEGAL_FORM: Final = re.compile(r"\([^)]*\)|(?:股份|有限|责任|集团|总|分|子)*公司$|集团$|厂$")
_SHORTEST_NAME: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is held: what it is called, and where in the text it stands."""

    name: str
    start: int
    end: int


def findings(text: str, *, own: Enterprise | None = None) -> tuple[Finding, ...]:
    """Find all that has to be looked at, in the order of the text; ``own`` is the enterprise that may not be named."""
    folded = fold(text)
    found = [*_contacts(folded), *_words(folded), *(_names(folded, own) if own else ())]
    return tuple(sorted(found, key=lambda one: (one.start, one.name)))


def _contacts(folded: str) -> Iterator[Finding]:
    for name, pattern in _CONTACTS.items():
        texts = {folded, folded.translate(_NUMERALS)} if name == "手机号" else {folded}
        spans = {match.span() for text in texts for match in pattern.finditer(text)}
        yield from (Finding(name=name, start=start, end=end) for start, end in spans)


def _words(folded: str) -> Iterator[Finding]:
    for category, words in [*_WORDS.items(), (_LOCAL, local_words())]:
        for word in words:
            yield from _every(folded, word, name=f"敏感词({category})")


def _names(folded: str, own: Enterprise) -> Iterator[Finding]:
    for name in {fold(own.name), core_of(own.name)}:
        if len(name) >= _SHORTEST_NAME:
            yield from _every(folded, name, name="本企业名称")


def _every(folded: str, word: str, *, name: str) -> Iterator[Finding]:
    for match in re.finditer(re.escape(word), folded):
        yield Finding(name=name, start=match.start(), end=match.end())


def core_of(name: str) -> str:
    """Return what people call an enterprise: without its legal form and the place in front.

    >>> core_of("河南省某起重机集团有限公司"), core_of("某铸造厂(示例)")
    ('某起重机', '某铸造')
    """
    folded = fold(name)
    bare = _LEGAL_FORM.sub("", _LEGAL_FORM.sub("", folded))
    ends = [place.end for place in find_regions(bare) if place.start == 0]
    return bare[max(ends, default=0) :].removeprefix("省").removeprefix("市")


def local_words() -> tuple[str, ...]:
    """Return the installation's own words, as the file stands now."""
    file: Path = settings.ENVIRONMENT.folder / "words.txt"
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else ()


@functools.lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> tuple[str, ...]:
    lines = (fold(line.strip()) for line in file.read_text("utf-8-sig", "replace").splitlines())
    return tuple(sorted({line for line in lines if line}))


def contacts_in(text: str) -> tuple[str, ...]:
    """Name the ways of contact that a text gives away.

    >>> contacts_in("急购PA66,联系138 0013 8000"), contacts_in("规格13800 20吨")
    (('手机号',), ())
    """
    return tuple(name for name in _CONTACTS if any(one.name == name for one in _contacts(fold(text))))


def names_in(text: str, *, own: Enterprise) -> bool:
    """Tell whether a text names this enterprise."""
    return any(_names(fold(text), own))


def why_held(text: str, *, own: Enterprise | None = None) -> str:
    """Say what has to be looked at in a text before it is shown; empty where nothing has.

    >>> why_held("代开发票,加微信")
    '敏感词(票证)、微信或QQ号'
    """
    return "、".join(dict.fromkeys(one.name for one in findings(text, own=own)))


def marked(texts: Iterable[str], *, own: Enterprise | None = None) -> list[tuple[str, str]]:
    """Cut texts into (piece, name of what was found in it or ""), for the page on which somebody looks."""
    pieces = []
    for text in texts:
        at = 0
        for one in findings(text, own=own):
            if one.start >= at:
                pieces += [(text[at : one.start], ""), (text[one.start : one.end], one.name)]
                at = one.end
        pieces.append((text[at:], ""))
    return [piece for piece in pieces if piece[0]]
