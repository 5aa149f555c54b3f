"""How much must be typed before the wanted name stands among the first three proposals."""

from __future__ import annotations

from talentmarket.core.db import db
from talentmarket.discovery.evaluating.documents import read
from talentmarket.discovery.suggest import suggest

FIRST = 3
EVERY = 12  # of the titles in the order of the documents, each once


def wanted() -> list[str]:
    """The names that are typed: every twelfth title of the judged jobs."""
    titles = list(dict.fromkeys(row["title"].removesuffix("（实习）") for row in read("jobs")))
    return titles[::EVERY]


def letters() -> float:
    """Mean count of signs; a name that is never proposed counts as typed whole, and one more."""
    names = wanted()
    return round(sum(_signs(name) for name in names) / len(names), 2)


def _signs(name: str) -> int:
    for count in range(1, len(name) + 1):
        if name in [item.text for item in suggest(db.session(), name[:count]).lines][:FIRST]:
            return count
    return len(name) + 1
