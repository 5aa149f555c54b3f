"""Two records of one person: found within the firm, merged by hand; the book taken along."""

from __future__ import annotations

import io
import threading
from datetime import date

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from talentmarket.core import clock as core_clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, Forbidden, NotFound
from talentmarket.core.events import Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import handing, importing, merging
from talentmarket.exchange.brokering.people.models import FirmInvitation, FirmPerson, LegalBasis
from talentmarket.members.models import Organisation
from tests.factories import make_account
from tests.factories.book import invite, make_person, send, with_skills
from tests.factories.mandates import make_firm
from tests.fixtures.databases import on_sqlite


@pytest.fixture
def firm(session):
    return make_firm()


def merge(firm, keep, lose, revisions=(1, 1)):
    with unit_of_work() as unit:
        organisation = unit.get_one(Organisation, firm.organisation.id)
        return merging.merge(
            unit, organisation, keep, lose, revisions=revisions, actor=firm.actor
        ).public_id


def people(session):
    session.expire_all()
    return session.scalars(sa.select(FirmPerson).order_by(FirmPerson.id)).all()


def groups(session, firm):
    organisation = session.get_one(Organisation, firm.organisation.id)
    return [
        (one.by, [row.public_id for row in one.people])
        for one in merging.groups(session, organisation)
    ]


def test_duplicates_are_found_by_number_and_address_within_the_firm_alone(session, firm):
    one = make_person(firm.organisation)
    by_phone = make_person(firm.organisation, name="白露", mail="")
    by_mail = make_person(firm.organisation, name="露晞", phone="", mail="LUXI@example.cn")
    make_person(make_firm().organisation)
    ids = [row.public_id for row in (one, by_phone, by_mail)]
    assert groups(session, firm) == [("phone", ids[:2]), ("mail", [ids[0], ids[2]])]
    found = merging.duplicates_of(session, firm.organisation, one)
    assert [row.public_id for row in found] == ids[1:]
    make_person(firm.organisation, name="别人", phone="", mail="")
    assert len(groups(session, firm)) == 2, "records without contacts are nobody's duplicates"


def test_what_is_kept_stays_gaps_are_filled_and_the_rest_is_put_together(session, firm):
    keep = make_person(
        firm.organisation, mail="", headline="", skills=with_skills("spark"), source="",
        contacted_on=date(2025, 10, 1), other_skills=("打铁",),
    )  # fmt: skip
    lose = make_person(
        firm.organisation, name="白露", mail="a@example.cn", headline="数据工程师", note="想去绵阳",
        skills=with_skills("spark", "sql"), basis=LegalBasis.CONTRACT, source="本人投递",
        contacted_on=date(2025, 11, 2), obtained_on=date(2025, 9, 1), resume="简历",
    )  # fmt: skip
    invite(lose, firm.consultant)
    merge(firm, keep.public_id, lose.public_id)
    (merged,) = people(session)
    assert merged.public_id == keep.public_id
    assert (merged.name, merged.mail, merged.headline) == ("白露晞", "a@example.cn", "数据工程师")
    assert [row["skill"] for row in merged.profile["skills"]] == ["spark", "sql"]
    assert merged.note == "偏好国企\n想去绵阳"
    assert (merged.source, merged.basis) == ("本人投递", LegalBasis.CONTRACT)
    assert (merged.obtained_on, merged.contacted_on) == (date(2025, 9, 1), date(2025, 11, 2))
    assert merged.delete_on == date(2027, 11, 2)
    assert session.scalars(sa.select(FirmInvitation.person_id)).all() == [merged.id]
    verbs = session.execute(sa.select(Event.verb, Event.reason).order_by(Event.id)).all()
    assert ("remove", "merged") in verbs
    assert ("merge", None) in verbs


def test_another_way_to_reach_the_person_is_not_lost(session, firm):
    keep = make_person(firm.organisation)
    lose = make_person(firm.organisation, phone="13900001111")
    merge(firm, keep.public_id, lose.public_id)
    assert "+8613900001111" in people(session)[0].note


def test_a_joined_record_keeps_its_account_and_two_accounts_are_not_one(session, firm):
    _first, second, third = (make_person(firm.organisation) for _ in range(3))
    accounts = [make_account("甲").id, make_account("乙").id]
    with unit_of_work() as unit:
        for person, account in ((second, accounts[0]), (third, accounts[1])):
            row = unit.get_one(FirmPerson, person.id)
            row.account_id, row.accepted_at = account, core_clock.now()
    ids = [row.public_id for row in people(session)]
    with pytest.raises(Conflict):
        merge(firm, ids[1], ids[2])
    assert len(people(session)) == 3
    merge(firm, ids[0], ids[1])
    assert [row.account_id for row in people(session)] == accounts


