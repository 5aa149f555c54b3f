"""Shares between firms: the payer says paid, the receiver says received, both read the same."""

from __future__ import annotations

import io
import threading

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from talentmarket.core import clock as site_clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books import checking, paying, shared, sharing, statement
from talentmarket.exchange.brokering.books.models import EntryKind, LedgerEntry
from talentmarket.exchange.brokering.fees import part
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.stages import By
from talentmarket.members.models import Organisation
from talentmarket.notices.models import Notice
from talentmarket.web.org_fees.shares import share_view
from tests.factories import make_account, make_member, make_organisation
from tests.integration.brokering.test_joining import Several
from tests.integration.exchange.hiring import GROSS, NET, Hire

SHARE = part(NET, 3_333)


class House:
    """A placement that another firm than the mandate's holder brought."""

    def __init__(self, session):
        self.several = Several()
        self.several.joined()
        self.hire = Hire(self.several).started()
        self.owner, self.partner = self.several.owner, self.several.firm
        self.keys = {"owner": self.owner.id, "partner": self.partner.id}
        self.placement = self.hire.placement(session).public_id
        self.payer = make_member(self.owner, OrgRole.FINANCE, make_account("付款人"))
        self.taker = make_member(self.partner, OrgRole.FINANCE, make_account("收款人"))

    def _with(self, use, who, *values, **named):
        with unit_of_work() as session:
            firm = session.get_one(Organisation, self.keys.get(who, who))
            return use(session, firm, *values, actor=Actor("finance"), **named)

    def says(self, who, amount, reference="分付0001", *, paid=None, day=None, placement=None):
        return self._with(
            sharing.record,
            who,
            placement or self.placement,
            amount,
            paid=who == "owner" if paid is None else paid,
            day=day or site_clock.today(),
            reference=reference,
        )

    def confirms(self, entry, who="partner"):
        return self._with(sharing.confirm, who, entry.public_id)

    def takes_back(self, who, entry, reason="wrong_amount"):
        return self._with(sharing.take_back, who, entry.public_id, reason)

    def share(self, session, firm=None):
        session.expire_all()
        (found,) = shared.shares(session, firm or self.owner)
        return found

    def sums(self, session):
        """Due, paid, on its way and open, which both firms read alike."""
        mine, theirs = self.share(session), self.share(session, self.partner)
        found = [(one.due, one.paid, one.on_way, one.open) for one in (mine, theirs)]
        assert found[0] == found[1]
        assert (mine.owes, theirs.owes) == (True, False)
        report = checking.check(session)
        assert report.whole
        assert report.total == 0
        return found[0]


@pytest.fixture
def house(session):
    return House(session)


def closing(session, firm):
    return statement.statement(session, firm, site_clock.today().replace(day=1)).closing


def test_paid_is_a_word_and_received_settles_it(session, house):
    assert house.sums(session) == (SHARE, 0, 0, SHARE)
    said = house.says("owner", SHARE)
    assert house.sums(session) == (SHARE, 0, SHARE, SHARE), "on its way is not paid"
    assert closing(session, house.partner) == SHARE
    assert closing(session, house.owner) == GROSS - SHARE
    house.confirms(said)
    assert house.sums(session) == (SHARE, SHARE, 0, 0)
    assert closing(session, house.partner) == 0
    assert closing(session, house.owner) == GROSS
    mine = shared.payments(session, house.owner)
    theirs = shared.payments(session, house.partner)
    assert [(one.amount, str(one.state), one.came) for one in mine] == [(SHARE, "received", False)]
    assert [(one.amount, str(one.state), one.came) for one in theirs] == [(SHARE, "received", True)]
    assert paying.balances(session, house.owner)[0].paid == 0, "the employer paid nothing yet"
    with pytest.raises(Conflict):
        house.confirms(said)


def test_the_statement_has_shares_paid_apart_from_fees(session, house):
    said = house.says("owner", SHARE)
    house.confirms(said)
    month = site_clock.today().replace(day=1)
    mine = statement.statement(session, house.owner, month)
    theirs = statement.statement(session, house.partner, month)
    assert (mine.totals["fee"], mine.totals["share"], mine.totals["paid"]) == (NET, SHARE, 0)
    assert (theirs.totals["fee"], theirs.totals["share"]) == (SHARE, SHARE)
    assert (mine.totals["settled"], theirs.totals["settled"]) == (-SHARE, SHARE)
    kinds = [EntryKind.FEE, EntryKind.SHARE_SAID, EntryKind.SHARE_PAID]
    assert [one.kind for one in mine.rows] == [one.kind for one in theirs.rows] == kinds
    assert {one.name for one in mine.rows[1:]} == {house.partner.name}
    assert {one.name for one in theirs.rows} == {house.owner.name}
    owed = statement.owed(session, house.several.employer, month)
    assert owed.closing == GROSS, "what firms pay each other is not the employer's"


