"""Asking a person for a mandate's job: step one, which says who asks and gives nothing away.

A yes means "interested" and sends nothing. Whoever may not be asked (blocked, at rest, not to be
found, brought by another firm, in a running application) reads the same: a firm learns nothing of
blocks or of others by asking.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock, counters
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, DomainError, Forbidden, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.core.roles import OrgRole
from talentmarket.exchange import applications, telling
from talentmarket.exchange.brokering.firms import reach
from talentmarket.exchange.brokering.firms.steps import Step
from talentmarket.exchange.brokering.joining.standing import check_works
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.stages import AT_WORK
from talentmarket.exchange.brokering.referring import texts as referral_texts  # noqa: F401  the words used here
from talentmarket.exchange.brokering.referring.models import (
    LIVE_CLAIMS,
    RUNNING,
    Dispute,
    DisputeKind,
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.brokering.referring.moves import advance, noted
from talentmarket.exchange.brokering.referring.stages import (
    APPEAL_WORKING_DAYS,
    ASKED_WORKING_DAYS,
)
from talentmarket.exchange.models import Job
from talentmarket.exchange.resting import is_resting
from talentmarket.exchange.showing import is_open
from talentmarket.exchange.stages import By
from talentmarket.members.blocks import block_keys, organisation_keys
from talentmarket.members.cards import may_see
from talentmarket.members.licences import has_valid_licence
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import (
    TRUSTED,
    Account,
    Organisation,
    OrganisationKind,
    Talent,
)
from talentmarket.notices.send import notify

_CONSULTING = (OrgRole.OWNER, OrgRole.RECRUITER, OrgRole.CONSULTANT)
#: People a firm may ask on one day, all its members together.
DAILY_LIMIT = 50
TEXT_SIGNS = 500


class Hindrance(StrEnum):
    """Why a person cannot be asked. The firm is never told which."""

    HIDDEN = "hidden"
    BLOCKED = "blocked"
    RESTING = "resting"
    CLAIMED = "claimed"
    APPLIED = "applied"


class NotAskable(DomainError):
    """The person cannot be asked. One sentence for every reason, so that none is given away."""

    code = "not-askable"
    status = 409
    message = _l("现在不能就这个岗位联系这位人才。")

    def __init__(self, why: Hindrance | None = None) -> None:
        super().__init__()
        self.why = why  # for the person alone


def check_firm(session: Session, firm: Organisation) -> None:
    """Raises Forbidden where the firm may ask and send nothing now: not verified, or no licence
    in force (国令700号 art. 18; a public employment service needs none)."""
    if firm.state not in TRUSTED:
        raise Forbidden(_l("机构通过核验后才能推荐人才。"), code="not-verified")
    if firm.kind is OrganisationKind.PUBLIC_SERVICE:
        return
    if firm.kind is not OrganisationKind.HR_FIRM:
        raise Forbidden(_l("只有人力资源服务机构可以推荐人才。"), code="no-firm")
    if not has_valid_licence(session, firm, clock.today()):
        raise Forbidden(
            _l("人力资源服务许可证已过期或未通过审核，暂不能询问或推荐人才。"), code="licence"
        )


def check_mandate(mandate: Mandate, job: Job | None = None) -> Job:
    """The job people are asked for: `job`, or the mandate's. Raises Conflict while nothing may be
    asked or sent for it."""
    if mandate.state not in AT_WORK or mandate.valid_until < clock.today():
        raise Conflict(_l("这份委托现在没有生效，不能询问或推荐人才。"), code="mandate-not-active")
    job = job or mandate.job
    if job is None or not is_open(job):
        raise Conflict(_l("委托的岗位现在没有发布，不能询问或推荐人才。"), code="job-not-published")
    if mandate.client is None or mandate.client.state not in TRUSTED:
        raise Conflict(
            _l("委托单位在平台通过核验后，才能接收被推荐人才的资料。"), code="client-not-verified"
        )
    return job


def ask(
    session: Session,
    mandate: Mandate,
    talent: Talent,
    *,
    firm: Organisation,
    consultant: Account,
    actor: Actor,
    employer_named: bool = False,
    text: str = "",
) -> Referral:
    """Ask a person. Raises Forbidden, Conflict, NotAskable, TooMany."""
    check_firm(session, firm)
    job = check_mandate(mandate)
    check_works(session, mandate, firm)
    reach.require(session, firm, Step.NO_ASKING)
    _check_askable(session, mandate, job, talent, firm)
    counters.limit(session, f"refer:{firm.public_id}", timedelta(days=1), DAILY_LIMIT)
    referral = _insert(session, mandate, job, talent, firm, consultant, employer_named, text)
    noted(session, referral, "ask", actor, None)
    arguments = {"firm": firm.name, "job": job.title, "due": telling.moment(referral.expires_at)}
    notify(
        session,
        talent.account_id,
        "referral.asked",
        arguments,
        link=f"/me/referrals/{referral.public_id}",
        deadline=referral.expires_at,
    )
    return referral


def _insert(
    session: Session,
    mandate: Mandate,
    job: Job,
    talent: Talent,
    firm: Organisation,
    consultant: Account,
    employer_named: bool,
    text: str,
) -> Referral:
    at = clock.now()
    key = session.scalar(
        insert_for(session)(Referral)
        .values(
            public_id=new_public_id(),
            number=f"R-{secrets.randbelow(900_000) + 100_000}",
            mandate_id=mandate.id,
            job_id=job.id,
            firm_id=firm.id,
            employer_id=mandate.client_id,
            talent_id=talent.id,
            consultant_id=consultant.id,
            employer_named=employer_named,
            text=clean(text)[:TEXT_SIGNS],
            state=ReferralState.ASKED,
            asked_at=at,
            expires_at=calendar.due(at, ASKED_WORKING_DAYS),
            named={},
            contact_now=False,
            known_record="",
        )
        .on_conflict_do_nothing()
        .returning(Referral.id)
    )
    if key is None:
        raise Conflict(_l("已经问过，对方还没有答复。"), code="asked-already")
    return session.get_one(Referral, key)


def _check_askable(
    session: Session, mandate: Mandate, job: Job, talent: Talent, firm: Organisation
) -> None:
    """Raises NotAskable. Every reason is looked at, also when one was found: an answer that came
    sooner would tell them apart."""
    employer = mandate.client
    assert employer is not None
    concerned = {one.id: one for one in (employer, job.organisation, job.employer) if one}
    concerned.pop(firm.id, None)
    # The names are gone through for whoever blocks nobody as well.
    blocked, names = set(block_keys(talent)), set[str]()
    for one in concerned.values():
        names |= set(organisation_keys(session, one))
    if not blocked:
        organisation_keys(session, firm)
    found = {
        Hindrance.HIDDEN: not may_see(session, talent, firm),
        Hindrance.BLOCKED: not blocked.isdisjoint(names),
        Hindrance.RESTING: is_resting(session, firm, talent),
        Hindrance.CLAIMED: claimed(session, employer, job, talent),
        Hindrance.APPLIED: applications.open_application(session, talent, job) is not None,
    }
    reasons = [one for one, there in found.items() if there]
    if reasons:
        raise NotAskable(reasons[0])


def claimed(session: Session, employer: Organisation, job: Job, talent: Talent) -> bool:
    """Whether a firm holds a live claim on this person for the job, has the person's yes, or may
    still appeal against the refusal of its claim."""
    mine = (
        Referral.employer_id == employer.id,
        Referral.job_id == job.id,
        Referral.talent_id == talent.id,
    )
    live = sa.or_(Referral.claim.in_(LIVE_CLAIMS), Referral.state == ReferralState.CONSENTED)
    if session.scalar(sa.select(sa.exists().where(*mine, live))):
        return True
    rulings = session.execute(
        sa.select(Dispute.kind, Dispute.ruled_at)
        .join(Referral, Referral.id == Dispute.referral_id)
        .where(*mine, Referral.claim == ReferralClaim.REFUSED, Dispute.ruled_at.is_not(None))
    ).all()
    appealed = any(kind is DisputeKind.APPEAL for kind, _at in rulings)
    return not appealed and any(
        clock.now() <= calendar.due(ruled_at, APPEAL_WORKING_DAYS) for _kind, ruled_at in rulings
    )


# --- the person --------------------------------------------------------------------------------
WHOLE = (
    joinedload(Referral.job),
    joinedload(Referral.firm),
    joinedload(Referral.employer),
    joinedload(Referral.talent),
    joinedload(Referral.application),
)


def own(session: Session, talent: Talent | None, public_id: str) -> Referral:
    """The person's referral with this id. Raises NotFound for another's."""
    found = session.scalar(
        sa.select(Referral)
        .options(*WHOLE)
        .where(
            Referral.public_id == public_id,
            Referral.talent_id == (talent.id if talent else None),
        )
    )
    if found is None:
        raise NotFound()
    return found


def all_of(session: Session, talent: Talent, limit: int = 200) -> list[Referral]:
    """All referrals of a person, those that wait first, newest first."""
    waiting = sa.case((Referral.state.in_(RUNNING), 0), else_=1)
    return list(
        session.scalars(
            sa.select(Referral)
            .options(*WHOLE)
            .where(Referral.talent_id == talent.id)
            .order_by(waiting, Referral.id.desc())
            .limit(limit)
        )
    )


def interest(session: Session, referral: Referral, *, actor: Actor) -> None:
    """The person is interested: the firm is told so, and gets nothing else."""
    check_running(referral)
    at = clock.now()
    advance(
        session,
        referral,
        "interest",
        By.TALENT,
        actor,
        interested_at=at,
        expires_at=calendar.due(at, ASKED_WORKING_DAYS),
    )
    tell_firm(session, referral, "referral.interested")


def decline(session: Session, referral: Referral, *, actor: Actor) -> None:
    """The person says no; this firm may not ask again for 90 days."""
    advance(session, referral, "decline", By.TALENT, actor, ended_at=clock.now())
    tell_firm(session, referral, "referral.declined")


def check_running(referral: Referral) -> None:
    """Raises Conflict once its time has run out, whatever the worker has done so far."""
    if is_over(referral):
        raise Conflict(_l("这次询问已经过期。"), code="expired")


def is_over(referral: Referral) -> bool:
    """Whether the time for the next step has run out."""
    return referral.state in RUNNING and referral.expires_at <= clock.now()


# --- the firm ----------------------------------------------------------------------------------


def of_firm(session: Session, firm: Organisation, public_id: str) -> Referral:
    """A referral of this firm. Raises NotFound for another's."""
    found = session.scalar(
        sa.select(Referral)
        .options(*WHOLE, joinedload(Referral.consultant))
        .where(Referral.public_id == public_id, Referral.firm_id == firm.id)
    )
    if found is None:
        raise NotFound()
    return found


# --- telling -----------------------------------------------------------------------------------


def tell_firm(
    session: Session,
    referral: Referral,
    code: str,
    *,
    key: str | None = None,
    deadline: datetime | None = None,
    **arguments: object,
) -> bool:
    """Tell the consultant (or, once gone from the firm, its owners) by number, never by name. False
    when all have been told under this `key`."""
    account = referral.consultant_id
    present = accounts_with(session, referral.firm, *_CONSULTING) if account else ()
    if account is not None and account in present:
        receivers = [account]
    else:
        receivers = telling.owners(session, referral.firm_id)
    told = [
        notify(
            session,
            one,
            code,
            {"job": referral.job.title, "number": referral.number, **arguments},
            link=f"/org/{referral.firm.public_id}/referrals/{referral.public_id}",
            key=f"{key}:{one}" if key else None,
            deadline=deadline,
        )
        for one in receivers
    ]
    return any(told)


def tell_person(session: Session, referral: Referral, code: str, **arguments: object) -> None:
    """Tell the person."""
    notify(
        session,
        referral.talent.account_id,
        code,
        {"job": referral.job.shown_title, "firm": referral.firm.name, **arguments},
        link=f"/me/referrals/{referral.public_id}",
    )
