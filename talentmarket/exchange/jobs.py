"""Jobs of an organisation: write, change, send to review, pause, extend, close, reopen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, selectinload

from talentmarket.core import calendar, clock, outbox
from talentmarket.core.errors import Conflict, DomainError, Invalid, NotFound, Stale
from talentmarket.core.events import Actor, record
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import channels, managers, published
from talentmarket.exchange.brokering.standing import require_licence
from talentmarket.exchange.job_moves import move, tell_applicants, tell_desk, waiting_applications
from talentmarket.exchange.models import Application, EndReason, Job, JobState, Origin
from talentmarket.exchange.moves import move as move_application
from talentmarket.exchange.posting import (
    Posting,
    changed_elements,
    posting_of,
    problems,
    write_to,
)
from talentmarket.exchange.refusals import check_closing
from talentmarket.exchange.stages import (
    EDITABLE,
    REVIEW_WORKING_HOURS,
    VALID_DAYS_MOST,
    WAITING,
    By,
)
from talentmarket.members.models import Account, Organisation
from talentmarket.members.models.organisations import TRUSTED


class OpenApplications(Conflict):
    """People still wait for an answer: they are answered first, or closed with one reason."""

    code = "open-applications"
    message = _l("还有申请没有答复。请先逐一答复，或写明一个原因统一关闭。")

    def __init__(self, count: int) -> None:
        super().__init__(count=count)
        self.count = count


# --- reading -----------------------------------------------------------------------------------


def find_own(session: Session, organisation: Organisation, job_id: str) -> Job:
    """The organisation's job with this public id. Raises NotFound for another's."""
    job = session.scalar(
        sa.select(Job)
        .where(Job.public_id == job_id, Job.organisation_id == organisation.id)
        .options(selectinload(Job.skills))
    )
    if job is None:
        raise NotFound()
    return job


def list_own(
    session: Session, organisation: Organisation, states: Iterable[JobState] = ()
) -> list[tuple[Job, int]]:
    """The organisation's jobs, last changed first, each with how many people wait for a word."""
    waiting = (
        sa.select(Application.job_id, sa.func.count().label("waiting"))
        .where(
            Application.organisation_id == organisation.id,
            Application.state.in_(WAITING),
        )
        .group_by(Application.job_id)
        .subquery()
    )
    query = (
        sa.select(Job, sa.func.coalesce(waiting.c.waiting, 0))
        .outerjoin(waiting, waiting.c.job_id == Job.id)
        .where(Job.organisation_id == organisation.id)
        .order_by(Job.updated_at.desc(), Job.id.desc())
        .limit(500)
    )
    if chosen := tuple(states):
        query = query.where(Job.state.in_(chosen))
    return [(job, count) for job, count in session.execute(query)]


# --- writing -----------------------------------------------------------------------------------


def create(
    session: Session,
    organisation: Organisation,
    posting: Posting,
    *,
    author: Account | None,
    actor: Actor,
) -> Job:
    """A new draft. It may be incomplete; what it says is checked when it is submitted. Raises
    Forbidden for a firm without a licence: its desk is read-only."""
    require_licence(session, organisation)
    at = clock.now()
    job = Job(
        organisation_id=organisation.id,
        created_by=author.id if author else None,
        origin=Origin.OWN,
        state=JobState.DRAFT,
        title="",
        created_at=at,
        updated_at=at,
    )
    # A copy may bring a manager who has left since: it is made without.
    posting = managers.resolve(session, organisation, posting, posting.manager_id)
    write_to(job, channels.resolve(session, organisation, posting))
    session.add(job)
    session.flush()
    record(session, "job", job.public_id, "create", actor=actor, to_state=job.state)
    return job


