"""A consultant's day: what is due, with its clock; the mail says the page's numbers, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.board import day, morning
from talentmarket.exchange.brokering.board.day import Kind
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing.models import Offer, Placement, PlacementState
from talentmarket.exchange.brokering.referring.models import (
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.models import Application, ApplicationState, Interview, InterviewState
from talentmarket.members.models import Licence, Membership, Organisation
from talentmarket.notices.models import Notice
from tests.factories import make_account, make_member
from tests.guards.test_pages import counted
from tests.integration.brokering.test_board import Desk

R, S, P = ReferralState, ApplicationState, PlacementState


@pytest.fixture
def desk(session):
    made = Desk()
    made.consultant = make_member(made.firm, OrgRole.CONSULTANT, make_account("顾问"))
    with unit_of_work() as unit:
        licence = unit.scalars(sa.select(Licence)).one()
        licence.expires_on = clock.today() + timedelta(days=400)
    return made


def tonight():
    """The last minute of today."""
    return clock.start_of_day(clock.today() + timedelta(days=1)) - timedelta(minutes=1)


def due(row, at):
    with unit_of_work() as unit:
        key = unit.get_one(Referral, row.id).application_id
        unit.get_one(Application, key).due_at = at


def found(session, desk, whose=None):
    session.expire_all()
    firm = session.get_one(Organisation, desk.firm.id)
    return day.items(session, firm, whose)


def kinds(items):
    return {item.public_id: item.kind for item in items}


def fill(desk, consultant=None):
    """One of each kind, and beside each one that is not due."""
    mine = {"consultant_id": consultant}
    wanted = {}
    wanted[desk.add(R.ASKED, expires_at=tonight(), **mine).public_id] = Kind.CALL
    desk.add(R.ASKED, expires_at=tonight() + timedelta(days=1), **mine)
    desk.add(R.ASKED, expires_at=clock.now() - timedelta(minutes=1), **mine)
    wanted[desk.add(R.INTERESTED, expires_at=tonight(), **mine).public_id] = Kind.CALL
    wanted[desk.add(R.CONSENTED, **mine).public_id] = Kind.SEND
    pending = {"claim": ReferralClaim.PENDING, **mine}
    row = desk.add(R.SENT, S.SUBMITTED, answer_due_at=tonight(), **pending)
    wanted[row.public_id] = Kind.ANSWER
    desk.add(R.SENT, S.SUBMITTED, answer_due_at=tonight() + timedelta(days=1), **pending)
    late = desk.add(R.SENT, S.INTERVIEW, **mine)
    due(late, clock.now() - timedelta(days=2))
    wanted[late.public_id] = Kind.EMPLOYER
    over = desk.add(R.SENT, S.REJECTED, **mine)
    due(over, clock.now() - timedelta(days=2))
    return wanted


def placed(desk, application, state, **values):
    row = desk.add(R.SENT, application, state)
    with unit_of_work() as unit:
        placement = unit.scalars(sa.select(Placement).where(Placement.referral_id == row.id)).one()
        for name, value in values.items():
            target = unit.get_one(Offer, placement.offer_id) if name == "start_on" else placement
            setattr(target, name, value)
        return placement.public_id


def test_each_kind_is_listed_and_what_is_not_due_is_not(session, desk):
    wanted = fill(desk)
    assert kinds(found(session, desk)) == wanted
    start = placed(desk, S.ACCEPTED, P.AGREED)
    placed(desk, S.ACCEPTED, P.AGREED, start_on=clock.today() + timedelta(days=1))
    ending = placed(
        desk, S.CONFIRMED, P.IN_GUARANTEE, guarantee_until=clock.today() + timedelta(days=7)
    )
    placed(desk, S.CONFIRMED, P.IN_GUARANTEE, guarantee_until=clock.today() + timedelta(days=8))
    placed(desk, S.CONFIRMED, P.GUARANTEED, guarantee_until=clock.today())
    wanted |= {start: Kind.START, ending: Kind.GUARANTEE}
    assert kinds(found(session, desk)) == wanted
    items = found(session, desk)
    assert items[0].kind is Kind.EMPLOYER, "what is late stands first"
    counts = day.counts(items)
    assert (counts.call, counts.send, counts.today, counts.late) == (2, 1, 3, 1)
    assert counts.all == len(wanted)


def test_interviews_of_today_and_tomorrow(session, desk):
    """Not of who was refused since, and not past the end of what the person gave."""
    wanted = {}
    today = clock.today()
    for hours, state, stage, until in (
        (1, InterviewState.ACCEPTED, S.INTERVIEW, None),
        (2, InterviewState.PROPOSED, S.INTERVIEW, None),
        (24, InterviewState.ACCEPTED, S.INTERVIEW, today),
        (72, InterviewState.ACCEPTED, S.INTERVIEW, None),
        (1, InterviewState.ACCEPTED, S.REJECTED, None),
        (1, InterviewState.ACCEPTED, S.INTERVIEW, today - timedelta(days=1)),
    ):
        row = desk.add(R.SENT, stage, consent_until=until)
        with unit_of_work() as unit:
            unit.add(
                Interview(
                    application_id=row.application_id,
                    starts_at=clock.now() + timedelta(hours=hours),
                    place="会议室",
                    state=state,
                    proposed_at=clock.now(),
                )
            )
        past = until is not None and until < today
        if state is InterviewState.ACCEPTED and hours < 72 and stage is S.INTERVIEW and not past:
            wanted[row.public_id] = Kind.INTERVIEW
    assert kinds(found(session, desk)) == wanted
    assert day.counts(found(session, desk)).interviews == 2


def test_mandates_and_the_licence_that_end(session, desk):
    with unit_of_work() as unit:
        unit.get_one(Mandate, desk.mandate.id).valid_until = clock.today() + timedelta(days=14)
        unit.scalars(sa.select(Licence)).one().expires_on = clock.today() + timedelta(days=60)
    items = found(session, desk)
    assert [item.kind for item in items] == [Kind.MANDATE, Kind.LICENCE]
    with unit_of_work() as unit:
        unit.scalars(sa.select(Licence)).one().expires_on = clock.today() - timedelta(days=1)
    assert found(session, desk)[-1].day is None, "without a licence: no day to count to"


def test_everybody_sees_their_own(session, desk, make_client):
    fill(desk, desk.consultant.id)
    nobodys = desk.add(R.CONSENTED)
    own = kinds(found(session, desk, [desk.consultant.id]))
    assert nobodys.public_id not in own
    assert len(own) == 5
    at = f"/org/{desk.firm.public_id}"
    owner, consultant = make_client(desk.owner), make_client(desk.consultant)
    page = owner.get(f"{at}/day").get_data(as_text=True)
    assert page.count("/referrals/") == 1 + 1, (
        "the one nobody has, and the link of the rail's batch"
    )
    assert nobodys.public_id in page
    assert nobodys.public_id not in consultant.get(f"{at}/day").get_data(as_text=True)
    assert nobodys.public_id in consultant.get(f"{at}/day?whose=all").get_data(as_text=True)
    home = consultant.get(f"{at}/").get_data(as_text=True)
    assert home.index("2 位待联系") < home.index("按期答复率")


def test_the_page_asks_as_often_for_many_as_for_few(session, desk, make_client):
    client, counts = make_client(desk.consultant), []
    for _round in range(2):
        for _times in range(1 + 4 * _round):
            fill(desk, desk.consultant.id)
        client.get(f"/org/{desk.firm.public_id}/day")
        with counted(db.engine) as sent:
            assert client.get(f"/org/{desk.firm.public_id}/day").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 20


def test_the_mail_says_the_pages_numbers_once_a_day(app, session, desk):
    app.extensions.pop("talentmarket_day_told", None)  # of another test's day
    fill(desk, desk.consultant.id)
    gone = make_member(desk.firm, OrgRole.CONSULTANT, make_account("前同事"))
    fill(desk, gone.id)
    with unit_of_work() as unit:
        row = unit.scalars(sa.select(Membership).where(Membership.account_id == gone.id)).one()
        row.removed_at = clock.now()
    assert morning.tell_due() == 1
    assert morning.tell_due() == 0
    app.extensions.pop("talentmarket_day_told")
    assert morning.tell_due() == 0, "another process says nothing again"
    notice = session.scalars(sa.select(Notice).where(Notice.code == "day.due")).one()
    counts = day.counts(found(session, desk, [desk.consultant.id]))
    assert notice.account_id == desk.consultant.id
    said = {name: notice.arguments[name] for name in ("call", "send", "today", "late")}
    assert said == {"call": 2, "send": 1, "today": 3, "late": 1}
    assert said == {name: getattr(counts, name) for name in said}
