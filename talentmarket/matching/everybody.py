"""All people whom organisations may rank, as one table, read a few thousand at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from talentmarket.matching.loading import rankable
from talentmarket.matching.reading import read_people
from talentmarket.matching.tables import Lists, People, people_of
from talentmarket.members.models import Account, Talent

PAGE = 5_000


@dataclass(frozen=True)
class Page:
    """Some people who may be ranked, in the order of their keys: all those after the page before up
    to `last`. `keys` by public id."""

    people: People
    keys: dict[str, int]
    last: int


def pages(session: Session) -> Iterator[Page]:
    """All whom organisations may rank, as these see them."""
    last = 0
    while rows := session.execute(
        sa.select(Talent.id, Talent.public_id)
        .join(Account, Account.id == Talent.account_id)
        .where(Talent.id > last, rankable())
        .order_by(Talent.id)
        .limit(PAGE)
    ).all():
        found = read_people(session, [row.public_id for row in rows])
        session.rollback()
        known = {row.public_id: row.id for row in rows}
        last = rows[-1].id
        yield Page(found, {one: known[one] for one in found.ids}, last)


def read_everybody(
    session: Session, step: Callable[[Page], None] = lambda page: None
) -> tuple[People, dict[str, int]]:
    """The columns of everybody, and their keys by public id; `step` is told of each page."""
    parts: list[People] = []
    keys: dict[str, int] = {}
    for page in pages(session):
        parts.append(page.people)
        keys |= page.keys
        step(page)
    return joined(parts), keys


def joined(parts: Sequence[People]) -> People:
    """The same people in one table."""
    if not parts:
        return people_of([])
    values: dict[str, Any] = {}
    for field in fields(People):
        columns = [getattr(part, field.name) for part in parts]
        if field.name == "ids":
            values["ids"] = tuple(one for column in columns for one in column)
        elif isinstance(columns[0], Lists):
            values[field.name] = _one_list(columns)
        else:
            values[field.name] = np.concatenate(columns)
    return People(**values)


def _one_list(parts: Sequence[Lists]) -> Lists:
    numbers: dict[str, int] = {}
    codes, counts = [], []
    for part in parts:
        new = np.array([numbers.setdefault(name, len(numbers)) for name in part.names], np.int64)
        codes.append(new[part.codes] if len(new) else part.codes)
        counts.append(part.counts)
    start = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    return Lists(start, np.concatenate(codes), tuple(numbers))


def digests(people: People) -> list[str]:
    """For each person a digest of all that a score reads of them: whose differs has changed."""
    scalars = np.stack(
        [
            people.education,
            people.education_verified,
            people.years,
            people.years_verified,
            people.moves,
            people.mode,
            people.pay,
            people.start_days,
        ],
        axis=1,
    )
    held = np.stack([people.level, people.skill_years, people.last_used, people.verified], axis=1)
    lists = [people.occupations, people.places, people.skills]
    return [
        blake2b(
            scalars[row].tobytes() + _named(lists, row) + _held(people.skills, held, row),
            digest_size=16,
        ).hexdigest()
        for row in range(len(people.ids))
    ]


def _named(lists: Sequence[Lists], row: int) -> bytes:
    names = (
        ",".join(one.names[code] for code in one.codes[one.start[row] : one.start[row + 1]])
        for one in lists
    )
    return ";".join(names).encode()


def _held(skills: Lists, held: NDArray[np.float64], row: int) -> bytes:
    return held[skills.start[row] : skills.start[row + 1]].tobytes()
