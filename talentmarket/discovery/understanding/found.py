"""A piece before it is decided which of several that overlap is meant."""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """A possible piece in positions of the folded text's plain form. Of two that overlap the
    lower `rank` stands, then the longer one. `unsure`: only beside something else."""

    rank: int
    start: int
    end: int
    kind: str
    code: str
    words: str = ""
    title: str = ""
    unsure: bool = False


#: Numbers with a unit leave no doubt; names of firms hold names of places; a title holds skills.
AMOUNT, FIRM, LIMIT, NAME, RUNG = range(5)
#: Of two names of the same signs: an occupation says more than the skill it is named after.
_FIRST = {"occupation": 0, "skill": 1}


def _likelihood(one: Found) -> tuple[int, int, int, int]:
    return (one.rank, one.start - one.end, _FIRST.get(one.kind, 2), one.start)


def resolve(candidates: list[Found]) -> list[Found]:
    """Those that stand, from left to right, none over another."""
    kept: list[Found] = []
    for one in sorted(candidates, key=_likelihood):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    sure = [one for one in kept if not one.unsure]
    if len(sure) < len(kept) and not sure:
        kept = []
    return sorted(kept, key=lambda it: it.start)
