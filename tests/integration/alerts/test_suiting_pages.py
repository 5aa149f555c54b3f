"""The pages on which somebody asks to be told of what suits."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts.models import Frequency, SavedSearch
from tests.factories import make_account, make_job, make_organisation
from tests.fixtures.databases import on_sqlite
from tests.integration.alerts.conftest import MORNING, able, desk_of, night, publish


@on_sqlite
def test_the_pages_offer_it_list_it_and_change_it(session, make_client, drain, told, clock):
    person = make_account()
    able(person)
    publish(title="好岗位")
    drain()
    client = make_client(person)
    assert "/me/saved-searches/suiting" in client.get("/me/matches").get_data(as_text=True)
    page = client.get("/me/saved-searches/suiting").get_data(as_text=True)
    assert 'value="daily"' in page
    assert 'value="at_once"' not in page, "it is found at night"
    sent = client.post("/me/saved-searches/suiting", data={"name": "好的", "frequency": "at_once"})
    assert sent.status_code == 422
    sent = client.post("/me/saved-searches/suiting", data={"name": "好的", "frequency": "daily"})
    address = sent.location
    assert (
        client.post(
            "/me/saved-searches/suiting", data={"name": "又", "frequency": "weekly"}
        ).location
        == address
    ), "one is enough"
    page = client.get(address).get_data(as_text=True)
    assert "还没有告诉过您岗位" in page
    assert "/feed" not in page
    assert client.post(f"{address}/feed").status_code == 404, "for nobody else's eyes"
    night(session)
    clock.set(MORNING)
    told(person)
    listed = client.get("/me/saved-searches").get_data(as_text=True)
    assert "1 个新的" in listed
    assert "您的档案" in listed
    assert "好岗位" in client.get(address).get_data(as_text=True)
    client.post(address, data={"name": "好的", "frequency": "off"})
    assert session.scalars(sa.select(SavedSearch.frequency)).one() is Frequency.OFF
    client.post(f"{address}/delete")
    assert session.query(SavedSearch).count() == 0


@on_sqlite
def test_the_desk_asks_for_a_job_of_its_own(session, make_client, drain, told, clock):
    desk = desk_of(session)
    clock.advance(minutes=1)
    some = able(make_account())
    with unit_of_work() as unit:
        changed(unit, "talent", some.public_id)
    drain()
    client = make_client(desk.consultant)
    base = f"/org/{desk.firm.public_id}/saved-searches/suiting"
    assert client.get(base).status_code == 403, "people are looked for with a purpose"
    other = make_job(make_organisation())
    assert client.get(f"{base}?job={other.public_id}").status_code == 403
    page = client.get(f"/org/{desk.firm.public_id}/talents?job={desk.job.public_id}").get_data(
        as_text=True
    )
    asked = f"{base}?job={desk.job.public_id}"
    assert asked in page
    sent = client.post(asked, data={"name": "数据岗位", "frequency": "weekly"})
    page = client.get(sent.location).get_data(as_text=True)
    assert "适合的人才" in page
    assert "岗位的要求" in page
    assert "/talents/" in page, "a card"
    night(session)
    clock.set(MORNING)
    told(desk.consultant)
    listed = client.get(f"/org/{desk.firm.public_id}/saved-searches").get_data(as_text=True)
    assert "1 个新的" in listed


@pytest.fixture
def engine() -> str:
    """The searches beside are run on the embedded engine."""
    return "embedded"
