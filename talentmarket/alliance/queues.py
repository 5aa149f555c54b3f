"""What waits for the operator: one line per queue, with how long and how late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock
from talentmarket.exchange import entrustments
from talentmarket.exchange.brokering.firms.models import FirmMeasure
from talentmarket.exchange.brokering.placing.cases import StartCase
from talentmarket.exchange.brokering.referring.models import Dispute
from talentmarket.exchange.models import (
    Entrustment,
    EntrustmentState,
    Job,
    JobState,
    Report,
    ReportState,
)
from talentmarket.members import claims, entry_verification, licences, verification
from talentmarket.members.models import (
    ClaimState,
    Licence,
    LicenceState,
    Organisation,
    OrganisationClaim,
    OrganisationState,
)

#: Queues in the order of their urgency.
NAMES = (
    *("jobs", "organisations", "licences", "entrustments", "entries", "claims", "reports"),
    *("disputes", "starts", "measures"),
)
#: Working days within which a letter of entrustment is answered.
LETTER_DAYS = 2
#: A longer queue of entries is counted no further.
MOST_COUNTED = 999
_S = OrganisationState


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue: how many wait, since when the oldest, how many are late."""

    name: str
    count: int
    oldest: datetime | None
    late: int


def overview(session: Session) -> list[Waiting]:
    """All queues. Where the rows hold no deadline it is counted from the handing in."""
    at = clock.now()
    jobs = Job.state == JobState.IN_REVIEW
    letters = Entrustment.state == EntrustmentState.IN_REVIEW
    at_us = OrganisationClaim.state == ClaimState.AT_OPERATOR
    disputed, unproved = Dispute.ruling.is_(None), StartCase.ruling.is_(None)
    undecided = sa.and_(FirmMeasure.ruling.is_(None), FirmMeasure.due_at.is_not(None))
    open_reports = Report.state == ReportState.OPEN
    return [
        _timed(session, "jobs", Job.submitted_at, Job.review_due_at, jobs, at),
        _organisations(session, at),
        _licences(session, at),
        _line(session, "entrustments", Entrustment.submitted_at, letters, _letters(session, at)),
        _entries(session, at),
        _timed(
            session, "claims", OrganisationClaim.created_at, OrganisationClaim.due_at, at_us, at
        ),
        _timed(session, "reports", Report.created_at, Report.due_at, open_reports, at),
        _timed(session, "disputes", Dispute.filed_at, Dispute.due_at, disputed, at),
        _timed(session, "starts", StartCase.filed_at, StartCase.due_at, unproved, at),
        _timed(session, "measures", FirmMeasure.taken_at, FirmMeasure.due_at, undecided, at),
    ]


def _line(session: Session, name: str, since: object, where: object, late: int) -> Waiting:
    count, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(since)).where(where)  # type: ignore[arg-type]
    ).one()
    return Waiting(name, count, oldest, late)


def _timed(session: Session, name: str, since: Any, due: Any, where: Any, at: datetime) -> Waiting:
    """A queue whose rows hold their deadline: one statement."""
    late = sa.func.coalesce(sa.func.sum(sa.case((due < at, 1), else_=0)), 0)
    row = session.execute(sa.select(sa.func.count(), sa.func.min(since), late).where(where)).one()
    return Waiting(name, row[0], row[1], int(row[2]))


def _organisations(session: Session, at: datetime) -> Waiting:
    where = sa.and_(
        Organisation.submitted_at.is_not(None),
        Organisation.state.in_((_S.IN_REVIEW, _S.RENEWAL_DUE, _S.LAPSED)),
    )
    dues = [verification.answer_due(one) for one in verification.queue(session)]
    late = sum(due < at for due in dues if due)
    return _line(session, "organisations", Organisation.submitted_at, where, late)


def _licences(session: Session, at: datetime) -> Waiting:
    late = sum(licences.answer_due(one) < at for one in licences.queue(session))
    where = Licence.state == LicenceState.IN_REVIEW
    return _line(session, "licences", Licence.submitted_at, where, late)


def _entries(session: Session, at: datetime) -> Waiting:
    waiting = entry_verification.queue(session, limit=MOST_COUNTED)
    late = sum(entry_verification.answer_due(one) < at for one in waiting)
    return Waiting("entries", len(waiting), waiting[0].asked_at if waiting else None, late)


def _letters(session: Session, at: datetime) -> int:
    return sum(letter_due(one) < at for one in entrustments.queue(session))


def letter_due(letter: Entrustment) -> datetime:
    """When the answer to a letter is due."""
    return calendar.due(letter.submitted_at, LETTER_DAYS)


def claim_rows(session: Session) -> list[tuple[OrganisationClaim, Organisation]]:
    """Claims at the operator with their organisations."""
    return [
        (claim, session.get_one(Organisation, claim.organisation_id))
        for claim in claims.queue(session)
    ]
