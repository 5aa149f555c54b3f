"""Files and reports in the thread of an application: kinds, limits, who opens them when, how they go."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from talentmarket.core import clock as core_clock
from talentmarket.core import files, tasks
from talentmarket.core.events import Actor, Event
from talentmarket.core.files import StoredFile
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import message_files, message_reports, message_retention, moves
from talentmarket.exchange.models import Application, Message, Note, Report
from talentmarket.exchange.stages import By
from talentmarket.members import privacy, takeout
from talentmarket.members.models import Account, ProfileOpening
from tests.factories import make_account
from tests.guards.world import PNG
from tests.integration.exchange.steps import apply, at_desk, move, propose, text


def pdf():
    """A whole PDF of one page."""
    import fpdf

    made = fpdf.FPDF()
    made.add_page()
    return bytes(made.output())


def docx(*more):
    """A Word file as far as it is looked at."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            packed.writestr(name, "<w/>")
    return out.getvalue()


PDF, DOCX = pdf(), docx()


@pytest.fixture
def key(people):
    return apply(people)


def mine(key):
    return f"/me/applications/{key}"


def send(client, at, *given, said="请看附件", **more):
    sent = [FileStorage(io.BytesIO(data), name) for name, data in given]
    # As bytes: a client of tests leaves the file open that it writes a long body to.
    boundary, body = encode_multipart({"text": said, "files": sent, **more})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(f"{at}/messages", data=body, content_type=kind)


def shown(client, at):
    return text(client.get(at))


def file_links(page, at):
    return re.findall(rf'href="({re.escape(at)}/files/[^"]+)"', page)


def opened(client, link):
    """The answer at the end of the signed link."""
    signed = client.get(link)
    assert signed.status_code == 302, signed.status_code
    return client.get(signed.location)


def shortlisted_with_contact(people, key):
    assert move(people, key, "shortlist").status_code == 302
    assert propose(people, key).status_code == 302
    page = shown(people.person, mine(key))
    sequence = re.search(r'name="sequence" value="(\d+)"', page)[1]
    data = {"answer": "accept", "sequence": sequence}
    assert people.person.post(f"{mine(key)}/interview", data=data).status_code == 302


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("简历.pdf", PDF, "application/pdf"),
        ("证书.png", PNG, "image/png"),
        ("附件.exe", DOCX, files.DOCX),  # by content, not by name
    ],
    ids=["pdf", "png", "docx"],
)
def test_the_organisations_file_opens_to_the_person(people, key, name, data, content_type):
    at = at_desk(people, key)
    assert send(people.desk, at, (name, data)).status_code == 302
    page = shown(people.person, mine(key))
    (link,) = file_links(page, mine(key))
    answer = opened(people.person, link)
    assert answer.status_code == 200
    assert answer.data == data
    assert answer.content_type.startswith(content_type)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


WRONG = {
    "a page": ("简历.pdf", b"<html><script>alert(1)</script></html>", "只接收 PDF"),
    "a table": ("表.docx", docx("xl/workbook.xml").replace(b"word/", b"xxxx/"), "只接收 PDF"),
    "macros": ("简历.docx", docx("word/vbaProject.bin"), "不接收带宏的 Word 文件"),
    "broken pdf": ("简历.pdf", b"%PDF-1.7 nothing", "打不开"),
    "broken word": ("简历.docx", DOCX[:60] + b"word/document.xml", "打不开"),
    "too large": ("大.png", PNG + b"0" * files.MAX_BYTES, "超过 10 MB"),
    "empty": ("空.pdf", b"", "选的文件是空的"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_taken_is_said_and_no_word_is_lost(session, people, key, what):
    name, data, said = WRONG[what]
    for client, at in ((people.person, mine(key)), (people.desk, at_desk(people, key))):
        with send(client, at, (name, data), said="我写了很长的一段话") as answer:
            page = answer.get_data(as_text=True)
        assert answer.status_code in (200, 422)
        assert said in page
        assert "我写了很长的一段话</textarea>" in page
        assert "附件要重新选择" in page
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def test_not_more_than_three_at_once_and_twenty_of_a_side(session, people, key):
    many = [(f"{n}.png", PNG) for n in range(4)]
    assert "最多带 3 个文件" in send(people.person, mine(key), *many).get_data(as_text=True)
    for _n in range(6):
        assert send(people.person, mine(key), *many[:3]).status_code == 302
    last = send(people.person, mine(key), *many[:3], said="再来三个")
    assert "每一方最多 20 个文件" in last.get_data(as_text=True)
    assert "再来三个</textarea>" in last.get_data(as_text=True)
    assert send(people.desk, at_desk(people, key), many[0]).status_code == 302, (
        "the other side's own"
    )
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).select_from(message_files.MessageFile)) == 19


