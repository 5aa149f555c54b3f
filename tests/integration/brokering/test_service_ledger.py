"""The service ledger as a file: it says what the events say, and a change in it shows."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import xlsxwriter
from python_calamine import CalamineWorkbook

from talentmarket.core import events
from talentmarket.core.errors import Invalid
from talentmarket.core.events import SYSTEM, Actor, Event, record
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import service_ledger
from talentmarket.exchange.brokering.service_ledger import Scope
from talentmarket.members import privacy
from talentmarket.members.models import Account
from tests.factories import (
    make_application,
    make_job,
    make_member,
    make_organisation,
    make_talent,
)
from tests.fixtures.tampering import tampering

DAY = date(2025, 11, 24)  # the day of the tests' clock


def tell(*verbs, subject="job", organisation="acme345678ab"):
    with unit_of_work() as unit:
        for number, verb in enumerate(verbs):
            actor = Actor("acc345678abc", organisation)
            record(unit, subject, f"{verb}{number}", verb, actor=actor, count=number, name="数")


def export(**scope):
    with unit_of_work() as unit:
        return service_ledger.export(unit, Scope(DAY, DAY, **scope), actor=SYSTEM)


def rows(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("台账").to_python()


def rewritten(data, change):
    """The file with its rows changed, as somebody with a spreadsheet would."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    target = io.BytesIO()
    out = xlsxwriter.Workbook(target, {"in_memory": True})
    for name in ("台账", "校验"):
        sheet = out.add_worksheet(name)
        kept = book.get_sheet_by_name(name).to_python()
        for at, row in enumerate(change(kept) if name == "台账" else kept):
            for column, value in enumerate(row):
                sheet.write(at, column, value if isinstance(value, int | float) else str(value))
    out.close()
    return target.getvalue()


def test_it_says_what_happened_and_its_digests_are_those_of_the_chain(session):
    tell("create", "submit", "publish")
    tell("look", subject="site")  # no service
    data = export()
    found = rows(data)[1:]
    assert [row[5] for row in found] == ["create", "submit", "publish"]
    assert json.loads(found[1][12]) == {"count": 1, "name": "数"}
    checked = service_ledger.verify(data)
    assert (checked.rows, checked.wrong) == (3, ())
    assert service_ledger.known_head(session, checked.head)
    assert not service_ledger.known_head(session, "0" * 64)


@pytest.mark.parametrize("column", [1, 3, 4, 5, 8, 9, 10, 12, 13, 14, 15])
def test_a_changed_cell_shows(session, column):
    tell("create", "submit", "publish")
    other = {1: 77, 12: '{"count":9}'}.get(column, "x")

    def change(kept):
        kept[2][column] = other
        return kept

    assert service_ledger.verify(rewritten(export(), change)).wrong


def test_a_row_left_out_or_put_elsewhere_shows(session):
    tell("create", "submit", "publish", "pause")
    data = export()
    assert not service_ledger.verify(rewritten(data, lambda kept: kept)).wrong
    assert service_ledger.verify(rewritten(data, lambda kept: [*kept[:2], *kept[3:]])).wrong
    assert service_ledger.verify(rewritten(data, lambda kept: kept[:-1])).wrong
    swapped = rewritten(data, lambda kept: [*kept[:2], kept[3], kept[2], kept[4]])
    assert service_ledger.verify(swapped).wrong


def test_a_chain_that_was_rewritten_does_not_know_the_old_file(session):
    tell("create", "submit")
    head = service_ledger.verify(export()).head
    with unit_of_work() as unit, tampering(unit, "events"):
        unit.execute(sa.update(Event).where(Event.verb == "submit").values(verb="withdraw"))
        unit.execute(sa.text("DELETE FROM event_hashes"))
    with unit_of_work() as unit:
        events.chain(unit)
    assert events.verify(session) is None  # the site alone would not see it
    assert not service_ledger.known_head(session, head)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x00" * 100, "台账".encode()])
def test_another_file_is_none(app, data):
    with pytest.raises(Invalid, match="not-an-export"):
        service_ledger.verify(data)


def test_days_in_the_wrong_order(session):
    with pytest.raises(Invalid, match="days-reversed"), unit_of_work() as unit:
        service_ledger.export(unit, Scope(DAY, DAY - timedelta(days=1)), actor=SYSTEM)


def test_erasing_a_person_leaves_the_chain_and_an_old_file_whole(session):
    talent = make_talent()
    make_application(make_job(make_organisation()), talent)
    tell("submit", subject="application")
    before = export()
    account = talent.account.id
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, account), actor=SYSTEM)
    after = export()
    assert events.verify(session) is None
    for data in (before, after):
        assert not service_ledger.verify(data).wrong
        assert service_ledger.known_head(session, service_ledger.verify(data).head)
    assert rows(before)[1:] == rows(after)[1 : len(rows(before))]


def test_an_organisation_takes_its_own_along_and_it_is_an_event(session, make_client):
    own, other = make_organisation(), make_organisation()
    job = make_job(own)
    tell("create", organisation=own.public_id)
    tell("publish", organisation=other.public_id)
    with unit_of_work() as unit:  # somebody else did it to a job of its own
        record(unit, "job", job.public_id, "approve")
    client = make_client(make_member(own, OrgRole.OWNER))
    answer = client.post(
        f"/org/{own.public_id}/reports/ledger", data={"since": str(DAY), "until": str(DAY)}
    )
    verbs = [row[5] for row in rows(answer.data)[1:]]
    assert "publish" not in verbs
    assert {"create", "approve"} <= set(verbs)
    told = session.scalars(sa.select(Event).where(Event.verb == "export")).one()
    assert told.data["rows"] == len(verbs)
    assert told.acting_for == own.public_id
    stranger = make_client(make_member(other))
    assert stranger.post(f"/org/{own.public_id}/reports/ledger").status_code == 404


def test_the_commands(session, app, tmp_path):
    tell("create", "submit")
    runner = app.test_cli_runner()
    target = tmp_path / "台账.xlsx"
    args = ["ledger", "export", "--since", str(DAY), "--until", str(DAY), "--output", str(target)]
    done = runner.invoke(args=args)
    assert done.exit_code == 0, done.output
    done = runner.invoke(args=["ledger", "verify", str(target)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output) == {"rows": 2, "wrong": [], "head_known": True}
    target.write_bytes(b"x")
    assert runner.invoke(args=["ledger", "verify", str(target)]).exit_code == 1
    done = runner.invoke(args=["ledger", "check"])
    assert done.exit_code == 0, done.output
    with unit_of_work() as unit, tampering(unit, "events"):
        unit.execute(sa.update(Event).where(Event.verb == "submit").values(verb="withdraw"))
    done = runner.invoke(args=["ledger", "check"])
    assert done.exit_code == 1
    assert json.loads(done.output)["broken_event"]


@pytest.mark.parametrize("kind", list(service_ledger.KINDS))
def test_a_part_alone_verifies_as_well(session, kind):
    with unit_of_work() as unit:
        for subject in service_ledger.SUBJECTS:
            record(unit, subject, "x2345678abcd", "tried")
    found = service_ledger.verify(export(kind=kind))
    assert not found.wrong
    assert found.rows == len(service_ledger.KINDS[kind])


def test_the_parts_are_the_whole():
    parts = [one for name, kinds in service_ledger.KINDS.items() if name != "all" for one in kinds]
    assert sorted(parts) == sorted(service_ledger.SUBJECTS)
