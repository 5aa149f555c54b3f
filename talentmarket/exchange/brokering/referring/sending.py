"""Sending a person who agreed: the application opens, the claim begins.

Until the employer has said whether the person is new to it (two working days; silence counts as
new) it sees the anonymous card and the terms. Then what the person gave opens stage by stage, as
with any application.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import SYSTEM, Actor
from talentmarket.core.folding import clean
from talentmarket.exchange import applications, snapshots, telling
from talentmarket.exchange.applications import Standing
from talentmarket.exchange.brokering.joining.stages import MAY_SEND
from talentmarket.exchange.brokering.joining.standing import check_may_send
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateTerms
from talentmarket.exchange.brokering.mandating.terms import Reach
from talentmarket.exchange.brokering.referring.asking import (
    NotAskable,
    check_firm,
    check_mandate,
    check_running,
    tell_firm,
    tell_person,
)
from talentmarket.exchange.brokering.referring.consenting import (
    end_of,
    offered,
    standing,
)
from talentmarket.exchange.brokering.referring.models import (
    LIVE_CLAIMS,
    RUNNING,
    KnownAnswer,
    Referral,
    ReferralClaim,
)
from talentmarket.exchange.brokering.referring.moves import advance, move_claim
from talentmarket.exchange.brokering.referring.stages import (
    ANSWER_WORKING_DAYS,
    OBJECT_WORKING_DAYS,
    owned_until,
)
from talentmarket.exchange.models import Application, ApplicationRoute, ContactWhen, Job
from talentmarket.exchange.stages import By
from talentmarket.members.blocks import is_blocked
from talentmarket.members.groups import whole_groups
from talentmarket.members.models import Talent

RECORD_SIGNS = (10, 500)


def send(
    session: Session, referral: Referral, *, actor: Actor, standing_of_pair: Standing | None = None
) -> Application:
    """Open the application with the frozen snapshot. Raises Forbidden, Conflict, NotAskable.

    Everything is looked at again: licence, mandate, receivers, consent, blocks, other roads. Fee and
    split are those of the terms that the consent names, whatever was agreed since: the employer
    confirmed them, and a later version moves nothing of this referral. What the employer had of the
    person before (an application of their own) is found here and leaves no claim but a known one.
    """
    check_running(referral)
    check_firm(session, referral.firm)
    mandate = session.get_one(Mandate, referral.mandate_id)
    job = check_mandate(mandate, referral.job)
    if is_blocked(session, referral.talent, referral.employer):
        raise NotAskable()
    check_may_send(session, mandate, referral.firm, MAY_SEND)
    if offered(session, referral).stored()["receivers"] != referral.named.get("receivers"):
        raise Conflict(_l("同意之后接收方有变化，需要重新取得本人同意。"), code="terms-changed")
    if not standing(session, referral, referral.employer):
        raise Conflict(_l("本人的同意已经撤回或到期。"), code="consent-ended")
    if _own_claim(session, referral, ReferralClaim.PENDING):
        raise Conflict(_l("用人单位还没有答复上一次推荐，请等它答复。"), code="answer-pending")
    before = earlier_record(session, referral, job)
    application, created = applications.apply(
        session,
        referral.talent,
        job,
        contact_when=ContactWhen.NOW if referral.contact_now else ContactWhen.INTERVIEW,
        actor=actor,
        route=ApplicationRoute.REFERRAL,
        standing=standing_of_pair,
        withheld=True,
        note=referral.note,
        holder=referral.employer,
        kept=_kept(referral),
    )
    if not created:
        raise Conflict(_l("对方已经自己申请了这个岗位。"), code="applied-already")
    _begin(session, referral, application, before, actor)
    _lapse_others(session, referral)
    tell_person(session, referral, "referral.sent", employer=referral.employer.name)
    return application


def _kept(referral: Referral) -> snapshots.Frozen | None:
    """The profile as the person agreed to give it, where it was frozen then."""
    frozen = referral.frozen
    if frozen is None or frozen.erased_at is not None or frozen.person is None:
        return None
    return snapshots.Frozen(frozen.profile, frozen.person, frozen.taken_at)


def _begin(
    session: Session,
    referral: Referral,
    application: Application,
    before: date | None,
    actor: Actor,
) -> None:
    at = clock.now()
    if _own_claim(session, referral, *LIVE_CLAIMS):
        values = {"sent_at": at, "application_id": application.id}
        advance(session, referral, "send", By.ORGANISATION, actor, **values)
        _open(session, referral)
        due = telling.moment(application.answer_due_at)
        code, deadline = "application.received", application.answer_due_at
        telling.tell_organisation(session, application, code, due=due, deadline=deadline)
        return
    terms = session.get_one(MandateTerms, referral.terms_id).terms
    values = {
        "sent_at": at,
        "application_id": application.id,
        "claim": ReferralClaim.PENDING,
        "claim_until": owned_until(clock.local(at).date(), terms.ownership_days),
        "answer_due_at": calendar.due(at, ANSWER_WORKING_DAYS),
        "object_until": calendar.due(at, terms.objection_days),
    }
    try:
        with session.begin_nested():
            advance(session, referral, "send", By.ORGANISATION, actor, **values)
    except IntegrityError as error:  # another claim on the person is in force
        raise NotAskable() from error
    if before is not None:
        _answer(session, referral, KnownAnswer.KNOWN, By.ORGANISATION, SYSTEM, known_on=before)
        return
    telling.tell_organisation(
        session,
        application,
        "referral.received",
        firm=referral.firm.name,
        due=telling.moment(referral.answer_due_at),
        deadline=referral.answer_due_at,
    )


def _own_claim(session: Session, referral: Referral, *claims: ReferralClaim) -> bool:
    """Whether the firm has one of `claims` from an earlier referral to this job: it stays the one
    there is, and the employer has said already whether the person was new to it."""
    earlier = sa.exists().where(
        Referral.id != referral.id,
        Referral.firm_id == referral.firm_id,
        Referral.employer_id == referral.employer_id,
        Referral.job_id == referral.job_id,
        Referral.talent_id == referral.talent_id,
        Referral.claim.in_(claims),
    )
    return bool(session.scalar(sa.select(earlier)))


def earlier_record(session: Session, referral: Referral, job: Job) -> date | None:
    """The day this employer had the person for this job before by the exchange's own records: an
    own application that ended, or another's referral whose claim is over."""
    day = session.scalar(
        sa.select(sa.func.min(Application.submitted_at)).where(
            Application.talent_id == referral.talent_id, Application.job_id == job.id
        )
    )
    return clock.local(day).date() if day else None


