"""Applying to a firm's posting: receivers on the button, one consented referral, the firm answers."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import calendar
from talentmarket.core import clock as core_clock
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.referring import (
    applying,
    asking,
    consenting,
    sending,
    watching,
)
from talentmarket.exchange.brokering.referring.models import Referral, ReferralSnapshot
from talentmarket.exchange.models import Application, ApplicationRoute, Job
from talentmarket.exchange.visibility import Sight
from talentmarket.members.models import Consent, Organisation, OrganisationKind, Talent
from talentmarket.notices.models import Notice
from tests.factories import block_of, make_account, make_licence, make_organisation, make_talent
from tests.factories.brokering import add_version, make_mandate, make_posting, terms_of
from tests.integration.exchange.referring import C, Parties, R, now


class Posted(Parties):
    """The parties, with a posting of the firm's on the mandate's letter."""

    def __init__(self, *, own_job: bool = True, on_site: bool = True) -> None:
        super().__init__()
        with unit_of_work() as unit:
            mandate = unit.get_one(Mandate, self.mandate.id)
            if not own_job:
                mandate.job_id = None
            if not on_site:
                mandate.client_id = None
                mandate.client_uscc, mandate.client_name = (
                    "91510100MA6XXXXX0X",
                    "岷江装备制造有限公司",
                )
        self.posting = make_posting(
            self.mandate, self.firm, self.employer if on_site else None, title="数据平台工程师"
        )

    def road(self, unit):
        found = applying.road(unit, unit.get_one(Job, self.posting.id))
        assert found is not None
        return found

    def apply(self, digest=None, contact_now=False, note=""):
        with unit_of_work() as unit:
            talent, road = unit.get_one(Talent, self.talent.id), self.road(unit)
            shown = digest or applying.offered(unit, road, talent).digest
            return applying.apply(
                unit,
                talent,
                road,
                digest=shown,
                contact_now=contact_now,
                note=note,
                actor=Actor("person"),
            )


@pytest.fixture
def parties(session):
    return Posted()


def count(session, table):
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def test_applying_agrees_to_named_receivers_and_opens_nothing_at_the_employer(session, parties):
    referral, created = parties.apply(note="看好这个方向，电话 13800138000")
    row = now(session, referral)
    assert created
    assert (row.state, row.claim, row.application_id) == (R.CONSENTED, None, None)
    assert row.posting_id == parties.posting.id
    assert row.job_id == parties.job.id, "the mandate's own job: both roads are one"
    assert row.reply_due_at == calendar.due(row.consented_at, parties.posting.reply_days)
    assert {one["role"] for one in row.named["receivers"]} == {"employer", "firm"}
    given = session.scalars(sa.select(Consent).where(Consent.subject_id == row.public_id)).all()
    assert {one.receiver_id for one in given} == {
        parties.employer.public_id,
        parties.firm.public_id,
    }
    assert count(session, Application) == 0
    assert count(session, ReferralSnapshot) == 1


def test_the_firm_forwards_what_was_frozen(session, parties):
    referral, _new = parties.apply(note="看好这个方向")
    with unit_of_work() as unit:
        unit.get_one(Talent, parties.talent.id).headline = "改过的标题"
    before = now(session, referral).frozen.profile["headline"]
    application = parties.send(referral)
    row = now(session, referral)
    assert (row.state, row.claim) == (R.SENT, C.PENDING)
    assert application.route is ApplicationRoute.REFERRAL
    assert application.organisation_id == parties.employer.id
    assert application.snapshot.profile["headline"] == before != "改过的标题"
    seen = parties.sight(referral)
    assert seen == Sight(), "the card until new or known is said"
    parties._does(sending.say_new, referral)
    assert parties.sight(referral).snapshot


@pytest.mark.parametrize("on_site", [True, False])
def test_without_a_job_of_the_employers_it_opens_for_the_posting(session, on_site):
    parties = Posted(own_job=False)
    if not on_site:  # came to the exchange after the mandate began
        with unit_of_work() as unit:
            unit.get_one(Mandate, parties.mandate.id).client_id = None
    referral, _new = parties.apply()
    application = parties.send(referral)
    assert application.job_id == parties.posting.id
    assert application.organisation_id == parties.employer.id, "answered by the employer"
    told = session.scalars(sa.select(Notice.link).where(Notice.code == "referral.received")).all()
    assert told == [
        f"/org/{parties.employer.public_id}/applications/{application.public_id}"
    ] * len(told)


def test_twice_is_once(session, parties):
    first, created = parties.apply()
    second, again = parties.apply()
    assert (created, again) == (True, False)
    assert first.id == second.id
    assert count(session, Referral) == 1


def test_two_tabs_at_the_same_moment_make_one(app, session, parties):
    for row in (parties.posting, parties.talent):
        session.refresh(row)
        session.expunge(row)
    session.rollback()
    start, made, errors = threading.Barrier(2), [], []

    def click():
        with app.app_context():
            start.wait()
            try:
                made.append(parties.apply()[0].public_id)
            except DomainError as error:  # pragma: no cover - would be the fault
                errors.append(error)

    tabs = [threading.Thread(target=click) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert errors == []
    assert len(set(made)) == 1
    assert count(session, Referral) == count(session, ReferralSnapshot) == 1


def test_who_was_asked_by_the_firm_before_says_yes_by_applying(session, parties):
    referral = parties.ask()
    again, created = parties.apply()
    assert created
    assert again.id == referral.id
    assert now(session, referral).state is R.CONSENTED
    assert count(session, Referral) == 1


def test_what_was_read_is_what_is_agreed(session, parties):
    with unit_of_work() as unit:
        talent = unit.get_one(Talent, parties.talent.id)
        old = applying.offered(unit, parties.road(unit), talent).digest
        mandate = unit.get_one(Mandate, parties.mandate.id)
        add_version(unit, mandate, terms_of(parties.employer, host_name="成都客户现场有限公司"))
    with pytest.raises(Conflict) as refused:
        parties.apply(digest=old)
    assert refused.value.code == "terms-changed"
    assert count(session, Consent) == 0
    referral, _new = parties.apply()
    roles = [one["role"] for one in now(session, referral).named["receivers"]]
    assert roles == ["employer", "firm", "host"]


def test_another_firms_posting_is_told_to_the_person(session, parties):
    parties.sent()
    other = make_organisation("天府猎头有限公司", OrganisationKind.HR_FIRM)
    make_licence(other)
    mandate = make_mandate(other, parties.job)
    parties.firm, parties.mandate = other, mandate
    parties.posting = make_posting(mandate, other, parties.employer)
    with pytest.raises(Conflict) as refused:
        parties.apply()
    assert refused.value.code == "brought-already"
    assert "蜀桥人力资源有限公司" in str(refused.value.message)


def test_a_blocked_receiver_is_named_to_the_person(session, parties):
    with unit_of_work() as unit:
        unit.add(block_of(parties.talent, parties.employer))
    with pytest.raises(Conflict) as refused:
        parties.apply()
    assert refused.value.code == "blocked-by-you"
    assert parties.employer.name in str(refused.value.message)


def test_refused_with_a_reason_and_everything_given_ends(session, parties, make_client):
    referral, _new = parties.apply()
    desk, person = make_client(parties.consultant), make_client(parties.talent.account)
    at = f"/org/{parties.firm.public_id}/referrals/{referral.public_id}"
    page = desk.get(at).get_data(as_text=True)
    assert "林知遥" in page or parties.talent.account.name in page
    assert desk.post(f"{at}/refuse", data={"reason": "other", "text": "短"}).status_code == 422
    reason = {"reason": "stronger", "text": "这个岗位本周已有三位更合适的人选。"}
    assert desk.post(f"{at}/refuse", data=reason).status_code == 302
    row = now(session, referral)
    assert (row.state, str(row.refusal)) == (R.LAPSED, "stronger")
    live = sa.select(Consent).where(Consent.withdrawn_at.is_(None))
    assert session.scalars(live).all() == []
    assert parties.talent.account.name not in desk.get(at).get_data(as_text=True)
    told = person.get(f"/me/referrals/{referral.public_id}").get_data(as_text=True)
    assert "机构未推荐" in told
    assert "这个岗位本周已有三位更合适的人选。" in told
    assert desk.post(f"{at}/send").status_code == 302
    assert count(session, Application) == 0
    again, created = parties.apply()
    assert created
    assert again.id != referral.id


def test_the_firms_clock_reminds_is_seen_late_and_ends(session, parties, clock, make_client):
    referral, _new = parties.apply()
    person = make_client(parties.talent.account)
    mine = f"/me/referrals/{referral.public_id}"
    row = now(session, referral)
    due, ends = row.reply_due_at, row.expires_at

    def codes():
        session.expire_all()
        return session.scalars(
            sa.select(Notice.code).where(Notice.code.in_(TOLD)).order_by(Notice.id)
        ).all()

    clock.set(due - timedelta(hours=20))
    watching.run_due()
    assert watching.run_due() == 0, "told once"
    assert codes() == ["referral.reply_due"]
    clock.set(due + timedelta(minutes=1))
    watching.run_due()
    watching.run_due()
    assert codes() == ["referral.reply_due", "referral.reply_over", "referral.reply_late"]
    assert "机构已超过答复期限。" in person.get(mine).get_data(as_text=True)
    clock.set(ends + timedelta(minutes=1))
    with pytest.raises(Conflict):
        parties.send(referral)
    watching.run_due()
    assert codes()[3:] == ["referral.not_sent", "referral.missed"]
    assert now(session, referral).state is R.LAPSED
    live = sa.select(Consent).where(Consent.withdrawn_at.is_(None))
    assert session.scalars(live).all() == []


TOLD = (
    "referral.reply_due",
    "referral.reply_over",
    "referral.reply_late",
    "referral.not_sent",
    "referral.missed",
)


def test_who_applies_directly_meanwhile_has_one_application(session, parties):
    referral, _new = parties.apply()
    direct, created = parties._does(
        applications.apply, parties.talent, parties.job, contact_when="interview"
    )
    assert created
    with pytest.raises(Conflict) as refused:
        parties.send(referral)
    assert refused.value.code == "applied-already"
    assert count(session, Application) == 1
    assert direct.route is ApplicationRoute.OWN


def test_applying_again_after_taking_back_keeps_the_one_claim(session, parties):
    referral, _new = parties.apply()
    parties.send(referral)
    parties._does(sending.say_new, referral)
    parties._does(consenting.withdraw, referral)
    again, created = parties.apply()
    assert created
    parties.send(again)
    old, new = now(session, referral), now(session, again)
    assert (old.claim, new.claim) == (C.DORMANT, None)
    assert parties.sight(again).snapshot, "known to the employer already"


def test_a_client_that_is_not_on_the_exchange_is_named_and_the_firm_answers(session, make_client):
    parties = Posted(own_job=False, on_site=False)
    person = make_client(parties.talent.account)
    at = f"/jobs/{parties.posting.public_id}/apply"
    page = person.get(at).get_data(as_text=True)
    assert "还没有在本平台通过核验" in page
    assert "同意提供给 蜀桥人力资源有限公司 和 岷江装备制造有限公司 并申请" in page
    digest = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', page)[1]
    data = {"contact_when": "interview", "digest": digest}
    assert person.post(at, data={**data, "digest": "0" * 64}).status_code == 422
    sent = person.post(at, data=data)
    assert sent.status_code == 302
    application = session.scalars(sa.select(Application)).one()
    assert application.organisation_id == parties.firm.id
    named = session.scalars(sa.select(Consent).where(Consent.receiver_type == "unit")).one()
    assert named.data["name"] == "岷江装备制造有限公司"
    taken = person.post(f"/me/applications/{application.public_id}/withdraw")
    assert taken.status_code == 302
    session.expire_all()
    assert session.get_one(Consent, named.id).withdrawn_at is not None


def test_the_pages_of_the_person(session, parties, make_client):
    person, stranger = make_client(parties.talent.account), make_client(make_account("外人"))
    job = person.get(f"/jobs/{parties.posting.public_id}").get_data(as_text=True)
    assert parties.firm.name in job
    assert parties.employer.name in job
    at = f"/jobs/{parties.posting.public_id}/apply"
    page = person.get(at).get_data(as_text=True)
    button = f"同意提供给 {parties.firm.name} 和 {parties.employer.name} 并申请"
    assert button in page
    assert "checked" not in page
    digest = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', page)[1]
    typed = {"digest": digest, "note": "我写了很多字"}
    wrong = person.post(at, data=typed)
    assert wrong.status_code == 422
    assert "我写了很多字" in wrong.get_data(as_text=True)
    sent = person.post(at, data={**typed, "contact_when": "now"})
    assert sent.status_code == 302
    assert sent.location.startswith("/me/referrals/")
    assert person.get(sent.location).status_code == 200
    assert person.get(at).location == sent.location
    assert stranger.get(sent.location).status_code == 404
    english = person.get(sent.location, headers={"Accept-Language": "en"})
    assert english.status_code == 200


def test_another_firm_cannot_answer(session, parties, make_client):
    referral, _new = parties.apply()
    other = make_organisation("天府猎头有限公司", OrganisationKind.HR_FIRM)
    with unit_of_work() as unit, pytest.raises(NotFound):
        asking.of_firm(unit, unit.get_one(Organisation, other.id), referral.public_id)


def test_a_mandate_that_rests_takes_nobody(session, parties):
    with unit_of_work() as unit:
        unit.get_one(Mandate, parties.mandate.id).valid_until = core_clock.today() - timedelta(
            days=1
        )
    with pytest.raises(Conflict) as refused:
        parties.apply()
    assert refused.value.code == "mandate-not-active"


def test_a_person_without_words_is_the_same_as_any(session):
    parties = Posted()
    parties.talent = make_talent()
    referral, created = parties.apply()
    assert created
    assert now(session, referral).note == ""
