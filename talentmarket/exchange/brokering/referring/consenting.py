"""Step two: the person reads who would get what, and agrees to exactly this, or does not.

Every receiver is named with contact, purpose, manner, data and an end date, and the person's
separate yes covers these and no others (个人信息保护法 arts. 14, 17, 23). What was shown is kept with
its digest: a page that is older than the terms it shows agrees to nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor
from talentmarket.exchange import moves, snapshots
from talentmarket.exchange.brokering import standing as firms
from talentmarket.exchange.brokering.joining.standing import check_works
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateTerms
from talentmarket.exchange.brokering.mandating.terms import Terms
from talentmarket.exchange.brokering.referring.asking import (
    check_firm,
    check_mandate,
    check_running,
    tell_firm,
)
from talentmarket.exchange.brokering.referring.models import Referral, ReferralClaim, ReferralState
from talentmarket.exchange.brokering.referring.moves import advance, move_claim
from talentmarket.exchange.brokering.referring.stages import CONSENT_DAYS, SEND_WORKING_DAYS
from talentmarket.exchange.stages import APPLICATION, By
from talentmarket.members.models import Consent, ConsentKind, Organisation

#: The version of the words under which a person agrees to be referred.
CONSENT_VERSION = "2026-11"
#: What goes to each kind of receiver.
DATA_OF_FIRM = ("name", "snapshot")
DATA_OF_EMPLOYER = ("snapshot", "name", "contact")


class ReceiverRole(StrEnum):
    """As what somebody receives the person's data."""

    EMPLOYER = "employer"
    FIRM = "firm"  # the firm that asks
    OWNER = "owner"  # the firm that holds the mandate, where another asks
    HOST = "host"  # the unit where the work is done


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver as the person reads it. `organisation`: public id, None for a unit that is not
    on the exchange and gets its data from the employer of record only."""

    role: ReceiverRole
    organisation: str | None
    name: str
    contact: str
    purpose: str
    manner: str
    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """What the person is asked to agree to. `digest` stands for all of it."""

    receivers: tuple[Receiver, ...]
    terms: str
    split: int
    until: date

    @property
    def digest(self) -> str:
        """SHA-256 over receivers, terms and end date: what a form brings back."""
        text = json.dumps(self.stored(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Offered:
        """What :meth:`stored` wrote down."""
        receivers = [
            Receiver(**{**one, "role": ReceiverRole(one["role"]), "data": tuple(one["data"])})
            for one in stored["receivers"]
        ]
        until = date.fromisoformat(stored["until"])
        return cls(tuple(receivers), stored["terms"], stored["split"], until)

    def stored(self) -> dict[str, Any]:
        """As it is kept with the referral."""
        return {
            "receivers": [asdict(one) | {"data": list(one.data)} for one in self.receivers],
            "terms": self.terms,
            "split": self.split,
            "until": self.until.isoformat(),
        }


def version_in_force(session: Session, mandate: Mandate) -> MandateTerms:
    """The terms both sides confirmed last. Raises Conflict before there are any."""
    found = session.scalar(
        sa.select(MandateTerms).where(
            MandateTerms.mandate_id == mandate.id, MandateTerms.number == mandate.terms_number
        )
    )
    if found is None:
        raise Conflict(_l("委托条款还没有双方确认。"), code="terms-missing")
    return found


def offered(session: Session, referral: Referral) -> Offered:
    """Who would receive what, under the terms in force today."""
    mandate = session.get_one(Mandate, referral.mandate_id)
    asked_on = clock.local(referral.interested_at or referral.asked_at).date()
    return offered_by(session, mandate, referral.firm, referral.employer, asked_on)


def offered_by(
    session: Session,
    mandate: Mandate,
    firm: Organisation,
    employer: Organisation | None,
    asked_on: date,
) -> Offered:
    """Who would receive what by this firm under the terms in force today, for a person who agrees
    to what was asked on `asked_on`. `employer`: None where it is not on the exchange and gets the
    data from the firm."""
    version = version_in_force(session, mandate)
    terms = version.terms
    receivers = [
        _receiver(ReceiverRole.EMPLOYER, employer, DATA_OF_EMPLOYER)
        if employer
        else _unit(ReceiverRole.EMPLOYER, mandate.client_name, "by_firm"),
        _receiver(ReceiverRole.FIRM, firm, DATA_OF_FIRM if employer else DATA_OF_EMPLOYER),
    ]
    if mandate.organisation_id != firm.id:
        receivers.append(_receiver(ReceiverRole.OWNER, mandate.organisation, DATA_OF_FIRM))
    if terms.host_name and terms.host_name != (employer.name if employer else mandate.client_name):
        receivers.append(_unit(ReceiverRole.HOST, terms.host_name, "by_employer"))
    until = asked_on + timedelta(days=CONSENT_DAYS)
    return Offered(tuple(receivers), version.digest, _split(firm, mandate, terms), until)


def _split(firm: Organisation, mandate: Mandate, terms: Terms) -> int:
    """The share of the firm that asks, where another holds the mandate; a public employment service
    has none (国令700号 art. 15)."""
    own = mandate.organisation_id == firm.id
    return 0 if own or not terms.opened or not firms.charges(firm) else terms.split


def _unit(role: ReceiverRole, name: str, manner: str) -> Receiver:
    return Receiver(role, None, name, "", "referral", manner, DATA_OF_EMPLOYER)


def _receiver(role: ReceiverRole, one: Organisation, data: tuple[str, ...]) -> Receiver:
    return Receiver(role, one.public_id, one.name, one.address or "", "referral", "on_site", data)


def consent(
    session: Session,
    referral: Referral,
    *,
    digest: str,
    contact_now: bool | None,
    actor: Actor,
) -> None:
    """The separate yes. `digest`: of the :class:`Offered` that was read.

    Raises Conflict when what was read is not what stands now, or when the person already agreed to
    be referred by another firm; Invalid when the choice about the number is missing.
    """
    check_running(referral)
    if contact_now is None:
        raise Invalid({"contact_now": _l("请选择何时给出手机号。")})
    check_firm(session, referral.firm)
    mandate = session.get_one(Mandate, referral.mandate_id)
    check_mandate(mandate)
    check_works(session, mandate, referral.firm)
    now = offered(session, referral)
    if now.digest != digest:
        raise Conflict(_l("委托条款或接收方刚刚有变化，请重新阅读后再决定。"), code="terms-changed")
    at = clock.now()
    values = {
        "consented_at": at,
        "expires_at": calendar.due(at, SEND_WORKING_DAYS),
        "consent_until": now.until,
        "named": now.stored(),
        "terms_id": version_in_force(session, mandate).id,
        "contact_now": contact_now,
    }
    try:
        with session.begin_nested():
            advance(session, referral, "consent", By.TALENT, actor, **values)
    except IntegrityError as error:
        raise Conflict(
            _l("您已同意由另一家机构推荐到这个岗位。"), code="consented-elsewhere"
        ) from error
    give(session, referral, now, at)
    tell_firm(session, referral, "referral.consented", deadline=referral.expires_at)


def give(session: Session, referral: Referral, given: Offered, at: datetime) -> None:
    """Write down the person's consent to each receiver of `given`."""
    for one in given.receivers:
        session.add(
            Consent(
                account_id=referral.talent.account_id,
                kind=ConsentKind.REFERRAL,
                version=CONSENT_VERSION,
                receiver_type="organisation" if one.organisation else "unit",
                receiver_id=one.organisation,
                subject_type="referral",
                subject_id=referral.public_id,
                purpose="referral",
                data={"fields": list(one.data), "role": str(one.role), "name": one.name},
                given_at=at,
                until=end_of(given.until),
            )
        )
    session.flush()