def _lapse_others(session: Session, referral: Referral) -> None:
    """What other firms asked for the same job has no object any more; the person knows why."""
    others = session.scalars(
        sa.select(Referral).where(
            Referral.job_id == referral.job_id,
            Referral.talent_id == referral.talent_id,
            Referral.id != referral.id,
            Referral.state.in_(RUNNING),
        )
    ).all()
    for one in others:
        advance(session, one, "lapse", By.SYSTEM, SYSTEM, ended_at=clock.now())
        tell_firm(session, one, "referral.lapsed")


# --- what the employer answers -----------------------------------------------------------------


def of_application(session: Session, application: Application) -> Referral | None:
    """The referral that opened this application."""
    return session.scalar(sa.select(Referral).where(Referral.application_id == application.id))


def awaits_answer(referral: Referral | None) -> bool:
    """Whether the employer still sees the anonymous card only."""
    return referral is not None and referral.claim is ReferralClaim.PENDING


def awaiting(session: Session, applications: Iterable[Application]) -> frozenset[int]:
    """Of these applications (by key) those in which the employer first says whether the person is
    new to it."""
    brought = [one.id for one in applications if one.route is ApplicationRoute.REFERRAL]
    if not brought:
        return frozenset()
    rows = sa.select(Referral.application_id).where(
        Referral.application_id.in_(brought), Referral.claim == ReferralClaim.PENDING
    )
    return frozenset(key for key in session.scalars(rows) if key is not None)


def say_new(session: Session, referral: Referral, *, actor: Actor) -> None:
    """The employer did not know the person: the claim stands, what was given opens."""
    _answer(session, referral, KnownAnswer.NEW, By.ORGANISATION, actor)


