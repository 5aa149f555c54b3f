"""The profile frozen at the moment of applying, and the consents that go with it.

What the employer may read is fixed when the person applies: later changes of the profile do not
reach it. Name and contact are a sealed part of their own, which erasure empties. Each consent
names its receiver and the application it is for (个人信息保护法 arts. 14, 23).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Actor, record
from talentmarket.exchange.models import Application, Snapshot
from talentmarket.exchange.visibility import Sight
from talentmarket.members.cards import snapshot_person, snapshot_profile
from talentmarket.members.models import Consent, ConsentKind, Talent

#: The version of the words under which snapshot and contact are given.
CONSENT_VERSION = "2025-11"
KINDS = (ConsentKind.SNAPSHOT, ConsentKind.CONTACT)
PHONE = frozenset({"phone"})
PHONE_AND_MAIL = frozenset({"phone", "mail"})


@dataclass(frozen=True)
class Person:
    """The person's part of a snapshot, as far as a reader may see it."""

    name: str | None = None
    phone: str | None = None
    mail: str | None = None


@dataclass(frozen=True)
class Frozen:
    """A profile as it stood at `taken_at`; `person`: name and contact, as JSON."""

    profile: dict[str, Any]
    person: str
    taken_at: datetime


def take(talent: Talent) -> Frozen:
    """The profile as it stands now."""
    person = json.dumps(snapshot_person(talent), ensure_ascii=False)
    return Frozen(snapshot_profile(talent), person, clock.now())


def freeze(
    session: Session, application: Application, talent: Talent, kept: Frozen | None = None
) -> Snapshot:
    """Store the profile with the application: as it stands now, or as it was `kept` when the person
    agreed to give it."""
    taken = kept or take(talent)
    snapshot = Snapshot(
        application_id=application.id,
        profile=taken.profile,
        person=taken.person,
        taken_at=taken.taken_at,
    )
    session.add(snapshot)
    return snapshot


def person_of(snapshot: Snapshot | None, sight: Sight) -> Person:
    """What `sight` opens of the person's part; nothing when it was erased."""
    if snapshot is None or snapshot.erased_at is not None or not snapshot.person:
        return Person()
    held = json.loads(snapshot.person)
    return Person(
        name=held.get("name") if sight.name else None,
        phone=held.get("phone") if sight.phone else None,
        mail=held.get("mail") if sight.mail else None,
    )


def give_snapshot(
    session: Session, application: Application, receiver: str, *, until: datetime | None = None
) -> None:
    """The person's consent that `receiver` (an organisation) reads the snapshot for this job, to
    the moment `until` where one was agreed."""
    fields: dict[str, object] = {"fields": ["snapshot", "name"]}
    _give(session, application, ConsentKind.SNAPSHOT, receiver, fields, until)


def give_contact(
    session: Session,
    application: Application,
    receiver: str,
    fields: frozenset[str],
    *,
    until: datetime | None = None,
) -> None:
    """The person's separate consent that `receiver` sees `fields` (phone, mail). It never outlasts
    the consent to the snapshot, where that has an end."""
    if fields <= given(session, application):
        return
    ends = _live(application, ConsentKind.SNAPSHOT).with_only_columns(Consent.until)
    until = until or session.scalar(ends.order_by(Consent.id.desc()).limit(1))
    data: dict[str, object] = {"fields": sorted(fields)}
    _give(session, application, ConsentKind.CONTACT, receiver, data, until)
    if application.contact_opened_at is None:
        session.execute(
            sa.update(Application)
            .where(Application.id == application.id)
            .values(contact_opened_at=clock.now())
        )


def given(session: Session, application: Application) -> frozenset[str]:
    """What the person gives for this application now: snapshot, name, phone, mail."""
    rows = session.scalars(_live(application, *KINDS)).all()
    return frozenset(name for row in rows for name in row.data.get("fields", ()))


