"""Incidents: clocks from the finding, who was told and when, a log that nobody changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from talentmarket.alliance.duties import incidents
from talentmarket.alliance.duties.models import Incident, IncidentStep, StepKind
from talentmarket.core import clock as time
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account
from talentmarket.notices.models import Notice
from talentmarket.notices.texts import render
from tests.factories import make_account
from tests.factories.duties import WHOLE, known, make_incident

K = StepKind
TEXT = "电话和网上各报告一次，回执 2025-118。"


@pytest.fixture
def office(session):
    return make_account("秘书处", is_operator=True)


def does(incident, kind, office, text=TEXT, at=None, accounts=()):
    with unit_of_work() as unit:
        return incidents.step(
            unit,
            incidents.find(unit, incident.public_id),
            kind,
            at=at or time.now(),
            text=text,
            accounts=accounts,
            by=unit.get_one(Account, office.id),
            actor=Actor("office"),
        )


def change(incident, office, revision=1, **changes):
    with unit_of_work() as unit:
        incidents.change(
            unit,
            incidents.find(unit, incident.public_id),
            known(**changes),
            revision=revision,
            by=unit.get_one(Account, office.id),
            actor=Actor("office"),
        )


def now(session, incident):
    session.expire_all()
    return incidents.find(session, incident.public_id)


def test_both_clocks_run_from_when_it_was_found(session, office):
    row = make_incident(office)
    assert row.authority_due == row.found_at + timedelta(hours=4)
    assert row.persons_due == row.found_at + timedelta(hours=24)
    assert incidents.due_of(row) == row.authority_due
    does(row, K.AUTHORITY, office)
    assert incidents.due_of(now(session, row)) == row.persons_due
    change(row, office, revision=2, found_at=time.now() - timedelta(hours=2))
    assert now(session, row).persons_due == time.now() + timedelta(hours=22), "found earlier"
    change(row, office, revision=3, found_at=time.now())
    assert now(session, row).persons_due == time.now() + timedelta(hours=22), "never later"


def test_persons_are_told_what_the_law_asks_by_the_site_and_once(session, office):
    first, second = make_account("甲"), make_account("乙")
    row = make_incident(office)
    with pytest.raises(Conflict):
        does(row, K.PERSONS, office, accounts=(first.public_id,))
    change(row, office, **WHOLE)
    with pytest.raises(Invalid) as caught:
        does(row, K.PERSONS, office, accounts=(first.public_id, "nobody"))
    assert set(caught.value.errors) == {"accounts"}
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0
    assert does(row, K.PERSONS, office, accounts=(first.public_id, second.public_id)) == 2
    assert does(row, K.PERSONS, office, accounts=(first.public_id,)) == 0, "told already"
    notice = session.scalars(sa.select(Notice).where(Notice.account_id == first.id)).one()
    for language, kinds in (("zh", "手机号、邮箱"), ("en", "Phone and e-mail")):
        body = render(notice.code, notice.arguments, language).body
        assert kinds in body
        assert [one for one in WHOLE.values() if one not in body] == []


def test_it_closes_only_when_all_were_told_or_spared_with_a_reason(session, office):
    row = make_incident(office, **WHOLE)
    for kind, code in (
        (K.AUTHORITY, "authority-not-told"),
        (K.NOT_PERSONS, "persons-not-told"),
    ):
        with pytest.raises(Conflict) as caught:
            does(row, K.CLOSED, office)
        assert caught.value.code == code
        does(row, kind, office)
    assert incidents.due_of(now(session, row)) is None
    does(row, K.CLOSED, office)
    assert now(session, row).closed_at == time.now()
    assert incidents.running(session) == []
    with pytest.raises(Conflict):
        does(row, K.NOTE, office)
    with pytest.raises(Conflict):
        change(row, office, revision=4)


def test_the_log_says_who_and_when_and_stays(session, office):
    row = make_incident(office)
    does(row, K.CONTAINED, office, at=time.now() - timedelta(minutes=5))
    steps = now(session, row).steps
    assert [(one.kind, one.signer.name) for one in steps] == [
        (K.RECORDED, "秘书处"),
        (K.CONTAINED, "秘书处"),
    ]
    assert steps[1].at == time.now() - timedelta(minutes=5)
    for statement in (sa.delete(IncidentStep), sa.update(IncidentStep).values(text="")):
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(statement)


def test_an_old_form_changes_nothing(session, office):
    row = make_incident(office)
    change(row, office, people=40)
    with pytest.raises(Conflict):
        change(row, office, people=7)
    assert now(session, row).people == 40


@pytest.mark.parametrize(
    ("field", "value"),
    [("mishap", "other"), ("kinds", ()), ("what", "短"), ("people", -1), ("found_at", None)],
)
def test_what_is_lacking_is_named(session, office, field, value):
    with pytest.raises(Invalid) as caught:
        make_incident(office, **{field: value})
    assert set(caught.value.errors) == {field}
    assert session.scalar(sa.select(sa.func.count()).select_from(Incident)) == 0


def test_nothing_is_found_before_it_happened_or_in_time_to_come(session, office):
    for changes in (
        {"happened_at": time.now()},
        {"found_at": time.now() + timedelta(minutes=1)},
    ):
        with pytest.raises(Invalid):
            make_incident(office, **changes)