def test_a_file_alone_is_a_message_and_nothing_is_none(people, key):
    assert send(people.person, mine(key), ("证书.png", PNG), said="").status_code == 302
    empty = send(people.person, mine(key), said="")
    assert "请写下要说的话。" in empty.get_data(as_text=True)


def test_sent_twice_is_once_with_its_file(session, people, key):
    for _twice in range(2):
        sent = send(people.person, mine(key), ("证书.png", PNG), key="same-key-12345")
        assert sent.status_code == 302
    assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1


def test_the_persons_file_waits_for_name_and_contact(session, people, key):
    name = "周予安 13800138000 简历.pdf"
    assert send(people.person, mine(key), (name, PDF)).status_code == 302
    (own,) = file_links(shown(people.person, mine(key)), mine(key))
    assert opened(people.person, own).data == PDF
    at = at_desk(people, key)
    page = shown(people.desk, at)
    assert file_links(page, at) == []
    assert "13800138000" not in page
    assert "周予安" not in page
    assert "本人的姓名和联系方式开放后才能打开。" in page
    file_id = own.rsplit("/", 1)[-1]
    assert people.desk.get(f"{at}/files/{file_id}").status_code == 404
    assert people.boss.get(f"{at}/files/{file_id}").status_code in (403, 404)
    shortlisted_with_contact(people, key)
    (link,) = file_links(shown(people.desk, at), at)
    before = session.scalar(sa.select(sa.func.count()).select_from(ProfileOpening))
    assert opened(people.desk, link).data == PDF
    session.expire_all()
    after = session.scalar(sa.select(sa.func.count()).select_from(ProfileOpening))
    assert after == before + 1, "the person reads who opened it"


@pytest.mark.parametrize("ends", ["withdraw", "take_back"])
def test_a_link_ends_with_the_consent(people, key, ends):
    assert send(people.person, mine(key), ("简历.pdf", PDF)).status_code == 302
    shortlisted_with_contact(people, key)
    at = at_desk(people, key)
    (link,) = file_links(shown(people.desk, at), at)
    signed = people.desk.get(link).location
    assert people.desk.get(signed).status_code == 200
    address = f"{mine(key)}/{'withdraw' if ends == 'withdraw' else 'take-back'}"
    assert people.person.post(address).status_code == 302
    assert people.desk.get(signed).status_code == 404
    assert people.desk.get(link).status_code == 404
    assert file_links(shown(people.desk, at), at) == []


def test_a_link_is_the_viewers_own_and_ends_with_its_time(people, key, monkeypatch, make_client):
    assert send(people.desk, at_desk(people, key), ("通知.pdf", PDF)).status_code == 302
    (link,) = file_links(shown(people.person, mine(key)), mine(key))
    signed = people.person.get(link).location
    stranger = make_client(make_account("外人"))
    assert stranger.get(signed).status_code == 404
    token = signed.split("token=")[1]
    assert (
        people.desk.get(
            f"{at_desk(people, key)}/files/{link.rsplit('/', 1)[-1]}?token={token}"
        ).status_code
        == 404
    )
    assert people.person.get(f"{link}?token=forged").status_code == 404
    assert people.person.get(signed).status_code == 200
    monkeypatch.setattr(files, "LINK_SECONDS", -1)
    assert people.person.get(signed).status_code == 404


def test_names_of_the_organisations_files_are_masked_as_its_text_is(people, key):
    at = at_desk(people, key)
    assert send(people.desk, at, ("加微信 hr13800138000.pdf", PDF)).status_code == 302
    page = shown(people.person, mine(key))
    assert "13800138000" not in page
    (link,) = file_links(page, mine(key))
    assert "13800138000" not in opened(people.person, link).headers["Content-Disposition"]


# --- reports -----------------------------------------------------------------------------------


def test_a_reported_message_shows_the_office_that_one_and_its_neighbours(
    session, people, key, make_client
):
    at = at_desk(people, key)
    for words in ("第一句", "第二句", "请先交 500 元培训费", "第四句", "第五句"):
        assert people.desk.post(f"{at}/messages", data={"text": words}).status_code == 302
    line = session.scalar(sa.select(Message.public_id).where(Message.text.contains("培训费")))
    address = f"{mine(key)}/messages/{line}/report"
    assert address in shown(people.person, mine(key))
    assert "请先交" in text(people.person.get(address))
    assert people.person.post(address, data={"kind": "fee", "text": "短"}).status_code == 422
    filed = {"kind": "fee", "text": "对方要求先交培训费才安排面试。"}
    assert people.person.post(address, data=filed).status_code == 302
    again = people.person.post(address, data=filed)
    assert "正在处理" in again.get_data(as_text=True)
    assert people.desk.get(f"{at}/messages/{line}/report").status_code == 404, "one's own line"
    report = session.scalars(sa.select(Report)).one()
    office = make_client(make_account(is_operator=True), second_factor=True)
    page = text(office.get(f"/operator/reports/{report.public_id}"))
    for words, there in (
        ("第一句", False),
        ("第二句", True),
        ("请先交 500 元培训费", True),
        ("第四句", True),
        ("第五句", False),
    ):
        assert (words in page) is there, words
    opened_by = sa.select(Event).where(Event.verb == "open_messages")
    assert len(session.scalars(opened_by).all()) == 1
    answer = {"verdict": "uphold", "text": "已要求单位停止收费并下架岗位。"}
    assert office.post(f"/operator/reports/{report.public_id}", data=answer).status_code == 302


