"""Honest figures of firms: counted from events of the last twelve months, once a day for all.

What is counted, in the words of the page of rules:

- referrals: people the firm sent to an employer with their consent, in the window;
- interviewed: of these, whose application came to an interview, by now;
- started: of these, whose start both sides confirmed, by now;
- decided: of these, whose start the office decided because one side was silent, by now;
- disputes upheld: of these, on whom the firm's claim was refused by a ruling that stands;
- days to the first referral: per mandate on which the firm sent its first person in the window, from
  the day it could begin (countersigned, or joined) to that day; the median.

Nothing is shown of fewer than ten cases: too few to say, and a single case would be somebody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.among import among
from talentmarket.core.db import db, upsert
from talentmarket.core.events import Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.firms.models import FirmFigures
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing.placements import BY_DECISION
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models import Application
from talentmarket.members.models import Organisation

#: Fewer cases are too few to say.
LEAST_CASES = 10
WINDOW = timedelta(days=365)
_INTERVIEW = "interview"


@dataclass(slots=True)
class Counted:
    """What was counted of one firm; `days`: to the first referral of each mandate."""

    referrals: int = 0
    interviewed: int = 0
    started: int = 0
    decided: int = 0
    disputes: int = 0
    days: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page may show it: None where there are too few cases."""

    count: int | None
    of: int


def of(session: Session, firm: Organisation) -> FirmFigures | None:
    """What was counted last; None before the first count."""
    return session.scalar(sa.select(FirmFigures).where(FirmFigures.organisation_id == firm.id))


def shown(row: FirmFigures | None, name: str) -> Shown:
    """One of the counts, where there are cases enough."""
    cases = row.referrals if row else 0
    return Shown(getattr(row, name) if row and cases >= LEAST_CASES else None, cases)


def shown_median(row: FirmFigures | None) -> tuple[float | None, int]:
    """The median of days, and of how many mandates."""
    cases = row.mandates if row else 0
    enough = row is not None and cases >= LEAST_CASES and row.median_days is not None
    return (row.median_days / 2 if enough and row and row.median_days is not None else None, cases)


# --- counting ----------------------------------------------------------------------------------
def run_due() -> int:
    """A round of the worker: count for all firms once a day. Returns how many firms."""
    today = clock.today()
    last = db.session.scalar(sa.select(sa.func.max(FirmFigures.counted_on)))
    db.session.rollback()
    if last is not None and last >= today:
        return 0
    counted = count_all(db.session(), clock.start_of_day(today - WINDOW))
    db.session.rollback()
    with unit_of_work() as session:
        return _keep(session, counted, today)


def count_all(session: Session, since: datetime) -> dict[str, Counted]:
    """Firm (public id) → what is counted of it, from the events since then."""
    sent = _events(session, "referral", ("send",), since)
    firms: dict[str, Counted] = defaultdict(Counted)
    firm_of = {one.subject_id: str(one.data["firm"]) for one in sent}
    for firm in firm_of.values():
        firms[firm].referrals += 1
    applications = _applications(session, list(firm_of))
    for referral in _interviewed(session, applications):
        firms[firm_of[referral]].interviewed += 1
    for referral, reason in _started(session, since).items():
        if referral in firm_of and reason == BY_DECISION:
            firms[firm_of[referral]].decided += 1
        elif referral in firm_of:
            firms[firm_of[referral]].started += 1
    for referral in _refused(session, since) & set(firm_of):
        firms[firm_of[referral]].disputes += 1
    for firm, days in _first_referrals(session, sent, since):
        firms[firm].days.append(days)
    return firms


def _events(
    session: Session, subject: str, verbs: tuple[str, ...], since: datetime
) -> Sequence[sa.Row[Any]]:
    query = sa.select(Event.subject_id, Event.verb, Event.at, Event.data).where(
        Event.verb.in_(verbs), Event.subject_type == subject, Event.at >= since
    )
    return session.execute(query.order_by(Event.id)).all()


def _asked(session: Session, query: sa.Select[Any], these: Iterable[str]) -> Sequence[sa.Row[Any]]:
    """The rows of a question about many values, which it names `these`."""
    return session.execute(query, {"these": sorted(these)}).all()


def _applications(session: Session, referrals: list[str]) -> dict[str, str]:
    """Application → referral, both by public id."""
    query = (
        sa.select(Application.public_id, Referral.public_id)
        .join(Referral, Referral.application_id == Application.id)
        .where(among(Referral.public_id, "these"))
    )
    return {row[0]: row[1] for row in _asked(session, query, referrals)}


