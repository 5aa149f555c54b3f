"""Mandates and their terms, disputes and the office, licences, and time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from talentmarket.core import calendar, clock
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.mandating import (
    agreement,
    countersigning,
    reviewing,
    running,
)
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.brokering.referring import disputes
from talentmarket.exchange.brokering.referring.models import Dispute, Referral, Ruling
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account, Licence, Organisation
from tests.integration.brokering.any_order.acts import Run, act, hopeful, slips
from tests.integration.brokering.any_order.world import fresh

# --- mandates ----------------------------------------------------------------------------------


def mandates(*states: str) -> Callable[[Run], list[int]]:
    """Mandates in one of the states."""
    return lambda run: [one.id for one in run.seen.mandates.values() if one.state in states]


def _change(name: str, weight: float, *states: str, after: tuple[str, ...] = ()) -> None:
    def do(run: Run, session: Any, key: int) -> None:
        by = run.chosen(By.ORGANISATION, By.CLIENT)
        row = fresh(session, Mandate, key)
        source = row.state
        running.change(session, row, name, by, "业务安排有变化", actor=Actor("someone"))
        MANDATE.find(name, source, by)

    do.__name__ = f"mandate_{name}"
    act(mandates(*states), weight, after=after)(do)


_change("pause", 0.07, "active", after=("mandate_resume", "mandate_thaw"))
_change("resume", 3, "paused", after=("mandate_pause",))
_change("end", 0.02, "active", "paused")
_change("recall", 0.3, "in_review", "awaiting_countersignature", after=("mandate_submit",))
_change("drop", 0.05, "documents", "in_review", "returned", "awaiting_countersignature")


@act(mandates("draft", "documents", "returned"), 0.5)
def mandate_submit(run: Run, session: Any, key: int) -> None:
    examiner = fresh(session, Account, run.parties.examiners[1])
    reviewing.submit(session, fresh(session, Mandate, key), examiner.public_id, actor=Actor("firm"))


def _examiner(run: Run, session: Any) -> Account:
    """The examiner, and now and then the consultant in the examiner's place."""
    wrong = run.random.random() < 0.1
    key = run.parties.consultants[1] if wrong else run.parties.examiners[1]
    return fresh(session, Account, key)


@act(mandates("in_review"), 1.2, after=("mandate_submit",))
def mandate_sign(run: Run, session: Any, key: int) -> None:
    row = fresh(session, Mandate, key)
    last = agreement.newest(session, row)
    digest = last.digest if last else ""
    reviewing.sign(session, row, digest, reviewer=_examiner(run, session), actor=Actor("examiner"))


def _verdict(name: str, weight: float) -> None:
    def do(run: Run, session: Any, key: int) -> None:
        row, who = fresh(session, Mandate, key), _examiner(run, session)
        reviewing.answer(session, row, name, "材料不全，请补充", reviewer=who, actor=Actor("e"))

    do.__name__ = f"mandate_{name}"
    act(mandates("in_review"), weight, after=("mandate_submit",))(do)


_verdict("return", 0.5)
_verdict("refuse", 0.12)


@act(mandates("awaiting_countersignature"), 1.2, after=("mandate_sign",))
def mandate_countersign(_run: Run, session: Any, key: int) -> None:
    row = fresh(session, Mandate, key)
    last = agreement.newest(session, row)
    number, digest = (last.number, last.digest) if last else (0, "")
    countersigning.countersign(session, row, number, digest, actor=Actor("client"))


def _declined(name: str, weight: float) -> None:
    def do(_run: Run, session: Any, key: int) -> None:
        row = fresh(session, Mandate, key)
        countersigning.decline(session, row, name, "请按约定修改", actor=Actor("client"))

    do.__name__ = f"mandate_client_{name}"
    act(mandates("awaiting_countersignature"), weight, after=("mandate_sign",))(do)


_declined("send_back", 0.5)
_declined("refuse", 0.12)


@act(mandates("active", "paused"), 0.07)
def mandate_freeze(run: Run, session: Any, key: int) -> None:
    operator = fresh(session, Account, run.parties.operators[0])
    running.freeze(
        session, fresh(session, Mandate, key), "材料与事实不符", operator=operator, actor=Actor("o")
    )


@act(mandates("paused"), 0.3, after=("mandate_pause",))
def mandate_freeze_paused(run: Run, session: Any, key: int) -> None:
    mandate_freeze(run, session, key)


@act(mandates("frozen"), 3, after=("mandate_freeze",))
def mandate_thaw(_run: Run, session: Any, key: int) -> None:
    running.thaw(session, fresh(session, Mandate, key), actor=Actor("office"))


def _frozen_while_paused(run: Run) -> list[int]:
    found = mandates("frozen")(run)
    return [key for key in found if run.seen.mandates[key].state_before_freeze == "paused"]