def end_of(day: date) -> datetime:
    """The last moment of a day of the exchange."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), clock.SHANGHAI)
    return midnight.astimezone(clock.now().tzinfo)


def standing(session: Session, referral: Referral, organisation: Organisation) -> frozenset[str]:
    """What the person gives this organisation by the referral now: nothing after the end date or
    once it was taken back."""
    rows = session.scalars(
        _live(referral).where(Consent.receiver_id == organisation.public_id)
    ).all()
    return frozenset(name for row in rows for name in row.data.get("fields", ()))


def _live(referral: Referral) -> sa.Select[tuple[Consent]]:
    return sa.select(Consent).where(
        Consent.account_id == referral.talent.account_id,
        Consent.kind == ConsentKind.REFERRAL,
        Consent.subject_type == "referral",
        Consent.subject_id == referral.public_id,
        Consent.withdrawn_at.is_(None),
        sa.or_(Consent.until.is_(None), Consent.until > clock.now()),
    )


def end(session: Session, referral: Referral, at: datetime) -> None:
    """End what the person gave by the referral: it was taken back, or what it was for is over."""
    for row in session.scalars(_live(referral)).all():
        row.withdrawn_at = at
    session.flush()


def withdraw(session: Session, referral: Referral, *, actor: Actor) -> None:
    """Take the consent back: access and sharing end at once; of the claim stays a number.

    A running application before the offer is withdrawn with it; later ones lose their consents and
    go on between the two sides (the claim rests then as well), and those that ended show nothing
    any more.
    """
    at = clock.now()
    advance(session, referral, "withdraw", By.TALENT, actor, ended_at=at)
    end(session, referral, at)
    application = referral.application
    if application is not None:
        steps = APPLICATION.allowed(application.state, By.TALENT)
        if any(step.name == "withdraw" for step in steps):
            moves.move(session, application, "withdraw", by=By.TALENT, actor=actor)
        # Also of one that goes on or has ended: what it still shows goes with the consent.
        snapshots.take_back_all(session, application, actor=actor, at=at)
    if referral.claim in RESTING:
        move_claim(session, referral, "rest", By.TALENT, actor)
    tell_firm(session, referral, "referral.withdrawn")


RESTING = (
    ReferralClaim.PENDING,
    ReferralClaim.STANDING,
    ReferralClaim.KNOWN,
    ReferralClaim.DISPUTED,
)


def may_withdraw(referral: Referral) -> bool:
    """Whether there is something to take back."""
    return referral.state in (ReferralState.CONSENTED, ReferralState.SENT)