def say_known(
    session: Session, referral: Referral, *, known_on: date | None, text: str, actor: Actor
) -> None:
    """The employer knew the person by a dated record from before. Raises Invalid."""
    text, wrong = clean(text), dict[str, object]()
    sent_on = clock.local(referral.sent_at).date() if referral.sent_at else clock.today()
    if known_on is None or known_on >= sent_on:
        wrong["known_on"] = _l("填写推荐之前的日期。")
    least, most = RECORD_SIGNS
    if not least <= len(text) <= most:
        wrong["text"] = _l("写明是什么记录、在哪里可以查到，10 到 500 个字。")
    if wrong:
        raise Invalid(wrong)
    _answer(
        session,
        referral,
        KnownAnswer.KNOWN,
        By.ORGANISATION,
        actor,
        known_on=known_on,
        known_record=text,
    )


def silence_due(session: Session, limit: int = 500) -> int:
    """Take the silence of employers whose time is over for "new"; returns how many."""
    due = session.scalars(
        sa.select(Referral)
        .where(Referral.claim == ReferralClaim.PENDING, Referral.answer_due_at <= clock.now())
        .order_by(Referral.answer_due_at)
        .limit(limit)
    ).all()
    for referral in due:
        _answer(session, referral, KnownAnswer.SILENCE, By.SYSTEM, SYSTEM)
    return len(due)


def _answer(
    session: Session,
    referral: Referral,
    answer: KnownAnswer,
    by: By,
    actor: Actor,
    **values: object,
) -> None:
    name = "known" if answer is KnownAnswer.KNOWN else "new"
    move_claim(
        session,
        referral,
        name,
        by,
        actor,
        reason=str(answer),
        answer=answer,
        answered_at=clock.now(),
        **values,
    )
    _open(session, referral)
    # An answer that the firm may contest carries the last moment for it.
    contest = calendar.due(clock.now(), OBJECT_WORKING_DAYS) if name == "known" else None
    tell_firm(session, referral, f"referral.{name}", deadline=contest)


def _open(session: Session, referral: Referral) -> None:
    """What the person gave to the employer holds for the application from now on."""
    application = referral.application
    if application is None or not standing(session, referral, referral.employer):
        return
    until = end_of(referral.consent_until) if referral.consent_until else None
    receiver = referral.employer.public_id
    snapshots.give_snapshot(session, application, receiver, until=until)
    if referral.contact_now:
        snapshots.give_contact(session, application, receiver, snapshots.PHONE, until=until)


# --- ownership ---------------------------------------------------------------------------------


def claim_on(session: Session, talent: Talent, job: Job) -> Referral | None:
    """The live claim that a hire of this person for this job falls under, the earliest; None where
    there is none.

    The terms say how far it reaches: the job that the person was referred to (by a posting of the
    firm: the mandate's job as well), its copies, or any job of the employer's group. A dormant one counts, for a hire revives it.
    """
    rows = session.execute(
        sa.select(Referral, MandateTerms.reach, Job, Mandate.job_id)
        .join(MandateTerms, MandateTerms.id == Referral.terms_id)
        .join(Mandate, Mandate.id == Referral.mandate_id)
        .join(Job, Job.id == Referral.job_id)
        .where(
            Referral.talent_id == talent.id,
            Referral.claim.in_(LIVE_CLAIMS),
            Referral.claim_until >= clock.today(),
        )
        .order_by(Referral.sent_at)
    ).all()
    return next(
        (
            one
            for one, reach, referred, own in rows
            if (one.posting_id and own == job.id) or _reaches(session, one, reach, referred, job)
        ),
        None,
    )


def _reaches(session: Session, referral: Referral, reach: Reach, referred: Job, job: Job) -> bool:
    if job.id == referred.id:
        return True
    if job.organisation_id != referral.employer_id and reach is not Reach.GROUP:
        return False
    if reach is Reach.COPIES:
        return (job.copied_from_id or job.id) == (referred.copied_from_id or referred.id)
    if reach is Reach.GROUP:
        group = {one.id for one in whole_groups(session, [referral.employer])}
        return bool(group & {job.organisation_id, job.employer_id})
    return False


def expire_claims(session: Session, limit: int = 500) -> int:
    """End the claims whose time of ownership is over; returns how many."""
    ending = (ReferralClaim.STANDING, ReferralClaim.KNOWN, ReferralClaim.DORMANT)
    due = session.scalars(
        sa.select(Referral)
        .where(Referral.claim.in_(ending), Referral.claim_until < clock.today())
        .order_by(Referral.id)
        .limit(limit)
    ).all()
    for referral in due:
        move_claim(session, referral, "expire", By.SYSTEM, SYSTEM)
    return len(due)
