"""Applying to a firm's posting: the person agrees to named receivers, the firm forwards or refuses.

A posting that stands on a mandate's letter is the firm's, the job is the client's. Whoever applies
reads who would get what, and the yes makes a consented referral with the profile frozen at the
firm. It opens as an application at the employer: for the mandate's own job where it has one that is
open, else for the posting itself, so that both roads lead to one application. Where the client is not
verified on the exchange, the firm takes and answers the application and hands the data on; this is
said before. 个人信息保护法 arts. 14, 17, 23; the reply time is the exchange's own rule.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, DomainError, Invalid
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.exchange import applications, snapshots, telling
from talentmarket.exchange.applications import NOTE_SIGNS, Standing
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.stages import AT_WORK
from talentmarket.exchange.brokering.referring import asking, awaiting, consenting
from talentmarket.exchange.brokering.referring.consenting import Offered
from talentmarket.exchange.brokering.referring.models import (
    LIVE_CLAIMS,
    RUNNING,
    Referral,
    ReferralSnapshot,
    ReferralState,
)
from talentmarket.exchange.brokering.referring.moves import noted
from talentmarket.exchange.models import Application, Channel, ContactWhen, Job
from talentmarket.exchange.showing import is_open
from talentmarket.exchange.stages import UNANSWERED_AFTER
from talentmarket.members.blocks import is_blocked
from talentmarket.members.models import (
    TRUSTED,
    Consent,
    ConsentKind,
    Organisation,
    Talent,
    TalentState,
)


@dataclass(frozen=True, slots=True)
class Road:
    """Where applying to a firm's posting leads. `employer`: None where the client is not verified
    on the exchange; `job`: for which the application opens."""

    mandate: Mandate
    posting: Job
    employer: Organisation | None
    job: Job

    @property
    def firm(self) -> Organisation:
        """Who posted it, and forwards or refuses."""
        return self.posting.organisation


def road(session: Session, posting: Job) -> Road | None:
    """Where applying to `posting` leads; None where no mandate carries it: then who posted it
    receives the application, as any other's."""
    if posting.channel is not Channel.AGENCY or posting.entrustment_id is None:
        return None
    mandate = session.scalar(
        sa.select(Mandate)
        .options(joinedload(Mandate.job), joinedload(Mandate.client))
        .where(
            Mandate.entrustment_id == posting.entrustment_id,
            Mandate.organisation_id == posting.organisation_id,
        )
    )
    if mandate is None:
        return None
    employer = _client(session, mandate)
    job = mandate.job
    own = job is not None and employer is not None and job.organisation_id == employer.id
    return Road(mandate, posting, employer, job if job and own and is_open(job) else posting)


def _client(session: Session, mandate: Mandate) -> Organisation | None:
    """The mandate's client, also one that came to the exchange after the mandate began."""
    found = mandate.client or session.scalar(
        sa.select(Organisation).where(Organisation.uscc == mandate.client_uscc)
    )
    return found if found is not None and found.state in TRUSTED else None


def offered(session: Session, road: Road, talent: Talent) -> Offered:
    """What the person would agree to by applying today. Raises Conflict without terms in force."""
    asked = _running(session, road, talent)
    if asked is not None and asked.state is ReferralState.INTERESTED:
        return consenting.offered(session, asked)
    return consenting.offered_by(session, road.mandate, road.firm, road.employer, clock.today())


def running(session: Session, road: Road, talent: Talent) -> Referral | None:
    """What the person agreed to already and the firm has not forwarded yet."""
    found = _running(session, road, talent)
    return found if found is not None and found.state is ReferralState.CONSENTED else None


def _running(session: Session, road: Road, talent: Talent) -> Referral | None:
    found = session.scalar(
        sa.select(Referral).where(
            Referral.firm_id == road.firm.id,
            Referral.job_id == road.job.id,
            Referral.talent_id == talent.id,
            Referral.state.in_(RUNNING),
        )
    )
    return found if found is not None and not asking.is_over(found) else None


