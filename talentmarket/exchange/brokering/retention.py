"""How long the service ledger is kept: three years from the end of each service, then purged.

网络招聘服务管理规定 arts. 25–26 ask for at least three years from the end of the service. An event goes
when the mandate, referral, placement, application or posting it tells of has been over for that long
and nothing of it happened since; what runs keeps its first event however old it is. Entries of the
books and papers are not purged: account books are kept longer (会计档案管理办法 art. 14: ledgers
thirty years), and a check code must be answered. What was handed in to prove a start goes three
years after its ruling.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from talentmarket.core import clock, purging, tasks
from talentmarket.core.events import Event
from talentmarket.core.files import StoredFile
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateState
from talentmarket.exchange.brokering.placing.cases import StartCase
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.referring.models import RUNNING, Referral
from talentmarket.exchange.brokering.service_ledger import SUBJECTS
from talentmarket.exchange.models import Application, Job
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.stages import CLOSED

YEARS = 3
#: What the books and papers rest on.
KEPT = ("ledger_entry", "paper")
AT_ONCE = 2_000
_P, _M = PlacementState, MandateState


def cut_on(today: date) -> date:
    """The first day that is still kept: what ended before it has been over for three years."""
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:  # the 29th of February
        return date(today.year - YEARS, 2, 28)


def run_due() -> int:
    """A round of the worker: purge what is over; returns how many rows went."""
    day = cut_on(clock.today())
    cut = clock.start_of_day(day)
    with unit_of_work() as session:
        gone = purging.purge(session, due(session, cut, day), before=cut)
        return gone + _proofs(session, cut)


def due(session: Session, cut: datetime, day: date, limit: int = AT_ONCE) -> list[int]:
    """Ids of the events that may go now, oldest first."""
    last = purging.boundary(session, cut)
    if not last:
        return []
    later = aliased(Event)
    since = sa.exists().where(
        later.subject_type == Event.subject_type,
        later.subject_id == Event.subject_id,
        later.at >= cut,
    )
    subjects = [name for name in SUBJECTS if name not in KEPT]
    return list(
        session.scalars(
            sa.select(Event.id)
            .where(
                Event.id <= last,
                Event.at < cut,
                Event.subject_type.in_(subjects),
                ~since,
                *_over(cut, day),
            )
            .order_by(Event.id)
            .limit(limit)
        )
    )


def _over(cut: datetime, day: date) -> list[sa.ColumnElement[bool]]:
    """For each kind of subject: it does not run, and has not ended since. What belongs to a mandate
    ends with the mandate at the earliest."""
    runs = sa.or_(Mandate.state.not_in((_M.ENDED, _M.REFUSED, _M.EXPIRED)), Mandate.moved_at >= cut)
    placed = _young_placements(cut, day)
    referred = sa.or_(
        Referral.state.in_(RUNNING),
        Referral.claim_until >= day,
        Referral.asked_at >= cut,
        Referral.id.in_(_all(Placement.referral_id, placed)),
    )
    referral = sa.or_(referred, Referral.mandate_id.in_(_all(Mandate.id, runs)))
    placement = sa.or_(placed, Placement.referral_id.in_(_all(Referral.id, referral)))
    applied = sa.or_(Application.state.not_in(ENDED), Application.closed_at >= cut)
    own = Referral.application_id.is_not(None)
    kept: dict[str, tuple[Any, sa.ColumnElement[bool]]] = {
        "mandate": (Mandate, sa.or_(runs, Mandate.id.in_(_all(Referral.mandate_id, referred)))),
        "referral": (Referral, referral),
        "placement": (Placement, placement),
        "application": (
            Application,
            sa.or_(
                applied,
                Application.id.in_(_all(Referral.application_id, referral, own)),
                Application.id.in_(_all(Placement.application_id, placement)),
            ),
        ),
        "job": (
            Job,
            sa.or_(
                Job.state.not_in(CLOSED),
                Job.closed_at >= cut,
                Job.id.in_(_all(Application.job_id, applied)),
            ),
        ),
    }
    return [
        sa.or_(
            Event.subject_type != name,
            ~sa.exists().where(table.public_id == Event.subject_id, young),
        )
        for name, (table, young) in kept.items()
    ]


def _all(column: Any, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """A list of keys that is asked for once, whatever stands around it."""
    return sa.select(column).where(*where).correlate(None)


def _young_placements(cut: datetime, day: date) -> sa.ColumnElement[bool]:
    return sa.or_(
        Placement.state.in_((_P.AGREED, _P.IN_GUARANTEE, _P.LEFT)),
        Placement.agreed_at >= cut,
        Placement.started_on >= day,
        Placement.guarantee_until >= day,
        Placement.left_on >= day,
    )


def _proofs(session: Session, cut: datetime, limit: int = 200) -> int:
    """Words and files that were handed in to prove a start."""
    rows = session.execute(
        sa.select(StartCase, StoredFile)
        .join(StoredFile, StoredFile.id == StartCase.file_id)
        .where(StartCase.ruled_at < cut, StoredFile.erased_at.is_(None))
        .order_by(StartCase.id)
        .limit(limit)
    ).all()
    for case, file in rows:
        case.text = case.answer = ""
        file.erased_at, file.name = clock.now(), ""
        tasks.put(session, "erase-file", {"key": file.key}, key=f"erase-file:{file.key}")
    session.flush()
    return len(rows)
