"""Payments: recorded once by their voucher, taken back by a counter-entry, read by both sides."""

from __future__ import annotations

import csv
import io
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from talentmarket.core import clock as site_clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, Event
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books import checking, paying
from talentmarket.exchange.brokering.books.models import EntryKind, LedgerEntry
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.stages import By
from talentmarket.members.models import Organisation
from tests.factories import make_account, make_member, make_organisation
from tests.integration.exchange.hiring import GROSS, Hire
from tests.integration.exchange.referring import Parties


class House:
    """A placement in its guarantee, with people of both sides who see what is earned and owed."""

    def __init__(self, session):
        self.hire = Hire(Parties()).started()
        self.firm, self.employer = self.hire.parties.firm, self.hire.parties.employer
        self.firm_id = self.firm.id  # threads of a test read no row of another's session
        self.placement = self.hire.placement(session).public_id
        self.finance = make_member(self.firm, OrgRole.FINANCE, make_account("财务"))
        self.payer = make_member(self.employer, OrgRole.FINANCE, make_account("付款人"))

    def pays(
        self, amount, reference="银收0001", *, back=False, day=None, firm=None, placement=None
    ):
        with unit_of_work() as session:
            return paying.record_payment(
                session,
                session.get_one(Organisation, firm.id if firm else self.firm_id),
                placement or self.placement,
                amount,
                back=back,
                day=day or site_clock.today(),
                reference=reference,
                actor=Actor("finance"),
            )

    def takes_back(self, entry, reason="wrong_amount", firm=None):
        with unit_of_work() as session:
            owner = session.get_one(Organisation, (firm or self.firm).id)
            return paying.take_back(session, owner, entry.public_id, reason, actor=Actor("f"))

    def balance(self, session, side=None):
        session.expire_all()
        if side is None:
            return paying.balances(session, self.firm)[0]
        return paying.balances(session, side, employer=True)[0]


@pytest.fixture
def house(session):
    return House(session)


def test_both_sides_see_what_is_paid_and_open(session, house):
    house.pays(20_000_00)
    mine, theirs = house.balance(session), house.balance(session, house.employer)
    assert (mine.due, mine.paid, mine.open) == (GROSS, 20_000_00, GROSS - 20_000_00)
    assert (theirs.due, theirs.paid, theirs.open) == (mine.due, mine.paid, mine.open)
    assert (mine.other, theirs.other) == (house.employer.name, house.firm.name)
    house.pays(GROSS - 20_000_00, "银收0002")
    assert house.balance(session).open == 0
    assert checking.check(session).whole


def test_a_voucher_counts_once_and_says_one_thing(session, house):
    first = house.pays(1_000_00)
    assert house.pays(1_000_00).id == first.id, "the form was sent twice"
    with pytest.raises(Invalid) as wrong:
        house.pays(2_000_00)
    assert set(wrong.value.errors) == {"reference"}
    assert house.balance(session).paid == 1_000_00


