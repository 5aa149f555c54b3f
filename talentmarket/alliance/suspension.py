"""Taking an organisation out of every list: suspension, and a refusal of what was verified before.
Everybody concerned is told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.exchange import fan_out
from talentmarket.members import verification
from talentmarket.members.models import Organisation
from talentmarket.members.models.organisations import STANDING


def suspend(
    session: Session, organisation: Organisation, reason: str, text: str, *, actor: Actor
) -> int:
    """Take the organisation and its jobs out of sight; returns how many applicants were told.

    Pages read the state on each request; the index follows through the outbox rows left here.
    """
    verification.suspend(session, organisation, reason, text, actor=actor)
    at = clock.now().isoformat()
    return fan_out.tell_applicants(session, organisation, "organisation.suspended_applicant", at)


def lift(session: Session, organisation: Organisation, *, actor: Actor) -> int:
    """Bring it back to the state it had; returns how many applicants were told."""
    verification.lift(session, organisation, actor=actor)
    at = clock.now().isoformat()
    return fan_out.tell_applicants(session, organisation, "organisation.lifted_applicant", at)


def refuse(
    session: Session, organisation: Organisation, reason: str, text: str, *, actor: Actor
) -> int:
    """Refuse what was handed in; returns how many applicants were told.

    At a renewal the jobs vanish by it, and those who wait for a word of the organisation learn
    why. Nobody waits for one that was never verified.
    """
    stood = organisation.state in STANDING
    verification.refuse(session, organisation, reason, text, actor=actor)
    if not stood:
        return 0
    at = clock.now().isoformat()
    return fan_out.tell_applicants(session, organisation, "organisation.refused_applicant", at)
