"""Occupations proposed for titles, on this site: what its own jobs stand under is known as well.

Nothing here is stored as stated: forms show it for a person to confirm, and an import marks it as
guessed (:mod:`talentmarket.exchange.importing.storing`).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.folding import fold
from talentmarket.exchange.models import Job, Origin
from talentmarket.matching.chances import BY_NAME, SURE, Proposed
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.titles import How, guess_occupation

if TYPE_CHECKING:
    from talentmarket.matching.occupations import OccupationFinder

#: Seconds after which own titles are read again, and how many of the latest jobs are looked at.
EVERY, MOST_OWN = 3_600.0, 5_000


class Guess(NamedTuple):
    """An occupation that is stored as guessed. `sure`: it may be found by; `percent`: its chance."""

    occupation: str
    percent: int
    sure: bool


class OccupationHandle:
    """The finder of this process, made on first use and again every hour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = 0.0
        self._finder: OccupationFinder | None = None

    def current(self) -> OccupationFinder:
        """The finder with the titles of this site's own jobs."""
        with self._lock:
            if self._finder is None or time.monotonic() - self._made >= EVERY:
                from talentmarket.matching.occupations import OccupationFinder, names_of

                taxonomy = get_taxonomy()
                own = own_titles(db.session())
                self._finder = OccupationFinder(names_of(taxonomy, own), taxonomy)
                self._made = time.monotonic()
            return self._finder

    def reset(self) -> None:
        """Read again on the next use."""
        with self._lock:
            self._finder = None

    def propose(self, title: str, text: str = "") -> list[Proposed]:
        """Occupations for a title that the vocabulary does not know; see :class:`OccupationFinder`."""
        return self.current().propose([title], [text])[0] if title.strip() else []

    def guess(self, title: str, text: str = "") -> Guess | None:
        """The best of them; None where the title is unknown."""
        best = next(iter(self.propose(title, text)), None)
        if best is None:
            return None
        return Guess(best.occupation, round(100 * best.chance), best.chance >= SURE)


def own_titles(session: Session) -> dict[str, str]:
    """Title → occupation of the latest jobs that were published under one that a person chose; the
    occupation that most of them have."""
    rows = session.execute(
        sa.select(Job.title, Job.occupation_code)
        .where(
            Job.origin == Origin.OWN,
            Job.first_published_at.is_not(None),
            Job.occupation_code.is_not(None),
        )
        .order_by(Job.id.desc())
        .limit(MOST_OWN)
    )
    counts: dict[str, dict[str, int]] = {}
    titles: dict[str, str] = {}
    for title, code in rows:
        key = fold(title)
        titles.setdefault(key, title)
        of = counts.setdefault(key, {})
        of[code] = of.get(code, 0) + 1
    return {titles[key]: max(of, key=lambda code: (of[code], code)) for key, of in counts.items()}


def register(app: Flask) -> None:
    """Give lower rooms the function that proposes occupations."""
    handle = OccupationHandle()
    app.extensions["talentmarket_occupation_handle"] = handle
    app.extensions["talentmarket_guess_occupation"] = handle.guess


def occupations_for(title: str, text: str = "") -> list[Proposed]:
    """What a form proposes for a title: what the vocabulary says, else what the finder finds."""
    known = guess_occupation(title)
    if known is not None and known.how in (How.NAME, How.PART):
        return [Proposed(known.code, BY_NAME, title)]
    handle: OccupationHandle = current_app.extensions["talentmarket_occupation_handle"]
    return handle.propose(title, text)
