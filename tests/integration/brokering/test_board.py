"""The firm's board and table: the right column, the same filters, moves with a result per row."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.board import reading
from talentmarket.exchange.brokering.board.reading import NOBODY, Filters
from talentmarket.exchange.brokering.board.stages import SHOWN, Column
from talentmarket.exchange.brokering.placing.models import Offer, Placement, PlacementState
from talentmarket.exchange.brokering.referring.models import (
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.models import Application, ApplicationRoute, ApplicationState
from talentmarket.members.models import Organisation, OrganisationKind
from tests.factories import (
    make_application,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.brokering import make_mandate
from tests.guards.test_pages import counted
from tests.integration.exchange.referring import Parties, now

R, S, P = ReferralState, ApplicationState, PlacementState


class Desk:
    """A firm with one mandate, for which referrals are put straight into a state."""

    def __init__(self) -> None:
        self.firm = make_organisation("蜀桥人力资源有限公司", OrganisationKind.HR_FIRM)
        make_licence(self.firm)
        self.owner = make_member(self.firm, OrgRole.OWNER)
        self.job = make_job(make_organisation())
        self.mandate = make_mandate(self.firm, self.job)
        self.at = f"/org/{self.firm.public_id}/referrals"

    def add(self, state=R.ASKED, application=None, placement=None, days=0, mandate=None, **values):
        at = clock.now() - timedelta(days=days)
        talent = make_talent()
        job = mandate.job if mandate else self.job
        application = application and make_application(
            job, talent, state=application, route=ApplicationRoute.REFERRAL
        )
        sent = {"sent_at": at, "claim": ReferralClaim.STANDING} if state is R.SENT else {}
        with unit_of_work() as unit:
            if application:
                unit.get_one(Application, application.id).moved_at = at
            row = Referral(
                **{
                    "number": "R-100100",
                    "mandate_id": (mandate or self.mandate).id,
                    "job_id": job.id,
                    "firm_id": self.firm.id,
                    "employer_id": job.organisation_id,
                    "talent_id": talent.id,
                    "state": state,
                    "asked_at": at,
                    "interested_at": at,
                    "consented_at": at,
                    "expires_at": clock.now() + timedelta(days=5),
                    "application_id": application and application.id,
                    **sent,
                    **values,
                }
            )
            unit.add(row)
            unit.flush()
            if placement:
                unit.add(self._placement(unit, row, placement))
        return row

    def _placement(self, unit, row, state):
        offer = Offer(
            application_id=row.application_id,
            pay_month=20_000_00,
            pay_months=13,
            start_on=clock.today(),
            region_code="510107",
            contract_months=36,
            probation_months=6,
            made_at=clock.now(),
        )
        unit.add(offer)
        unit.flush()
        return Placement(
            application_id=row.application_id,
            referral_id=row.id,
            offer_id=offer.id,
            state=state,
            agreed_at=clock.now(),
            guarantee_until=clock.today() + timedelta(days=30),
        )

    def columns(self, session, filters=Filters()):
        session.expire_all()
        firm = session.get_one(Organisation, self.firm.id)
        return {one.column: one for one in reading.board(session, firm, filters)}


@pytest.fixture
def desk(session):
    return Desk()


_APPLIED = {
    S.SUBMITTED: Column.SENT,
    S.VIEWED: Column.SENT,
    S.SHORTLISTED: Column.SENT,
    S.INTERVIEW: Column.INTERVIEW,
    S.OFFER: Column.OFFER,
    S.ACCEPTED: Column.OFFER,
    S.STARTED: Column.STARTED,
    S.CONFIRMED: Column.STARTED,
}


def test_every_state_stands_in_one_column(session, desk, monkeypatch):
    """All states of the three that make a place on the board, against a table written out here."""
    monkeypatch.setattr(reading, "COLUMN_MOST", 100)
    wanted = {}
    for state in R:
        if state is not R.SENT:
            wanted[desk.add(state).public_id] = (
                Column(state) if state in (R.ASKED, R.INTERESTED, R.CONSENTED) else Column.OVER
            )
    for state in S:
        row = desk.add(R.SENT, state)
        wanted[row.public_id] = _APPLIED.get(state, Column.OVER)
    for state, application in product(P, (S.ACCEPTED, S.CONFIRMED)):
        row = desk.add(R.SENT, application, state)
        if state is P.AGREED:
            wanted[row.public_id] = _APPLIED[application]
        else:
            kept = {P.IN_GUARANTEE: Column.STARTED, P.GUARANTEED: Column.GUARANTEED}
            wanted[row.public_id] = kept.get(state, Column.OVER)
    late = desk.add(R.ASKED, expires_at=clock.now() - timedelta(minutes=1))
    wanted[late.public_id] = Column.OVER
    revived = desk.add(R.WITHDRAWN, S.CONFIRMED, P.IN_GUARANTEE)
    wanted[revived.public_id] = Column.STARTED
    found = {}
    for one in Column:
        for card in desk.columns(session, Filters(stage=one))[one].cards:
            assert card.public_id not in found
            found[card.public_id] = one
    assert found == wanted
    shown = desk.columns(session)
    assert list(shown) == list(SHOWN)
    assert sum(one.count for one in shown.values()) == sum(
        one is not Column.OVER for one in wanted.values()
    )


def test_what_is_late_stands_first_and_the_rest_is_counted(session, desk, monkeypatch):
    monkeypatch.setattr(reading, "COLUMN_MOST", 3)
    for days in (5, 9, 1, 3):
        desk.add(R.SENT, S.INTERVIEW, days=days)
    late = desk.add(R.SENT, S.SUBMITTED)
    with unit_of_work() as unit:
        row = unit.get_one(Referral, late.id)
        row.application.due_at = clock.now() - timedelta(hours=3)
    pending = desk.add(
        R.SENT,
        S.SUBMITTED,
        claim=ReferralClaim.PENDING,
        answer_due_at=clock.now() - timedelta(seconds=1),
    )
    on_time = desk.add(R.SENT, S.SUBMITTED)
    columns = desk.columns(session)
    sent = columns[Column.SENT]
    assert [one.public_id for one in sent.cards] == [
        late.public_id,
        pending.public_id,
        on_time.public_id,
    ]
    assert (sent.count, sent.late) == (3, 2)
    interview = columns[Column.INTERVIEW]
    assert (interview.count, len(interview.cards)) == (4, 3)


def test_filters_narrow_board_and_table_alike(session, desk):
    other = make_mandate(desk.firm, make_job(make_organisation()))
    with unit_of_work() as unit:
        other = unit.merge(other)
        assert other.job
    theirs = desk.add(mandate=other, days=8)
    own = desk.add(consultant_id=desk.owner.id)
    late = desk.add(R.SENT, S.OFFER, days=20)
    with unit_of_work() as unit:
        unit.get_one(Referral, late.id).application.due_at = clock.now() - timedelta(days=1)
    everything = {theirs.public_id, own.public_id, late.public_id}
    employer = session.get_one(Organisation, theirs.employer_id).public_id
    for filters, wanted in (
        (Filters(), everything),
        (Filters(mandate=other.public_id), {theirs.public_id}),
        (Filters(client=employer), {theirs.public_id}),
        (Filters(client="nobody1234"), set()),
        (Filters(consultant=desk.owner.public_id), {own.public_id}),
        (Filters(consultant=NOBODY), {theirs.public_id, late.public_id}),
        (Filters(late=True), {late.public_id}),
        (Filters(age=7), {theirs.public_id, late.public_id}),
        (Filters(age=7, stage=Column.OFFER), {late.public_id}),
    ):
        columns = desk.columns(session, filters)
        cards = {card.public_id for one in columns.values() for card in one.cards}
        firm = session.get_one(Organisation, desk.firm.id)
        page = reading.table(session, firm, filters, 1)
        assert cards == {card.public_id for card in page.cards} == wanted, filters
        assert page.total == len(wanted)


def test_another_firms_referrals_are_not_there(session, desk):
    stranger = Desk()
    stranger.add()
    desk.add()
    assert sum(one.count for one in desk.columns(session).values()) == 1


def test_the_page_keeps_its_state_in_the_address(desk, make_client):
    client = make_client(desk.owner)
    row = desk.add(R.CONSENTED)
    board = client.get(f"{desk.at}?client=x&age=7&late=1").get_data(as_text=True)
    assert "age=7" in board
    page = client.get(f"{desk.at}?view=table&stage=consented&page=99").get_data(as_text=True)
    assert row.public_id in page
    assert client.get(f"{desk.at}?view=cards").status_code == 404
    for query in ("stage=%e9&age=-1", "age=9999999999999", "page=x&mandate=%ff", "column=<b>"):
        assert client.get(f"{desk.at}?{query}").status_code == 200, query


def test_a_page_asks_as_often_for_many_as_for_few(session, desk, make_client):
    client = make_client(desk.owner)
    counts = {}
    for total in (3, 30):
        for number in range(total):
            desk.add(R.SENT if number % 2 else R.ASKED, S.INTERVIEW if number % 2 else None)
        for view in ("board", "table"):
            client.get(f"{desk.at}?view={view}")
            with counted(db.engine) as sent:
                assert client.get(f"{desk.at}?view={view}").status_code == 200
            counts[view, total] = len(sent)
    assert counts["board", 3] == counts["board", 30] <= 25
    assert counts["table", 3] == counts["table", 30] <= 25


def test_each_row_of_a_batch_says_what_became_of_it(session, make_client):
    parties = Parties()
    at = f"/org/{parties.firm.public_id}/referrals"
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    desk = Desk()
    strange = desk.add(R.CONSENTED)
    client = make_client(parties.consultant)
    fresh = now(session, referral)
    values = {
        "move": "send",
        "pick": [referral.public_id, strange.public_id],
        "seen": [f"{referral.public_id}.{fresh.revision}"],
        "back": "view=table&stage=consented&next=//evil",
    }
    answer = client.post(f"{at}/batch", data=values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "移动了 1 项" in page
    assert "1 项没有移动" in page
    assert "evil" not in page
    assert "没有找到" in page
    assert re.search(r"view=table|stage=consented", page)
    assert now(session, referral).state is R.SENT
    assert now(session, strange).state is R.CONSENTED
    again = client.post(f"{at}/batch", data=values).get_data(as_text=True)
    assert "移动了 0 项" in again


def test_a_row_moved_meanwhile_is_not_moved_again(session, make_client):
    parties = Parties()
    at = f"/org/{parties.firm.public_id}/referrals"
    referral = parties.ask()
    client = make_client(parties.consultant)
    before = now(session, referral).revision
    parties.interest(referral)
    values = {"pick": referral.public_id, "seen": f"{referral.public_id}.{before}"}
    answer = client.post(f"{at}/batch", data={**values, "move": "recall"}, follow_redirects=True)
    assert "情况已经变化" in answer.get_data(as_text=True)
    assert now(session, referral).state is R.INTERESTED
    assert client.post(f"{at}/batch", data={**values, "move": "offer"}).status_code == 404
    answer = client.post(f"{at}/batch", data={"move": "recall"}, follow_redirects=True)
    assert "请先勾选" in answer.get_data(as_text=True)
    events = sa.select(sa.func.count()).select_from(Referral).where(Referral.state == R.LAPSED)
    assert session.scalar(events) == 0