def edit(session: Session, job: Job, posting: Posting, *, revision: int, actor: Actor) -> Job:
    """Change what a job says. `revision` is the one the form was opened on.

    Raises Stale with the present version when somebody else changed it since, Conflict in a stage
    where it cannot be changed, Invalid when a published job would no longer be lawful. A change to
    one of the six elements of a published job sends it back to review and tells the applicants.
    """
    if job.state not in EDITABLE:
        raise Conflict(code="not-editable", state=str(job.state))
    require_licence(session, job.organisation)
    won = session.execute(
        sa.update(Job)
        .where(Job.id == job.id, Job.revision == revision, Job.state == job.state)
        .values(revision=revision + 1, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    session.refresh(job)
    before = posting_of(job)
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Stale(current=before)
    posting = managers.resolve(session, job.organisation, posting, before.manager_id)
    after = channels.resolve(session, job.organisation, posting)
    elements = changed_elements(before, after)
    live = job.state in (JobState.PUBLISHED, JobState.PAUSED)
    if live:
        _check(session, job.organisation, after)
        if after.valid_until != before.valid_until:
            _may_extend(job.organisation)
    if before != after and (elements or not live):
        published.keep(job, before)
    write_to(job, after)
    session.flush()
    record(session, "job", job.public_id, "edit", actor=actor, elements=list(elements))
    if live and elements:
        _to_review(session, job, "change", actor)
        tell_applicants(session, job, "job.changed", str(job.revision))
    elif live:
        outbox.changed(session, "job", job.public_id)
    return job


def submit(session: Session, job: Job, *, actor: Actor) -> Job:
    """Send a draft to review; four working hours begin.

    Raises Invalid with every field that keeps it back, DomainError when the organisation may not
    post now (not verified, or answers are owed).
    """
    _may_post(job.organisation)
    _check(session, job.organisation, posting_of(job))
    _to_review(session, job, "submit", actor)
    return job


def standing_problems(session: Session, job: Job) -> dict[str, Any]:
    """What would keep the job from review as it stands."""
    posting = posting_of(job)
    today = clock.today()
    return {
        **problems(posting, today),
        **channels.problems(session, job.organisation, posting, today),
    }


def _check(session: Session, organisation: Organisation, posting: Posting) -> None:
    today = clock.today()
    wrong = problems(posting, today) | channels.problems(session, organisation, posting, today)
    if wrong:
        raise Invalid(wrong)


def _may_post(organisation: Organisation) -> None:
    if organisation.state not in TRUSTED:
        raise DomainError(
            _l("单位通过核验后才能发布岗位。草稿已保存，核验通过后可以直接提交。"),
            code="not-verified",
        )
    if organisation.posting_held:
        raise DomainError(
            _l("近 90 天按期答复率低于 80%，请先答复超期的申请，再发布新岗位。"),
            code="answers-owed",
        )


def _may_extend(organisation: Organisation) -> None:
    """What is posted stays to its last day when a verification lapses, and no longer."""
    if organisation.state not in TRUSTED:
        raise Invalid({"valid_until": _l("单位的核验已失效，复核通过后才能改有效期。")})


def _to_review(session: Session, job: Job, name: str, actor: Actor) -> None:
    at = clock.now()
    move(
        session,
        job,
        name,
        By.ORGANISATION,
        actor=actor,
        submitted_at=at,
        review_due_at=calendar.add_working_hours(at, REVIEW_WORKING_HOURS),
        review_reason=None,
        review_text="",
    )


# --- moving ------------------------------------------------------------------------------------


def recall(session: Session, job: Job, *, actor: Actor) -> None:
    """Take a submission back to change it; one that had been published is a draft again too."""
    move(session, job, "recall", By.ORGANISATION, actor=actor, review_due_at=None)


def redraft(session: Session, job: Job, *, actor: Actor) -> None:
    """Make a rejected job a draft again."""
    move(session, job, "redraft", By.ORGANISATION, actor=actor)


def pause(session: Session, job: Job, *, actor: Actor) -> None:
    """Take a published job out of lists; its applications go on."""
    move(session, job, "pause", By.ORGANISATION, actor=actor)


def resume(session: Session, job: Job, *, actor: Actor) -> None:
    """Show a paused job again. Raises Conflict when its licence or letter has ended meanwhile."""
    _may_post(job.organisation)
    wrong = channels.problems(session, job.organisation, posting_of(job), clock.today())
    if wrong:
        raise Conflict(next(iter(wrong.values())), code="not-lawful")
    require_licence(session, job.organisation)
    move(session, job, "resume", By.ORGANISATION, actor=actor)


def extend(session: Session, job: Job, until: date, *, actor: Actor) -> None:
    """A later last day, at most 90 days from today."""
    _may_extend(job.organisation)
    _valid_until(session, job, until)
    move(session, job, "extend", By.ORGANISATION, actor=actor, valid_until=until)


def reopen(session: Session, job: Job, until: date, *, actor: Actor) -> None:
    """Send a closed job to review again."""
    _may_post(job.organisation)
    _valid_until(session, job, until)
    _check(session, job.organisation, posting_of(job).but(valid_until=until))
    job.valid_until = until
    session.flush()
    _to_review(session, job, "reopen", actor)


def _valid_until(session: Session, job: Job, until: date) -> None:
    today = clock.today()
    if not today <= until <= today + timedelta(days=VALID_DAYS_MOST):
        raise Invalid({"valid_until": _l("有效期须在今天之后、90 天以内。")})
    wrong = channels.problems(
        session, job.organisation, posting_of(job).but(valid_until=until), today
    )
    if wrong:
        raise Invalid(wrong)


def fill(
    session: Session, job: Job, *, actor: Actor, reason: EndReason | None = None, text: str = ""
) -> int:
    """Close a job as filled. Returns how many applications were closed with it.

    Raises OpenApplications while people wait for a word and no reason is stated for all of them.
    """
    return _close(session, job, "fill", actor, reason, text)


def withdraw(
    session: Session, job: Job, *, actor: Actor, reason: EndReason | None = None, text: str = ""
) -> int:
    """Take a job down; else as :func:`fill`."""
    return _close(session, job, "withdraw", actor, reason, text)


def _close(
    session: Session, job: Job, name: str, actor: Actor, reason: EndReason | None, text: str
) -> int:
    refusal = check_closing(reason, text) if reason else None
    # First the job, so that nobody can apply between the count and the closing.
    move(
        session,
        job,
        name,
        By.ORGANISATION,
        actor=actor,
        closed_at=clock.now(),
        reason=str(reason) if reason else None,
    )
    waiting = waiting_applications(session, job)
    if waiting and refusal is None:
        raise OpenApplications(len(waiting))
    for application in waiting:
        move_application(
            session, application, "close", by=By.ORGANISATION, actor=actor, refusal=refusal
        )
    return len(waiting)


def expire_due(session: Session, limit: int = 200) -> int:
    """End jobs whose last day is over; their applications keep their clocks. Returns how many."""
    due = session.scalars(
        sa.select(Job)
        .where(
            Job.state.in_((JobState.PUBLISHED, JobState.PAUSED)),
            Job.valid_until < clock.today(),
        )
        .order_by(Job.id)
        .limit(limit)
    ).all()
    for job in due:
        move(session, job, "expire", By.SYSTEM, closed_at=clock.now())
        if job.origin is Origin.OWN:
            tell_desk(session, job, "job.expired", str(job.valid_until))
    return len(due)


def run_expiry() -> int:
    """A round of the worker: :func:`expire_due` in a unit of its own."""
    with unit_of_work() as session:
        return expire_due(session)
