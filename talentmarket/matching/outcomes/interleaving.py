"""Two rankings in one list, and which of them its reader preferred. Pure.

Team draft (Radlinski, Kurup & Joachims, CIKM 2008): in each round a coin says which ranking picks
first, and each picks its best that is not in the list yet. What the reader then opens or decides for
is credited to the ranking that picked it. Coins come from the id of the list: who has it can draw the
same list again. A reader is one voice, however many lists they looked at, and voices are compared by
an exact sign test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import blake2b
from math import comb


class Team(StrEnum):
    """Which ranking picked a row."""

    PRESENT = "a"  # what serves
    CANDIDATE = "b"


def team_draft(
    list_id: str, present: Sequence[str], candidate: Sequence[str], most: int
) -> list[tuple[str, Team]]:
    """At most so many items with the ranking that picked each; both may hold the same items."""
    left = {Team.PRESENT: list(reversed(present)), Team.CANDIDATE: list(reversed(candidate))}
    taken: dict[str, Team] = {}
    number = 0
    while len(taken) < most and any(left.values()):
        first = _coin(list_id, number)
        second = Team.CANDIDATE if first is Team.PRESENT else Team.PRESENT
        for team in (first, second):
            while left[team] and left[team][-1] in taken:
                left[team].pop()
            if left[team] and len(taken) < most:
                taken[left[team].pop()] = team
        number += 1
    return list(taken.items())


def _coin(list_id: str, number: int) -> Team:
    digest = blake2b(f"{list_id}.{number}".encode(), digest_size=1).digest()[0]
    return Team.CANDIDATE if digest & 1 else Team.PRESENT


@dataclass(frozen=True)
class Verdict:
    """Readers who preferred each ranking, those who preferred none, what was credited to each in all,
    and how likely so uneven a split is between rankings that are liked alike (two-sided)."""

    present: int
    candidate: int
    ties: int
    credit_present: int
    credit_candidate: int
    p: float


def verdict(credits: Iterable[tuple[str, Team]]) -> Verdict:
    """From what was credited: (reader, ranking) for each row that something came of."""
    counts: dict[str, dict[Team, int]] = defaultdict(lambda: dict.fromkeys(Team, 0))
    for reader, team in credits:
        counts[reader][team] += 1
    more = [one[Team.PRESENT] - one[Team.CANDIDATE] for one in counts.values()]
    present, candidate = sum(one > 0 for one in more), sum(one < 0 for one in more)
    return Verdict(
        present,
        candidate,
        sum(one == 0 for one in more),
        sum(one[Team.PRESENT] for one in counts.values()),
        sum(one[Team.CANDIDATE] for one in counts.values()),
        sign_test(present, candidate),
    )


def sign_test(one: int, other: int) -> float:
    """The exact two-sided probability of a split at least as uneven, by a fair coin."""
    number = one + other
    tail = sum(comb(number, n) for n in range(min(one, other) + 1))
    return min(
        1.0, float(Fraction(2 * tail, 1 << number))
    )  # beyond a thousand readers no float holds either
