"""The yearly self-check, its dangers, and what the office is reminded of."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from talentmarket.alliance.duties import checking, waiting
from talentmarket.alliance.duties.checking import ITEMS
from talentmarket.alliance.duties.models import Handling, SelfCheck
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account
from talentmarket.notices.models import Notice
from tests.factories import make_account
from tests.factories.duties import checked, make_assessment, make_incident, make_self_check


@pytest.fixture
def office(session):
    return make_account("秘书处", is_operator=True)


def remove(check, item, office, text="日志改为保留 400 天，已核对配置。"):
    with unit_of_work() as unit:
        checking.remove(
            unit,
            checking.find(unit, check.public_id),
            item,
            text,
            by=unit.get_one(Account, office.id),
            actor=Actor("office"),
        )


def reminded(session):
    session.expire_all()
    rows = session.scalars(sa.select(Notice).where(Notice.code.like("duty.%")))
    return sorted(one.code for one in rows)


def test_a_danger_waits_until_it_is_removed_and_once(session, office):
    check = make_self_check(office)
    (danger,) = checking.find(session, check.public_id).findings
    assert (danger.item, danger.due_on) == ("logs", check.checked_on + timedelta(days=30))
    assert checking.dangers(session) == [danger.due_on]
    with pytest.raises(NotFound):
        remove(check, "backup", office)
    with pytest.raises(Invalid):
        remove(check, "logs", office, "好")
    remove(check, "logs", office)
    with pytest.raises(Conflict):
        remove(check, "logs", office, "另一种写法的消除情况说明。")
    session.expire_all()
    assert checking.dangers(session) == []
    assert checking.find(session, check.public_id).findings[0].fixed_text.startswith("日志")


def test_every_item_needs_a_result_and_what_is_not_good_a_word(session, office):
    results = dict(checked().results)
    for item, given, field in (
        ("backup", ("", ""), "backup"),
        ("backup", ("fine", ""), "backup"),
        ("backup", ("found", ""), "backup_note"),
        ("backup", ("not_applicable", " "), "backup_note"),
        ("backup", ("good", "长" * 501), "backup_note"),
    ):
        with pytest.raises(Invalid) as caught:
            make_self_check(office, results=results | {item: given})
        assert set(caught.value.errors) == {field}
    with pytest.raises(Invalid) as caught:
        make_self_check(office, results={}, summary="", duty="", checked_on=None)
    assert set(caught.value.errors) == {*ITEMS, "summary", "duty", "checked_on"}


def test_the_next_is_due_within_a_year_and_the_first_at_once(session, office, clock):
    today = clock.now().date()
    assert checking.next_due(session) == today
    make_self_check(office, checked_on=today - timedelta(days=300))
    assert checking.next_due(session) == today + timedelta(days=65)
    with pytest.raises(Conflict):
        make_self_check(office, checked_on=today - timedelta(days=300))
    for days in (-1, 366):
        with pytest.raises(Invalid):
            make_self_check(office, checked_on=today - timedelta(days=days))


def test_what_was_signed_stays(session, office):
    make_self_check(office)
    for statement in (sa.delete(SelfCheck), sa.update(SelfCheck).values(summary="")):
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(statement)


def test_the_office_is_reminded_of_what_is_due_each_week_and_not_each_day(session, office, clock):
    make_account("不在秘书处")
    waiting.remind()
    waiting.remind()
    assert reminded(session) == ["duty.assessment", "duty.assessment", "duty.self_check"]
    clock.advance(days=1)
    waiting.remind()
    assert len(reminded(session)) == 3, "the same week"
    clock.advance(days=7)
    waiting.remind()
    assert len(reminded(session)) == 6


def test_ahead_of_time_the_office_is_reminded_in_three_steps(session, office, clock):
    today = clock.now().date()
    for handling in Handling:
        make_assessment(office, handling, next_due=today + timedelta(days=100))
    check = make_self_check(office)
    remove(check, "logs", office)
    waiting.remind()
    assert reminded(session) == []
    for days in (41, 20, 10, 15, 10):
        clock.advance(days=days)
        waiting.remind()
    assert reminded(session) == ["duty.assessment"] * 15, "60, 30, 7 days before"


def test_an_incident_that_waits_is_said_every_four_hours(session, office, clock):
    make_incident(office)
    for hours in (0, 1, 3, 4):
        clock.advance(hours=hours)
        waiting.remind()
    assert reminded(session).count("duty.incident") == 3


def test_the_rail_counts_what_waits_and_what_is_late(session, office, clock):
    def lines():
        session.expire_all()
        return {one.name: (one.count, one.late) for one in waiting.overview(session)}

    assert lines() == {"incidents": (0, 0), "assessments": (2, 2), "self_checks": (1, 1)}
    today = clock.now().date()
    make_assessment(office, next_due=today + timedelta(days=59))
    make_assessment(office, Handling.PROVIDING, next_due=today + timedelta(days=61))
    make_self_check(office)
    make_incident(office)
    assert lines() == {"incidents": (1, 0), "assessments": (1, 0), "self_checks": (1, 0)}
    clock.advance(hours=4)
    assert lines()["incidents"] == (1, 1)
    clock.advance(days=31)
    assert lines()["self_checks"] == (1, 1)