def test_the_receiver_may_record_by_itself_and_in_parts(session, house):
    house.says("partner", 100_00, "收0001")
    assert house.sums(session) == (SHARE, 100_00, 0, SHARE - 100_00)
    again = house.says("partner", 100_00, "收0001")
    assert len(shared.payments(session, house.partner)) == 1, "the form was sent twice"
    assert shared.payments(session, house.partner)[0].id == again.public_id
    with pytest.raises(Invalid) as wrong:
        house.says("partner", SHARE, "收0002")
    assert set(wrong.value.errors) == {"amount"}
    with pytest.raises(Invalid) as wrong:
        house.says("partner", 200_00, "收0001")
    assert set(wrong.value.errors) == {"reference"}
    house.says("owner", SHARE - 100_00)
    with pytest.raises(Invalid) as wrong:
        house.says("owner", 1, "分付0002")
    assert set(wrong.value.errors) == {"placement"}, "all of it is said to be paid"


@pytest.mark.parametrize(
    ("who", "changes", "field"),
    [
        ("partner", {"paid": True}, "direction"),
        ("owner", {"paid": False}, "direction"),
        ("owner", {"amount": 0}, "amount"),
        ("owner", {"reference": "a#2"}, "reference"),
        ("owner", {"reference": ""}, "reference"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(session, house, who, changes, field):
    given = {"amount": 100_00, "reference": "凭1", **changes}
    with pytest.raises(Invalid) as wrong:
        house.says(who, given.pop("amount"), given.pop("reference"), **given)
    assert set(wrong.value.errors) == {field}
    assert shared.payments(session, house.owner) == []


def test_who_did_not_get_it_denies_it_and_the_payer_says_it_again(session, house):
    said = house.says("owner", SHARE)
    with pytest.raises(Invalid):
        house.takes_back("partner", said, "wrong_amount")
    house.takes_back("partner", said, sharing.NOT_RECEIVED)
    assert house.sums(session) == (SHARE, 0, 0, SHARE)
    with pytest.raises(Conflict):
        house.confirms(said)
    with pytest.raises(Conflict):
        house.takes_back("owner", said)
    again = house.says("owner", SHARE)
    assert again.public_id != said.public_id
    house.confirms(again)
    assert house.sums(session) == (SHARE, SHARE, 0, 0)


def test_a_confirmation_taken_back_leaves_the_word_of_the_payer(session, house):
    said = house.says("owner", SHARE)
    house.confirms(said)
    with pytest.raises(NotFound):
        house.takes_back("owner", said)
    house.takes_back("partner", said, "not_received")
    assert house.sums(session) == (SHARE, 0, SHARE, SHARE)
    house.confirms(said)
    assert house.sums(session) == (SHARE, SHARE, 0, 0)
    house.takes_back("partner", said, "wrong_day")
    house.takes_back("owner", said, "wrong_amount")
    assert house.sums(session) == (SHARE, 0, 0, SHARE)


def test_after_a_refund_the_partner_pays_back(session, house, clock):
    house.confirms(house.says("owner", SHARE))
    clock.advance(days=29)
    house.hire.leaves()
    with unit_of_work() as inner:
        placement = house.hire.placement(inner)
        placements.remedy(
            inner, placement, replaced=False, by=By.ORGANISATION, actor=Actor("consultant")
        )
    back = -house.sums(session)[3]
    assert back > 0
    assert house.share(session, house.partner).pays
    with pytest.raises(Invalid) as wrong:
        house.says("owner", back, "分付0009")
    assert set(wrong.value.errors) == {"direction"}
    said = house.says("partner", back, "退0001", paid=True)
    assert house.sums(session)[2] == -back
    house.confirms(said, "owner")
    assert house.sums(session)[2:] == (0, 0)


def test_a_refund_while_the_share_is_under_way_is_not_settled(session, house, clock):
    said = house.says("owner", SHARE)
    clock.advance(days=29)
    house.hire.leaves()
    with unit_of_work() as inner:
        placement = house.hire.placement(inner)
        placements.remedy(
            inner, placement, replaced=False, by=By.ORGANISATION, actor=Actor("consultant")
        )
    due, paid, on_way, _open = house.sums(session)
    assert paid == 0
    assert on_way == SHARE > due
    rows = share_view(house.share(session)), share_view(house.share(session, house.partner))
    assert [str(one["state"]) for one in rows] == ["待退回"] * 2
    assert [one["side"] for one in rows] == ["对方付", "本机构付"], "the partner has too much now"
    house.takes_back("owner", said)
    house.confirms(house.says("owner", due, "分付0002"))
    rows = share_view(house.share(session)), share_view(house.share(session, house.partner))
    assert [str(one["state"]) for one in rows] == ["已结清"] * 2
    assert [one["side"] for one in rows] == ["本机构付", "对方付"]


def test_however_often_a_confirmation_is_taken_back_both_can_go_on(session, house):
    said = house.says("owner", SHARE)
    for _again in range(10):
        house.confirms(said)
        house.takes_back("partner", said, "wrong_day")
    assert house.sums(session) == (SHARE, 0, SHARE, SHARE)
    house.confirms(said)
    house.takes_back("partner", said, "wrong_day")
    house.takes_back("owner", said)
    assert house.sums(session) == (SHARE, 0, 0, SHARE)


def test_a_page_sent_twice_takes_one_thing_back(session, house, make_client):
    said = house.says("owner", SHARE)
    house.confirms(said)
    taker = make_client(house.taker)
    theirs = f"/org/{house.partner.public_id}/fees/payments"
    back = f"{theirs}/{said.public_id}/reverse"
    seen = (
        text(taker.get(back)).partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    )
    sent = {"reason": sharing.NOT_RECEIVED, "seen": seen}
    assert taker.post(back, data=sent).status_code == 302
    assert taker.post(back, data=sent).status_code == 302
    assert house.sums(session) == (SHARE, 0, SHARE, SHARE), "the payer's word stands"
    (row,) = shared.payments(session, house.owner)
    assert (str(row.state), row.reason) == ("said", sharing.NOT_RECEIVED)
    payer = make_client(house.payer)
    page = text(payer.get(f"/org/{house.owner.public_id}/fees/payments"))
    assert "款项没有到账" in page, "the notice leads here for the reason"


def test_others_have_no_part_in_it(session, house):
    stranger = make_organisation().id
    said = house.says("owner", SHARE)
    for one in (stranger, house.several.employer.id):
        with pytest.raises(NotFound):
            house.says(one, 100, "外1", paid=True)
        with pytest.raises(NotFound):
            house.confirms(said, one)
        with pytest.raises(NotFound):
            house.takes_back(one, said)
    with pytest.raises(NotFound):
        house.confirms(said, "owner")
    assert shared.shares(session, house.several.employer) == []


def test_confirmed_and_taken_back_at_once_is_one_of_them(app, session, house):
    said = house.says("owner", SHARE)
    session.refresh(said)
    session.expunge(said)
    gate, outcomes = threading.Barrier(2), []
    session.rollback()

    def run(act):
        with app.test_request_context():
            gate.wait()
            try:
                act()
                outcomes.append("won")
            except (Conflict, NotFound):
                outcomes.append("told")

    acts = (lambda: house.confirms(said), lambda: house.takes_back("owner", said))
    threads = [threading.Thread(target=run, args=(one,)) for one in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["told", "won"]
    assert house.sums(session)[2:] in ((0, 0), (0, SHARE))


def text(answer):
    return answer.get_data(as_text=True)


def test_the_pages_of_both_firms(session, house, make_client):
    payer, taker = make_client(house.payer), make_client(house.taker)
    mine, theirs = (f"/org/{one.public_id}/fees/payments" for one in (house.owner, house.partner))
    sent = {
        "share-placement": house.placement,
        "share-direction": "paid",
        "share-amount": "100.001",
        "share-day": site_clock.today().isoformat(),
        "share-reference": "分付0001",
    }
    refused = payer.post(f"{mine}/shares", data=sent)
    assert refused.status_code == 422
    assert "100.001" in text(refused), "what was typed stays"
    assert payer.post(f"{mine}/shares", data={**sent, "share-amount": "100"}).status_code == 302
    wrong = taker.post(f"{theirs}/shares", data={**sent, "share-amount": "5"})
    assert "本机构登记收到" in text(wrong)
    for client, page in ((payer, mine), (taker, theirs)):
        shown = text(client.get(page))
        assert "分付0001" in shown
        assert "已付，待确认收到" in shown
    assert session.scalars(
        sa.select(Notice.account_id).where(Notice.code == "share.said")
    ).all() == [house.taker.id]
    entry = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.kind == "share_said")).one()
    assert "没有收到" in text(taker.get(theirs))
    figures = text(taker.get(theirs)).partition("分成应收未结")[2][:200]
    assert f"{SHARE / 100:,.2f}" in figures, "said to be paid is still open"
    assert payer.post(f"{mine}/{entry.public_id}/received").status_code == 404
    assert taker.post(f"{theirs}/{entry.public_id}/received").status_code == 302
    assert house.sums(session)[1] == 100_00
    assert payer.get(f"{mine}/{entry.public_id}/reverse").status_code == 404, "not its own any more"
    back = f"{theirs}/{entry.public_id}/reverse"
    assert taker.get(back).status_code == 200
    assert taker.post(back, data={"reason": "wrong_amount"}).status_code == 302
    book = CalamineWorkbook.from_filelike(io.BytesIO(payer.post(f"{mine}/table/xlsx").data))
    rows = book.get_sheet_by_name("分成").to_python()
    assert rows[1][3:] == [SHARE / 100, 0.0, 100.0, SHARE / 100]
    assert book.get_sheet_by_name("分成收付").to_python()[1][3:6] == [
        "分付0001",
        -100.0,
        "已付，待确认收到",
    ]
    employer = make_client(
        make_member(house.several.employer, OrgRole.FINANCE, make_account("用人单位财务"))
    )
    at = f"/org/{house.several.employer.public_id}/fees/payments"
    assert "机构之间的分成" not in text(employer.get(at))
    assert employer.post(f"{at}/shares", data=sent).status_code == 404
