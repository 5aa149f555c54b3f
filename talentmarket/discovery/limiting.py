"""Limits and refusals of an understood query as filters. Pure.

Of limits of one kind any may hold (双休 or 弹性); pay must hold with all that was said. What a
document does not say passes, except where the reader insists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from search.requests import AnyOf, Filter, Not, Overlap, Range, Terms
from talentmarket.core import clock
from talentmarket.discovery.understanding import Piece, Understanding, span_of
from talentmarket.discovery.understanding.tables import get_tables
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.places import narrowest

_JOB_CODES = {
    "kind": "kind",
    "mode": "work_mode",
    "rest": "rest_days",
    "channel": "channel",
    "nature": "nature",
    "benefit": "benefits",
}
_TALENT_CODES = {"mode": "work_mode", "rest": "rest_days", "availability": "availability"}
#: A benefit that another one holds as well.
_WIDER_BENEFITS = {"full": ("full", "full_and_fund")}


def job_filters(understanding: Understanding, now: int) -> tuple[Filter, ...]:
    """What jobs must be and must not be."""

    def made(kind: str, pieces: Sequence[Piece]) -> list[Filter]:
        loose = not any(piece.must for piece in pieces)
        if kind in ("region", "area"):
            return [Terms("regions", place_codes(pieces))]
        if kind == "pay":
            return [Overlap("pay", *_fen(piece)) for piece in pieces]
        if kind == "years":
            return [_any(Overlap("years", *span_of(one.code), or_missing=loose) for one in pieces)]
        if kind == "education":
            most = max(education_rank(piece.code) for piece in pieces)
            return [Range("education_rank", high=most, or_missing=loose)]
        if kind == "posted":
            return [Range("published_at", low=min(posted_since(it.code, now) for it in pieces))]
        if kind in _JOB_CODES:
            return [Terms(_JOB_CODES[kind], _codes(pieces))]
        return []

    def refused(kind: str, pieces: Sequence[Piece]) -> list[Filter]:
        if kind == "education":
            ranks = [education_rank(piece.code) for piece in pieces]
            return [_any(Range("education_rank", rank, rank) for rank in ranks)]
        if kind == "years":
            return [_any(Overlap("years", *span_of(one.code)) for one in pieces)]
        if kind == "occupation":
            return _whole_occupations(pieces, "occupation")
        if kind == "skill":
            return [Terms("skills", _with_narrower(pieces))]
        if kind == "employer":
            return [Terms("employer", _codes(pieces))]
        return made(kind, pieces)

    return _all(understanding, made, refused)


def talent_filters(understanding: Understanding) -> tuple[Filter, ...]:
    """The same of people: a floor of education and years, a ceiling of the pay they want."""

    def made(kind: str, pieces: Sequence[Piece]) -> list[Filter]:
        loose = not any(piece.must for piece in pieces)
        if kind in ("region", "area"):
            wanted = Terms("regions", place_codes(pieces), or_missing=loose)
            return [AnyOf((wanted, Terms("moves", (True,))))] if loose else [wanted]
        if kind == "years":
            return [_any(_years_had(piece, loose=loose) for piece in pieces)]
        if kind == "education":
            least = min(education_rank(piece.code) for piece in pieces)
            return [Range("education_rank", low=least, or_missing=loose)]
        if kind == "pay":
            ends = [_fen(piece) for piece in pieces]
            return [
                Range("pay_wanted", low if high is None else None, high, or_missing=loose)
                for low, high in ends
            ]
        if kind in _TALENT_CODES:
            return [Terms(_TALENT_CODES[kind], _codes(pieces), or_missing=loose)]
        return []

    def refused(kind: str, pieces: Sequence[Piece]) -> list[Filter]:
        if kind in ("region", "area"):
            return [Terms("wanted_regions", place_codes(pieces))]
        if kind == "education":
            ranks = [education_rank(piece.code) for piece in pieces]
            return [_any(Range("education_rank", rank, rank) for rank in ranks)]
        if kind == "years":
            return [_any(Range("years", *span_of(one.code)) for one in pieces)]
        if kind == "pay":
            return [_any(Range("pay_wanted", *_fen(piece)) for piece in pieces)]
        if kind == "occupation":
            return _whole_occupations(pieces, "occupations")
        if kind == "skill":
            return [Terms("skills", _with_narrower(pieces))]
        if kind in _TALENT_CODES:
            return [Terms(_TALENT_CODES[kind], _codes(pieces))]
        return []

    return _all(understanding, made, refused)


def organisation_filters(understanding: Understanding) -> tuple[Filter, ...]:
    """Where organisations are and what they are."""

    def made(kind: str, pieces: Sequence[Piece]) -> list[Filter]:
        if kind in ("region", "area"):
            return [Terms("regions", place_codes(pieces))]
        return [Terms("nature", _codes(pieces))] if kind == "nature" else []

    return _all(understanding, made, made)


def _all(
    understanding: Understanding,
    made: Callable[[str, Sequence[Piece]], list[Filter]],
    refused: Callable[[str, Sequence[Piece]], list[Filter]],
) -> tuple[Filter, ...]:
    found: list[Filter] = []
    for kind, pieces in _by_kind(understanding.pieces):
        found += made(kind, pieces)
    for kind, pieces in _by_kind(understanding.refused):
        found += (Not(one) for one in refused(kind, pieces))
    return tuple(found)


def _by_kind(pieces: Iterable[Piece]) -> list[tuple[str, list[Piece]]]:
    """Pieces by kind in the order of the text; places of both kinds are one."""
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault("region" if piece.kind == "area" else piece.kind, []).append(piece)
    return list(found.items())


# -- values --------------------------------------------------------------------------------------
def is_area(code: str) -> bool:
    """Whether a place is one of the areas that lie across counties."""
    region = get_taxonomy().regions.get(code)
    return region is not None and region.kind == "area"


def place_codes(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Codes of the places meant: the narrowest of those named, areas with what they touch."""
    taxonomy = get_taxonomy()
    codes = [piece.code for piece in pieces if piece.kind == "region"]
    found = dict.fromkeys(narrowest(taxonomy, codes))
    for piece in pieces:
        if piece.kind == "area":
            found |= dict.fromkeys(get_tables().areas[piece.code].covers)
    for code in list(found):
        if is_area(code):
            found |= dict.fromkeys(taxonomy.regions[code].counties)
    return tuple(found)


