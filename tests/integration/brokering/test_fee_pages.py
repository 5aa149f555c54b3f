"""The pages of fees, papers and reports: who sees what, what is handed out, and what is said."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdfium2
import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from talentmarket.core.events import SYSTEM, Event
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.books import posting
from talentmarket.exchange.brokering.papers import codes
from talentmarket.exchange.brokering.papers.models import Paper
from talentmarket.members.models import OrganisationKind
from tests.factories import make_job, make_member, make_organisation, make_talent
from tests.guards import world_referrals
from tests.integration.brokering.test_books import PLACED, START, TERMS

MONTH = "2025-11"


@pytest.fixture
def house(session):
    """A firm, its partner and an employer, with one fee between them."""
    owner = make_organisation("蜀才人力资源有限公司", kind=OrganisationKind.HR_FIRM)
    partner = make_organisation(kind=OrganisationKind.HR_FIRM)
    employer = make_organisation("云栖数据科技有限公司")
    lines = fees.reckon(TERMS, PLACED, [fees.Started(START)])
    sides = posting.Sides("pl2345678abc", owner, employer.public_id, partner)
    with unit_of_work() as unit:
        posting.post_lines(unit, sides, lines)
    return owner, partner, employer


def text(response):
    return response.get_data(as_text=True)


def read(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "".join("".join(pages).split())


def exports(session):
    return [
        one.data["what"]
        for one in session.scalars(
            sa.select(Event).where(Event.verb == "export").order_by(Event.id)
        )
    ]


def test_each_side_sees_its_part(house, make_client):
    owner, partner, employer = house
    page = text(
        make_client(make_member(owner, OrgRole.FINANCE)).get(f"/org/{owner.public_id}/fees")
    )
    assert "云栖数据科技有限公司" in page
    for amount in ("36,000.00", "14,400.00", "2,160.00", "23,760.00"):
        assert amount in page
    page = text(make_client(make_member(partner)).get(f"/org/{partner.public_id}/fees"))
    assert "蜀才人力资源有限公司" in page
    assert "14,400.00" in page
    assert "云栖数据" not in page
    page = text(make_client(make_member(employer)).get(f"/org/{employer.public_id}/fees"))
    assert "蜀才人力资源有限公司" in page
    assert "38,160.00" in page
    assert "14,400.00" not in page  # how the firms share is no amount the employer owes


@pytest.mark.parametrize("role", [OrgRole.CONSULTANT, OrgRole.VIEWER, OrgRole.RECRUITER])
def test_others_of_the_firm_do_not(house, make_client, role):
    owner = house[0]
    client = make_client(make_member(owner, role))
    assert client.get(f"/org/{owner.public_id}/fees").status_code == 403
    assert client.post(f"/org/{owner.public_id}/fees/{MONTH}/pdf").status_code == 403


@pytest.mark.parametrize(
    "month", ["2025-13", "2025-00", "25-11", "2025-1", "2025-11-01", "x", "٢٠٢٥-11", "9999-01", "-"]
)
def test_a_month_that_is_none(house, make_client, month):
    owner = house[0]
    client = make_client(make_member(owner))
    assert client.get(f"/org/{owner.public_id}/fees/{month}").status_code == 404
    assert client.post(f"/org/{owner.public_id}/fees/{month}/pdf").status_code == 404


def test_the_statement_is_handed_out_and_its_code_is_known(session, house, make_client, client):
    owner = house[0]
    finance = make_client(make_member(owner, OrgRole.FINANCE))
    answer = finance.post(f"/org/{owner.public_id}/fees/{MONTH}/pdf")
    assert answer.mimetype == "application/pdf"
    said = read(answer.data)
    for piece in (
        "服务费对账单",
        "2025年11月",
        "蜀才人力资源有限公司",
        "云栖数据科技有限公司",
        "36,000.00",
        "23,760.00",
        "贰万叁仟柒佰陆拾元整",
    ):
        assert piece in said, piece
    code = session.scalars(sa.select(Paper.code)).one()
    assert codes.grouped(code) in said
    page = text(client.get(f"/papers?code={code}", follow_redirects=True))
    assert "校验码属实" in page
    assert "23,760.00" in page
    assert exports(session) == ["statement"]


def test_the_table_says_the_same(session, house, make_client):
    owner = house[0]
    client = make_client(make_member(owner))
    answer = client.post(f"/org/{owner.public_id}/fees/{MONTH}/xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    _head, row = book.get_sheet_by_name("明细").to_python()
    assert row[:3] == [START, "服务费", "pl2345678abc"]
    assert row[5:] == [36000.0, 14400.0, 2160.0, 0.0, 0.0, 0.0, 23760.0]
    assert exports(session) == ["statement"]


def test_a_placement_is_called_by_the_number_people_know(session, house, make_client):
    owner, _partner, employer = house
    referral = world_referrals._sent(owner, make_job(employer), make_talent())
    placed = world_referrals._placed(referral)
    sides = posting.Sides(placed.public_id, owner, employer.public_id, house[1])
    with unit_of_work() as unit:
        posting.post_lines(unit, sides, fees.reckon(TERMS, PLACED, [fees.Started(START)]))
    for organisation in (owner, employer):
        client = make_client(make_member(organisation))
        page = text(client.get(f"/org/{organisation.public_id}/fees/{MONTH}"))
        assert referral.number in page
        assert placed.public_id not in page
    client = make_client(make_member(owner))
    assert referral.number in read(client.post(f"/org/{owner.public_id}/fees/{MONTH}/pdf").data)


def test_an_employer_hands_out_no_firms_statement(house, make_client):
    employer = house[2]
    client = make_client(make_member(employer))
    assert client.post(f"/org/{employer.public_id}/fees/{MONTH}/pdf").status_code == 404


def test_another_firms_fees_do_not_exist(house, make_client):
    owner, partner, _employer = house
    client = make_client(make_member(partner))
    assert client.get(f"/org/{owner.public_id}/fees").status_code == 404


def test_a_forged_code_has_a_clear_answer(session, house, client):
    answer = client.get("/papers/00000-00000-00000-00000")
    assert answer.status_code == 404
    assert "查无此码" in text(answer)
    answer = client.get("/papers/" + "<script>alert(1)</script>"[:40].replace("/", "%2F"))
    assert answer.status_code == 404
    assert "<script>alert" not in text(answer)
    assert "这不是一个校验码" in text(client.get("/papers?code=123"))
    english = client.get("/papers/00000-00000-00000-00000", headers={"Accept-Language": "en"})
    assert english.status_code == 404


def test_codes_are_not_asked_for_all_day_long(session, client):
    for _ in range(120):
        assert client.get("/papers/00000-00000-00000-00000").status_code == 404
    assert client.get("/papers/00000-00000-00000-00000").status_code == 429


def test_a_statement_of_many_entries_takes_as_many_statements(session, house, make_client):
    owner, partner, employer = house
    client = make_client(make_member(owner))

    def asked():
        counted = []

        def note(*_given):
            counted.append(1)

        engine = session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            assert client.get(f"/org/{owner.public_id}/fees").status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(counted)

    asked()
    few = asked()
    lines = fees.reckon(TERMS, PLACED, [fees.Started(START + timedelta(days=1))])
    with unit_of_work() as unit:
        for number in range(40):
            sides = posting.Sides(f"p{number}", owner, employer.public_id, partner)
            posting.post_lines(unit, sides, lines, actor=SYSTEM)
    assert asked() == few
