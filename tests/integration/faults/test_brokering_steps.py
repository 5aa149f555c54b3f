"""The process is killed between any two steps of brokering's long roads: what stands afterwards is
the state before or the state after, each notice was left once, and the books hold together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from talentmarket.core.db import Base, db
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.books.models import LedgerEntry
from talentmarket.exchange.brokering.mandating import agreement, countersigning
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring import (
    consenting,
    disputes,
    sending,
    watching,
)
from talentmarket.exchange.brokering.referring.models import Dispute, Referral, Ruling
from talentmarket.exchange.models import Application
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account
from talentmarket.notices.models import Notice
from tests.factories import make_account
from tests.factories.mandates import make_firm, make_mandate
from tests.fixtures.forks import killed_at
from tests.integration.exchange.referring import Parties
from tests.integration.exchange.test_contested_placements import Contested

SOMEONE = Actor("someone")
Road = Callable[[Any], Callable[[], object]]  # prepares, with the clock; returns what is done
ROADS: dict[str, Road] = {}
#: Roads after which the books say something new.
BOOKED = {"the other side confirms", "the office refuses", "the fee goes back"}


def road(name: str) -> Callable[[Road], Road]:
    def put(prepare: Road) -> Road:
        ROADS[name] = prepare
        return prepare

    return put


def on(model: Any, key: int, use: Callable[[Any, Any], object]) -> Callable[[], object]:
    """Use the row in a unit of its own."""

    def deed() -> None:
        with unit_of_work() as session:
            use(session, session.get_one(model, key))

    return deed


@road("the person consents")
def _consent(_clock: Any) -> Callable[[], object]:
    parties = Parties()
    referral = parties.ask()
    parties.interest(referral)

    def use(session: Any, row: Any) -> None:
        digest = consenting.offered(session, row).digest
        consenting.consent(session, row, digest=digest, contact_now=True, actor=SOMEONE)

    return on(Referral, referral.id, use)


@road("the firm sends")
def _send(_clock: Any) -> Callable[[], object]:
    parties = Parties()
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    return on(Referral, referral.id, lambda session, row: sending.send(session, row, actor=SOMEONE))


@road("silence is taken for new")
def _silence(clock: Any) -> Callable[[], object]:
    Parties().sent(contact_now=True)
    clock.advance(days=5)
    return watching.run_due


@road("consent is taken back")
def _withdraw(_clock: Any) -> Callable[[], object]:
    hire = Contested(Parties())
    return on(
        Referral,
        hire.referral.id,
        lambda session, row: consenting.withdraw(session, row, actor=SOMEONE),
    )


@road("the person accepts")
def _accept(_clock: Any) -> Callable[[], object]:
    hire = Contested(Parties())
    hire.offer()
    return on(
        Application,
        hire.application.id,
        lambda session, row: moves.move(session, row, "accept", by=By.TALENT, actor=SOMEONE),
    )


@road("the other side confirms")
def _confirm(_clock: Any) -> Callable[[], object]:
    hire = Contested(Parties())
    hire.offer()
    hire.move("accept", By.TALENT)
    hire.move("start", By.TALENT)
    return on(
        Application,
        hire.application.id,
        lambda session, row: moves.move(session, row, "confirm", by=By.ORGANISATION, actor=SOMEONE),
    )


@road("the office refuses")
def _rule(_clock: Any) -> Callable[[], object]:
    hire = Contested(Parties()).started()
    dispute, operator = hire.contest(hire.parties.employer).id, make_account(is_operator=True).id

    def use(session: Any, row: Any) -> None:
        who, words = session.get_one(Account, operator), "登记表早于推荐，且有本人签字。"
        disputes.rule(session, row, Ruling.REFUSED, words, operator=who, actor=SOMEONE)

    return on(Dispute, dispute, use)


@road("the fee goes back")
def _refund(_clock: Any) -> Callable[[], object]:
    Contested(Parties()).started().leaves()
    with unit_of_work() as session:
        key = session.scalars(sa.select(Placement.id)).one()
    return on(
        Placement,
        key,
        lambda session, row: placements.remedy(
            session, row, replaced=False, by=By.ORGANISATION, actor=SOMEONE
        ),
    )


@road("the client countersigns")
def _countersign(_clock: Any) -> Callable[[], object]:
    key = make_mandate(make_firm(), "awaiting_countersignature").id

    def use(session: Any, row: Any) -> None:
        last = agreement.newest(session, row)
        assert last is not None
        countersigning.countersign(session, row, last.number, last.digest, actor=SOMEONE)

    return on(Mandate, key, use)


def state() -> dict[str, Any]:
    """How many rows each table has, and where the rows stand that have stages."""
    session = db.session()
    found: dict[str, Any] = {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
        if not table.name.startswith(("taxonomy", "region", "occupation", "skill"))
    }
    for model in (Referral, Application, Placement, Mandate, Dispute):
        stands = model.ruling if model is Dispute else model.state
        found[f"{model.__tablename__} stand"] = sorted(
            (key, str(value))
            for key, value in session.execute(sa.select(model.id, stands)).tuples()
        )
    db.session.remove()
    return found


@pytest.mark.parametrize("name", ROADS)
def test_killed_between_any_two_steps(app, session, clock, name):
    deed = ROADS[name](clock)
    notices, entries, before = last(Notice), last(LedgerEntry), state()
    place = 0
    while True:
        assert killed_at(app, place, deed), "it ended before it was killed"
        place += 1
        after = state()
        if after != before:
            break
        assert place < 500
    # It is stored by its last step, and whole: doing it without a kill leaves the same.
    assert place > 3, "hardly anything was written before"
    assert after["notices"] > before["notices"]
    told = Counter(
        db.session.execute(
            sa.select(Notice.account_id, Notice.code).where(Notice.id > notices)
        ).tuples()
    )
    assert set(told.values()) <= {1}, told
    assert (last(LedgerEntry) > entries) == (name in BOOKED)
    checked = app.test_cli_runner().invoke(args=["ledger", "check"])
    assert checked.exit_code == 0, checked.output


def last(model: Any) -> int:
    """The newest key."""
    found = db.session.scalar(sa.select(sa.func.max(model.id))) or 0
    db.session.remove()
    return found
