"""Notices of brokering follow the notices room: to whom it concerns, once, with what has a deadline."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import calendar, clock
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.referring import sending
from talentmarket.members.models import Membership
from talentmarket.notices.models import Notice
from talentmarket.notices.texts import TEXTS, render
from tests.factories import make_account, make_member
from tests.integration.exchange.hiring import Hire
from tests.integration.exchange.referring import Parties, now


def told(session, code):
    session.expire_all()
    return list(session.scalars(sa.select(Notice).where(Notice.code == code).order_by(Notice.id)))


@pytest.fixture
def hire(session):
    return Hire(Parties())


def test_both_sides_are_told_of_a_placement_and_nobody_is_named(session, hire):
    hire.started()
    firm, employer = hire.parties.consultant.id, hire.parties.recruiter.id
    assert [one.account_id for one in told(session, "placement.agree")] == [firm]
    assert {one.account_id for one in told(session, "placement.start")} == {firm, employer}
    hire.leaves()
    left = told(session, "placement.leave")
    assert {one.account_id for one in left} == {firm, employer}
    name = hire.parties.talent.account.name
    for one in session.scalars(sa.select(Notice).where(Notice.code.like("placement.%"))):
        said = render(one.code, one.arguments, "zh")
        assert name not in said.subject + said.body
        assert "%(" not in said.subject + said.body


def test_a_consultant_who_left_the_firm_is_told_nothing_more(session):
    parties = Parties()
    owner = make_member(parties.firm, OrgRole.OWNER, make_account("负责人"))
    referral = parties.ask()
    parties.interest(referral)
    assert [one.account_id for one in told(session, "referral.interested")] == [
        parties.consultant.id
    ]
    with unit_of_work() as unit:
        held = sa.select(Membership).where(Membership.account_id == parties.consultant.id)
        unit.scalars(held).one().removed_at = clock.now()
    parties.consent(referral)
    assert [one.account_id for one in told(session, "referral.consented")] == [owner.id]


def test_what_has_a_deadline_carries_it(session):
    parties = Parties()
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    (consented,) = told(session, "referral.consented")
    assert consented.deadline == now(session, referral).expires_at
    parties.send(referral)
    day = clock.today() - timedelta(days=30)
    parties._does(sending.say_known, referral, known_on=day, text="系统里有去年的面试登记。")
    (known,) = told(session, "referral.known")
    assert known.deadline == calendar.due(clock.now(), 5)
    (received,) = told(session, "referral.received")
    assert received.deadline == now(session, referral).answer_due_at


def test_every_text_of_brokering_is_whole_in_both_languages(app):
    with app.test_request_context():
        codes = [one for one in TEXTS if one.startswith(("placement.", "day.", "interview."))]
        assert len(codes) >= 20
        for code in codes:
            for locale in ("zh", "en"):
                text = TEXTS[code]
                names = re.findall(r"%\((\w+)\)s", f"{text.subject}{text.body}")
                said = render(code, dict.fromkeys(names, "1"), locale)
                assert "%(" not in said.subject + said.body
