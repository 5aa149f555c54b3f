"""The worker brings what was shown from the spool to the tables, and lets old lists go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask

from talentmarket.core import clock
from talentmarket.core.bulk import insert_many
from talentmarket.core.db import db
from talentmarket.core.spool import Loaded
from talentmarket.core.uow import unit_of_work
from talentmarket.matching.outcomes.models import KEEP_DAYS, ShownList, ShownRow, Surface
from talentmarket.matching.outcomes.recording import opened_spool, spool
from talentmarket.matching.outcomes.recording import register as register_spool
from talentmarket.members.models import Talent, TalentState

FORGET_AT_ONCE = 500  # lists of one transaction
KEEP_BROKEN_DAYS = 30
OPENED_HOURS = 24  # a list that lay open for longer is not what somebody opens from
ROW_FIELDS = ("rank", "job", "talent", "total", "exact", "parts", "team")


class Note(NamedTuple):
    """A line of the spool: the list's columns, and those of its rows."""

    head: dict[str, Any]
    rows: list[dict[str, Any]]


def parse(line: Any) -> Note:
    """Read a line. Raises ValueError, KeyError or TypeError when it is none."""
    at = datetime.fromisoformat(line["at"])
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    head = {
        "public_id": _code(line["id"]),
        "at": at,
        "surface": Surface(line["surface"]),
        "viewer": _maybe(line["viewer"]),
        "organisation": _maybe(line["organisation"]),
        "subject": _code(line["subject"]),
        "model": _code(line["model"], 80),
        "trial": _maybe(line.get("trial")),
    }
    rows: dict[int, dict[str, Any]] = {}
    for rank, job, talent, total, exact, parts, *team in line["rows"]:
        values = (
            *(int(rank), _code(job), _code(talent), int(total), float(exact), list(parts)),
            _maybe(team[0] if team else None, 1),
        )
        rows[int(rank)] = dict(zip(ROW_FIELDS, values, strict=True))
    return Note(head, list(rows.values()))


class Opened(NamedTuple):
    """A line of the other spool: when who opened which pair from a list."""

    at: datetime
    viewer: str
    job: str
    talent: str


def parse_opened(line: Any) -> Opened:
    """Read a line. Raises ValueError, KeyError or TypeError when it is none."""
    at = datetime.fromisoformat(line["at"])
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return Opened(at, _code(line["viewer"]), _code(line["job"]), _code(line["talent"]))


def _maybe(value: Any, most: int = 32) -> str | None:
    return None if value is None else _code(value, most)


def _code(value: Any, most: int = 32) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise ValueError("no code")
    return value


def store(notes: Sequence[Note]) -> None:
    """Store lists that are not stored yet, without rows about people who are erased."""
    with unit_of_work() as session:
        erased = set(_erased(notes))
        kept = {
            note.head["public_id"]: note for note in notes if note.head["subject"] not in erased
        }
        if not kept:
            return
        insert_many(
            session,
            ShownList.__table__,
            [note.head for note in kept.values()],
            lambda statement: statement.on_conflict_do_nothing(index_elements=["public_id"]),
        )
        known = sa.select(ShownList.id, ShownList.public_id).where(
            ShownList.public_id.in_(kept),
            ~sa.exists().where(ShownRow.list_id == ShownList.id),
        )
        rows = [
            {"list_id": key, **row}
            for key, public_id in session.execute(known)
            for row in kept[public_id].rows
            if row["talent"] not in erased
        ]
        if rows:
            insert_many(session, ShownRow.__table__, rows)


def _erased(notes: Sequence[Note]) -> sa.ScalarResult[str]:
    people = {row["talent"] for note in notes for row in note.rows}
    return db.session.scalars(
        sa.select(Talent.public_id).where(
            Talent.public_id.in_(people), Talent.state == TalentState.ERASED
        )
    )


def store_opened(notes: Sequence[Opened]) -> None:
    """Write into the rows when they were first opened. What stood in no list of the reader within
    `OPENED_HOURS` is let go, as is what was opened before."""
    with unit_of_work() as session:
        for note in notes:
            place = session.execute(
                sa.select(ShownRow.list_id, ShownRow.rank)
                .join(ShownList, ShownList.id == ShownRow.list_id)
                .where(
                    ShownRow.talent == note.talent,
                    ShownRow.job == note.job,
                    ShownList.viewer == note.viewer,
                    ShownList.at <= note.at,
                    ShownList.at > note.at - timedelta(hours=OPENED_HOURS),
                )
                .order_by(ShownList.at.desc(), ShownList.id.desc())
                .limit(1)
            ).first()
            if place is not None:
                session.execute(
                    sa.update(ShownRow)
                    .where(
                        ShownRow.list_id == place.list_id,
                        ShownRow.rank == place.rank,
                        ShownRow.opened_at.is_(None),
                    )
                    .values(opened_at=note.at)
                    .execution_options(synchronize_session=False)
                )


def load() -> Loaded:
    """Bring everything that waits to the tables: lists first, then what was opened from them."""
    lists = spool().load(parse, store)
    rows = opened_spool().load(parse_opened, store_opened)
    return Loaded(lists.lines + rows.lines, lists.broken + rows.broken)


def work() -> int:
    """The worker's round."""
    return load().lines


def forget_old() -> int:
    """Let lists go whose time is over, and what was set aside long ago; how many lists went."""
    for one in (spool(), opened_spool()):
        one.forget_broken((clock.now() - timedelta(days=KEEP_BROKEN_DAYS)).timestamp())
    before = clock.now() - timedelta(days=KEEP_DAYS)
    old = sa.select(ShownList.id).where(ShownList.at < before).limit(FORGET_AT_ONCE)
    keys = list(db.session.scalars(old))
    if keys:
        with unit_of_work() as session:
            session.execute(sa.delete(ShownRow).where(ShownRow.list_id.in_(keys)))
            session.execute(sa.delete(ShownList).where(ShownList.id.in_(keys)))
    return len(keys)


def register(app: Flask) -> None:
    """Tell the worker; pages find the spool."""
    register_spool(app)
    app.extensions.setdefault("talentmarket_rounds", []).extend(
        [("shown lists", 5.0, work), ("old shown lists", 3600.0, forget_old)]
    )
