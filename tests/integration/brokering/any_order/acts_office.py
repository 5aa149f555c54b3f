"""Mandates and their terms, disputes and the office, licences, and time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from talentmarket.core import clock
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
from tests.integration.brokering.any_order.acts import Run, act
from tests.integration.brokering.any_order.world import fresh

# --- mandates ----------------------------------------------------------------------------------


def mandates(*states: str) -> Callable[[Run], list[int]]:
    """Mandates in one of the states."""
    return lambda run: [one.id for one in run.seen.mandates.values() if one.state in states]


def _change(name: str, weight: float, *states: str) -> None:
    def do(run: Run, session: Any, key: int) -> None:
        by = run.chosen(By.ORGANISATION, By.CLIENT)
        row = fresh(session, Mandate, key)
        source = row.state
        running.change(session, row, name, by, "业务安排有变化", actor=Actor("someone"))
        MANDATE.find(name, source, by)

    do.__name__ = f"mandate_{name}"
    act(mandates(*states), weight)(do)


_change("pause", 0.07, "active")
_change("resume", 3, "paused")
_change("end", 0.02, "active", "paused")
_change("recall", 0.3, "in_review", "awaiting_countersignature")
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


@act(mandates("in_review"), 1.2)
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
    act(mandates("in_review"), weight)(do)


_verdict("return", 0.5)
_verdict("refuse", 0.12)


@act(mandates("awaiting_countersignature"), 1.2)
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
    act(mandates("awaiting_countersignature"), weight)(do)


_declined("send_back", 0.5)
_declined("refuse", 0.12)


@act(mandates("active", "paused"), 0.07)
def mandate_freeze(run: Run, session: Any, key: int) -> None:
    operator = fresh(session, Account, run.parties.operators[0])
    running.freeze(
        session, fresh(session, Mandate, key), "材料与事实不符", operator=operator, actor=Actor("o")
    )


@act(mandates("paused"), 0.3)
def mandate_freeze_paused(run: Run, session: Any, key: int) -> None:
    mandate_freeze(run, session, key)


@act(mandates("frozen"), 3)
def mandate_thaw(_run: Run, session: Any, key: int) -> None:
    running.thaw(session, fresh(session, Mandate, key), actor=Actor("office"))


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
    open_now = {one.referral_id for one in run.seen.disputes.values() if one.ruling is None}
    return [
        (one.id, side)
        for one in run.seen.referrals.values()
        if one.claim in ("standing", "known", "refused") and one.id not in open_now
        for side in (one.firm_id, run.parties.employer)
    ]


@act(_contested, 3)
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


def _waiting(run: Run) -> list[int]:
    return [one.id for one in run.seen.disputes.values() if one.ruling is None]


@act(_waiting, 4)
def rule(run: Run, session: Any, key: int) -> None:
    disputes.rule(
        session,
        fresh(session, Dispute, key),
        run.chosen(*Ruling),
        "登记表早于推荐，且有本人签字。",
        operator=fresh(session, Account, run.chosen(*run.parties.operators)),
        actor=Actor("office"),
    )


# --- licences and time -------------------------------------------------------------------------


@act(lambda run: list(run.parties.firms), 0.03)
def licence_ends(_run: Run, session: Any, firm: int) -> None:
    """Its last day was yesterday."""
    _licence(session, firm, clock.today() - timedelta(days=1))


@act(lambda run: list(run.parties.firms), 0.1)
def licence_renewed(_run: Run, session: Any, firm: int) -> None:
    _licence(session, firm, clock.today() + timedelta(days=400))


def _licence(session: Any, firm: int, until: Any) -> None:
    session.execute(
        sa.update(Licence).where(Licence.organisation_id == firm).values(expires_on=until)
    )