def _interviewed(session: Session, applications: dict[str, str]) -> set[str]:
    """Referrals whose application came to an interview that was not taken back."""
    found: dict[str, list[str]] = defaultdict(list)
    query = (
        sa.select(Event.subject_id, Event.verb, Event.to_state)
        .where(Event.subject_type == "application", among(Event.subject_id, "these"))
        .order_by(Event.id)
    )
    for application, verb, state in _asked(session, query, applications):
        if verb == "undo" and found[application]:
            found[application].pop()
        elif state is not None:
            found[application].append(state)
    return {applications[one] for one, states in found.items() if _INTERVIEW in states}


def _started(session: Session, since: datetime) -> dict[str, str | None]:
    """Referral → how its start came about (:data:`BY_DECISION`, or None where both confirmed)."""
    query = sa.select(Event.data, Event.reason).where(
        Event.verb == "start", Event.subject_type == "placement", Event.at >= since
    )
    rows = session.execute(query.order_by(Event.id)).all()
    return {str(one.data["referral"]): one.reason for one in rows}


def _refused(session: Session, since: datetime) -> set[str]:
    """Referrals on which a ruling refused the claim and no appeal gave it back."""
    last: dict[str, str] = {}
    for one in _events(session, "referral", ("claim_refuse", "claim_uphold"), since):
        last[one.subject_id] = one.verb
    return {referral for referral, verb in last.items() if verb == "claim_refuse"}


def _first_referrals(
    session: Session, sent: Sequence[sa.Row[Any]], since: datetime
) -> list[tuple[str, int]]:
    query = (
        sa.select(Referral.public_id, Mandate.public_id)
        .join(Mandate, Mandate.id == Referral.mandate_id)
        .where(among(Referral.public_id, "these"))
    )
    asked = _asked(session, query, {one.subject_id for one in sent})
    mandate_of = {row[0]: row[1] for row in asked}
    first: dict[tuple[str, str], sa.Row[Any]] = {}
    for one in sent:
        if mandate := mandate_of.get(one.subject_id):
            first.setdefault((str(one.data["firm"]), mandate), one)
    began = _began(session, {mandate for _firm, mandate in first})
    before = _sent_before(session, first, since)
    found = []
    for (firm, mandate), event in first.items():
        at = began.get((firm, mandate)) or began.get(("", mandate))
        if at is not None and (firm, mandate) not in before:
            days = (clock.local(event.at).date() - clock.local(at).date()).days
            found.append((firm, max(0, days)))
    return found


def _began(session: Session, mandates: set[str]) -> dict[tuple[str, str], datetime]:
    """When a firm could begin on a mandate: joined (by firm), or countersigned (any other: "")."""
    query = (
        sa.select(Event.subject_id, Event.verb, Event.at, Event.data)
        .where(
            Event.subject_type == "mandate",
            among(Event.subject_id, "these"),
            Event.verb.in_(("countersign", "joining_accept")),
        )
        .order_by(Event.id)
    )
    found: dict[tuple[str, str], datetime] = {}
    for one in _asked(session, query, mandates):
        firm = str(one.data["firm"]) if one.verb == "joining_accept" else ""
        found.setdefault((firm, one.subject_id), one.at)
    return found


def _sent_before(
    session: Session, first: dict[tuple[str, str], sa.Row[Any]], since: datetime
) -> set[tuple[str, str]]:
    """Pairs whose first referral lies before the window."""
    query = (
        sa.select(Organisation.public_id, Mandate.public_id)
        .select_from(Referral)
        .join(Organisation, Organisation.id == Referral.firm_id)
        .join(Mandate, Mandate.id == Referral.mandate_id)
        .where(
            among(Mandate.public_id, "these"),
            Referral.sent_at < since,
        )
        .distinct()
    )
    asked = _asked(session, query, {mandate for _firm, mandate in first})
    return {(row[0], row[1]) for row in asked}


def _keep(session: Session, counted: dict[str, Counted], today: date) -> int:
    query = sa.select(Organisation.public_id, Organisation.id).where(
        among(Organisation.public_id, "these")
    )
    keys = {row[0]: row[1] for row in _asked(session, query, counted)}
    had = session.scalars(sa.select(FirmFigures.organisation_id)).all()
    rows = {keys[firm]: one for firm, one in counted.items() if firm in keys}
    for key in {*rows, *had}:
        one = rows.get(key, Counted())
        values = {
            "counted_on": today,
            "since": today - WINDOW,
            "referrals": one.referrals,
            "interviewed": one.interviewed,
            "started": one.started,
            "decided": one.decided,
            "disputes": one.disputes,
            "mandates": len(one.days),
            "median_days": round(2 * median(one.days)) if one.days else None,
        }
        table: Any = FirmFigures.__table__
        upsert(session, table, {"organisation_id": key, **values}, ["organisation_id"], **values)
    return len(rows)
