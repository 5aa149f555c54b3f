"""What a person agreed to: each consent alone, with its version, and taken back at any time.

个人信息保护法 arts. 14–17: informed, voluntary, withdrawable; a new version is asked again.
"""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock, events
from talentmarket.core.errors import NotFound
from talentmarket.core.events import Actor
from talentmarket.members.models import Account, Consent, ConsentKind

#: The version of the privacy notice in force: the month its text was last changed in substance.
NOTICE_VERSION = "2025-11"


def agree_to_notice(session: Session, account: Account, *, actor: Actor) -> Consent:
    """Note that the person agreed to the privacy notice in its present version."""
    session.execute(
        sa.update(Consent)
        .where(
            Consent.account_id == account.id,
            Consent.kind == ConsentKind.PRIVACY_NOTICE,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )
    consent = Consent(
        account_id=account.id,
        kind=ConsentKind.PRIVACY_NOTICE,
        version=NOTICE_VERSION,
        given_at=clock.now(),
    )
    session.add(consent)
    session.flush()
    events.record(
        session,
        "account",
        account.public_id,
        "consented",
        actor=actor,
        kind=ConsentKind.PRIVACY_NOTICE.value,
        version=NOTICE_VERSION,
        consent=consent.public_id,
    )
    return consent


def agreed_version(session: Session, account: Account) -> str | None:
    """The version of the privacy notice the person agreed to last, if any."""
    return session.scalar(_agreed_last(), {"account": account.id})


@cache
def _agreed_last() -> sa.Select[tuple[str]]:
    """Put together once: each page of one's own asks it."""
    return (
        sa.select(Consent.version)
        .where(
            Consent.account_id == sa.bindparam("account"),
            Consent.kind == ConsentKind.PRIVACY_NOTICE,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )


def is_outdated(session: Session, account: Account) -> bool:
    """Whether the person agreed to a notice that is no longer the one in force.

    Who never agreed (an account the alliance's own command made) is asked on the page of data.
    """
    return agreed_version(session, account) not in (None, NOTICE_VERSION)


def consents_of(session: Session, account: Account) -> list[Consent]:
    """All consents of a person, newest first, also those taken back."""
    return list(
        session.scalars(
            sa.select(Consent).where(Consent.account_id == account.id).order_by(Consent.id.desc())
        )
    )


def withdraw(session: Session, account: Account, public_id: str, *, actor: Actor) -> Consent:
    """Take a consent back. What rests on it ends by the rooms that read it.

    Raises :class:`NotFound` for another person's, and for the privacy notice, which ends with
    the account.
    """
    consent = session.scalar(
        sa.select(Consent).where(Consent.account_id == account.id, Consent.public_id == public_id)
    )
    if consent is None or consent.kind is ConsentKind.PRIVACY_NOTICE:
        raise NotFound()
    if consent.withdrawn_at is None:
        consent.withdrawn_at = clock.now()
        events.record(
            session,
            "account",
            account.public_id,
            "consent_withdrawn",
            actor=actor,
            kind=consent.kind.value,
            consent=consent.public_id,
        )
    return consent
