"""A person asks for verification of one entry; the office opens the proof and answers."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from talentmarket.alliance import queues
from talentmarket.core.errors import Conflict, Invalid, NotFound, TooMany
from talentmarket.core.events import Actor, Event
from talentmarket.core.uow import unit_of_work
from talentmarket.members import cards, entries, skills
from talentmarket.members import entry_verification as checks
from talentmarket.members.entries import EntryValues
from talentmarket.members.models import (
    Account,
    EntryKind,
    ProfileOpening,
    Talent,
    TalentEntry,
    VerificationState,
)
from talentmarket.members.skills import SkillValues
from talentmarket.notices.models import Notice
from tests.factories import make_account, make_organisation, make_talent
from tests.guards.world_office import PDF

S = VerificationState
CERTIFICATE = EntryValues(
    EntryKind.CERTIFICATE,
    title="大数据工程技术人员（中级）",
    organisation="人力资源和社会保障部",
    number="SC-2025-0417",
    start_month="2025-03",
)


@pytest.fixture
def person(session):
    return make_account("林知遥")


@pytest.fixture
def entry(session, person):
    """A certificate with its scan, which is the evidence of a skill."""
    talent = make_talent(person)
    with unit_of_work() as unit:
        own = unit.get_one(Talent, talent.id)
        made = entries.add_entry(unit, own, CERTIFICATE, actor=Actor(person.public_id)).public_id
        skills.put_skill(unit, own, "spark", SkillValues(3, evidence=(made,)), actor=Actor())
        entries.attach_proof(unit, own, made, PDF, "证书.pdf", actor=Actor(person.public_id))
    return made


@pytest.fixture
def office(session, make_client):
    return make_client(make_account("何审核", is_operator=True), second_factor=True)


@pytest.fixture
def row(session, entry):
    def read() -> TalentEntry:
        session.rollback()
        session.expire_all()
        return session.scalars(sa.select(TalentEntry).where(TalentEntry.public_id == entry)).one()

    return read


def text(response, status=200) -> str:
    assert response.status_code == status, (response.status_code, response.location)
    return response.get_data(as_text=True)


def asked_at(page: str) -> str:
    return re.search(r'name="asked_at"[^>]*value="([^"]*)"', page)[1]


def own(unit, person) -> Talent:
    return unit.scalars(sa.select(Talent).where(Talent.account_id == person.id)).one()


def test_the_whole_way(session, person, entry, office, make_client, row, clock):
    mine = make_client(person)
    assert "申请秘书处核验" in text(mine.get(f"/me/entries/{entry}"))
    assert mine.post(f"/me/entries/{entry}/verification").status_code == 302
    assert "11-27 18:00" in text(mine.get(f"/me/entries/{entry}"))

    waiting = {one.name: one for one in queues.overview(session)}["entries"]
    assert (waiting.count, waiting.late) == (1, 0)
    listed = text(office.get("/operator/entries"))
    assert "剩 3 个工作日" in listed
    assert "林知遥" not in listed
    assert "大数据工程技术人员" not in listed

    address = f"/operator/entries/{entry}"
    before = text(office.get(address))
    assert "SC-2025-0417" not in before
    assert "林知遥" not in before
    assert "打开的理由" in text(office.post(address, data={"purpose": ""}), 422)
    page = text(office.post(address, data={"purpose": "verification"}))
    for shown in ("林知遥", "SC-2025-0417", "大数据工程技术人员"):
        assert shown in page
    link = re.search(r'href="(/files/[^"]+)"', page)[1]
    assert office.get(link).data == PDF
    assert mine.get(link).status_code == 404, "the link is the reader's own"

    sent = {"verdict": "verify", "asked_at": asked_at(page)}
    assert office.post(address, data=sent).location == "/operator/entries"
    assert row().verification is S.VERIFIED
    assert office.get(address).status_code == 404
    for place in (f"/me/entries/{entry}", "/me/profile"):
        assert "已核验 2025-11-24" in text(mine.get(place))
    opened = text(mine.get("/me/openings"))
    assert "核验佐证" in opened
    assert "联盟秘书处" in opened
    session.expire_all()
    talent = own(session, person)
    entries_by_key = {one.id: one for one in talent.entries}
    states = {one.skill_id: skills.evidence_state(one, entries_by_key) for one in talent.skills}
    assert states["spark"] == "met"
    assert states["sql"] == "claimed"
    card = cards.anonymous_card(talent, viewer_org=make_organisation().public_id)
    shown_entry = next(one for one in card.entries if one.kind == "certificate")
    assert (shown_entry.verified, shown_entry.verified_on) == (True, "2025-11-24")
    notice = session.scalars(sa.select(Notice).where(Notice.code == "entry.verified")).one()
    assert notice.account_id == person.id


def test_a_return_says_why_and_can_be_asked_again(session, person, entry, office, make_client, row):
    mine = make_client(person)
    mine.post(f"/me/entries/{entry}/verification")
    address = f"/operator/entries/{entry}"
    page = text(office.post(address, data={"purpose": "verification"}))
    sent = {"verdict": "return", "asked_at": asked_at(page)}
    again = text(office.post(address, data=sent), 422)
    assert "选一个原因" in again
    assert "SC-2025-0417" in again, "what was opened stays open while the answer is corrected"
    sent |= {"reason": "mismatch", "text": "证书编号与扫描件不一致，请核对。"}
    assert office.post(address, data=sent).status_code == 302
    assert row().verification is S.REFUSED
    shown = text(mine.get(f"/me/entries/{entry}"))
    assert "填写的内容与扫描件不一致" in shown
    assert "证书编号与扫描件不一致，请核对。" in shown
    assert "证书编号与扫描件不一致" in text(mine.get("/me/notices"))
    mine.post(f"/me/entries/{entry}/verification")
    assert (row().verification, row().return_text) == (S.IN_REVIEW, None)


def test_nobody_judges_what_they_did_not_open(session, person, entry, office, make_client, row):
    make_client(person).post(f"/me/entries/{entry}/verification")
    since = row().asked_at.isoformat()
    sent = {"verdict": "verify", "asked_at": since}
    address = f"/operator/entries/{entry}"
    assert office.post(address, data=sent).location == address
    assert "先打开扫描件核对" in text(office.get(address))
    assert row().verification is S.IN_REVIEW
    assert session.scalars(sa.select(ProfileOpening)).all() == []


def test_nobody_verifies_their_own(session, make_client):
    account = make_account("何审核", is_operator=True)
    talent = make_talent(account)
    with unit_of_work() as unit:
        mine = unit.get_one(Talent, talent.id)
        name = mine.entries[0].public_id
        entries.attach_proof(unit, mine, name, PDF, "证明.pdf", actor=Actor(account.public_id))
        checks.ask(unit, mine, name, actor=Actor(account.public_id))
    client = make_client(account, second_factor=True)
    page = text(client.post(f"/operator/entries/{name}", data={"purpose": "verification"}), 422)
    assert "不能核验自己的档案" in page


def ask(person, entry) -> str:
    with unit_of_work() as unit:
        checks.ask(unit, own(unit, person), entry, actor=Actor(person.public_id))
        found, _talent = checks.find_waiting(unit, entry)
        return found.asked_at.isoformat()


def judge(operator, entry, since, verdict="verify", **more) -> None:
    with unit_of_work() as unit:
        by = unit.get_one(Account, operator.id)
        checks.answer(
            unit, entry, verdict, asked_at=since, by=by, actor=Actor(by.public_id), **more
        )


def opened(operator, entry) -> None:
    with unit_of_work() as unit:
        by = unit.get_one(Account, operator.id)
        checks.open_entry(unit, entry, "verification", by=by)


def test_two_colleagues_and_a_change_in_between(session, person, entry, row, clock):
    first, second = make_account(is_operator=True), make_account(is_operator=True)
    since = ask(person, entry)
    opened(first, entry)
    opened(second, entry)
    clock.advance(minutes=1)
    with unit_of_work() as unit:
        checks.recall(unit, own(unit, person), entry, actor=Actor())
    clock.advance(minutes=1)
    later = ask(person, entry)
    with pytest.raises(Conflict):
        judge(first, entry, since)
    with pytest.raises(Conflict):
        judge(first, entry, later)  # the new request was not opened by anybody
    opened(first, entry)
    judge(first, entry, later)
    with pytest.raises(NotFound):
        judge(second, entry, later, "return", reason="other", text="没有看清楚编号。")
    assert row().verification is S.VERIFIED


def test_another_scan_or_another_date_is_a_new_claim(session, person, entry, row):
    operator = make_account(is_operator=True)
    changes = (
        lambda unit: entries.attach_proof(
            unit, own(unit, person), entry, PDF, "另一张.pdf", actor=Actor()
        ),
        lambda unit: entries.edit_entry(
            unit,
            own(unit, person),
            entry,
            EntryValues(**{**CERTIFICATE.__dict__, "number": "SC-2025-9999"}),
            actor=Actor(),
        ),
    )
    for change in changes:
        since = ask(person, entry)
        opened(operator, entry)
        judge(operator, entry, since)
        assert row().verification is S.VERIFIED
        with unit_of_work() as unit:
            change(unit)
        assert (row().verification, row().verified_at) == (S.CLAIMED, None)


def test_what_cannot_be_asked(session, person, entry, row):
    with unit_of_work() as unit:
        bare = own(unit, person).entries[-1].public_id
    bare = next(one.public_id for one in own(session, person).entries if one.public_id != entry)
    with pytest.raises(Invalid):
        ask(person, bare)
    ask(person, entry)
    with pytest.raises(Conflict):
        ask(person, entry)
    with pytest.raises(NotFound):
        ask(make_talent().account, entry)


def test_asking_has_a_limit_of_the_day(session, person, entry, clock):
    for _again in range(checks.DAILY):
        ask(person, entry)
        with unit_of_work() as unit:
            checks.recall(unit, own(unit, person), entry, actor=Actor())
    with pytest.raises(TooMany):
        ask(person, entry)
    clock.advance(days=1)
    assert ask(person, entry)


def test_events_hold_codes_only(session, person, entry):
    operator = make_account(is_operator=True)
    since = ask(person, entry)
    opened(operator, entry)
    judge(operator, entry, since, "return", reason="holder", text="扫描件是林知雨的，不是林知遥。")
    told = "".join(str(one.data) + str(one.reason) for one in session.scalars(sa.select(Event)))
    assert "林知" not in told
    assert "holder" in told


def test_a_request_leaves_the_queue_with_the_person(session, person, entry):
    ask(person, entry)
    with unit_of_work() as unit:
        own(unit, person).state = "suspended"
    assert checks.queue(session) == []
    with pytest.raises(NotFound):
        checks.find_waiting(session, entry)


def test_the_upload_form_resets_and_offers_to_ask(session, person, entry, make_client, row):
    mine = make_client(person)
    ask(person, entry)
    page = text(mine.get(f"/me/entries/{entry}"))
    assert "撤回核验申请" in page
    sent = {"file": (io.BytesIO(PDF), "新的.pdf")}
    mine.post(f"/me/entries/{entry}/proof", data=sent, content_type="multipart/form-data")
    assert row().verification is S.CLAIMED
    assert "申请秘书处核验" in text(mine.get(f"/me/entries/{entry}"))