def education_rank(code: str) -> int:
    """The rank that jobs and profiles are stored with: the place of a row in its table."""
    item = get_taxonomy().item("education", code)
    return item.position if item is not None else 0


def posted_since(code: str, now: int) -> int:
    """The moment, in seconds, that a posted-within code begins: a number of days before `now`, or
    the day, week (from Monday) or month that `now` lies in."""
    day = clock.local(datetime.fromtimestamp(now, UTC)).date()
    if code == "week":
        day -= timedelta(days=day.weekday())
    elif code == "month":
        day = day.replace(day=1)
    elif code != "today":
        return now - int(code) * 86_400
    return int(clock.start_of_day(day).timestamp())


def _years_had(piece: Piece, *, loose: bool) -> Filter:
    low, high = span_of(piece.code)
    return Range("years", low=low, high=high if not low else None, or_missing=loose)


def _whole_occupations(pieces: Sequence[Piece], field: str) -> list[Filter]:
    """Refused occupations. One that was known by a title is not: other titles share it."""
    codes = tuple(piece.code for piece in pieces if not piece.title)
    return [Terms(field, codes)] if codes else []


def _with_narrower(pieces: Sequence[Piece]) -> tuple[str, ...]:
    taxonomy = get_taxonomy()
    codes = [code for piece in pieces for code in (piece.code, *taxonomy.descendants(piece.code))]
    return tuple(dict.fromkeys(codes))[:500]


def _codes(pieces: Sequence[Piece]) -> tuple[str, ...]:
    found = (
        code
        for piece in pieces
        for code in (_WIDER_BENEFITS.get(piece.code, (piece.code,)) if piece.kind == "benefit" else (piece.code,))
    )  # fmt: skip
    return tuple(dict.fromkeys(found))


def _fen(piece: Piece) -> tuple[int | None, int | None]:
    low, high = span_of(piece.code)
    return (None if low is None else low * 100, None if high is None else high * 100)


def _any(filters: Iterable[Filter]) -> Filter:
    found = tuple(filters)
    return found[0] if len(found) == 1 else AnyOf(found)
