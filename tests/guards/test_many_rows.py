"""Lists of brokering ask the database no more for fifty rows than for a few of the same kinds."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.cli.demo.loading import Plan, load
from talentmarket.core.db import db
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books.models import LedgerAccount, LedgerEntry, Posting
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing.models import Placement, PlacementEvent
from talentmarket.exchange.brokering.referring.models import Dispute, Referral
from talentmarket.members.models import Account, Membership, Organisation, Talent
from tests.fixtures.apps import NOW
from tests.fixtures.databases import on_sqlite
from tests.guards.test_pages import counted

pytestmark = [on_sqlite, pytest.mark.slow]
PLAN = Plan(
    3, NOW, organisations=30, talents=500, jobs=200, applications=60, firms=1, mandates=70,
    referrals=260,
)  # fmt: skip
MANY = 50
#: Pages of the firm, of an employer and of the person who can sign in to a demo.
FIRM = (
    *("referrals?view=board", "referrals?view=table", "day", "placements"),
    *("mandates", "opened", "reports"),
)
EMPLOYER = ("mandates/given", "placements", "applications")
PERSON = ("/me/referrals",)
OFFICE = ("/operator/disputes", "/operator/mandates")


@pytest.fixture
def loaded(session):
    load(PLAN)
    with unit_of_work() as unit:  # whom no site but a demo lets in
        unit.execute(sa.update(Account).values(is_demo=False))
    return session


def test_lists_ask_as_much_for_few_rows_as_for_many(loaded, make_client):
    readers = _readers(loaded, make_client)
    assert loaded.scalar(sa.select(sa.func.count()).select_from(Referral)) > 4 * MANY
    many = _statements(readers)
    _thin_out()
    few = _statements(readers)
    assert loaded.scalar(sa.select(sa.func.count()).select_from(Referral)) < MANY
    differing = {path: (few[path], many[path]) for path in many if few[path] != many[path]}
    assert not differing
    assert max(many.values()) <= 40, many


def test_a_statement_asks_as_much_for_a_full_month_as_for_an_empty_one(loaded, make_client):
    firm = loaded.scalars(
        sa.select(Organisation).join(Referral, Referral.firm_id == Organisation.id).limit(1)
    ).one()
    days = loaded.scalars(
        sa.select(LedgerEntry.day)
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(LedgerAccount.organisation_id == firm.id)
    ).all()
    months = sorted({f"{one:%Y-%m}" for one in days}, key=[f"{d:%Y-%m}" for d in days].count)
    assert len(months) > 1
    client = make_client(_member(loaded, firm))
    found = _statements([(client, f"/org/{firm.public_id}/fees/{month}") for month in months])
    assert len(set(found.values())) == 1, found


def _readers(session, make_client):
    firm = session.scalars(
        sa.select(Organisation).join(Referral, Referral.firm_id == Organisation.id).limit(1)
    ).one()
    busiest = session.scalars(
        sa.select(Organisation)
        .join(Referral, Referral.employer_id == Organisation.id)
        .group_by(Organisation.id)
        .order_by(sa.func.count().desc(), Organisation.id)
        .limit(1)
    ).one()
    person = session.scalars(
        sa.select(Talent).join(Referral).group_by(Talent.id).order_by(sa.func.count().desc())
    ).first()
    office = session.scalars(
        sa.select(Account).where(Account.is_operator, Account.totp_secret.is_not(None))
    ).first()
    sides = [(make_client(_member(session, firm)), f"/org/{firm.public_id}/{one}") for one in FIRM]
    boss = make_client(_member(session, busiest))
    sides += [(boss, f"/org/{busiest.public_id}/{one}") for one in EMPLOYER]
    sides += [(make_client(person.account), one) for one in PERSON]
    return [*sides, *((make_client(office, second_factor=True), one) for one in OFFICE)]


def _member(session, organisation):
    key = session.scalars(
        sa.select(Membership.account_id).where(
            Membership.organisation_id == organisation.id, Membership.role == OrgRole.OWNER
        )
    ).one()
    return session.get_one(Account, key)


def _statements(readers):
    found = {}
    for client, path in readers:
        client.get(path, follow_redirects=True)  # what a process reads once
        with counted(db.engine) as sent:
            answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        found[path] = len(sent)
    return found


def _thin_out():
    """Keep one referral of each kind, and one mandate of each stage besides those they need."""
    with unit_of_work() as session:
        rows = session.execute(
            sa.select(Referral.id, Referral.mandate_id, Referral.state, Referral.claim,
                      Placement.state, Dispute.kind)
            .outerjoin(Placement, Placement.referral_id == Referral.id)
            .outerjoin(Dispute, Dispute.referral_id == Referral.id)
            .order_by(Referral.id)
        ).all()  # fmt: skip
        kept: dict[tuple[object, ...], tuple[int, int]] = {}
        for key, mandate, *kind in rows:
            kept.setdefault(tuple(kind), (key, mandate))
        keys = {key for key, _ in kept.values()}
        gone = sa.select(Placement.id).where(Placement.referral_id.not_in(keys))
        session.execute(sa.delete(PlacementEvent).where(PlacementEvent.placement_id.in_(gone)))
        session.execute(sa.delete(Placement).where(Placement.referral_id.not_in(keys)))
        session.execute(sa.delete(Dispute).where(Dispute.referral_id.not_in(keys)))
        session.execute(sa.delete(Referral).where(Referral.id.not_in(keys)))
        stages: dict[object, int] = {}
        for key, state in session.execute(sa.select(Mandate.id, Mandate.state)):
            stages.setdefault(state, key)
        held = {*stages.values(), *(mandate for _, mandate in kept.values())}
        session.execute(sa.delete(Mandate).where(Mandate.id.not_in(held)))
