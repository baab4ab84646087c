"""A number with what it rests on: its coverage and the sentence that explains it. "Not known" is a value of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure of a chain in a region.

    ``value`` is None where nothing is known, which is neither 0 nor 100 %. ``coverage`` is the share of what the
    figure speaks of that it is computed from, None where even that is not known. ``words`` explains it to a clerk.
    """

    name: str
    value: float | None
    coverage: float | None
    words: str
    unit: str = ""


def not_known(name: str, why: str, *, coverage: float | None = None, unit: str = "") -> Measure:
    """Return a measure without a value, with the reason.

    >>> not_known("配套率", "没有采购数据").words
    '不清楚:没有采购数据'
    """
    return Measure(name=name, value=None, coverage=coverage, words=f"不清楚:{why}", unit=unit)


def percent(share: float) -> str:
    """Write a share for people; what is not quite nothing or not quite all is not rounded to it.

    >>> percent(0.416), percent(0.001), percent(0.999), percent(1.0)
    ('42%', '不到 1%', '超过 99%', '100%')
    """
    rounded = round(share * 100)
    if rounded == 0 and share > 0:
        return "不到 1%"
    if rounded == 100 and share < 1:  # noqa: PLR2004 (per cent)
        return "超过 99%"
    return f"{rounded}%"
