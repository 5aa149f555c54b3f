"""The operator's desk: no value makes a fault, and the ledger takes ids only."""

from __future__ import annotations

import pytest

from talentmarket.alliance import ledger, users
from talentmarket.core.errors import NotFound
from talentmarket.core.events import Actor, history, record
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account
from tests.factories import make_account, make_talent


@pytest.mark.parametrize(
    "path",
    [
        *("/operator/users?before=", "/operator/events?before=", "/operator/deliveries?before="),
        "/operator/organisations/all?before=",
    ],
)
def test_a_key_beyond_every_column(make_client, session, path):
    client = make_client(make_account("秘书处", is_operator=True), second_factor=True)
    assert client.get(path + "9" * 30).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar(make_client, session, day):
    client = make_client(make_account("秘书处", is_operator=True), second_factor=True)
    assert client.get(f"/operator/events?since={day}&until={day}").status_code == 200


@pytest.mark.parametrize("name", ["endpoint", "_anchor", "_method", "_scheme"])
def test_the_next_page_of_events_carries_on_what_is_known(make_client, session, monkeypatch, name):
    monkeypatch.setattr(ledger, "PAGE", 1)
    client = make_client(make_account("秘书处", is_operator=True), second_factor=True)
    with unit_of_work() as unit:
        for _again in range(3):
            record(unit, "job", "job1", "look")
    page = client.get(f"/operator/events?subject_id=job1&{name}=x")
    assert page.status_code == 200
    assert "before=" in page.get_data(as_text=True)
    assert f"{name}=x" not in page.get_data(as_text=True)


def test_what_is_no_report_is_not_written_to_the_ledger(session):
    operator, person = make_account("秘书处", is_operator=True), make_talent().account
    with pytest.raises(NotFound), unit_of_work() as unit:
        users.open_person(
            unit,
            unit.get_one(Account, person.id),
            "complaint",
            report="张三的投诉",
            by=unit.get_one(Account, operator.id),
            actor=Actor(operator.public_id),
        )
    assert [one.verb for one in history(session, "account", person.public_id)] == []
