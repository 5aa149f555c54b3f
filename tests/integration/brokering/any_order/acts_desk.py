"""The employer's desk, the person in an application, the placement, and money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.exchange import applications, interviews, jobs, moves, refusals, snapshots
from talentmarket.exchange.brokering.books import posting
from talentmarket.exchange.brokering.books.models import EntryKind, LedgerEntry
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.placing import offers, placements
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring import sending
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models import Application, EndReason, Interview, InterviewState, Job
from talentmarket.exchange.stages import APPLICATION, By, confirming_side
from talentmarket.exchange.visibility import Reader
from talentmarket.members.models import Account, Organisation
from tests.integration.brokering.any_order.acts import Given, Run, act, referrals, takes_back
from tests.integration.brokering.any_order.world import fresh

_SIDES = (By.ORGANISATION, By.TALENT)
_BEFORE_OFFER = ("submitted", "viewed", "shortlisted", "interview")


def applied(*states: str) -> Callable[[Run], list[int]]:
    """Applications in one of the states."""
    return lambda run: [one.id for one in run.seen.applications.values() if one.state in states]


# --- the employer's answer ---------------------------------------------------------------------


@act(referrals(claim="pending"), 6)
def say_new(_run: Run, session: Any, key: int) -> None:
    sending.say_new(session, fresh(session, Referral, key), actor=Actor("recruiter"))


@act(referrals(claim="pending"), 0.8)
def say_known(run: Run, session: Any, key: int) -> None:
    sending.say_known(
        session,
        fresh(session, Referral, key),
        known_on=clock.today() - timedelta(days=run.chosen(0, 30, 300)),
        text="上月校招会上收到过简历，登记编号 1123。",
        actor=Actor("recruiter"),
    )


@act(applied("submitted", "shortlisted"), 1)
def look(run: Run, session: Any, key: int) -> None:
    """The desk opens an application: "viewed" comes by itself."""
    applications.open_by_organisation(
        session,
        fresh(session, Application, key),
        reader=Reader.DESK,
        viewer=fresh(session, Account, run.parties.recruiter),
        actor=Actor("recruiter"),
    )


# --- moves of an application -------------------------------------------------------------------


def _move(run: Run, session: Any, key: int, name: str, by: By) -> None:
    application = fresh(session, Application, key)
    source, said = application.state, application.moved_by_side
    _present(run, application, by)
    refusal = refusals.Refusal(EndReason.PAY) if name in ("reject", "rescind") else None
    moves.move(session, application, name, by=by, actor=Actor(by), refusal=refusal)
    step = APPLICATION.find(name, source, by)
    assert application.state is step.target
    if name == "confirm":
        other = By.ORGANISATION if said == "organisation" else By.TALENT
        assert by is confirming_side(other), "one side confirmed alone"
    if name == "withdraw":
        referral = session.scalar(sa.select(Referral.id).where(Referral.application_id == key))
        takes_back(run, session, referral, key)


def _present(run: Run, application: Application, by: By) -> None:
    """Who was erased cannot sign in."""
    if by is By.TALENT and run.person(application.talent_id).erased:
        raise Conflict(code="erased")


def _simple(
    name: str, by: By, weight: float, *states: str, wrong: float = 0.05
) -> Callable[[Run, Any, int], None]:
    def do(run: Run, session: Any, key: int) -> None:
        side = run.chosen(*By) if run.random.random() < wrong else by
        _move(run, session, key, name, side)

    do.__name__ = f"application_{name}"
    act(applied(*states), weight)(do)
    return do


_simple("shortlist", By.ORGANISATION, 1, *_BEFORE_OFFER[:2])
_simple("accept", By.TALENT, 8, "offer")
_simple("decline_offer", By.TALENT, 0.4, "offer")
_simple("reject", By.ORGANISATION, 0.3, *_BEFORE_OFFER)
_simple("withdraw", By.TALENT, 0.3, *_BEFORE_OFFER)
_simple("rescind", By.ORGANISATION, 0.3, "offer", "accepted")
_simple("not_started", By.TALENT, 0.7, "accepted")


@act(applied("accepted"), 8)
def application_start(run: Run, session: Any, key: int) -> None:
    _move(run, session, key, "start", run.chosen(*_SIDES))


@act(applied("started"), 12)
def application_confirm(run: Run, session: Any, key: int) -> None:
    _move(run, session, key, "confirm", run.chosen(*_SIDES))


@act(applied(*_BEFORE_OFFER), 4)
def offer(run: Run, session: Any, key: int) -> None:
    """What is offered is written down, and then offered; now and then without the words."""
    application = fresh(session, Application, key)
    if run.random.random() < 0.1:
        moves.move(session, application, "offer", by=By.ORGANISATION, actor=Actor("recruiter"))
        return
    offers.make(
        session,
        application,
        offers.OfferValues(
            pay_month=run.random.randrange(3_000_00, 60_000_00),
            pay_months=run.chosen(12, 13, 14),
            start_on=clock.today() + timedelta(days=run.chosen(0, 1, 14)),
            region_code="510107",
            contract_months=36,
            probation_months=run.chosen(3, 6),
        ),
        author=fresh(session, Account, run.parties.recruiter),
        actor=Actor("recruiter"),
    )


_UNDOABLE = ("accept", "start", "withdraw", "reject", "offer")


@act(
    lambda run: [
        one.id
        for one in run.seen.applications.values()
        if one.moved_from is not None and run.seen.now - one.moved_at <= timedelta(minutes=30)
    ],
    0.8,
)
def undo(run: Run, session: Any, key: int) -> None:
    application = fresh(session, Application, key)
    target = application.state
    side = By.TALENT if application.moved_by_side == "talent" else By.ORGANISATION
    if run.random.random() < 0.1:
        side = run.chosen(*_SIDES)
    _present(run, application, side)
    moves.undo(session, application, by=side, actor=Actor(side))
    if target == "withdrawn" and key in run.kept:
        # The firms' part stays taken back: only the employer's comes again.
        run.applied[key] = run.kept.pop(key)


@act(applied(*_BEFORE_OFFER), 1)
def interview_propose(_run: Run, session: Any, key: int) -> None:
    interviews.propose(
        session,
        fresh(session, Application, key),
        starts_at=clock.now() + timedelta(days=2),
        minutes=60,
        place="天府三街",
        by_video=False,
        actor=Actor("recruiter"),
    )


@act(
    lambda run: [
        one.application_id for one in run.seen.interviews.values() if one.state == "proposed"
    ],
    2,
)
def interview_accept(run: Run, session: Any, key: int) -> None:
    application = fresh(session, Application, key)
    _present(run, application, By.TALENT)
    sequence = session.scalar(
        sa.select(Interview.sequence).where(
            Interview.application_id == key, Interview.state == InterviewState.PROPOSED
        )
    )
    if sequence is None:
        raise Conflict(code="no-interview")
    interviews.accept(session, application, sequence=sequence, actor=Actor("person"))
    _gives_more(run, key, {"phone", "mail"})


def _gives_more(run: Run, application: int, more: set[str]) -> None:
    given, employer = run.applied[application], run.parties.employer
    before = frozenset() if given.over else given.to.get(employer, frozenset())
    run.applied[application] = Given({employer: before | more}, None if given.over else given.until)


@act(applied(*_BEFORE_OFFER, "offer", "accepted"), 0.3)
def take_back_contact(run: Run, session: Any, key: int) -> None:
    snapshots.take_back_contact(session, fresh(session, Application, key), actor=Actor("person"))
    given = run.applied[key]
    given.to = {one: fields - {"phone", "mail"} for one, fields in given.to.items()}
    if seen_answer(run, key):
        run.closed.add(key)


def seen_answer(run: Run, key: int) -> bool:
    """Whether the employer has answered, so that what was agreed had opened."""
    referral = run.seen.referral_of(key)
    return referral is not None and referral.answer is not None


def _waited_for(run: Run) -> list[int]:
    waits = (*_BEFORE_OFFER, "offer")
    open_now = any(one.state in waits for one in run.seen.applications.values())
    return [run.parties.job] if open_now else []


@act(_waited_for, 0.12)
def job_withdrawn(_run: Run, session: Any, key: int) -> None:
    jobs.withdraw(
        session, fresh(session, Job, key), actor=Actor("recruiter"), reason=EndReason.FILLED
    )


# --- the placement -----------------------------------------------------------------------------


def placed(*states: str) -> Callable[[Run], list[int]]:
    """Placements in one of the states."""
    return lambda run: [one.id for one in run.seen.placements.values() if one.state in states]


@act(placed("in_guarantee"), 6)
def leave(run: Run, session: Any, key: int) -> None:
    placements.leave(
        session,
        fresh(session, Placement, key),
        on=clock.today() - timedelta(days=run.chosen(0, 0, 0, 1, 40)),
        cause=run.chosen(*Cause, Cause.PERSON, Cause.PERSON),
        reason="家里有事，回老家。",
        by=run.chosen(By.ORGANISATION, By.CLIENT),
        actor=Actor("recruiter"),
    )


def _remedied(run: Run) -> list[int]:
    return [
        one.id
        for one in run.seen.placements.values()
        if one.state == "left" and one.cause != "employer"
    ]


@act(_remedied, 5)
def refund(run: Run, session: Any, key: int) -> None:
    placements.remedy(
        session,
        fresh(session, Placement, key),
        replaced=False,
        by=run.chosen(By.ORGANISATION, By.ORGANISATION, By.CLIENT),
        actor=Actor("consultant"),
    )


def _replaceable(run: Run) -> list[int]:
    """Those of the firm whose own terms say replacement; the others are tried as wrong acts."""
    own = run.parties.mandates[1]
    return [
        key
        for key in _remedied(run)
        if run.seen.referrals[run.seen.placements[key].referral_id].mandate_id == own
    ]


@act(_replaceable, 30)
def replace(run: Run, session: Any, key: int) -> None:
    placements.remedy(
        session,
        fresh(session, Placement, key),
        replaced=True,
        by=run.chosen(By.ORGANISATION, By.CLIENT, By.CLIENT),
        actor=Actor("recruiter"),
    )


# --- money -------------------------------------------------------------------------------------


@act(placed("in_guarantee", "guaranteed", "left", "refunded", "replaced"), 1)
def pay(run: Run, session: Any, key: int) -> None:
    placement = fresh(session, Placement, key)
    referral = placement.referral
    posting.post_payment(
        session,
        fresh(session, Organisation, referral.mandate.organisation_id),
        referral.employer.public_id,
        run.random.randrange(1, 9_000_000),
        clock.today(),
        placement=placement.public_id,
        reference=f"银行回单 {run.random.randrange(40)}",
        actor=Actor("finance"),
    )


@act(placed("in_guarantee", "guaranteed", "left", "refunded", "replaced"), 0.6)
def reverse_payment(_run: Run, session: Any, key: int) -> None:
    placement = fresh(session, Placement, key)
    entry = session.scalars(
        sa.select(LedgerEntry)
        .where(LedgerEntry.subject_id == placement.public_id, LedgerEntry.kind == EntryKind.PAYMENT)
        .order_by(LedgerEntry.id.desc())
        .limit(1)
    ).first()
    if entry is None:
        raise Conflict(code="nothing-paid")
    posting.reverse(session, entry, "typo", day=clock.today(), actor=Actor("finance"))
