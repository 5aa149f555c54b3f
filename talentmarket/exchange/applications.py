"""Applying to a job, and finding an application for one of its two sides."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, DomainError, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.core.outbox import changed
from talentmarket.exchange import moves, promises, snapshots, telling
from talentmarket.exchange.models import (
    Application,
    ApplicationRoute,
    ApplicationState,
    ContactWhen,
    Job,
    JobState,
    Message,
    Origin,
    Side,
)
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.showing import is_open, suspended
from talentmarket.exchange.stages import By
from talentmarket.exchange.visibility import Level, Reader, Sight, level, sight
from talentmarket.members.models import (
    Account,
    OpeningLevel,
    Organisation,
    Talent,
    TalentState,
)
from talentmarket.members.openings import record_opening

NOTE_SIGNS = 1000


@dataclass(frozen=True)
class Standing:
    """How the pair stood when the application was made; None without a model."""

    score: int | None = None
    model_version: str | None = None


class NotOpen(Conflict):
    """The job takes no applications now."""

    code = "not-open"
    message = _l("这个岗位现在不接受申请。")


def open_job(session: Session, public_id: str) -> Job:
    """The job with this id when a person may apply to it.

    Raises NotFound when there is none, NotOpen when it is a reference, closed or past its date.
    """
    job = session.scalar(
        sa.select(Job)
        .options(joinedload(Job.organisation), joinedload(Job.employer))
        .where(Job.public_id == public_id)
    )
    if job is None or job.state in (JobState.DRAFT, JobState.REJECTED, JobState.RETURNED):
        raise NotFound()
    if job.origin is not Origin.OWN:
        raise NotOpen(_l("这是转载参考，请到来源处申请。"), code="reference")
    if suspended(job):
        raise NotOpen(_l("这个单位已被停用，现在不能申请它的岗位。"), code="suspended")
    if not is_open(job):
        raise NotOpen()
    return job


def apply(
    session: Session,
    talent: Talent,
    job: Job,
    *,
    contact_when: ContactWhen | None,
    actor: Actor,
    note: str = "",
    route: ApplicationRoute = ApplicationRoute.OWN,
    standing: Standing | None = None,
    withheld: bool = False,
    holder: Organisation | None = None,
    kept: snapshots.Frozen | None = None,
) -> tuple[Application, bool]:
    """Apply with a frozen snapshot; the application, and whether it is new.

    Two at once make one: the second gets the first's. The person consents to this receiver
    reading the snapshot, and apart from that, now or at the interview, to phone and mail.
    `withheld`: nothing is given yet; who calls gives it later, by a consent of its own. `holder`:
    who receives and answers it, where that is not who posted the job. `kept`: the snapshot, where
    it was taken before.
    """
    if talent.state is not TalentState.ACTIVE:
        raise DomainError(_l("您的档案已停用，现在不能申请。"), code="talent-suspended")
    if contact_when is None:
        raise Invalid({"contact_when": _l("请选择何时给出手机号。")})
    _hold_open(session, job)
    at = clock.now()
    due = calendar.due(at, job.reply_days)
    standing = standing or Standing()
    created_id = session.scalar(
        insert_for(session)(Application)
        .values(
            public_id=new_public_id(),
            number=_new_number(),
            job_id=job.id,
            organisation_id=(holder or job.organisation).id,
            talent_id=talent.id,
            route=route,
            state=ApplicationState.SUBMITTED,
            contact_when=contact_when,
            submitted_at=at,
            answer_due_at=due,
            due_at=due,
            moved_at=at,
            skipped=[],
            score=standing.score,
            model_version=standing.model_version,
        )
        .on_conflict_do_nothing()
        .returning(Application.id)
    )
    if created_id is None:
        return _open_of_pair(session, talent, job), False
    application = session.get_one(Application, created_id)
    snapshots.freeze(session, application, talent, kept)
    _accompany(session, application, talent, job, note, actor, withheld)
    return application, True


def _hold_open(session: Session, job: Job) -> None:
    """Keep the job from being closed until this is stored; NotOpen when it was, just now."""
    held = session.scalar(
        sa.select(Job.id)
        .where(Job.id == job.id, Job.state == JobState.PUBLISHED)
        .with_for_update(key_share=True)
    )
    if held is None:
        raise NotOpen()


def _accompany(
    session: Session,
    application: Application,
    talent: Talent,
    job: Job,
    note: str,
    actor: Actor,
    withheld: bool,
) -> None:
    receiver = application.organisation.public_id
    if not withheld:
        snapshots.give_snapshot(session, application, receiver)
        if application.contact_when is ContactWhen.NOW:
            snapshots.give_contact(session, application, receiver, snapshots.PHONE)
    if note := clean(note)[:NOTE_SIGNS]:
        session.add(
            Message(
                application_id=application.id,
                side=Side.TALENT,
                author_id=talent.account_id,
                text=note,
                sent_at=application.submitted_at,
            )
        )
    count = session.execute(
        sa.update(Job)
        .where(Job.id == job.id)
        .values(applications_count=Job.applications_count + 1)
        .returning(Job.applications_count)
    ).scalar_one()
    if count.bit_length() != (count - 1).bit_length():  # what the search index holds of it
        changed(session, "job", job.public_id)
    record(
        session,
        "application",
        application.public_id,
        "submit",
        actor=actor,
        to_state=application.state,
        at=application.submitted_at,
        organisation=receiver,
        job=job.public_id,
        route=str(application.route),
        score=application.score,
        model=application.model_version,
        contact=str(application.contact_when),
    )
    session.flush()
    session.refresh(application)
    due = telling.moment(application.answer_due_at)
    telling.tell_talent(session, application, "application.sent", due=due)
    if application.route is ApplicationRoute.REFERRAL:
        return  # whoever sends the person tells both
    if application.route is ApplicationRoute.INVITATION:
        code = "invitation.accepted"
    else:
        code = "application.received"
    telling.tell_organisation(
        session, application, code, due=due, deadline=application.answer_due_at
    )


def _new_number() -> str:
    """What the employer sees first: says nothing of the person, differs per application."""
    return f"T-{secrets.randbelow(900_000) + 100_000}"


def _open_of_pair(session: Session, talent: Talent, job: Job) -> Application:
    return session.scalars(_open(talent, job)).one()


def open_application(session: Session, talent: Talent, job: Job) -> Application | None:
    """The person's running application to this job."""
    return session.scalar(_open(talent, job))


