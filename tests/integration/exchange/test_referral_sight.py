"""What each side sees of a referral: a second firm nothing, the person everything, the employer what
the person gives now; on every surface."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core.db import db
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, messages, moves
from talentmarket.exchange.brokering.placing import offers, placements
from talentmarket.exchange.brokering.referring import consenting, refused, sending
from talentmarket.exchange.models import Application, Message, Side
from talentmarket.exchange.stages import By
from talentmarket.members.cards import card_of
from talentmarket.members.models import (
    Account,
    Identifier,
    Organisation,
    OrganisationKind,
    Talent,
)
from tests.factories import block_of, make_account, make_licence, make_member, make_organisation
from tests.factories.brokering import make_mandate
from tests.integration.exchange.referring import C, Parties, R, now

PERSON = Actor("person")


@pytest.fixture
def parties(session):
    parties = Parties()
    with unit_of_work() as unit:
        unit.get_one(Talent, parties.talent.id).headline = "湖仓一体的数据工程师"
    return parties


class Second:
    """Another firm with a mandate for the same job."""

    def __init__(self, parties, make_client):
        self.firm = make_organisation("天府猎头有限公司", OrganisationKind.HR_FIRM)
        make_licence(self.firm)
        self.consultant = make_member(self.firm, "consultant", make_account("另一位顾问"))
        self.mandate = make_mandate(self.firm, parties.job, consultant=self.consultant)
        self.client = make_client(self.consultant)
        self.card = card_of(parties.talent, self.firm.public_id)
        self.at = f"/org/{self.firm.public_id}/referrals/new"

    def asks(self):
        data = {
            "card": self.card,
            "mandate": self.mandate.public_id,
            "employer_named": "described",
        }
        return self.client.post(self.at, data=data)


def hinder(parties, second, why):
    if why == "blocked":
        with unit_of_work() as unit:
            unit.add(block_of(parties.talent, parties.employer))
    elif why == "claimed":
        parties.sent()
    else:
        parties._does(applications.apply, parties.talent, parties.job, contact_when="interview")


def read(answer):
    """The page without what differs from request to request."""
    page = answer.get_data(as_text=True)
    page = re.sub(r'name="csrf_token"[^>]*', "", page)
    page = re.sub(r'nonce="[^"]*"', "", page)
    page = re.sub(r"T-[A-Z0-9]+|\d{7}", "NUMBER", page)
    return re.sub(r"[A-Za-z0-9_-]{10,}", "ID", page)


class Statements:
    """The statements that a request took."""

    def __init__(self):
        self.texts = []

    def __enter__(self):
        sa.event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error):
        sa.event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, text, *_more):
        self.texts.append(text.split("WHERE")[0])


@pytest.mark.parametrize("why", ["claimed", "applied"])
def test_a_second_firm_reads_word_for_word_what_a_block_shows(app, session, make_client, why):
    seen = {}
    for one in ("blocked", why):
        parties = Parties()
        second = Second(parties, make_client)
        hinder(parties, second, one)
        second.asks()  # the first of the day is kept for the person
        with Statements() as taken:
            answer = second.asks()
        page = answer.get_data(as_text=True)
        assert "现在不能就这个岗位联系这位人才。" in page
        assert "蜀桥" not in page, "who was first is nobody's business"
        seen[one] = (answer.status_code, dict(answer.headers).keys(), read(answer), taken.texts)
    assert seen["blocked"][0] == seen[why][0] == 422
    assert seen["blocked"][1] == seen[why][1]
    assert seen["blocked"][2] == seen[why][2]
    few, many = sorted((len(seen["blocked"][3]), len(seen[why][3])))
    assert many <= few * 1.1, f"the same class of time: {few} and {many} statements"


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("claimed", "另一家机构已经就这个岗位推荐您"),
        ("blocked", "您的档案不对它开放"),
        ("applied", "您已经申请了这个岗位"),
    ],
)
def test_the_person_reads_who_asked_and_why_it_could_not(session, parties, make_client, why, said):
    second = Second(parties, make_client)
    hinder(parties, second, why)
    second.asks()
    second.asks()
    person, consultant = make_client(parties.talent.account), second.client
    page = person.get("/me/referrals").get_data(as_text=True)
    assert second.firm.name in page
    assert page.count(said) == 1, "once a day"
    assert said not in consultant.get(f"/org/{second.firm.public_id}/referrals").get_data(
        as_text=True
    )
    talent = session.get_one(Talent, parties.talent.id)
    assert [str(one.why) for one in refused.refused_askings(session, talent)] == [
        "hidden" if why == "blocked" else why
    ]


def test_all_three_sides_see_the_same_clocks(session, parties, make_client):
    referral = parties.sent()
    parties._does(sending.say_new, referral)
    row = now(session, referral)
    pages = [
        make_client(parties.talent.account).get(f"/me/referrals/{row.public_id}"),
        make_client(parties.consultant).get(
            f"/org/{parties.firm.public_id}/referrals/{row.public_id}"
        ),
        make_client(parties.recruiter).get(
            f"/org/{parties.employer.public_id}/referred/{row.public_id}"
        ),
    ]
    for page in pages:
        text = page.get_data(as_text=True)
        assert row.claim_until.isoformat() in text
        assert "归属成立" in text
        assert "异议期至" in text


def private_words(session, parties):
    """What says who the person is, or comes out of the profile or the thread."""
    talent = session.get_one(Talent, parties.talent.id)
    reach = session.scalars(
        sa.select(Identifier.value).where(Identifier.account_id == talent.account_id)
    ).all()
    return [talent.account.name, talent.headline, "我想问一下团队", *reach]


def surfaces(parties, referral, application):
    """Every address at which the employer or the firm could read of the person."""
    employer, firm = parties.employer.public_id, parties.firm.public_id
    job, key = parties.job.public_id, application.public_id
    return {
        "employer": [
            f"/org/{employer}/applications",
            f"/org/{employer}/applications/{key}",
            f"/org/{employer}/applications/jobs/{job}",
            f"/org/{employer}/applications/jobs/{job}?view=board",
            f"/org/{employer}/applications/jobs/{job}?view=referred",
            f"/org/{employer}/applications/jobs/{job}?view=ended",
            f"/org/{employer}/referred/{referral.public_id}",
            f"/org/{employer}/placements",
            f"/org/{employer}/applications/{key}/interview.ics",
        ],
        "firm": [
            f"/org/{firm}/referrals",
            f"/org/{firm}/referrals/{referral.public_id}",
            f"/org/{firm}/placements",
        ],
    }


@pytest.mark.parametrize("when", ["before_answer", "withdrawn", "withdrawn_after_offer"])
def test_without_consent_no_surface_says_a_word(session, parties, make_client, when):
    referral = parties.sent(contact_now=True)
    recruiting, desk = make_client(parties.recruiter), make_client(parties.consultant)
    application = now(session, referral).application
    with unit_of_work() as unit:
        messages.send(
            unit,
            unit.get_one(Application, application.id),
            side=Side.TALENT,
            author_id=parties.talent.account_id,
            text="我想问一下团队，电话 13800138000",
            actor=PERSON,
        )
    found = {"employer": recruiting, "firm": desk}
    if when != "before_answer":
        parties._does(sending.say_new, referral)
        page = recruiting.get(surfaces(parties, referral, application)["employer"][1])
        assert "我想问一下团队" in page.get_data(as_text=True), "open while it is given"
        if when == "withdrawn_after_offer":
            with unit_of_work() as unit:
                row = unit.get_one(Application, application.id)
                row.state, row.moved_from = "accepted", "offer"
        parties._does(consenting.withdraw, referral)
    words = private_words(session, parties)
    looked = 0
    for side, addresses in surfaces(parties, referral, application).items():
        for address in addresses:
            answer = found[side].get(address)
            if answer.status_code == 404:
                continue
            looked += 1
            body = answer.get_data(as_text=True)
            told = [word for word in words if word and word in body]
            assert told == [], (when, side, address, told)
    assert looked >= 9
    wrote = recruiting.post(
        f"/org/{parties.employer.public_id}/applications/{application.public_id}/messages",
        data={"text": "还在吗？"},
    )
    assert wrote.status_code == 200
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
    receipt = desk.post(f"/org/{parties.firm.public_id}/referrals/{referral.public_id}/receipt")
    if receipt.status_code == 200:
        assert words[0].encode() not in receipt.data


def test_a_hire_within_the_time_revives_the_claim_and_later_does_not(session, clock, make_client):
    for days, claim in ((60, C.STANDING), (200, C.EXPIRED)):
        begun = core_clock.now()
        parties = Parties()
        referral = parties.sent()
        parties._does(sending.say_new, referral)
        parties._does(consenting.withdraw, referral)
        person = make_client(parties.talent.account)
        page = person.get(f"/me/referrals/{referral.public_id}").get_data(as_text=True)
        assert "休眠" in page
        assert now(session, referral).claim_until.isoformat() in page, "the person sees its end"
        clock.set(begun + timedelta(days=days))
        with unit_of_work() as unit:
            unit.get_one(type(parties.job), parties.job.id).valid_until = (
                core_clock.today() + timedelta(days=30)
            )
        direct, created = parties._does(
            applications.apply, parties.talent, parties.job, contact_when="interview"
        )
        assert created
        assert str(direct.route) == "own"
        hired(parties, direct)
        sending_due(session)
        row = now(session, referral)
        assert (row.state, row.claim) == (R.WITHDRAWN, claim)
        assert consenting.standing(session, row, row.employer) == frozenset()


def hired(parties, application):
    with unit_of_work() as unit:
        row = unit.get_one(Application, application.id)
        if placements.wants_offer(unit, row):
            offers.make(
                unit,
                row,
                offers.OfferValues(
                    pay_month=20_000_00,
                    pay_months=13,
                    start_on=core_clock.today() + timedelta(days=10),
                    region_code="510116",
                    contract_months=36,
                    probation_months=3,
                ),
                revision=row.revision,
                author=unit.get_one(Account, parties.recruiter.id),
                actor=Actor("recruiter"),
            )
        else:
            moves.move(unit, row, "offer", by=By.ORGANISATION, actor=Actor("recruiter"))
    with unit_of_work() as unit:
        row = unit.get_one(Application, application.id)
        moves.move(unit, row, "accept", by=By.TALENT, actor=Actor("person"))


def sending_due(session):
    with unit_of_work() as unit:
        sending.expire_claims(unit)


def test_the_copy_of_the_person_tells_who_could_not_ask(session, parties, make_client):
    second = Second(parties, make_client)
    hinder(parties, second, "claimed")
    second.asks()
    with unit_of_work() as unit:
        account = unit.get_one(Account, parties.talent.account_id)
        copy = json.loads(json.dumps(refused.copy_of(unit, account), default=str))
    assert [one["firm"] for one in copy] == [second.firm.name]
    assert session.get_one(Organisation, second.firm.id).name == copy[0]["firm"]


def test_who_acted_is_called_by_name_and_what_must_wait_is_not_to_be_pressed(
    session, parties, make_client
):
    referral = parties.ask()
    parties.interest(referral)
    parties.consent(referral)
    firm = parties.firm.public_id
    desk, recruiting = make_client(parties.consultant), make_client(parties.recruiter)
    sent = desk.post(f"/org/{firm}/referrals/{referral.public_id}/send")
    assert sent.status_code == 302
    application = now(session, referral).application
    at = f"/org/{parties.employer.public_id}/applications/{application.public_id}"
    page = recruiting.get(at).get_data(as_text=True)
    course = page[page.index("提交申请") :][:400]
    assert parties.firm.name in course
    assert "求职者" not in course
    assert len(re.findall(r"<button[^>]*disabled>[^<]*(?:入围|约面试|发出录用)", page)) == 3
    assert "先答复是否新人选，才能入围、约面试或录用。" in page
    listed = f"/org/{parties.employer.public_id}/applications/jobs/{parties.job.public_id}"
    rows = recruiting.get(listed).get_data(as_text=True)
    assert len(re.findall(r"<button[^>]*disabled>[^<]*(?:入围|约面试)", rows)) == 2
    parties._does(sending.say_new, referral)
    assert not re.findall(r"<button[^>]*disabled>", recruiting.get(listed).get_data(as_text=True))
    page = recruiting.get(at).get_data(as_text=True)
    assert "推荐机构看不到" in page
    assert not re.findall(r"<button[^>]*disabled>", page)
    mine = make_client(parties.talent.account)
    own = mine.get(f"/me/applications/{application.public_id}").get_data(as_text=True)
    assert parties.firm.name in own
