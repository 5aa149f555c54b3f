"""Papers as a firm takes them along from a mandate and a referral, and as others read their codes."""

from __future__ import annotations

import re

import pypdfium2
import pytest
import sqlalchemy as sa

from talentmarket.core.events import SYSTEM, Event
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.papers.models import Paper
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members import cards, privacy
from talentmarket.members.models import Account
from tests.factories import make_member, make_organisation
from tests.integration.exchange.referring import Parties

CODE = re.compile(r"校验码((?:[0-9A-Z]{5}-){3}[0-9A-Z]{5})")


@pytest.fixture
def parties(session):
    return Parties()


def read(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "".join("".join(pages).split())


def checked(client, said):
    (code,) = set(CODE.findall(said))
    answer = client.get(f"/papers/{code}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_letter_is_filled_from_the_mandate(session, parties, make_client, client):
    firm, mandate = parties.firm, parties.mandate
    with unit_of_work() as unit:
        unit.get_one(type(mandate), mandate.id).handler_name = "欧阳堃"
    consultant = make_client(parties.consultant)
    address = f"/org/{firm.public_id}/mandates/{mandate.public_id}/letter"
    said = read(consultant.post(address).data)
    for piece in (parties.employer.name, firm.name, firm.uscc, "欧阳堃", "20%", "90日"):
        assert piece in said, piece
    page = checked(client, said)
    assert parties.employer.name in page
    assert "欧阳堃" not in page
    assert "欧阳堃" not in str(session.scalars(sa.select(Paper.facts)).one())
    consultant.post(address)
    issued = sa.select(sa.func.count()).select_from(Event).where(Event.verb == "issue")
    assert session.scalar(issued) == 1


def test_the_receipt_names_the_number_and_not_the_person(session, parties, make_client, client):
    referral = parties.sent()
    consultant = make_client(parties.consultant)
    address = f"/org/{parties.firm.public_id}/referrals/{referral.public_id}/receipt"
    said = read(consultant.post(address).data)
    number = cards.number_of(cards.card_of(parties.talent, parties.employer.public_id))
    for piece in (referral.number, number, parties.employer.name, "等待单位答复"):
        assert piece in said, piece
    account = session.get_one(Account, parties.talent.account_id)
    assert account.name not in said
    page = checked(client, said)
    assert referral.number in page
    assert account.name not in page


def test_an_erased_person_leaves_the_paper_valid(session, parties, make_client, client):
    referral = parties.sent()
    address = f"/org/{parties.firm.public_id}/referrals/{referral.public_id}/receipt"
    said = read(make_client(parties.consultant).post(address).data)
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, parties.talent.account_id), actor=SYSTEM)
    assert referral.number in checked(client, said)


def test_what_was_not_sent_has_no_receipt(session, parties, make_client):
    referral = parties.ask()
    address = f"/org/{parties.firm.public_id}/referrals/{referral.public_id}/receipt"
    assert make_client(parties.consultant).post(address).status_code == 409


def test_another_firms_papers_do_not_exist(session, parties, make_client):
    referral = parties.sent()
    other = make_organisation()
    stranger = make_client(make_member(other))
    for path in (
        f"mandates/{parties.mandate.public_id}/letter",
        f"referrals/{referral.public_id}/receipt",
    ):
        assert stranger.post(f"/org/{other.public_id}/{path}").status_code == 404
        assert stranger.post(f"/org/{parties.firm.public_id}/{path}").status_code == 404
        viewer = make_client(make_member(parties.firm, OrgRole.VIEWER))
        assert viewer.post(f"/org/{parties.firm.public_id}/{path}").status_code == 403
    assert session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 1