def test_a_row_of_a_file_stands_behind_the_merged_record(session, firm):
    data = "编号,姓名,手机\nA1,白露晞,13800004417\n".encode()
    org = firm.organisation.public_id
    importing.take(send(firm.organisation, firm.consultant, data), org, actor=firm.actor)
    keep = make_person(firm.organisation)
    (imported,) = (row for row in people(session) if row.id != keep.id)
    merge(firm, keep.public_id, imported.public_id)
    again = importing.take(send(firm.organisation, firm.consultant, data), org, actor=firm.actor)
    assert (again.new, again.unchanged) == (0, 1)
    assert len(people(session)) == 1


def test_what_was_changed_or_is_gone_or_is_another_firms_is_not_merged(session, firm):
    one, other = make_person(firm.organisation), make_person(firm.organisation)
    theirs = make_person(make_firm().organisation)
    ids = [one.public_id, other.public_id]
    with pytest.raises(Conflict):
        merge(firm, *ids, revisions=(1, 2))
    with pytest.raises(NotFound):
        merge(firm, ids[0], theirs.public_id)
    with pytest.raises(NotFound):
        merge(firm, ids[0], ids[0])
    merge(firm, *ids)
    with pytest.raises(NotFound):
        merge(firm, *ids)
    with unit_of_work() as unit:
        unit.execute(sa.text("DELETE FROM licences"))
    with pytest.raises(Forbidden):
        merge(firm, *ids)


def test_of_two_merges_at_once_one_wins(app, session, firm):
    ids = [make_person(firm.organisation).public_id for _ in range(2)]
    key, actor = firm.organisation.id, firm.actor
    session.rollback()
    begin, said = threading.Barrier(2), []

    def run(keep, lose):
        with app.app_context():
            begin.wait()
            try:
                with unit_of_work() as unit:
                    organisation = unit.get_one(Organisation, key)
                    merging.merge(unit, organisation, keep, lose, revisions=(1, 1), actor=actor)
                said.append("won")
            except DomainError as error:
                said.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=some) for some in (ids, ids[::-1])]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["not-found", "won"]
    assert len(people(session)) == 1


def table_of(firm, session, locale="zh"):
    with unit_of_work() as unit:
        organisation = unit.get_one(Organisation, firm.organisation.id)
        data = handing.export(unit, organisation, locale=locale, actor=firm.actor)
    return data, CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_book_is_taken_along_and_can_be_sent_again(app, session, firm, locale):
    from flask_babel import force_locale

    make_person(
        firm.organisation, skills=with_skills("spark", "sql"), regions=("510100",),
        home_region="510700", education_rank=5, years_tenths=55, other_skills=("打铁",),
    )  # fmt: skip
    make_person(make_firm().organisation, name="别家的人")
    with app.test_request_context(), force_locale(locale):
        data, rows = table_of(firm, session, locale)
    assert len(rows) == 2, "a head, and the firm's own alone"
    assert {"白露晞", "+8613800004417", "luxi@example.cn", "偏好国企"} <= set(rows[1])
    assert session.scalars(sa.select(Event.data).where(Event.verb == "export_book")).all() == [
        {"records": 1}
    ]
    before = people(session)[0].profile
    org = firm.organisation.public_id
    done = importing.take(send(firm.organisation, firm.consultant, data), org, actor=firm.actor)
    assert (done.new, done.changed, done.refused, done.faults) == (0, 1, 0, [])
    after = people(session)
    assert len(after) == 2
    for name in ("skills", "regions", "education_rank", "years_tenths"):
        assert after[0].profile[name] == before[name]
    assert (after[0].home_region, after[0].basis) == ("510700", LegalBasis.CONSENT)


@on_sqlite
def test_the_pages(session, firm, make_client):
    desk = make_client(firm.consultant)
    at = f"/org/{firm.organisation.public_id}/people"
    one = make_person(firm.organisation, headline="甲处的介绍")
    other = make_person(firm.organisation, headline="乙处的介绍")
    assert "比较并合并" in desk.get(f"{at}/duplicates").get_data(as_text=True)
    assert "手机号或邮箱相同" in desk.get(f"{at}/{one.public_id}").get_data(as_text=True)
    address = f"{at}/{one.public_id}/merge/{other.public_id}"
    page = desk.get(address).get_data(as_text=True)
    assert "甲处的介绍" in page
    assert "乙处的介绍" in page
    sent = {"keep": other.public_id, "version": "1", "other_version": "1"}
    assert desk.post(address, data={**sent, "keep": "somebody"}).status_code == 404
    stale = desk.post(address, data={**sent, "version": "0"}, follow_redirects=True)
    assert "刚被别人改过" in stale.get_data(as_text=True)
    done = desk.post(address, data=sent)
    assert done.location.endswith(other.public_id)
    assert "可能刚被合并或删除" in desk.post(address, data=sent, follow_redirects=True).get_data(
        as_text=True
    )
    export = desk.post(f"{at}/export")
    assert export.data.startswith(b"PK")
    assert make_client(make_firm().consultant).post(f"{at}/export").status_code == 404