def _open(talent: Talent, job: Job) -> sa.Select[tuple[Application]]:
    return sa.select(Application).where(
        Application.talent_id == talent.id,
        Application.job_id == job.id,
        Application.state.not_in(ENDED),
    )


# --- for the person ----------------------------------------------------------------------------

_WHOLE = (
    joinedload(Application.job),
    joinedload(Application.organisation),
    joinedload(Application.talent),
    joinedload(Application.snapshot),
)


def own(session: Session, talent: Talent | None, public_id: str) -> Application:
    """The person's application with this id. Raises NotFound for another's."""
    if talent is None:
        raise NotFound()
    found = session.scalar(
        sa.select(Application)
        .options(*_WHOLE)
        .where(Application.public_id == public_id, Application.talent_id == talent.id)
    )
    if found is None:
        raise NotFound()
    return found


def all_of(session: Session, talent: Talent) -> list[Application]:
    """All applications of a person, the running ones first, newest first."""
    running = sa.case((Application.state.not_in(ENDED), 0), else_=1)
    return list(
        session.scalars(
            sa.select(Application)
            .options(joinedload(Application.job), joinedload(Application.organisation))
            .where(Application.talent_id == talent.id)
            .order_by(running, Application.moved_at.desc(), Application.id.desc())
        )
    )


# --- for the organisation ----------------------------------------------------------------------


def of_organisation(
    session: Session,
    organisation: Organisation,
    public_id: str,
    *,
    reader: Reader,
    account_id: int,
) -> Application:
    """An application the reader may open. Raises NotFound for any other."""
    found = session.scalar(
        sa.select(Application)
        .options(*_WHOLE)
        .where(
            Application.public_id == public_id,
            Application.organisation_id == organisation.id,
        )
    )
    if found is None or not may_open(found, reader, account_id):
        raise NotFound()
    return found


def may_open(application: Application, reader: Reader, account_id: int) -> bool:
    """The desk opens all; a hiring manager the shortlist of the jobs that are theirs."""
    if reader is Reader.DESK:
        return True
    if reader is Reader.MANAGER and application.job.manager_id == account_id:
        return level(application.state, application.moved_from) >= Level.NAME
    return False


def sight_of(session: Session, application: Application, reader: Reader) -> Sight:
    """What the reader sees of this application now."""
    return _sight(application, reader, snapshots.given(session, application))


def _sight(application: Application, reader: Reader, given: frozenset[str]) -> Sight:
    snapshot = application.snapshot
    return sight(
        application.state,
        reader,
        reached=application.moved_from,
        given=given,
        erased=snapshot is None or snapshot.erased_at is not None,
    )


def names_of(session: Session, rows: Sequence[Application], reader: Reader) -> dict[str, str]:
    """The names that are open to the reader, by the application's id: from the shortlist on."""
    named = [one for one in rows if level(one.state, one.moved_from) >= Level.NAME]
    given = snapshots.given_to_all(session, named) if named else {}
    found: dict[str, str] = {}
    for one in named:
        seen = _sight(one, reader, given[one.public_id])
        if name := snapshots.person_of(one.snapshot, seen).name:
            found[one.public_id] = name
    return found


def open_by_organisation(
    session: Session,
    application: Application,
    *,
    reader: Reader,
    viewer: Account,
    actor: Actor,
) -> Sight:
    """The organisation opens an application: "viewed" comes by itself, and the opening is kept."""
    if application.state is ApplicationState.SUBMITTED and reader is Reader.DESK:
        moves.move(session, application, "view", by=By.ORGANISATION, actor=actor)
    seen = sight_of(session, application, reader)
    opened = _opened(seen)
    if opened is not None:
        record_opening(
            session,
            application.talent,
            viewer=viewer,
            organisation=application.organisation,
            purpose="application",
            level=opened,
            subject=("application", application.public_id),
        )
    return seen


def _opened(seen: Sight) -> OpeningLevel | None:
    if seen.contact:
        return OpeningLevel.CONTACT
    if seen.name:
        return OpeningLevel.NAME
    return OpeningLevel.SNAPSHOT if seen.snapshot else None


def remind(session: Session, application: Application, *, actor: Actor) -> None:
    """The person asks for the overdue answer; the organisation is told once a day."""
    at = clock.now()
    if application.state not in promises.UNANSWERED_YET or at <= application.answer_due_at:
        raise Conflict(_l("还没有到答复期限，到期后可以催办。"), code="not-overdue")
    record(session, "application", application.public_id, "remind", actor=actor)
    telling.tell_organisation(
        session,
        application,
        "application.reminded",
        due=telling.moment(application.answer_due_at),
        key=f"remind:{application.public_id}:{clock.today().isoformat()}",
    )