def test_another_threads_line_is_not_found(session, people, key, make_client):
    at = at_desk(people, key)
    assert people.desk.post(f"{at}/messages", data={"text": "您好"}).status_code == 302
    line = session.scalar(sa.select(Message.public_id))
    stranger = make_client(make_account("外人"))
    assert stranger.get(f"{mine(key)}/messages/{line}/report").status_code == 404


# --- how they go -------------------------------------------------------------------------------


def ended(session, key):
    with unit_of_work() as unit:
        row = unit.scalars(sa.select(Application).where(Application.public_id == key)).one()
        moves.move(unit, row, "withdraw", by=By.TALENT, actor=Actor("person"))


def test_twelve_months_after_the_end_lines_and_files_are_gone(session, people, key, clock):
    assert send(people.person, mine(key), ("简历.pdf", PDF)).status_code == 302
    people.desk.post(f"{at_desk(people, key)}/notes", data={"note": "周予安电话里谈过"})
    bytes_at = session.scalar(sa.select(StoredFile.key))
    ended(session, key)
    begun = core_clock.now()
    clock.set(begun + timedelta(days=message_retention.KEPT_DAYS - 1))
    assert message_retention.delete_due() == 0
    clock.set(begun + timedelta(days=message_retention.KEPT_DAYS + 1))
    assert message_retention.delete_due() == 1
    assert message_retention.delete_due() == 0
    session.expire_all()
    assert session.scalars(sa.select(Message)).all() == []
    assert session.scalars(sa.select(Note)).all() == []
    assert session.scalars(sa.select(StoredFile)).one().erased_at is not None
    tasks.run_due()
    with pytest.raises(files.FileLost):
        files.store().get(bytes_at)
    said = sa.select(Event).where(Event.verb == "messages_deleted")
    assert session.scalars(said).one().data["count"] == 1


def test_a_running_application_and_a_waiting_report_keep_them(session, people, key, clock):
    assert (
        people.desk.post(f"{at_desk(people, key)}/messages", data={"text": "交费"}).status_code
        == 302
    )
    begun = core_clock.now()
    line = session.scalars(sa.select(Message)).one()
    with unit_of_work() as unit:
        application = unit.get_one(Application, line.application_id)
        message_reports.file(
            unit,
            application,
            line.public_id,
            message_files.Side.TALENT,
            message_reports.ReportKind.FEE,
            "对方要求先交费才安排面试。",
            reporter=unit.get_one(Account, people.account.id),
            actor=Actor("person"),
        )
    ended(session, key)
    clock.set(begun + timedelta(days=message_retention.KEPT_DAYS + 5))
    assert message_retention.delete_due() == 0
    with unit_of_work() as unit:
        unit.execute(sa.update(Report).values(state="upheld"))
    assert message_retention.delete_due() == 1


def test_the_copy_holds_the_persons_files_and_erasure_takes_all_of_the_thread(session, people, key):
    assert send(people.person, mine(key), ("我的简历.pdf", PDF)).status_code == 302
    assert send(people.desk, at_desk(people, key), ("给周予安的通知.pdf", PDF)).status_code == 302
    with unit_of_work() as unit:
        account = unit.get_one(Account, people.account.id)
        copy = takeout.collect(unit, account)
        packed = takeout.archive(unit, account, copy)
    assert "我的简历.pdf" in json.dumps(copy, ensure_ascii=False, default=str)
    with zipfile.ZipFile(io.BytesIO(packed)) as made:
        own = [name for name in made.namelist() if name.endswith("我的简历.pdf")]
        assert made.read(own[0]) == PDF
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, people.account.id), actor=Actor("person"))
    session.expire_all()
    rows = session.scalars(sa.select(StoredFile)).all()
    assert len(rows) == 2
    assert all(row.erased_at is not None and row.name == "" for row in rows)
    assert {row.text for row in session.scalars(sa.select(Message))} == {""}
