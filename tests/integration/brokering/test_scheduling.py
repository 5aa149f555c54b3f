"""A firm proposes interview times where the employer lets it; the person and the employer see who."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as site_clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, history
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import interviews, moves
from talentmarket.exchange.brokering.referring import consenting, scheduling, sending
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.exchange.models import Application, ApplicationState, Interview
from talentmarket.exchange.stages import By
from talentmarket.members.models import Consent, Organisation, OrganisationState
from talentmarket.notices.models import Notice
from tests.integration.exchange.referring import Parties, now
from tests.integration.exchange.steps import text

S = ApplicationState


class Desk(Parties):
    """A referral that the employer has answered and shortlisted."""

    def __init__(self, *, shortlisted=True):
        super().__init__()
        self.referral = self.sent()
        self._does(sending.say_new, self.referral)
        if shortlisted:
            self.step("shortlist")

    def step(self, name, by=By.ORGANISATION):
        with unit_of_work() as session:
            moves.move(session, self.application(session), name, by=by, actor=Actor("recruiter"))

    def application(self, session):
        return session.get_one(Application, now(session, self.referral).application_id)

    def row(self, session):
        return session.get_one(Referral, self.referral.id)

    def lets(self):
        self._does(scheduling.let, self.referral)

    def proposes(self, days=3, **changes):
        at = site_clock.start_of_day(site_clock.today() + timedelta(days=days))
        with unit_of_work() as session:
            given = {
                "starts_at": at + timedelta(hours=10),
                "others": [at + timedelta(hours=14)],
                "minutes": 60,
                "place": "成都市高新区天府五街 200 号",
                "by_video": False,
                "by_phone": False,
                "revision": None,
                "actor": Actor("consultant", self.firm.public_id),
            }
            return scheduling.propose(session, self.row(session), **{**given, **changes})


@pytest.fixture
def desk(session):
    return Desk()


def told(session, code):
    return set(session.scalars(sa.select(Notice.account_id).where(Notice.code == code)))


def test_only_where_the_employer_lets_it(session, desk):
    with pytest.raises(Conflict):
        desk.proposes()
    desk.lets()
    assert told(session, "referral.may_schedule") == {desk.consultant.id}
    with pytest.raises(Conflict):
        desk.lets()
    interview = desk.proposes()
    session.expire_all()
    assert desk.application(session).state is S.INTERVIEW
    assert session.get_one(Interview, interview.id).firm.public_id == desk.firm.public_id
    assert told(session, "interview.proposed_by_firm") == {desk.talent.account_id}
    assert told(session, "interview.proposed") == set(), "told once"
    assert desk.recruiter.id in told(session, "interview.proposed_for_you")
    desk._does(scheduling.stop, desk.referral)
    with pytest.raises(Conflict):
        desk.proposes(4)


def test_not_before_the_employer_chose_the_person_itself(session):
    desk = Desk(shortlisted=False)
    with pytest.raises(Conflict):
        desk.lets()
    verbs = [one.verb for one in history(session, "referral", desk.referral.public_id)]
    assert "let_schedule" not in verbs


def test_what_is_agreed_the_firm_does_not_move_and_contact_opens_to_the_employer_alone(
    session, desk
):
    desk.lets()
    interview = desk.proposes()
    chosen = interview.times[1]
    with unit_of_work() as unit:
        application = desk.application(unit)
        sequence = interviews.current(unit, application).sequence
        interviews.accept(
            unit, application, sequence=sequence, actor=Actor("person"), starts_at=chosen
        )
    with pytest.raises(Conflict):
        desk.proposes(5)
    given = session.scalars(
        sa.select(Consent).where(
            Consent.subject_type == "application",
            Consent.account_id == desk.talent.account_id,
        )
    ).all()
    reached = {
        one.receiver_id
        for one in given
        if {"phone", "mail", "contact"} & set(one.data.get("fields", ()))
    }
    assert reached == {desk.employer.public_id}


def test_what_is_agreed_is_not_left_to_the_firm(session, desk, make_client):
    at = site_clock.start_of_day(site_clock.today() + timedelta(days=3)) + timedelta(hours=10)
    with unit_of_work() as unit:
        values = {"minutes": 60, "place": "线上", "by_video": True, "actor": Actor("recruiter")}
        interviews.propose(unit, desk.application(unit), starts_at=at, **values)
    theirs = f"/org/{desk.employer.public_id}/referred/{desk.referral.public_id}"
    recruiter = make_client(desk.recruiter)
    assert "请机构代约面试" in text(recruiter.get(theirs))
    with unit_of_work() as unit:
        interviews.accept(unit, desk.application(unit), sequence=0, actor=Actor("person"))
    assert "请机构代约面试" not in text(recruiter.get(theirs))
    with pytest.raises(Conflict):
        desk.lets()
    assert not told(session, "referral.may_schedule")


def test_who_proposes_after_the_firm_stands_for_itself(session, desk):
    desk.lets()
    desk.proposes()
    at = site_clock.start_of_day(site_clock.today() + timedelta(days=6)) + timedelta(hours=9)
    with unit_of_work() as unit:
        interviews.propose(
            unit,
            desk.application(unit),
            starts_at=at,
            minutes=60,
            place="线上",
            by_video=True,
            actor=Actor("recruiter"),
        )
    session.expire_all()
    assert interviews.current(session, desk.application(session)).firm is None


def test_a_consent_taken_back_ends_it(session, desk):
    desk.lets()
    desk._does(consenting.withdraw, desk.referral)
    with pytest.raises(Conflict):
        desk.proposes()


def test_nothing_is_proposed_in_the_name_of_a_suspended_employer(session, desk):
    desk.lets()
    with unit_of_work() as unit:
        employer = unit.get_one(Organisation, desk.employer.id)
        employer.state = OrganisationState.SUSPENDED
    with pytest.raises(Conflict):
        desk.proposes()
    session.expire_all()
    assert not told(session, "interview.proposed_by_firm")


def test_the_firm_reads_no_times_after_the_consent_ran_out(session, desk, clock, make_client):
    desk.lets()
    desk.proposes()
    mine = f"/org/{desk.firm.public_id}/referrals/{desk.referral.public_id}"
    assert "14:00" in text(make_client(desk.consultant).get(mine))
    clock.advance(days=consenting.CONSENT_DAYS + 1)
    session.expire_all()
    assert desk.row(session).state is ReferralState.SENT
    assert "14:00" not in text(make_client(desk.consultant).get(mine))


def test_two_proposals_of_one_page_the_second_is_told(session, desk):
    desk.lets()
    seen = desk.application(session).revision
    session.rollback()
    desk.proposes(revision=seen)
    with pytest.raises(Conflict):
        desk.proposes(4, revision=seen)


def test_the_pages_of_all_three(session, desk, make_client):
    employer, firm = desk.employer.public_id, desk.firm.public_id
    recruiter, consultant = make_client(desk.recruiter), make_client(desk.consultant)
    theirs = f"/org/{employer}/referred/{desk.referral.public_id}"
    mine = f"/org/{firm}/referrals/{desk.referral.public_id}"
    assert "请机构代约面试" in text(recruiter.get(theirs))
    assert "提议面试时间" not in text(consultant.get(mine))
    assert consultant.get(f"{mine}/interview").status_code == 409
    assert recruiter.post(f"{theirs}/scheduling", data={"answer": "let"}).status_code == 302
    strange = f"/org/{firm}/referred/{desk.referral.public_id}/scheduling"
    assert consultant.post(strange, data={"answer": "let"}).status_code == 404
    assert "提议面试时间" in text(consultant.get(mine))
    form = text(consultant.get(f"{mine}/interview"))
    revision = form.partition('name="revision"')[2].partition('value="')[2].partition('"')[0]
    day = (site_clock.today() + timedelta(days=3)).isoformat()
    sent = {
        "day": day,
        "time": "23:30",
        "minutes": "60",
        "manner": "onsite",
        "place": "天府五街 200 号",
        "revision": revision,
    }
    refused = consultant.post(f"{mine}/interview", data=sent)
    assert refused.status_code == 422
    assert "7:00 到 22:00" in refused.get_data(as_text=True)
    assert consultant.post(f"{mine}/interview", data={**sent, "time": "10:00"}).status_code == 302
    key = desk.application(session).public_id
    pages = (
        make_client(desk.talent.account).get(f"/me/applications/{key}"),
        recruiter.get(f"/org/{employer}/applications/{key}"),
    )
    for page in pages:
        shown = text(page)
        assert "机构受用人单位之托提议" in shown
        assert desk.firm.name in shown
    assert "10:00" in text(consultant.get(mine))
