"""What a token may be allowed to do (接口权限): reading or writing, resource by resource."""

from __future__ import annotations

from typing import Final

RESOURCES: Final = {
    "enterprises": "本企业资料",
    "listings": "供给和需求",
    "matches": "匹配和理由",
    "engagements": "对接和报价",
    "messages": "私信和问答",
    "notifications": "您本人的通知",
    "webhooks": "回调",
}
READ_ONLY: Final = frozenset({"enterprises"})
MODES: Final = {"read": "读", "write": "写"}
SCOPES: Final = {
    f"{resource}:{mode}": f"{MODES[mode]}{name}"
    for resource, name in RESOURCES.items()
    for mode in MODES
    if not (mode == "write" and resource in READ_ONLY)
}
