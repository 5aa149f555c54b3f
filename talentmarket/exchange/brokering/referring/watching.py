"""What a referral has to do with moves of its application, with erasure and with the worker."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, history
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.placing import placements, proving, reminding
from talentmarket.exchange.brokering.referring import asking, awaiting, consenting, ending, sending
from talentmarket.exchange.brokering.referring.models import RUNNING, Referral, ReferralState
from talentmarket.exchange.models import Application, ApplicationRoute, ApplicationState
from talentmarket.exchange.stages import By
from talentmarket.members import privacy
from talentmarket.members.models import Account, Talent
from talentmarket.members.takeout import plain

#: Moves after which others may have to say the start than before.
_AROUND_START = frozenset({"accept", "start", "confirm", "undo", "not_started", "rescind"})
#: Moves of the employer that open more of the person: first it says whether it knew them.
AFTER_ANSWER = frozenset({"shortlist", "interview", "offer"})


@moves.asked_before
def answer_first(
    session: Session, application: Application, name: str, by: By, actor: Actor
) -> None:
    """Raises Conflict where the employer goes on before it said whether the person is new to it."""
    if application.route is not ApplicationRoute.REFERRAL or name not in AFTER_ANSWER:
        return
    if sending.awaits_answer(sending.of_application(session, application)):
        raise Conflict(_l("请先答复：这位人才是新人选，还是此前已有记录。"), code="answer-first")


@moves.asked_before
def offer_first(
    session: Session, application: Application, name: str, by: By, actor: Actor
) -> None:
    """Raises Conflict where a person whom a firm brought is offered a job without its terms."""
    if name == "offer" and placements.wants_offer(session, application):
        raise Conflict(_l("这位人选由机构推荐，请先填写录用内容。"), code="offer-first")


@moves.told_after
def placed(session: Session, application: Application, name: str, by: By, actor: Actor) -> None:
    """An accepted offer begins a placement; the confirmed start makes it count."""
    accepted = application.state is ApplicationState.ACCEPTED
    if name == "accept" or (name == "undo" and accepted):
        before = placements.of_application(session, application)
        claim = (
            before.referral
            if before is not None
            else sending.claim_on(session, application.talent, application.job)
        )
        if claim is not None:
            placements.begin(session, application, claim, actor)
    elif name in ("undo", "not_started", "rescind"):
        placements.cancel(session, application, actor)
    elif name == "confirm":
        placements.start(session, application, actor, by_decision=by is By.OPERATOR)
        if (placement := placements.of_application(session, application)) is not None:
            proving.confirmed(session, placement)
    if name in _AROUND_START:
        reminding.follow(session, application)


@moves.told_after
def withdrawn_with_it(
    session: Session, application: Application, name: str, by: By, actor: Actor
) -> None:
    """Whoever withdraws the application takes back what went to the firms for it as well."""
    if name != "withdraw" or application.route is not ApplicationRoute.REFERRAL:
        return
    referral = sending.of_application(session, application)
    if referral is not None and referral.state is ReferralState.SENT:
        consenting.withdraw(session, referral, actor=actor)


@privacy.erases("referrals")
def erase_person(session: Session, account: Account, actor: Actor) -> None:
    """End what runs, take back what was given and forget what was written; claims stay numbers."""
    rows = session.scalars(
        sa.select(Referral)
        .options(joinedload(Referral.firm), joinedload(Referral.employer), joinedload(Referral.job))
        .where(Referral.talent_id.in_(sa.select(Talent.id).where(Talent.account_id == account.id)))
    ).all()
    for referral in rows:
        if consenting.may_withdraw(referral):
            consenting.withdraw(session, referral, actor=actor)
        elif referral.state in RUNNING:
            asking.decline(session, referral, actor=actor)
        referral.text = referral.known_record = referral.note = referral.refusal_text = ""
        if referral.frozen is not None and referral.frozen.erased_at is None:
            frozen = referral.frozen
            frozen.person, frozen.profile, frozen.erased_at = None, {}, clock.now()
    session.flush()


@privacy.exports("referrals")
def referrals_of(session: Session, account: Account) -> list[dict[str, Any]]:
    """Who asked on whose behalf, what the person agreed to, and what became of it."""
    rows = session.scalars(
        sa.select(Referral)
        .options(joinedload(Referral.firm), joinedload(Referral.employer), joinedload(Referral.job))
        .where(Referral.talent.has(account_id=account.id))
        .order_by(Referral.id)
    )
    return [
        plain(row)
        | {
            "firm": row.firm.name,
            "employer": row.employer.name if _told(row) else None,
            "job": row.job.shown_title,
            "posting": row.posting.shown_title if row.posting else None,
            "snapshot": row.frozen.profile if row.frozen else None,
            "placements": [plain(one) for one in placements.all_of_referral(session, row)],
            "history": [
                {"at": one.at.isoformat(), "verb": one.verb, "to": one.to_state}
                for one in history(session, "referral", row.public_id)
            ],
        }
        for row in rows
    ]


def _told(referral: Referral) -> bool:
    return referral.employer_named or referral.interested_at is not None


def run_due() -> int:
    """A round of the worker: what lapses, what silence answers, claims that end."""
    with unit_of_work() as session:
        return (
            ending.lapse_due(session)
            + awaiting.remind_due(session)
            + sending.silence_due(session)
            + sending.expire_claims(session)
            + placements.guarantees_due(session)
            + reminding.ask_due(session)
            + proving.carry_out_due(session)
        )
