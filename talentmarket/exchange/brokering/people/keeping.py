"""How long a record stays: the firm is told ahead, then the worker deletes it.

30 days where source, legal basis or date are not stated, else 24 months after the last contact
(the day stands in the row, see :func:`.values.delete_on`). Files of imports nobody took in go
after a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.events import SYSTEM, record
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import book
from talentmarket.exchange.brokering.people.importing import forget_file
from talentmarket.exchange.brokering.people.models import FirmImport, FirmPerson
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import Organisation
from talentmarket.notices.send import notify

#: Days ahead of which the firm is told.
WARN_DAYS = 14
#: Days for which the report of an import is kept.
REPORT_DAYS = 90


def run_due(limit: int = 500) -> int:
    """A round of the worker; returns how many records were deleted."""
    with unit_of_work() as session:
        warn(session, limit)
    with unit_of_work() as session:
        forget_files(session, limit)
    done = 0
    while some := _delete(limit):
        done += some
        if some < limit:
            break
    return done


def _delete(limit: int) -> int:
    """Delete what is due, in one transaction. A contact noted meanwhile keeps its record."""
    with unit_of_work() as session:
        due = FirmPerson.delete_on <= clock.today()
        rows = sa.select(FirmPerson.id).where(due).order_by(FirmPerson.delete_on, FirmPerson.id)
        keys = session.scalars(rows.limit(limit).with_for_update()).all()
        book.forget_sent(session, keys)
        gone = session.execute(
            sa.delete(FirmPerson)
            .where(FirmPerson.id.in_(keys), due)
            .returning(FirmPerson.public_id, FirmPerson.organisation_id)
            .execution_options(synchronize_session=False)
        ).all()
        concerned = Organisation.id.in_({row.organisation_id for row in gone})
        firms = {
            one.id: one.public_id
            for one in session.scalars(sa.select(Organisation).where(concerned))
        }
        for row in gone:
            record(
                session,
                book.SUBJECT,
                row.public_id,
                "remove",
                actor=SYSTEM,
                reason="time_over",
                firm=firms[row.organisation_id],
            )
    return len(gone)


def warn(session: Session, limit: int = 500) -> int:
    """Tell firms of records that end within two weeks, each record once per end; returns how many
    records were told of. A consultant is told of their own, the owners of the others."""
    until = clock.today() + timedelta(days=WARN_DAYS)
    rows = session.scalars(
        sa.select(FirmPerson)
        .options(joinedload(FirmPerson.organisation))
        .where(
            FirmPerson.delete_on <= until,
            FirmPerson.delete_on > clock.today(),
            sa.or_(FirmPerson.warned_for.is_(None), FirmPerson.warned_for != FirmPerson.delete_on),
        )
        .order_by(FirmPerson.delete_on, FirmPerson.id)
        .limit(limit)
    ).all()
    by_firm: dict[int, list[FirmPerson]] = defaultdict(list)
    for one in rows:
        by_firm[one.organisation_id].append(one)
        one.warned_for = one.delete_on
    for some in by_firm.values():
        _tell(session, some)
    session.flush()
    return len(rows)


def _tell(session: Session, rows: Iterable[FirmPerson]) -> None:
    rows = list(rows)
    firm = rows[0].organisation
    members = set(accounts_with(session, firm))
    owners = accounts_with(session, firm, OrgRole.OWNER)
    told: dict[int, list[FirmPerson]] = defaultdict(list)
    for one in rows:
        mine = one.consultant_id in members and one.consultant_id is not None
        for account_id in [one.consultant_id] if mine else owners:
            told[account_id].append(one)  # type: ignore[index]
    for account_id, some in told.items():
        last = max(one.delete_on for one in some)
        notify(
            session,
            account_id,
            "firm_people.ending",
            {"count": len(some), "day": {"day": (last + timedelta(days=1)).isoformat()}},
            link=f"/org/{firm.public_id}/people?view=ending",
        )


def forget_files(session: Session, limit: int = 500) -> int:
    """Forget files of imports whose day is over, and reports that are old."""
    over = session.scalars(
        sa.select(FirmImport)
        .options(joinedload(FirmImport.file))
        .where(FirmImport.file_id.is_not(None), FirmImport.expires_at <= clock.now())
        .limit(limit)
    ).all()
    for row in over:
        forget_file(session, row)
    session.flush()
    old = clock.now() - timedelta(days=REPORT_DAYS)
    session.execute(
        sa.delete(FirmImport)
        .where(FirmImport.created_at < old, FirmImport.file_id.is_(None))
        .execution_options(synchronize_session=False)
    )
    return len(over)