def is_over(session: Session, application: Application) -> bool:
    """Whether the person gave the snapshot once and gives it no more: it was taken back, or the day
    that was agreed has come. What the organisation wrote of the person closes with it."""
    rows = session.scalars(
        sa.select(Consent).where(
            Consent.account_id == application.talent.account_id,
            Consent.kind == ConsentKind.SNAPSHOT,
            Consent.subject_type == "application",
            Consent.subject_id == application.public_id,
            Consent.receiver_id == application.organisation.public_id,
        )
    ).all()
    at = clock.now()
    return bool(rows) and all(
        row.withdrawn_at is not None or (row.until is not None and row.until <= at) for row in rows
    )


def given_to_all(
    session: Session, applications: Sequence[Application]
) -> dict[str, frozenset[str]]:
    """What is given for each of these applications (by public id), in one statement."""
    found: dict[str, frozenset[str]] = {one.public_id: frozenset() for one in applications}
    rows = session.scalars(
        sa.select(Consent).where(
            Consent.kind.in_(KINDS),
            Consent.subject_type == "application",
            Consent.subject_id.in_(list(found)),
            *_holds(),
        )
    )
    owners = {one.public_id: one.talent.account_id for one in applications}
    for row in rows:
        if row.subject_id is not None and owners[row.subject_id] == row.account_id:
            found[row.subject_id] |= frozenset(row.data.get("fields", ()))
    return found


def opens_contact(fields: frozenset[str]) -> bool:
    """Whether a way to reach the person is among what is given."""
    return bool(fields & PHONE_AND_MAIL)


def take_back_contact(session: Session, application: Application, *, actor: Actor) -> bool:
    """End the consents to phone and mail; whether there were any."""
    return _end(session, application, ConsentKind.CONTACT, actor, clock.now())


def take_back_all(
    session: Session, application: Application, *, actor: Actor, at: datetime
) -> None:
    """End every consent of the application at `at`: it was withdrawn or the person is erased."""
    _end(session, application, ConsentKind.CONTACT, actor, at)
    _end(session, application, ConsentKind.SNAPSHOT, actor, at)


def restore_all(session: Session, application: Application, at: datetime) -> None:
    """Give again what ended with the withdrawal at `at`, which is undone; nothing older."""
    session.execute(
        sa.update(Consent)
        .where(
            Consent.account_id == application.talent.account_id,
            Consent.subject_type == "application",
            Consent.subject_id == application.public_id,
            Consent.withdrawn_at == at,
        )
        .values(withdrawn_at=None)
    )
    opened = opens_contact(given(session, application))
    session.execute(
        sa.update(Application)
        .where(Application.id == application.id)
        .values(contact_opened_at=clock.now() if opened else None)
    )


def _give(
    session: Session,
    application: Application,
    kind: ConsentKind,
    receiver: str,
    data: dict[str, object],
    until: datetime | None,
) -> None:
    session.add(
        Consent(
            account_id=application.talent.account_id,
            kind=kind,
            version=CONSENT_VERSION,
            receiver_type="organisation",
            receiver_id=receiver,
            subject_type="application",
            subject_id=application.public_id,
            purpose="application",
            data=data,
            given_at=clock.now(),
            until=until,
        )
    )
    session.flush()


def _holds() -> tuple[sa.ColumnElement[bool], ...]:
    """Not taken back, and the end that was agreed has not come."""
    return (
        Consent.withdrawn_at.is_(None),
        sa.or_(Consent.until.is_(None), Consent.until > clock.now()),
    )


def _live(application: Application, *kinds: ConsentKind) -> sa.Select[tuple[Consent]]:
    return sa.select(Consent).where(
        Consent.account_id == application.talent.account_id,
        Consent.kind.in_(kinds),
        Consent.subject_type == "application",
        Consent.subject_id == application.public_id,
        *_holds(),
    )


def _end(
    session: Session, application: Application, kind: ConsentKind, actor: Actor, at: datetime
) -> bool:
    rows = session.scalars(_live(application, kind)).all()
    for row in rows:
        row.withdrawn_at = at
    if rows and kind is ConsentKind.CONTACT:
        session.execute(
            sa.update(Application)
            .where(Application.id == application.id)
            .values(contact_opened_at=None)
        )
    if rows:
        record(
            session,
            "application",
            application.public_id,
            "take_back",
            actor=actor,
            reason=str(kind),
        )
    session.flush()
    return bool(rows)
