"""What stands in a firm's book stands on no surface of anybody else, on either engine."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from search.fields import Kind
from search.requests import SearchRequest
from talentmarket.core.outbox import OutboxRow
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.matching.service import match_talents
from talentmarket.members.models import Talent
from tests.factories import make_account, make_job, make_member, make_organisation
from tests.factories.book import make_person, with_skills
from tests.factories.mandates import make_firm
from tests.integration.exchange.referring import Parties

NAME, HEADLINE, TOWN = "白露晞", "鳞翅标本数据官", "岫云科技有限公司"
#: Public pages, feeds and interfaces; those of an organisation begin with its address.
PUBLIC = (
    "/",
    "/talents?q={q}",
    "/jobs?q={q}",
    "/organisations?q={q}",
    "/suggest?q={q}&kind=talent",
    "/api/v1/jobs?q={q}",
    "/sitemap.xml",
)
DESK = ("", "/talents?q={q}", "/people", "/people?q={q}", "/people?q=13800004417", "/mandates/")
OFFICE = ("/operator", "/operator/users?q={q}", "/operator/users?q=13800004417", "/operator/events")


@pytest.fixture
def book(session):
    firm = make_firm()
    make_person(
        firm.organisation,
        headline=HEADLINE,
        skills=with_skills("spark", "sql", "python"),
        entries=({"id": "e1", "kind": "experience", "title": "数据官", "organisation": TOWN,
                  "subject": "", "level": None, "start": None, "end": None},),
    )  # fmt: skip
    return firm


def said(answer):
    page = answer.get_data(as_text=True)
    return [one for one in (NAME, HEADLINE, "13800004417", "luxi@", TOWN) if one in page]


def test_no_row_waits_for_an_index_and_no_document_is_made(session, book, drain, search_handle):
    assert not [row for row in session.scalars(sa.select(OutboxRow)) if "person" in str(row.kind)]
    person = session.scalars(sa.select(FirmPerson)).one()
    drain()
    for kind in Kind:
        for words in (HEADLINE, NAME, "13800004417", person.public_id):
            found = search_handle.call(
                lambda backend, kind=kind, words=words: backend.search(
                    SearchRequest(kind=kind, words=words)
                )
            )
            assert found.total == 0, (kind, words)
    assert session.scalars(sa.select(Talent)).all() == []


def test_no_match_of_another_ranks_them(session, book, drain):
    job = make_job(make_organisation())
    drain()
    session.expire_all()
    assert match_talents(session, job).matches == ()


def test_no_page_of_anybody_else_says_them(session, book, make_client):
    other = Parties()
    readers = {
        "public": (make_client(None), "", PUBLIC),
        "another firm": (make_client(other.consultant), f"/org/{other.firm.public_id}", DESK),
        "the office": (make_client(make_account(is_operator=True), second_factor=True), "", OFFICE),
        "an employer": (
            make_client(make_member(other.employer)),
            f"/org/{other.employer.public_id}",
            DESK,
        ),
    }
    seen = 0
    for reader, (client, at, addresses) in readers.items():
        for address in addresses:
            for words in (NAME, HEADLINE):
                asked = address.format(q=words)
                answer = client.get(at + asked, follow_redirects=True)
                seen += answer.status_code == 200
                assert [one for one in said(answer) if one not in asked] == [], (reader, asked)
    assert seen >= 24, "the pages are there"
