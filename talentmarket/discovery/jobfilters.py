"""The filters and facets of the job search: what its address can say, as an engine is asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType

from search.requests import Facet, Filter, Range, Terms, TermsFacet
from talentmarket.core import clock
from talentmarket.discovery import asking

#: Filters of the address → field of the document; bands are made apart.
TERMS = MappingProxyType(
    {
        "occupation": "occupation_path",
        "region": "regions",
        "skill": "skills",
        "pay": "pay_bands",
        "kind": "kind",
        "mode": "work_mode",
        "rest": "rest_days",
        "channel": "channel",
        "nature": "nature",
        "size": "size",
        "industry": "industry",
        "origin": "origin",
        "employer": "employer",
        "benefit": "benefits",
    }
)
BANDS = ("years", "education", "posted")
#: Codes counted in each facet: all there are of a short table, the most frequent of a long one.
_LINES = MappingProxyType(
    {
        "channel": 10,
        "pay": 30,
        "skill": 60,
        "nature": 30,
        "size": 30,
        "industry": 120,
        "rest": 10,
        "kind": 10,
        "mode": 10,
        "origin": 10,
        "occupation": 300,
        "region": 300,
    }
)
FACETS = (*_LINES, *BANDS)
#: Seconds: a day of the exchange's zone begins with one.
_QUARTER = 900


def still_valid(now: int) -> Filter:
    """What always holds: a posting is valid through the end of its last day.

    Documents hold the beginning of that day; all moments of a day ask for the same.
    """
    return _still_valid(now - now % _QUARTER)


@lru_cache(maxsize=8)
def _still_valid(now: int) -> Filter:
    """Found once for each quarter of an hour, since each search asks for it."""
    day = clock.local(datetime.fromtimestamp(now, UTC)).date()
    return Range("valid_until", low=int(clock.start_of_day(day).timestamp()), or_missing=True)


def chosen(filters: Mapping[str, tuple[str, ...]], now: int) -> list[Filter]:
    """The filters of an address. Each stands in the group of its facet, which ignores it."""
    found: list[Filter] = []
    for name, codes in filters.items():
        if codes and name in TERMS:
            found.append(Terms(TERMS[name], codes, group=name))
        elif codes and name in BANDS:
            found.append(asking.any_band(name, codes, now))
    return found


def facets(now: int) -> tuple[Facet, ...]:
    """Everything that is counted beside a search; `now` in seconds."""
    return (
        *(TermsFacet(TERMS[name], size=size, name=name) for name, size in _LINES.items()),
        asking.years_facet("years", span=True),
        asking.education_facet(),
        asking.posted_facet(now),
    )