@act(_frozen_while_paused, 1, after=("mandate_freeze_paused",))
def mandate_thaw_paused(run: Run, session: Any, key: int) -> None:
    mandate_thaw(run, session, key)


@act(mandates("active"), 0.1)
def new_terms(run: Run, session: Any, key: int) -> None:
    """Both sides agree on another share: who was sent before stays under the terms of that day."""
    row = fresh(session, Mandate, key)
    place = run.parties.firm_of(row.organisation_id)
    before = agreement.in_force(session, row)
    assert before is not None
    terms = before.terms.but(fee_share=run.random.randrange(500, 4_000))
    consultant = fresh(session, Account, run.parties.consultants[place])
    examiner = fresh(session, Account, run.parties.examiners[place])
    made = running.propose(session, row, terms, by=consultant, actor=Actor("consultant"))
    number, digest = made.number, made.digest
    running.confirm_for_firm(session, row, number, digest, account=examiner, actor=Actor("e"))
    countersigning.countersign(session, row, number, digest, actor=Actor("client"))


# --- disputes ----------------------------------------------------------------------------------


def _contested(run: Run) -> list[tuple[int, int]]:
    """(claim, side) that may be brought before the office for the first time: the firm against
    "known", the employer or another firm against a claim that stands."""
    filed = {one.referral_id for one in run.seen.disputes.values()}
    found = []
    for one in run.seen.referrals.values():
        if one.id in filed or one.claim not in ("standing", "known"):
            continue
        known = one.claim == "known"
        until = calendar.due(one.answered_at, 5) if known else one.object_until
        others = [firm for firm in run.parties.firms if firm != one.firm_id]
        sides = [one.firm_id] if known else [run.parties.employer, run.parties.employer, *others]
        if hopeful(run, until >= run.seen.now):
            found += [(one.id, side) for side in sides]
        elif slips(run):
            found.append((one.id, one.firm_id))
    return found


def _lost(run: Run) -> list[tuple[int, int]]:
    """(claim, side) whose first ruling may be appealed against: by the firm that lost its claim, or
    by whom the claim is held against."""
    last = {one.referral_id: one for one in run.seen.disputes.values()}  # by key: the latest stays
    return [
        (key, run.seen.referrals[key].firm_id if one.ruling == "refused" else run.parties.employer)
        for key, one in last.items()
        if one.ruling is not None
        and one.kind != "appeal"
        and hopeful(run, calendar.due(one.ruled_at, 5) >= run.seen.now)
    ]


@act(_contested, 3, after=("say_known", "say_new"))
def dispute(run: Run, session: Any, target: tuple[int, int]) -> None:
    key, side = target
    disputes.file(
        session,
        fresh(session, Referral, key),
        fresh(session, Organisation, side),
        record_on=clock.today() - timedelta(days=run.chosen(0, 20, 400)),
        record="面试登记表第 12 页，存于人事档案柜。",
        actor=Actor("someone"),
    )


@act(_lost, 3, after=("rule_refused", "rule_upheld"))
def appeal(run: Run, session: Any, target: tuple[int, int]) -> None:
    dispute(run, session, target)


def _waiting(appealed: bool) -> Callable[[Run], list[int]]:
    return lambda run: [
        one.id
        for one in run.seen.disputes.values()
        if one.ruling is None and (one.kind == "appeal") is appealed
    ]


def _rules(ruling: Ruling, appealed: bool) -> None:
    def do(run: Run, session: Any, key: int) -> None:
        row = fresh(session, Dispute, key)
        before = [
            one.ruled_by for one in run.seen.disputes.values() if one.referral_id == row.referral_id
        ]
        others = [one for one in run.parties.operators if one not in before]
        disputes.rule(
            session,
            row,
            ruling,
            "登记表早于推荐，且有本人签字。",
            operator=fresh(session, Account, run.chosen(*others, *run.parties.operators)),
            actor=Actor("office"),
        )

    do.__name__ = f"rule_{'appeal_' if appealed else ''}{ruling}"
    act(_waiting(appealed), 2, after=("appeal" if appealed else "dispute",))(do)


for _ruling in Ruling:
    for _appealed in (False, True):
        _rules(_ruling, _appealed)


# --- licences and time -------------------------------------------------------------------------


@act(lambda run: [one for one in run.parties.firms if run.licensed(one)], 0.03)
def licence_ends(run: Run, session: Any, firm: int) -> None:
    """Its last day was yesterday."""
    _licence(session, firm, clock.today() - timedelta(days=1))
    run.unlicensed.add(firm)


@act(lambda run: list(run.unlicensed), 0.5, after=("licence_ends",))
def licence_renewed(run: Run, session: Any, firm: int) -> None:
    _licence(session, firm, clock.today() + timedelta(days=900))
    run.unlicensed.discard(firm)


def _licence(session: Any, firm: int, until: Any) -> None:
    session.execute(
        sa.update(Licence).where(Licence.organisation_id == firm).values(expires_on=until)
    )