def brought_by(session: Session, road: Road, talent: Talent) -> Referral | None:
    """The referral by which another firm brought the person to this job, or has the person's yes."""
    if road.employer is None:
        return None
    return session.scalar(
        sa.select(Referral)
        .options(joinedload(Referral.firm))
        .where(
            Referral.employer_id == road.employer.id,
            Referral.job_id == road.job.id,
            Referral.talent_id == talent.id,
            Referral.firm_id != road.firm.id,
            sa.or_(
                Referral.claim.in_(LIVE_CLAIMS),
                Referral.state == ReferralState.CONSENTED,
            ),
        )
        .order_by(Referral.id)
        .limit(1)
    )


def check(session: Session, road: Road, talent: Talent) -> None:
    """Raises Forbidden, Conflict or DomainError, in words for the person, where applying to this
    posting leads nowhere now."""
    if talent.state is not TalentState.ACTIVE:
        raise DomainError(_l("您的档案已停用，现在不能申请。"), code="talent-suspended")
    asking.check_firm(session, road.firm)
    if road.mandate.state not in AT_WORK or road.mandate.valid_until < clock.today():
        raise Conflict(_l("这份委托现在没有生效，不能申请这个岗位。"), code="mandate-not-active")
    concerned = [one for one in (road.employer, road.firm) if one is not None]
    for one in concerned:
        if is_blocked(session, talent, one):
            raise Conflict(
                _l("您屏蔽了%(name)s。先在隐私设置里解除屏蔽，再申请。", name=one.name),
                code="blocked-by-you",
            )
    other = brought_by(session, road, talent)
    if other is not None:
        raise Conflict(
            _l("%(firm)s 已经就这个岗位推荐过您，这里不能再推荐。", firm=other.firm.name),
            code="brought-already",
        )
    if applications.open_application(session, talent, road.job):
        raise Conflict(_l("您已经申请了这个岗位。"), code="applied-already")


def apply(
    session: Session,
    talent: Talent,
    road: Road,
    *,
    digest: str,
    contact_now: bool | None,
    note: str = "",
    actor: Actor,
) -> tuple[Referral, bool]:
    """Agree to what was read (`digest`) and apply; the consented referral, and whether it is new.

    Two at once make one: the second gets the first's. Raises Invalid where the choice about the
    number is missing, Conflict where what was read is not what stands now, and as :func:`check`.
    """
    if contact_now is None:
        raise Invalid({"contact_when": _l("请选择何时给出手机号。")})
    check(session, road, talent)
    assert road.employer is not None
    if road.mandate.client_id is None:  # came to the exchange after the mandate began
        road.mandate.client_id = road.employer.id
        session.flush()
    asked = _running(session, road, talent)
    if asked is not None and asked.state is ReferralState.CONSENTED:
        return asked, False
    if asked is not None:
        _say_yes(session, asked, digest, contact_now, actor)
        referral = asked
    else:
        made = _insert(session, road, talent, digest, contact_now, actor)
        if made is None:
            return _first(session, road, talent), False
        referral = made
    _accompany(session, referral, road, talent, note)
    return referral, True


def _say_yes(
    session: Session, asked: Referral, digest: str, contact_now: bool, actor: Actor
) -> None:
    """The firm asked before: applying is the answer to both steps."""
    if asked.state is ReferralState.ASKED:
        asking.interest(session, asked, actor=actor)
    consenting.consent(session, asked, digest=digest, contact_now=contact_now, actor=actor)


