"""Tables into the firm's book: looked at, taken in, each row once, hostile files refused."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import xlsxwriter

from talentmarket.core import tasks
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.files import FileLost, StoredFile, store
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import book, importing, inviting, keeping
from talentmarket.exchange.brokering.people.models import FirmImport, FirmPerson, LegalBasis
from talentmarket.exchange.brokering.people.opening import MOST_ROWS
from talentmarket.members.models import Organisation
from tests.factories.book import invite, make_person, send
from tests.factories.mandates import make_firm
from tests.fixtures.databases import on_sqlite

HEAD = "编号,姓名,手机号,邮箱,技能,学历,工作年限,城市,来源,依据,取得日期,最后联系"
ROWS = (
    "A1,覃牧,13800005001,qin@example.cn,Spark、SQL、打铁,本科,5年,成都,招聘会,同意,2025-11-01,",
    "A2,林叶,13800005002,,Python,硕士,,绵阳,招聘会,同意,2025/10/20,2025-11-20",
)
DEFAULTS = {"source": "校园招聘会", "basis": LegalBasis.CONSENT, "obtained_on": date(2025, 11, 3)}


@pytest.fixture
def firm(session):
    return make_firm()


def table(*rows, head=HEAD):
    return "\n".join((head, *rows)).encode()


def look(session, firm, data, name="名单.csv", **defaults):
    session.expire_all()
    organisation = session.get_one(Organisation, firm.organisation.id)
    given = importing.PersonValues(**defaults)
    return importing.look(session, organisation, data, name, given)


def take(firm, data, **defaults):
    public_id = send(firm.organisation, firm.consultant, data, **defaults)
    return importing.take(public_id, firm.organisation.public_id, actor=firm.actor)


def people(session):
    session.expire_all()
    return session.scalars(sa.select(FirmPerson).order_by(FirmPerson.id)).all()


def counted(looked):
    return (looked.new, looked.changed, looked.unchanged, looked.refused)


def faults(looked):
    return [tuple(one) for one in looked.faults]


def test_what_a_row_says_is_what_the_record_says(session, firm):
    assert counted(take(firm, table(*ROWS))) == (2, 0, 0, 0)
    one, other = people(session)
    assert (one.name, one.phone, one.mail) == ("覃牧", "+8613800005001", "qin@example.cn")
    assert [row["skill"] for row in one.profile["skills"]] == ["spark", "sql"]
    assert one.other_skills == ["打铁"]
    assert (one.profile["education_rank"], one.profile["years_tenths"]) == (5, 50)
    assert (one.home_region, one.profile["regions"]) == ("510100", [])
    assert (one.basis, one.obtained_on) == (LegalBasis.CONSENT, date(2025, 11, 1))
    assert other.contacted_on == date(2025, 11, 20)
    assert one.consultant_id == firm.consultant.id


def test_looking_says_what_taking_does_and_writes_nothing(session, firm):
    data = table(*ROWS, "A3,,13800005003,,,,,,,,,", "A4,白露,123,,,,,,,,,", "A5,无据,,,,,,,,,,")
    looked = look(session, firm, data)
    assert people(session) == []
    taken = take(firm, data)
    assert counted(looked) == counted(taken) == (3, 0, 0, 2)
    assert faults(looked) == faults(taken) == [(4, "name", "name"), (5, "phone", "phone")]
    assert looked.unfounded == taken.unfounded == 1
    unfounded = people(session)[2]
    assert unfounded.delete_on == date(2025, 11, 24) + timedelta(days=30)


def test_rows_without_a_source_take_what_was_said_for_the_file(session, firm):
    take(firm, table("A5,无据,,,,,,,,,,"), **DEFAULTS)
    assert people(session)[0].founded


def test_the_same_file_again_changes_nothing_and_a_changed_row_changes_its_record(session, firm):
    take(firm, table(*ROWS))
    with unit_of_work() as unit:
        row = unit.get_one(FirmPerson, people(session)[0].id)
        row.note = "电话里谈过"
    assert counted(take(firm, table(*ROWS))) == (0, 0, 2, 0)
    moved = ROWS[0].replace("13800005001", "13800005009").replace("qin@example.cn", "")
    assert counted(take(firm, table(moved, ROWS[1]))) == (0, 1, 1, 0)
    one = people(session)[0]
    assert one.phone == "+8613800005009"
    assert (one.mail, one.note) == ("qin@example.cn", "电话里谈过"), "what is left empty stays"


def test_rows_without_a_number_are_known_by_who_they_are_about(session, firm):
    bare = table("覃牧,13800005001", "覃牧,13800005001", "覃牧,13800005002", head="姓名,手机")
    looked = take(firm, bare)
    assert counted(looked) == (2, 0, 1, 0)
    assert faults(looked) == [(3, "", "again")]
    assert counted(take(firm, bare)) == (0, 0, 3, 0)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("A1,,,,,,,,,,,", ("name", "name")),
        ("A1,白露,12,,,,,,,,,", ("phone", "phone")),
        ("A1,白露,,x@,,,,,,,,", ("mail", "mail")),
        ("A1,白露,,,,,,,招聘会,同意,2031-01-01,", ("obtained_on", "date-ahead")),
        ("A1,白露,,,,,,,招聘会,同意,2020-01-01,", ("contacted_on", "too-old")),
        ("A1,白露,,,,,,,,,,,多出来", ("", "too-many-fields")),
        ("A1,\ufffd\ufffd,,,,,,,,,,", ("name", "unreadable-signs")),
    ],
)
@on_sqlite
def test_a_bad_row_is_said_by_line_column_and_reason(session, firm, row, fault):
    looked = look(session, firm, table(ROWS[1], row))
    assert faults(looked) == [(3, *fault)]
    assert counted(looked) == (1, 0, 0, 1)


@on_sqlite
def test_what_is_not_understood_is_left_empty_and_remarked(session, firm):
    odd = "A1,白露,,,,博导,许多,桃花源,招聘会,口头,昨天,"
    looked = take(firm, table(odd))
    assert counted(looked) == (1, 0, 0, 0)
    assert sorted(one[2] for one in faults(looked)) == [
        *("basis-unknown", "date-unknown", "education-unknown", "place-unknown", "years-unknown"),
    ]
    twice = look(session, firm, table("B1,甲,,,,,,,,,,", "B1,乙,,,,,,,,,,"))
    assert faults(twice) == [(3, "", "twice")]


def workbook(*rows, far=None):
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet()
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    if far:
        sheet.write_string(*far, "x")
    made.close()
    return out.getvalue()


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"a" * (61 * 1024 * 1024))
    return out.getvalue()


@on_sqlite
def test_workbooks_are_read_as_tables_are(session, firm):
    data = workbook(("姓名", "手机", "取得日期"), ("覃牧", 13800005001, "2025-11-01"))
    assert counted(take(firm, data)) == (1, 0, 0, 0)
    assert people(session)[0].phone == "+8613800005001"


@on_sqlite
def test_hostile_files_are_refused_before_memory_is_used(session, firm):
    for data, code in (
        (bomb(), "bomb"),
        (workbook(("姓名",), ("覃牧",), far=(1_048_575, 1)), "reach"),
        (workbook(("姓名",), ("覃牧",), far=(1_048_575, 16_383)), "reach"),
        (b"PK\x03\x04 nothing else", "broken-packing"),
        (b"\x1f\x8b\x08 packed", "not-text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not-text"),
        (b"\n\n", "empty"),
        (table("13800005001", head="手机"), "no-name-column"),
        (table(*["甲"] * (MOST_ROWS + 1), head="姓名"), "too-many-rows"),
    ):
        assert look(session, firm, data).refusal == code
        with pytest.raises(Invalid):
            send(firm.organisation, firm.consultant, data)
    with pytest.raises(Invalid):
        send(firm.organisation, firm.consultant, b"")
    assert session.scalars(sa.select(StoredFile)).all() == []


@on_sqlite
def test_signs_of_formulas_are_text(session, firm):
    take(firm, table('"=HYPERLINK(""http://x"")",13800005001', head="姓名,手机"))
    assert people(session)[0].name.startswith("=HYPERLINK")


def test_whoever_wants_to_be_left_alone_does_not_come_back_by_a_file(session, firm):
    person = make_person(firm.organisation, phone="13800005001", mail="")
    with unit_of_work() as unit:
        person = unit.get_one(FirmPerson, person.id)
    token = invite(person, firm.consultant)
    with unit_of_work() as unit:
        inviting.refuse(unit, token, delete=True)
    looked = take(firm, table(*ROWS))
    assert counted(looked) == (1, 0, 0, 1)
    assert faults(looked) == [(2, "", "turned-away")]
    assert [one.name for one in people(session)] == ["林叶"]


def test_a_file_is_taken_once_and_its_bytes_go(session, firm):
    public_id = send(firm.organisation, firm.consultant, table(*ROWS))
    key = session.scalars(sa.select(StoredFile.key)).one()
    assert b"13800005001" in store().get(key)
    importing.take(public_id, firm.organisation.public_id, actor=firm.actor)
    with pytest.raises(Conflict):
        importing.take(public_id, firm.organisation.public_id, actor=firm.actor)
    tasks.run_due()
    with pytest.raises(FileLost):
        store().get(key)


def test_an_import_is_the_firms_own_and_needs_a_licence(session, clock, firm):
    public_id = send(firm.organisation, firm.consultant, table(*ROWS))
    other = make_firm()
    with pytest.raises(NotFound):
        importing.take(public_id, other.organisation.public_id, actor=other.actor)
    with unit_of_work() as unit:
        unit.execute(sa.text("DELETE FROM licences"))
    with pytest.raises(Forbidden):
        importing.take(public_id, firm.organisation.public_id, actor=firm.actor)
    with pytest.raises(Forbidden):
        send(firm.organisation, firm.consultant, table(*ROWS))
    assert people(session) == []


def test_a_preview_ends_after_a_day(session, clock, firm):
    public_id = send(firm.organisation, firm.consultant, table(*ROWS))
    key = session.scalars(sa.select(StoredFile.key)).one()
    keeping.run_due()
    assert store().get(key)
    clock.advance(days=1)
    keeping.run_due()
    tasks.run_due()
    with pytest.raises(FileLost):
        store().get(key)
    with pytest.raises(Conflict):
        importing.take(public_id, firm.organisation.public_id, actor=firm.actor)


def test_what_a_killed_import_stored_is_found_by_the_next_run(session, firm, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    stored = importing.store_lines
    calls = []

    def dies(*given):
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        stored(*given)

    public_id = send(firm.organisation, firm.consultant, table(*ROWS))
    with monkeypatch.context() as broken:
        broken.setattr(importing, "store_lines", dies)
        with pytest.raises(KeyboardInterrupt):
            importing.take(public_id, firm.organisation.public_id, actor=firm.actor)
    assert len(people(session)) == 1
    again = importing.take(public_id, firm.organisation.public_id, actor=firm.actor)
    assert counted(again) == (1, 0, 1, 0)
    assert len(people(session)) == 2


def test_two_imports_at_once_make_each_record_once(app, session, firm):
    rows = [f"N{n},甲{n},138{n:08d},,,,,,,,," for n in range(250)]
    ids = [send(firm.organisation, firm.consultant, table(*rows)) for _ in range(2)]
    org, actor = firm.organisation.public_id, firm.actor
    session.rollback()
    begin, failed = threading.Barrier(2), []

    def run(public_id):
        with app.app_context():
            begin.wait()
            try:
                importing.take(public_id, org, actor=actor)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(one,)) for one in ids]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert len(people(session)) == 250
    done = session.scalars(sa.select(FirmImport)).all()
    assert sum(one.result["new"] for one in done) == 250
    assert sum(one.result["unchanged"] for one in done) == 250
    _rows, total = book.listed(session, firm.organisation)
    assert total == 250


@on_sqlite
def test_the_pages(session, firm, make_client):
    desk = make_client(firm.consultant)
    at = f"/org/{firm.organisation.public_id}/people/import"
    assert "认得的列" in desk.get(at).get_data(as_text=True)
    wrong = desk.post(at, data={"file": (io.BytesIO(b"PK\x03\x04"), "x.xlsx"), "source": "招聘会"})
    assert wrong.status_code == 422
    assert "表格已损坏" in wrong.get_data(as_text=True)
    assert "招聘会" in wrong.get_data(as_text=True)
    data = {"file": (io.BytesIO(table(*ROWS, "A3,,,,,,,,,,,")), "名单.csv")}
    sent = desk.post(at, data=data)
    assert sent.status_code == 302
    page = desk.get(sent.location).get_data(as_text=True)
    assert "没有姓名或超过 40 字，未导入" in page
    assert people(session) == []
    assert desk.post(f"{sent.location}/take").status_code == 302
    assert "导入结果" in desk.get(sent.location).get_data(as_text=True)
    assert len(people(session)) == 2
    report = desk.get(f"{sent.location}/report").data.decode("utf-8-sig").splitlines()
    assert report == ["行,列,说明", "4,姓名,没有姓名或超过 40 字，未导入"]
    other = make_client(make_firm().consultant)
    assert other.get(sent.location).status_code == 404
    assert desk.post(f"{sent.location}/take", follow_redirects=True).status_code == 200
    assert len(people(session)) == 2
