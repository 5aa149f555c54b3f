"""What erasing a person means here: applications end, snapshots lose the person, texts go.

Registered with the members room, which runs it inside the unit that erases the account. Numbers,
stages and events stay: they are the service ledger and name nobody.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.exchange import invitations, message_files, moves, promises, snapshots
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Invitation,
    Message,
    Note,
    Report,
    SavedJob,
    Side,
    Snapshot,
)
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.stages import By
from talentmarket.members import privacy
from talentmarket.members.models import Account, Talent

#: How a running application ends when the person goes, by its stage. One that has started stays:
#: the employment is a fact between the two.
_ENDINGS = {
    ApplicationState.SUBMITTED: "withdraw",
    ApplicationState.VIEWED: "withdraw",
    ApplicationState.SHORTLISTED: "withdraw",
    ApplicationState.INTERVIEW: "withdraw",
    ApplicationState.OFFER: "decline_offer",
    ApplicationState.ACCEPTED: "not_started",
}


@privacy.erases("applications")
def erase_person(session: Session, account: Account, actor: Actor) -> None:
    """End the person's applications and invitations and erase what they hold of the person."""
    _forget_account(session, account)
    talent = session.scalar(sa.select(Talent).where(Talent.account_id == account.id))
    if talent is None:
        return
    session.flush()
    _end_applications(session, talent, actor)
    for invitation in session.scalars(
        sa.select(Invitation).where(
            Invitation.talent_id == talent.id, Invitation.state.in_(("sent", "seen"))
        )
    ).all():
        invitations.decline(session, invitation, actor=actor)
    own = sa.select(Application.id).where(Application.talent_id == talent.id)
    quiet: dict[str, Any] = {"synchronize_session": False}
    session.execute(
        sa.update(Snapshot)
        .where(Snapshot.application_id.in_(own), Snapshot.erased_at.is_(None))
        .values(person=None, profile={}, erased_at=clock.now())
        .execution_options(**quiet)
    )
    session.execute(
        sa.update(Message)
        .where(Message.application_id.in_(own), Message.side == Side.TALENT)
        .values(author_id=None)
        .execution_options(**quiet)
    )
    message_files.erase(session, sa.select(Message.id).where(Message.application_id.in_(own)))
    # What the organisation wrote to the person and about the person names the person too.
    for statement in (
        sa.update(Message).where(Message.application_id.in_(own)).values(text=""),
        sa.update(Note).where(Note.application_id.in_(own)).values(text=""),
        sa.update(Application).where(Application.id.in_(own)).values(end_text=""),
        sa.update(Invitation).where(Invitation.talent_id == talent.id).values(text=""),
    ):
        session.execute(statement.execution_options(**quiet))
    session.expire_all()


def _forget_account(session: Session, account: Account) -> None:
    """What the account put aside goes; a report stays for the operator, without who filed it."""
    session.execute(sa.delete(SavedJob).where(SavedJob.account_id == account.id))
    session.execute(
        sa.update(Report)
        .where(Report.reporter_id == account.id)
        .values(reporter_id=None, contact=None)
        .execution_options(synchronize_session=False)
    )


def _end_applications(session: Session, talent: Talent, actor: Actor) -> None:
    running = session.scalars(
        sa.select(Application)
        .options(joinedload(Application.job), joinedload(Application.organisation))
        .where(Application.talent_id == talent.id, Application.state.not_in(ENDED))
    ).all()
    for application in running:
        snapshots.take_back_all(session, application, actor=actor, at=clock.now())
        name = _ENDINGS.get(application.state)
        if name:
            moves.move(session, application, name, by=By.TALENT, actor=actor, count=False)
    promises.refresh(session, {one.organisation_id for one in running})
