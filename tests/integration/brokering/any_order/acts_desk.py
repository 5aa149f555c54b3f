"""The employer's desk and the person in an application, up to the start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.exchange import applications, interviews, jobs, moves, refusals, snapshots
from talentmarket.exchange.brokering.placing import offers
from talentmarket.exchange.brokering.referring import sending
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models import Application, EndReason, Interview, InterviewState, Job
from talentmarket.exchange.stages import APPLICATION, By, confirming_side
from talentmarket.exchange.visibility import Reader
from talentmarket.members.models import Account
from tests.integration.brokering.any_order.acts import (
    Given,
    Run,
    act,
    hopeful,
    referrals,
    slips,
    takes_back,
)
from tests.integration.brokering.any_order.world import fresh

_SIDES = (By.ORGANISATION, By.TALENT)
_BEFORE_OFFER = ("submitted", "viewed", "shortlisted", "interview")


def applied(*states: str) -> Callable[[Run], list[int]]:
    """Applications in one of the states."""
    return lambda run: [one.id for one in run.seen.applications.values() if one.state in states]


def answered(*states: str) -> Callable[[Run], list[int]]:
    """Those in which the employer has said whether the person is new to it, where it was asked."""

    def where(run: Run) -> list[int]:
        found = applied(*states)(run)
        return [key for key in found if hopeful(run, _answered(run, key))]

    return where


def _answered(run: Run, key: int) -> bool:
    referral = run.seen.referral_of(key)
    return referral is None or referral.claim != "pending"


# --- the employer's answer ---------------------------------------------------------------------


@act(referrals(claim="pending"), 6, after=("send",))
def say_new(_run: Run, session: Any, key: int) -> None:
    sending.say_new(session, fresh(session, Referral, key), actor=Actor("recruiter"))


@act(referrals(claim="pending"), 0.8, after=("send",))
def say_known(run: Run, session: Any, key: int) -> None:
    sending.say_known(
        session,
        fresh(session, Referral, key),
        known_on=clock.today() - timedelta(days=run.chosen(0, 30, 90, 300)),
        text="上月校招会上收到过简历，登记编号 1123。",
        actor=Actor("recruiter"),
    )


@act(applied("submitted", "shortlisted"), 1, after=("send", "apply"))
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
    name: str, by: By, weight: float, *states: str, after: tuple[str, ...]
) -> Callable[[Run, Any, int], None]:
    def do(run: Run, session: Any, key: int) -> None:
        side = run.chosen(*By) if run.random.random() < _WRONG_SIDE else by
        _move(run, session, key, name, side)

    do.__name__ = f"application_{name}"
    where = answered if name == "shortlist" else applied
    act(where(*states), weight, after=after)(do)
    return do


_WRONG_SIDE = 0.05
_COME = ("say_new", "send", "apply")
_simple("shortlist", By.ORGANISATION, 1, *_BEFORE_OFFER[:2], after=_COME)
_simple("accept", By.TALENT, 8, "offer", after=("offer",))
_simple("decline_offer", By.TALENT, 0.4, "offer", after=("offer",))
_simple("reject", By.ORGANISATION, 0.3, *_BEFORE_OFFER, after=_COME)
_simple("withdraw", By.TALENT, 0.3, *_BEFORE_OFFER, after=_COME)
_simple("rescind", By.ORGANISATION, 0.3, "offer", "accepted", after=("offer",))
_simple("not_started", By.TALENT, 0.7, "accepted", after=("application_accept",))


def _resting(run: Run) -> list[int]:
    """Offers to people who took their consent back: a yes revives the claim."""
    return [
        one.application_id
        for one in run.seen.referrals.values()
        if one.claim == "dormant"
        and one.application_id is not None
        and run.seen.applications[one.application_id].state == "offer"
    ]


@act(_resting, 3, after=("withdraw_consent_late",))
def accept_though_taken_back(run: Run, session: Any, key: int) -> None:
    _move(run, session, key, "accept", By.TALENT)


@act(applied("accepted"), 8, after=("application_accept",))
def application_start(run: Run, session: Any, key: int) -> None:
    _move(run, session, key, "start", run.chosen(*_SIDES))


@act(applied("started"), 12, after=("application_start",))
def application_confirm(run: Run, session: Any, key: int) -> None:
    first = run.seen.applications[key].moved_by_side
    other = By.ORGANISATION if first == "talent" else By.TALENT
    _move(run, session, key, "confirm", By(first or other) if slips(run) else other)


@act(answered(*_BEFORE_OFFER), 4, after=_COME)
def offer(run: Run, session: Any, key: int) -> None:
    """What is offered is written down, and then offered; now and then without the words."""
    application = fresh(session, Application, key)
    if run.random.random() < 0.1:
        moves.move(session, application, "offer", by=By.ORGANISATION, actor=Actor("recruiter"))
        return
    start_on = clock.today() + timedelta(days=run.chosen(0, 1, 14))
    offers.make(
        session,
        application,
        offers.OfferValues(
            pay_month=run.random.randrange(3_000_00, 60_000_00),
            pay_months=run.chosen(12, 13, 14),
            start_on=start_on,
            region_code="510107",
            contract_months=36,
            probation_months=run.chosen(3, 6),
        ),
        author=fresh(session, Account, run.parties.recruiter),
        actor=Actor("recruiter"),
    )
    run.starts[key] = start_on


_UNDOABLE = ("accept", "start", "withdraw", "reject", "offer")


@act(
    lambda run: [
        one.id
        for one in run.seen.applications.values()
        if one.moved_from is not None and run.seen.now - one.moved_at <= timedelta(minutes=30)
    ],
    0.8,
    after=("application_shortlist",),
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


@act(answered(*_BEFORE_OFFER), 1, after=_COME)
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


def _proposed(run: Run) -> list[int]:
    return [
        one.application_id
        for one in run.seen.interviews.values()
        if one.state == "proposed"
        and hopeful(
            run,
            one.starts_at > run.seen.now
            and run.seen.applications[one.application_id].state == "interview",
        )
    ]


@act(_proposed, 2, after=("interview_propose",))
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


@act(applied(*_BEFORE_OFFER, "offer", "accepted"), 0.3, after=_COME)
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


@act(_waited_for, 0.12, after=_COME)
def job_withdrawn(_run: Run, session: Any, key: int) -> None:
    jobs.withdraw(
        session, fresh(session, Job, key), actor=Actor("recruiter"), reason=EndReason.FILLED
    )
