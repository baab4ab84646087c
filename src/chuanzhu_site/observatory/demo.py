"""The chain map of the demonstration: surveyed from the bundled lists, with a few made-up matters that say so."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils import timezone

from chuanzhu_site.observatory import surveying
from chuanzhu_site.observatory.models import Entry, Survey
from chuanzhu_site.observatory.programmes import programme_keys

_M, _P = Entry.Kind.MATTER, Entry.Kind.PROJECT
_D, _N, _X = Entry.State.DOING, Entry.State.PLANNED, Entry.State.DONE
_ENTRIES: Final = (
    # chain, work, county, kind, title, state, progress, days until it is due
    ("ay-steel", "工业技改", "410505", _P, "轧线节能改造", _D, 60, 90),
    ("ay-steel", "工业技改", "410506", _P, "铸造车间数字化改造", _D, None, 150),
    ("ay-steel", "助企服务", "410505", _M, "摸排链主采购清单", _D, 30, -5),
    ("ay-vehicle", "新上项目", "410522", _P, "汽车零部件加工项目", _N, None, 300),
    ("ay-vehicle", "开放合作", "410523", _M, "组织零部件对接会", _X, 100, -20),
    ("ay-equipment", "产业创新", "410502", _M, "征集中试需求", _D, 45, 60),
    ("ay-food", "助企服务", "410527", _M, "帮食品企业找包装供应商", _D, 20, 30),
    ("ay-textile", "开放合作", "410526", _M, "承接童装订单外溢", _N, None, 120),
    ("ay-medicine", "产业创新", "410523", _P, "康复设备检测平台筹建", _D, 35, 200),
    ("ay-electronics", "新上项目", "410581", _P, "电子材料二期", _D, 70, 45),
)


def load() -> None:
    """Survey every programme that has not been surveyed yet, and enter the made-up matters once."""
    for key in programme_keys():
        if not Survey.objects.finished(key).exists():
            surveying.survey(key)
    if not Entry.objects.exists():
        Entry.objects.bulk_create(_entries(timezone.localdate()))


def _entries(day: dt.date) -> list[Entry]:
    return [
        Entry(
            programme="anyang",
            chain=chain,
            work=work,
            region=county,
            kind=kind,
            title=f"{title}(示例)",
            owner="某单位(示例)",
            state=state,
            progress=progress,
            due_on=day + dt.timedelta(days=days),
            source="演示数据,虚构",
            source_date=day,
            is_synthetic=True,
        )
        for chain, work, county, kind, title, state, progress, days in _ENTRIES
    ]
