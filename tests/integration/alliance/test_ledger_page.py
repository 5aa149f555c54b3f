"""The office hands out the service ledger and sees whether it is whole."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from talentmarket.core import clock as site_clock
from talentmarket.core import tasks
from talentmarket.core.events import Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import service_ledger
from talentmarket.exchange.brokering.books.models import LedgerEntry
from tests.factories import make_account, make_organisation
from tests.fixtures.tampering import tampering
from tests.integration.exchange.hiring import Hire
from tests.integration.exchange.referring import Parties


@pytest.fixture
def office(session, make_client):
    return make_client(make_account("秘书处", is_operator=True), second_factor=True)


def asked(**changes):
    today = site_clock.today().isoformat()
    return {"since": today, "until": today, "organisation": "", "kind": "all", **changes}


def kinds(answer):
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_name("台账")
    return {row[3] for row in rows.to_python()[1:]}


def test_days_whose_and_which_part(session, office):
    hire = Hire(Parties()).started()
    employer, stranger = hire.parties.employer, make_organisation()
    everything = office.post("/operator/ledger", data=asked())
    assert {"placement", "referral", "application", "ledger_entry"} <= kinds(everything)
    assert not service_ledger.verify(everything.data).wrong
    placed = office.post("/operator/ledger", data=asked(kind="placed"))
    assert kinds(placed) == {"placement", "ledger_entry"}
    assert not service_ledger.verify(placed.data).wrong
    own = office.post("/operator/ledger", data=asked(organisation=employer.public_id))
    assert "placement" in kinds(own)
    none = office.post("/operator/ledger", data=asked(organisation=stranger.public_id))
    assert kinds(none) == set()
    told = session.scalars(sa.select(Event).where(Event.verb == "export").order_by(Event.id)).all()
    assert [one.data["kind"] for one in told] == ["all", "placed", "all", "all"]
    page = office.get("/operator/ledger").get_data(as_text=True)
    assert employer.public_id in page, "who took what along is shown"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"since": "2026-12-31"}, "最后一天不能早于第一天"),
        ({"organisation": "nobody"}, "没有这个编号的单位"),
        ({"since": ""}, "填写第一天"),
        ({"since": "0001-01-01"}, "2000 年以后"),
        ({"kind": "secrets"}, ""),
    ],
)
def test_what_cannot_be_asked_is_said_at_the_field(session, office, changes, said):
    refused = office.post("/operator/ledger", data=asked(**changes))
    assert refused.status_code == 422
    assert said in refused.get_data(as_text=True)
    assert session.scalars(sa.select(Event).where(Event.verb == "export")).all() == []


def test_the_check_is_the_workers_and_its_result_stands_on_the_page(session, office):
    Hire(Parties()).started()
    assert "还没有核对过" in office.get("/operator/ledger").get_data(as_text=True)
    assert office.post("/operator/ledger/check").status_code == 302
    assert tasks.run_due() >= 1
    assert "完整" in office.get("/operator/ledger").get_data(as_text=True)
    with unit_of_work() as inner, tampering(inner, "ledger_entries"):
        day = site_clock.today().replace(year=2001)
        inner.execute(sa.update(LedgerEntry).values(day=day))
    office.post("/operator/ledger/check")
    tasks.run_due()
    page = office.get("/operator/ledger").get_data(as_text=True)
    assert "对不上" in page
    last = session.scalars(
        sa.select(Event).where(Event.verb == "check-ledger").order_by(Event.id.desc())
    ).first()
    assert last.data["changed"] == 1
    assert not last.data["whole"]
