"""The chain map of the demonstration: surveyed from the bundled lists of public supplies."""

from __future__ import annotations

from chuanzhu_site.observatory import surveying
from chuanzhu_site.observatory.models import Survey
from chuanzhu_site.observatory.programmes import programme_keys


def load() -> None:
    """Survey every programme that has not been surveyed yet."""
    for key in programme_keys():
        if not Survey.objects.finished(key).exists():
            surveying.survey(key)
