"""Review of jobs by the operator: the queue, what the check found, and the three answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, selectinload

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean
from talentmarket.core.words import WORDS
from talentmarket.exchange import channels, pay
from talentmarket.exchange.job_moves import move, tell_applicants, tell_desk
from talentmarket.exchange.lint import Finding
from talentmarket.exchange.models import Job, JobState
from talentmarket.exchange.posting import lint_posting, posting_of, problems
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account, OrganisationState
from talentmarket.members.models.organisations import TRUSTED

#: Codes of reasons; their words are in :mod:`talentmarket.core.words`, kind "review_reason".
REASONS = tuple(WORDS["review_reason"])
TEXT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Examination:
    """What a reviewer should look at."""

    findings: dict[str, list[Finding]]
    wide_pay: bool
    problems: dict[str, Any]
    employer_state: OrganisationState


def queue(session: Session, limit: int = 200) -> list[Job]:
    """Jobs in review, the one due first on top."""
    return list(
        session.scalars(
            sa.select(Job)
            .where(Job.state == JobState.IN_REVIEW)
            .options(selectinload(Job.skills), selectinload(Job.organisation))
            .order_by(Job.review_due_at, Job.id)
            .limit(limit)
        )
    )


def find_for_review(session: Session, job_id: str) -> Job:
    """The job with this public id, whoever's it is. Raises NotFound."""
    job = session.scalar(sa.select(Job).where(Job.public_id == job_id))
    if job is None:
        raise NotFound()
    return job


def examine(session: Session, job: Job) -> Examination:
    """Findings of the check, the width of the pay, and what is not in order any more."""
    posting = posting_of(job)
    today = clock.today()
    return Examination(
        lint_posting(posting),
        pay.too_wide(posting.pay_low, posting.pay_high),
        problems(posting, today) | channels.problems(session, job.organisation, posting, today),
        job.organisation.state,
    )


def approve(session: Session, job: Job, *, reviewer: Account, actor: Actor) -> None:
    """Publish. Raises Conflict when the organisation or the posting may not be published now."""
    if job.organisation.state not in TRUSTED:
        raise Conflict(
            _l("发布单位现在不是已核验状态，不能通过。请退回并说明。"), code="not-verified"
        )
    if wrong := examine(session, job).problems:
        raise Conflict(
            _l("岗位还有不符合规定的内容，不能通过。请退回并说明。"),
            code="not-lawful",
            fields=sorted(wrong),
        )
    at = clock.now()
    move(
        session,
        job,
        "approve",
        By.OPERATOR,
        actor=actor,
        reviewed_at=at,
        reviewer_id=reviewer.id,
        review_due_at=None,
        review_reason=None,
        review_text="",
        published_at=at,
        first_published_at=job.first_published_at or at,
        closed_at=None,
        approved=None,
        data=_timeliness(job, at),
    )
    until = job.valid_until
    tell_desk(
        session,
        job,
        "job.published",
        at.isoformat(),
        until={"day": until.isoformat()} if until else "",
    )


def return_(
    session: Session, job: Job, reason: str, text: str, *, reviewer: Account, actor: Actor
) -> None:
    """Give it back with what is missing. Raises Invalid without words for the reader."""
    _answer(session, job, "return", "job.returned", reason, text, reviewer, actor)


def reject(
    session: Session, job: Job, reason: str, text: str, *, reviewer: Account, actor: Actor
) -> None:
    """Refuse it, with the reason."""
    _answer(session, job, "reject", "job.rejected", reason, text, reviewer, actor)


def take_down(
    session: Session, job: Job, reason: str, text: str, *, reviewer: Account, actor: Actor
) -> None:
    """Take a published job out, with the reason; those who wait for an answer are told."""
    _answer(session, job, "take_down", "job.taken_down", reason, text, reviewer, actor)
    tell_applicants(session, job, "job.taken_down_applicant", clock.now().isoformat())


def _answer(
    session: Session,
    job: Job,
    name: str,
    code: str,
    reason: str,
    text: str,
    reviewer: Account,
    actor: Actor,
) -> None:
    text = clean(text)[:TEXT_MOST]
    wrong: dict[str, Any] = {}
    if reason not in REASONS:
        wrong["reason"] = _l("选一个原因。")
    if len(text) < 5:
        wrong["text"] = _l("写明哪里不符合、怎样改，至少 5 个字，对方会看到。")
    if wrong:
        raise Invalid(wrong)
    at = clock.now()
    move(
        session,
        job,
        name,
        By.OPERATOR,
        actor=actor,
        reason=reason,
        reviewed_at=at,
        reviewer_id=reviewer.id,
        review_due_at=None,
        review_reason=reason,
        review_text=text,
        data=_timeliness(job, at),
    )
    said = {"word": ["review_reason", reason]}
    tell_desk(session, job, code, at.isoformat(), reason=said, text=text)


def _timeliness(job: Job, at: Any) -> dict[str, Any]:
    return {"late": bool(job.review_due_at and at > job.review_due_at)}
