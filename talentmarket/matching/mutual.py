"""Lists for both sides: how well the person suits the job, how well the job suits the person, and how
many others each of them could have.

A match says what an employer wants. A person who stands first for forty jobs takes one of them, and
a job that forty people suit takes few: who is shown everywhere helps nobody. So a pair counts by
the harmonic mean of both directions, which is low where either is, and by the place of the pair
in the line of the other side: past the first `FREE`, by the root of how far it goes beyond.

All is whole points that add up: `both` less `exposure` is `total`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from talentmarket.matching import weights as w
from talentmarket.matching.others import occupation_nearness
from talentmarket.matching.vector import Standing

#: What each wish that a person states is worth; what is not stated leaves its points to the others.
WISHES = {"occupation": 30, "pay": 30, "place": 20, "mode": 10, "rest": 10}
HYBRID_CREDIT = 0.5  # some days at home, where all or none were wished for
#: So many others who suit as well or better cost nothing: a list of the other side has as many rows.
FREE = 10
FALL = 0.5


@dataclass(frozen=True)
class Wishes:
    """What a person says they want, as far as the reader may see it; None or empty: not said.
    `pay_low`: fen a month; `places`: codes; `moves`: would go elsewhere."""

    id: str
    occupations: tuple[str, ...] = ()
    pay_low: int | None = None
    places: tuple[str, ...] = ()
    moves: bool | None = None
    mode: str | None = None
    rest: str | None = None


@dataclass(frozen=True)
class Offer:
    """What a job offers. `places`: its place and all above it; `pay_high`: fen a month."""

    id: str
    occupation: str | None = None
    pay_high: int | None = None
    places: tuple[str, ...] = ()
    mode: str | None = None
    rest: str | None = None


@dataclass(frozen=True)
class Mutual:
    """A pair in a list for both sides.

    `match`: the whole points of the match; `wish`: of a hundred, how far the job is what the person
    wants, None where the reader knows of no wish; `met` of `asked` wishes are met in full. `both`:
    the mean of the two; `ahead`: how many others of the reader's kind the other side suits better;
    `exposure`: the points that this costs.
    """

    standing: Standing
    match: int
    wish: int | None
    met: int
    asked: int
    both: int
    ahead: int
    exposure: int
    exact: float

    @property
    def total(self) -> int:
        """Whole points of a hundred."""
        return self.both - self.exposure

    @property
    def order(self) -> tuple[bool, bool, float, str, str]:
        """The key that lists are sorted by: wishes and conditions that are known first."""
        one = self.standing
        return (self.wish is None, one.hard_unknown, -round(self.exact, 9), one.talent, one.job)


def credits(offer: Offer, wishes: Wishes) -> dict[str, float]:
    """How far each wish that is stated is met, 0 to 1. What a job does not say meets nothing."""
    found: dict[str, float] = {}
    if wishes.occupations:
        own = offer.occupation or ""
        found["occupation"] = max(occupation_nearness(own, one) for one in wishes.occupations)
    if wishes.pay_low is not None:
        found["pay"] = _pay(offer.pay_high, wishes.pay_low)
    if wishes.places or wishes.moves is not None:
        found["place"] = _place(offer, wishes)
    if wishes.mode is not None:
        found["mode"] = _mode(offer.mode, wishes.mode)
    if wishes.rest is not None:
        found["rest"] = 1.0 if offer.rest == wishes.rest else 0.0
    return found


def _pay(top: int | None, wish: int) -> float:
    if not top:
        return 0.0
    over = max(0.0, wish / top - 1)
    return 1 - over * w.PAY_SLOPE if over <= w.PAY_OVER else 0.0


def _place(offer: Offer, wishes: Wishes) -> float:
    if offer.mode == "remote" or set(offer.places) & set(wishes.places):
        return 1.0
    return w.MOVES_CREDIT if wishes.moves else 0.0


def _mode(offered: str | None, wished: str) -> float:
    if offered == wished:
        return 1.0
    return HYBRID_CREDIT if "hybrid" in (offered, wished) and offered else 0.0


def paired(standing: Standing, offer: Offer, wishes: Wishes, ahead: int) -> Mutual:
    """A scored pair as both sides have it."""
    given = credits(offer, wishes)
    of = sum(WISHES[name] for name in given)
    wish = 100 * sum(WISHES[name] * one for name, one in given.items()) / of if of else None
    met = sum(one >= 1.0 for one in given.values())
    return _mutual(standing, wish, met, len(given), ahead)


def _mutual(standing: Standing, wish: float | None, met: int, asked: int, ahead: int) -> Mutual:
    match = standing.exact
    both = match if wish is None else 2 * match * wish / (match + wish) if match + wish else 0.0
    exact = both * share_of(ahead)
    whole, total = floor(both + 0.5), floor(exact + 0.5)
    rounded = None if wish is None else floor(wish + 0.5)
    return Mutual(
        standing, standing.total or 0, rounded, met, asked, whole, ahead, whole - total, exact
    )


def share_of(ahead: int) -> float:
    """What is left of a pair's points with so many others ahead of it."""
    return float((FREE / max(FREE, ahead + 1)) ** FALL)


def ranked(
    standings: Iterable[Standing],
    offers: Mapping[str, Offer],
    wishes: Mapping[str, Wishes],
    ahead: Mapping[tuple[str, str], int],
    limit: int,
) -> list[Mutual]:
    """The first of these pairs, best for both sides first. `ahead` by job and talent."""
    found = [
        paired(one, offers[one.job], wishes[one.talent], ahead.get((one.job, one.talent), 0))
        for one in standings
        if one.total is not None
        and not one.hard_failed
        and one.job in offers
        and one.talent in wishes
    ]
    return sorted(found, key=lambda one: one.order)[:limit]


def ahead_of(
    standings: Sequence[Standing], known: Mapping[str, Sequence[float]], side: str
) -> dict[tuple[str, str], int]:
    """For each pair how many of the `known` sums of its other side (by the id of its `side`, job or
    talent) are higher than its own."""
    return {
        (one.job, one.talent): sum(
            other > one.exact + 1e-9 for other in known.get(getattr(one, side), ())
        )
        for one in standings
    }
