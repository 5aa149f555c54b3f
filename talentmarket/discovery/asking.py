"""From an understood query and chosen filters to what the engine is asked. Pure.

Why each weight: docs/relevance.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from search.requests import (
    Alternative,
    AnyOf,
    Band,
    BandsFacet,
    Concept,
    Filter,
    Overlap,
    Range,
    Terms,
)
from talentmarket.core.folding import whole_number
from talentmarket.discovery.understanding import Piece, span_of
from talentmarket.taxonomy.model import get_taxonomy

CONCEPT_WEIGHT = 4.0
OCCUPATION_WEIGHT = 4.0
SUBCLASS_WEIGHT = 1.0

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


def concepts(pieces: Iterable[Piece], occupation_field: str) -> tuple[Concept, ...]:
    """Skills and occupations of a query. `occupation_field`: as the kind's documents call it."""
    found = []
    for piece in pieces:
        if piece.kind == "skill":
            ways: tuple[Alternative, ...] = (
                Alternative("concepts", (piece.code,), CONCEPT_WEIGHT),
            )
            found.append(Concept(ways, words=piece.text))
        elif piece.kind == "occupation":
            above = piece.code.rsplit("-", 1)[0]
            ways = (
                Alternative(occupation_field, (piece.code,), OCCUPATION_WEIGHT),
                Alternative("occupation_path", (above,), SUBCLASS_WEIGHT),
            )
            found.append(Concept(ways, words=piece.text))
    return tuple(found)


def job_limits(pieces: Iterable[Piece]) -> list[Filter]:
    """Limits that were typed: place, education, years, pay, kind, work mode, rest."""
    found: list[Filter] = []
    regions = tuple(piece.code for piece in pieces if piece.kind == "region")
    if regions:
        found.append(Terms("regions", regions))
    for piece in pieces:
        low, high = span_of(piece.code) if piece.kind in ("pay", "years") else (None, None)
        if piece.kind == "pay":
            found.append(Overlap("pay", _fen(low), _fen(high)))
        elif piece.kind == "years":
            found.append(Overlap("years", low, high, or_missing=True))
        elif piece.kind == "education":
            found.append(Range("education_rank", high=education_rank(piece.code), or_missing=True))
        elif piece.kind in ("kind", "mode", "rest"):
            field = {"kind": "kind", "mode": "work_mode", "rest": "rest_days"}[piece.kind]
            found.append(Terms(field, (piece.code,)))
    return found


def talent_limits(pieces: Iterable[Piece]) -> list[Filter]:
    """The same said of people: a floor of education and years; unknown never hides."""
    found: list[Filter] = []
    regions = tuple(piece.code for piece in pieces if piece.kind == "region")
    if regions:
        found.append(AnyOf((Terms("regions", regions, or_missing=True), Terms("moves", (True,)))))
    for piece in pieces:
        if piece.kind == "years":
            low, _ = span_of(piece.code)
            found.append(Range("years", low=low, or_missing=True))
        elif piece.kind == "education":
            found.append(Range("education_rank", low=education_rank(piece.code), or_missing=True))
        elif piece.kind == "pay":
            _, high = span_of(piece.code)
            if high is not None:
                found.append(Range("pay_wanted", high=_fen(high), or_missing=True))
        elif piece.kind == "mode":
            found.append(Terms("work_mode", (piece.code,), or_missing=True))
    return found


def education_rank(code: str) -> int:
    """The rank of a row of the education table."""
    item = get_taxonomy().item("education", code)
    return item.rank if item is not None else 0


def _fen(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * 100


# -- bands ---------------------------------------------------------------------------------------
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
