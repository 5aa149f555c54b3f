"""Bands of filters and facets: what the engine is asked for each. Pure."""

from __future__ import annotations

from search.requests import AnyOf, Band, BandsFacet, Filter, Overlap, Range
from talentmarket.core.folding import whole_number
from talentmarket.discovery.understanding import span_of

#: (code, least years, most years) as the trade says them.
YEARS_BANDS = (
    ("0-1", 0, 1),
    ("1-3", 1, 3),
    ("3-5", 3, 5),
    ("5-10", 5, 10),
    ("10-", 10, None),
)
EDUCATION_RANKS = (0, 4, 5, 6, 7)
POSTED_DAYS = (3, 7, 30)


def years_facet(field: str, *, span: bool) -> BandsFacet:
    """Experience in bands; `span`: the document holds a range."""
    return BandsFacet(
        "years",
        tuple(Band(code, years_filter(field, code, span=span)) for code, _, _ in YEARS_BANDS),
    )


def years_filter(field: str, code: str, *, span: bool) -> Filter:
    """The filter of one experience band (its upper end is not in it, so that none is counted twice
    by a single number)."""
    low, high = span_of(code)
    if span:
        return Overlap(field, (low or 0) + (1 if low else 0), high)
    return Range(field, low, None if high is None else max(high - 1, 0))


def education_facet() -> BandsFacet:
    """Education by rank: none asked, college, bachelor, master, doctor."""
    return BandsFacet(
        "education",
        tuple(Band(str(rank), education_filter(str(rank))) for rank in EDUCATION_RANKS),
    )


def education_filter(code: str) -> Filter:
    """Exactly this rank; the lowest band takes all below the next."""
    rank = whole_number(code, 9) or 0
    return Range("education_rank", rank, 3 if rank == 0 else rank)


def posted_facet(now: int) -> BandsFacet:
    """Published within so many days."""
    return BandsFacet(
        "posted", tuple(Band(str(days), posted_filter(str(days), now)) for days in POSTED_DAYS)
    )


def posted_filter(code: str, now: int) -> Filter:
    """Published within `code` days before `now` (seconds)."""
    days = whole_number(code, 365) or 30
    return Range("published_at", low=now - days * 86_400)


def any_band(name: str, codes: tuple[str, ...], now: int) -> Filter:
    """The filter of the chosen bands of a job facet, in that facet's group."""
    make = {
        "years": lambda code: years_filter("years", code, span=True),
        "education": education_filter,
        "posted": lambda code: posted_filter(code, now),
    }[name]
    return AnyOf(tuple(make(code) for code in codes), group=name)