def _insert(
    session: Session,
    road: Road,
    talent: Talent,
    digest: str,
    contact_now: bool,
    actor: Actor,
) -> Referral | None:
    now = consenting.offered_by(session, road.mandate, road.firm, road.employer, clock.today())
    if now.digest != digest:
        raise Conflict(_l("委托条款或接收方刚刚有变化，请重新阅读后再决定。"), code="terms-changed")
    at = clock.now()
    assert road.employer is not None
    key = session.scalar(
        insert_for(session)(Referral)
        .values(
            public_id=new_public_id(),
            number=f"R-{secrets.randbelow(900_000) + 100_000}",
            mandate_id=road.mandate.id,
            terms_id=consenting.version_in_force(session, road.mandate).id,
            job_id=road.job.id,
            firm_id=road.firm.id,
            employer_id=road.employer.id,
            talent_id=talent.id,
            consultant_id=road.mandate.consultant_id,
            employer_named=True,
            state=ReferralState.CONSENTED,
            asked_at=at,
            interested_at=at,
            consented_at=at,
            expires_at=at,  # set with the reply time
            named=now.stored(),
            consent_until=now.until,
            contact_now=contact_now,
        )
        .on_conflict_do_nothing()
        .returning(Referral.id)
    )
    if key is None:
        return None
    referral = session.get_one(Referral, key)
    noted(session, referral, "apply", actor, None)
    consenting.give(session, referral, now, at)
    return referral


def _first(session: Session, road: Road, talent: Talent) -> Referral:
    """Whoever was first: the same person in another tab, or with another firm."""
    found = running(session, road, talent)
    if found is None:
        raise Conflict(_l("您已同意由另一家机构推荐到这个岗位。"), code="consented-elsewhere")
    return found


def _accompany(session: Session, referral: Referral, road: Road, talent: Talent, note: str) -> None:
    at = clock.now()
    due = calendar.due(at, road.posting.reply_days)
    taken = snapshots.take(talent)
    session.add(
        ReferralSnapshot(
            referral_id=referral.id,
            profile=taken.profile,
            person=taken.person,
            taken_at=taken.taken_at,
        )
    )
    referral.posting_id = road.posting.id
    referral.note = clean(note)[:NOTE_SIGNS]
    referral.reply_due_at = due
    referral.expires_at = calendar.due(due, UNANSWERED_AFTER)
    session.flush()
    session.refresh(referral)
    awaiting.tell_firm(
        session, referral, "referral.applied", f"referral-applied:{referral.public_id}"
    )
    asking.tell_person(
        session,
        referral,
        "referral.you_applied",
        employer=referral.employer.name,
        due=telling.moment(due),
    )


# --- a client that is not on the exchange --------------------------------------------------------


def apply_at_firm(
    session: Session,
    talent: Talent,
    road: Road,
    *,
    digest: str,
    contact_when: ContactWhen | None,
    note: str = "",
    standing: Standing | None = None,
    actor: Actor,
) -> tuple[Application, bool]:
    """Apply where the client is not on the exchange: the firm takes and answers the application.

    The person agrees to the firm and to the client by name; no claim is kept here, for there is
    nobody on the other side to answer for it. Raises as :func:`apply`.
    """
    check(session, road, talent)
    now = offered(session, road, talent)
    if now.digest != digest:
        raise Conflict(_l("委托条款或接收方刚刚有变化，请重新阅读后再决定。"), code="terms-changed")
    application, created = applications.apply(
        session,
        talent,
        road.posting,
        contact_when=contact_when,
        note=note,
        standing=standing,
        actor=actor,
    )
    if created:
        for one in now.receivers:
            if one.organisation is not None:
                continue
            session.add(
                Consent(
                    account_id=talent.account_id,
                    kind=ConsentKind.SNAPSHOT,
                    version=consenting.CONSENT_VERSION,
                    receiver_type="unit",
                    subject_type="application",
                    subject_id=application.public_id,
                    purpose="referral",
                    data={"fields": ["snapshot", "name"], "role": str(one.role), "name": one.name},
                    given_at=clock.now(),
                    until=consenting.end_of(now.until),
                )
            )
        session.flush()
    return application, created