def test_a_mistake_is_reversed_and_told_again(session, house):
    first = house.pays(1_000_00)
    back = house.takes_back(first)
    assert (back.kind, back.reason) == (EntryKind.REVERSAL, "wrong_amount")
    assert house.balance(session).paid == 0
    with pytest.raises(Conflict):
        house.takes_back(first)
    again = house.pays(2_000_00)
    assert again.id != first.id
    house.takes_back(again)
    house.pays(3_000_00)
    assert house.balance(session).paid == 3_000_00
    shown = paying.payments(session, house.firm)
    assert [(one.amount, one.reason) for one in shown] == [
        (3_000_00, None),
        (2_000_00, "wrong_amount"),
        (1_000_00, "wrong_amount"),
    ]
    assert {one.reference for one in shown} == {"银收0001"}
    assert checking.check(session).whole
    assert checking.check(session).total == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": GROSS + 1}, "amount"),
        ({"amount": 1, "back": True}, "amount"),
        ({"reference": ""}, "reference"),
        ({"reference": "=1+1"}, "reference"),
        ({"reference": "a#2"}, "reference"),
        ({"reference": "x" * 31}, "reference"),
        ({"reference": "a:b"}, "reference"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(session, house, changes, field):
    given = {"amount": 100_00, **changes}
    with pytest.raises(Invalid) as wrong:
        house.pays(given.pop("amount"), **given)
    assert set(wrong.value.errors) == {field}
    assert session.scalars(sa.select(LedgerEntry).where(LedgerEntry.kind == "payment")).all() == []


@pytest.mark.parametrize("days", [1, -400])
def test_days_that_cannot_be(house, days):
    with pytest.raises(Invalid) as wrong:
        house.pays(100, day=site_clock.today() + timedelta(days=days))
    assert set(wrong.value.errors) == {"day"}


def test_others_do_not_record_and_take_nothing_back(house):
    stranger = make_organisation()
    for one in (stranger, house.employer):
        with pytest.raises(NotFound):
            house.pays(100, firm=one)
    entry = house.pays(100)
    for one in (stranger, house.employer):
        with pytest.raises(NotFound):
            house.takes_back(entry, firm=one)
    with pytest.raises(Invalid):
        house.takes_back(entry, reason="because")


def test_what_was_paid_comes_back_after_a_refund(session, house, clock):
    house.pays(GROSS)
    clock.advance(days=29)
    house.hire.leaves()
    with unit_of_work() as inner:
        placement = house.hire.placement(inner)
        placements.remedy(
            inner, placement, replaced=False, by=By.ORGANISATION, actor=Actor("consultant")
        )
    open_now = house.balance(session).open
    assert open_now < 0
    with pytest.raises(Invalid):
        house.pays(-open_now + 1, "退0001", back=True)
    house.pays(-open_now, "退0001", back=True)
    assert house.balance(session).open == 0
    assert checking.check(session).whole


def test_two_at_once_do_not_pay_more_than_is_open(app, session, house):
    gate, outcomes = threading.Barrier(3), []
    session.rollback()

    def run(reference):
        with app.test_request_context():
            gate.wait()
            try:
                house.pays(GROSS, reference)
                outcomes.append("won")
            except Invalid as error:
                outcomes.append(next(iter(error.errors)))

    threads = [threading.Thread(target=run, args=(name,)) for name in ("A1", "A2", "A3")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["amount", "amount", "won"]
    assert house.balance(session).open == 0


def text(answer):
    return answer.get_data(as_text=True)


def test_the_pages_of_both_sides(session, house, make_client):
    finance, payer = make_client(house.finance), make_client(house.payer)
    at = f"/org/{house.firm.public_id}/fees/payments"
    theirs = f"/org/{house.employer.public_id}/fees/payments"
    sent = {
        "placement": house.placement,
        "direction": "received",
        "amount": "1,234.567",
        "day": site_clock.today().isoformat(),
        "reference": "银收0001",
    }
    refused = finance.post(at, data=sent)
    assert refused.status_code == 422
    assert "1,234.567" in text(refused), "what was typed stays"
    assert "精确到分" in text(refused)
    assert finance.post(at, data={**sent, "amount": "1,234.56"}).status_code == 302
    assert payer.post(theirs, data=sent).status_code == 404, "the employer only reads"
    for client, page in ((finance, at), (payer, theirs)):
        shown = text(client.get(page))
        assert "1,234.56" in shown
        assert "银收0001" in shown
    entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.kind == "payment")).one()
    back = f"{at}/{entry.public_id}/reverse"
    assert finance.get(back).status_code == 200
    assert finance.post(back, data={"reason": ""}).status_code == 422
    assert (
        payer.get(back.replace(house.firm.public_id, house.employer.public_id)).status_code == 404
    )
    assert finance.post(back, data={"reason": "wrong_amount"}).status_code == 302
    assert "金额登记错" in text(payer.get(theirs))
    assert finance.post(back, data={"reason": "wrong_amount"}).status_code == 302, "told, once"
    assert house.balance(session).paid == 0
    recruiter = make_client(house.hire.parties.recruiter)
    assert recruiter.get(theirs).status_code == 403


def test_what_can_be_seen_can_be_taken_along(session, house, make_client):
    house.pays(1_234_56, "银收0001")
    finance = make_client(house.finance)
    at = f"/org/{house.firm.public_id}/fees/payments/table"
    book = CalamineWorkbook.from_filelike(io.BytesIO(finance.post(f"{at}/xlsx").data))
    first, second = (book.get_sheet_by_name(name).to_python() for name in ("应收应付", "收付"))
    assert first[1][3:7] == [GROSS / 100, 1234.56, 0.0, GROSS / 100 - 1234.56]
    assert second[1][3:5] == ["银收0001", 1234.56]
    sheet = finance.post(f"{at}/csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet)))
    assert rows[1][3:5] == ["银收0001", "1234.56"]
    assert finance.post(f"{at}/pdf").status_code == 404
    told = session.scalars(sa.select(Event).where(Event.verb == "export").order_by(Event.id)).all()
    assert [(one.data["what"], one.data["form"]) for one in told] == [
        ("payments", "xlsx"),
        ("payments", "csv"),
    ]


def test_what_is_paid_in_full_and_sent_twice_is_one_payment(session, house, make_client):
    finance = make_client(house.finance)
    at = f"/org/{house.firm.public_id}/fees/payments"
    sent = {
        "placement": house.placement,
        "direction": "received",
        "amount": f"{GROSS / 100:.2f}",
        "day": site_clock.today().isoformat(),
        "reference": "A-1",
    }
    for _ in range(2):
        assert finance.post(at, data=sent).status_code == 302
    assert house.balance(session).open == 0
    assert len(paying.payments(session, house.firm)) == 1
    assert finance.post(at, data={**sent, "placement": "nobody"}).status_code == 404
    assert finance.post(at, data={**sent, "placement": ""}).status_code == 422
