"""What a suspension reaches beyond the organisation's own rows.

Rows are read again under the state of their organisations, so nothing hidden is shown. What an
engine counts is another matter: until it has heard of a suspension it is asked to leave the
organisation out, so that totals, facets and proposals say what the lists show.

A reprinted posting belongs to its source and names its employer in words alone. It follows the
organisation of that registered name, unless another one in good standing bears the same name.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased

from talentmarket.core import clock
from talentmarket.core.db import AnySession, commits
from talentmarket.core.errors import Conflict
from talentmarket.core.outbox import OutboxRow
from talentmarket.members.models import STANDING, Organisation, OrganisationKind, OrganisationState

#: An engine shows a write some moments after it took it, and the clocks of two transactions that
#: overlap say little about their order.
SLACK = timedelta(minutes=10)
#: Half of what an engine takes as alternatives of one condition; the latest are left out first.
MOST = 256
#: Seconds that a process counts without looking again. What is listed is always read anew.
FRESH = 1.0
_KEY = "talentmarket_suspended"
#: Brackets in names are typed wide and narrow.
_NARROW, _WIDE = ("(", ")"), ("（", "）")


@dataclass(frozen=True, slots=True)
class Suspended:
    """An organisation an index may still hold. `name`: folded."""

    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class _Held:
    found: tuple[Suspended, ...]
    looked: float
    commits: int


def lately(session: AnySession) -> tuple[Suspended, ...]:
    """The organisations suspended since the oldest change that waits for the index, and in the
    last minutes: as they were a second ago at most, and after the last commit of this process."""
    held: _Held | None = current_app.extensions.get(_KEY)
    looked, made = time.monotonic(), commits()
    if held is None or held.commits != made or looked - held.looked >= FRESH:
        held = _Held(_read(session), looked, made)
        current_app.extensions[_KEY] = held
    return held.found


def _read(session: AnySession) -> tuple[Suspended, ...]:
    rows = session.execute(_suspended()).all()
    if not rows:
        return ()
    since = _since(rows[0].oldest)
    return tuple(Suspended(row.public_id, row.name_folded) for row in rows if row.since >= since)


def unsettled_since(session: Session) -> datetime:
    """Since when a change of a row may be unknown to the index."""
    waiting = OutboxRow.__table__.c
    return _since(session.scalar(sa.select(waiting.created_at).order_by(waiting.id).limit(1)))


def _since(oldest: datetime | None) -> datetime:
    now = clock.now()
    return min(oldest or now, now) - SLACK


@lru_cache(maxsize=1)
def _suspended() -> sa.Select[tuple[str, str, datetime, datetime | None]]:
    """The organisations suspended last, and beside each when the oldest change began to wait.

    Searches and proposals ask it all the time: one statement, made once, of columns alone.
    """
    columns, waiting = Organisation.__table__.c, OutboxRow.__table__.c
    oldest = sa.select(waiting.created_at).order_by(waiting.id).limit(1).scalar_subquery()
    return (
        sa.select(
            columns.public_id,
            columns.name_folded,
            columns.updated_at.label("since"),
            oldest.label("oldest"),
        )
        .where(columns.state == OrganisationState.SUSPENDED)
        .order_by(columns.updated_at.desc(), columns.id)
        .limit(MOST)
    )


def lately_suspended(session: Session) -> tuple[str, ...]:
    """The public ids of :func:`lately`."""
    return tuple(one.public_id for one in lately(session))


def require_standing(organisation: Organisation) -> None:
    """Nothing more is given or said to an organisation that is suspended. Raises Conflict."""
    if organisation.state is OrganisationState.SUSPENDED:
        raise Conflict(
            _l("这家单位已被停用，现在看不到您的申请。它恢复后可以继续；您也可以撤回申请。"),
            code="suspended",
        )


def spellings(name: str) -> tuple[str, ...]:
    """The name as sources print it: its brackets as they are, narrow and wide."""
    found = {name: None}
    for away, to in ((_WIDE, _NARROW), (_NARROW, _WIDE)):
        text = name
        for old, new in zip(away, to, strict=True):
            text = text.replace(old, new)
        found[text] = None
    return tuple(found)


def suspended_names() -> sa.CompoundSelect[tuple[str]]:
    """A query for the names, in each spelling, that a reprinted posting may not carry now."""
    other = aliased(Organisation)
    bears_it_too = sa.exists().where(
        other.name_folded == Organisation.name_folded, other.state.in_(STANDING)
    )
    column = Organisation.name
    narrow = sa.func.replace(sa.func.replace(column, *_pair(0)), *_pair(1))
    wide = sa.func.replace(sa.func.replace(column, *_pair(0)[::-1]), *_pair(1)[::-1])
    return sa.union_all(
        *(
            sa.select(spelling).where(
                Organisation.state == OrganisationState.SUSPENDED,
                Organisation.kind != OrganisationKind.SOURCE,
                ~bears_it_too,
            )
            for spelling in (column, narrow, wide)
        )
    )


def _pair(side: int) -> tuple[str, str]:
    return _WIDE[side], _NARROW[side]
