"""Certificates that end: the day changes what a profile proves, and nobody writes it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock, outbox
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Talent, TalentEntry, VerificationState


def _over() -> sa.ColumnElement[bool]:
    return sa.and_(
        TalentEntry.valid_until < clock.today(),
        TalentEntry.verification == VerificationState.VERIFIED,
        sa.or_(TalentEntry.lapsed_on.is_(None), TalentEntry.lapsed_on != TalentEntry.valid_until),
    )


def tell_lapsed(session: Session, limit: int = 500) -> int:
    """Bring profiles up to date in the index whose verified entries are over; how many entries.

    What was told stands in the row as the day it is of, so each end is told once, whichever worker
    comes first, and a certificate that was renewed is told again when it ends again.
    """
    keys = sa.select(TalentEntry.id).where(_over()).order_by(TalentEntry.id).limit(limit)
    told = session.scalars(
        sa.update(TalentEntry)
        .where(TalentEntry.id.in_(keys), _over())
        .values(lapsed_on=TalentEntry.valid_until)
        .returning(TalentEntry.talent_id)
        .execution_options(synchronize_session=False)
    ).all()
    if told:
        people = sa.select(Talent.public_id).where(Talent.id.in_(told))
        outbox.changed(session, "talent", *session.scalars(people))
    return len(told)


def run_due() -> int:
    """A round of the worker: :func:`tell_lapsed` in a unit of its own, when anything is over."""
    waits = db.session.scalar(sa.select(sa.exists().where(_over())))
    db.session.rollback()
    if not waits:  # no write lock is taken for nothing
        return 0
    with unit_of_work() as session:
        return tell_lapsed(session)
