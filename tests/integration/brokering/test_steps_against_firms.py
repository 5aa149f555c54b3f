"""A firm that breaks the rules loses reach by the stated steps, is told why, and can appeal."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.errors import Conflict, Forbidden, Invalid
from talentmarket.core.events import Actor, record
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.firms import measures
from talentmarket.exchange.brokering.firms.models import FirmMeasure, MeasureRuling
from talentmarket.exchange.brokering.firms.steps import STEPS, Step, reached
from talentmarket.members.models import Organisation
from talentmarket.notices.models import Notice
from tests.factories import make_account, make_job, make_member, make_talent
from tests.integration.exchange.referring import Parties

WORDS = "这三次是平台停机当天到期的，有公告为据。"


@pytest.fixture
def parties(session):
    found = Parties()
    found.owner = make_member(found.firm, OrgRole.OWNER, make_account("机构负责人"))
    return found


def silent(firm, count, verb="lapse"):
    """So many people agreed and were not referred in time."""
    with unit_of_work() as session:
        for at in range(count):
            record(
                session,
                "referral",
                f"rf{verb}{count}{at}",
                verb,
                from_state="consented",
                to_state="lapsed",
                firm=firm.public_id,
            )


def steps(session, firm):
    session.expire_all()
    query = sa.select(FirmMeasure.step).where(FirmMeasure.organisation_id == firm.id)
    return list(session.scalars(query.order_by(FirmMeasure.id)))


def last(session):
    session.expire_all()
    return session.scalars(sa.select(FirmMeasure).order_by(FirmMeasure.id.desc()).limit(1)).one()


def decide(session, measure, ruling):
    operator = make_account(is_operator=True)
    with unit_of_work() as unit:
        found = unit.get_one(FirmMeasure, measure.id)
        measures.rule(unit, found, ruling, WORDS, operator=operator, actor=Actor())


def test_the_table_rises():
    assert [rule.strikes for rule in STEPS] == sorted({rule.strikes for rule in STEPS})
    assert reached(STEPS[0].strikes - 1) is None
    assert [reached(rule.strikes).step for rule in STEPS] == list(Step)


def test_step_by_step_and_each_told_once_with_what_counted(session, parties):
    silent(parties.firm, 2)
    assert measures.run_due() == 0
    silent(parties.firm, 1)
    assert measures.run_due() == 1
    assert measures.run_due() == 0, "the same strikes lead to it once"
    parties.ask()  # a warning takes nothing away
    silent(parties.firm, 5)
    assert measures.run_due() == 1
    assert steps(session, parties.firm) == [Step.WARNING, Step.NO_ASKING]
    parties.talent = make_talent()
    with pytest.raises(Forbidden) as refused:
        parties.ask()
    assert refused.value.code == "measure-no_asking"
    told = session.scalars(
        sa.select(Notice.arguments).where(
            Notice.code == "measure.taken", Notice.account_id == parties.owner.id
        )
    ).all()
    assert [one["silences"] for one in told] == [3, 8]


def test_it_ends_with_its_days_and_strikes_with_the_window(session, parties, clock):
    silent(parties.firm, 8)
    measures.run_due()
    with pytest.raises(Forbidden):
        parties.ask()
    clock.advance(days=15)
    parties.ask()
    assert measures.run_due() == 0
    clock.advance(days=170)
    assert measures.against(session, session.get_one(Organisation, parties.firm.id)) == []


def test_postings_taken_down_and_employers_are_told_apart(session, parties):
    own = make_job(parties.firm)
    with unit_of_work() as unit:
        for job in (own, parties.job):
            record(unit, "job", job.public_id, "take_down", to_state="rejected")
    firm = session.get_one(Organisation, parties.firm.id)
    assert [str(one.kind) for one in measures.against(session, firm)] == ["posting"]
    employer = session.get_one(Organisation, parties.employer.id)
    assert measures.against(session, employer) == []


def test_a_claim_that_an_appeal_gave_back_counts_nothing(session, parties):
    with unit_of_work() as unit:
        for verb in ("claim_refuse", "claim_uphold"):
            record(unit, "referral", "rfgivenback1", verb, firm=parties.firm.public_id)
        record(unit, "referral", "rfrefused123", "claim_refuse", firm=parties.firm.public_id)
    firm = session.get_one(Organisation, parties.firm.id)
    assert [str(one.kind) for one in measures.against(session, firm)] == ["dispute"]


def test_an_appeal_that_is_heard_lifts_the_step_and_forgives(session, parties, make_client):
    silent(parties.firm, 8)
    measures.run_due()
    owner = make_client(parties.owner)
    at = f"/org/{parties.firm.public_id}/firm/standing"
    assert "不能询问新的人才" in owner.get(at).get_data(as_text=True)
    measure = last(session)
    path = f"{at}/{measure.public_id}/appeal"
    short = owner.post(path, data={"text": "短"})
    assert short.status_code == 422
    assert owner.post(path, data={"text": WORDS}).status_code == 302
    assert owner.post(path, data={"text": WORDS}).status_code == 422, "once"
    assert make_client(parties.consultant).post(path, data={"text": WORDS}).status_code == 403
    with pytest.raises(Forbidden):
        parties.ask()  # it holds until the office has decided
    operator = make_client(make_account(is_operator=True), second_factor=True)
    assert parties.firm.name in operator.get("/operator/measures").get_data(as_text=True)
    case = f"/operator/measures/{measure.public_id}"
    assert WORDS in operator.get(case).get_data(as_text=True)
    assert operator.post(case, data={"ruling": "lifted"}).status_code == 422
    done = operator.post(case, data={"ruling": "lifted", "reasons": "停机公告属实，这三次不计入。"})
    assert done.status_code in (302, 303)
    parties.ask()
    firm = session.get_one(Organisation, parties.firm.id)
    session.expire_all()
    assert measures.against(session, firm) == []
    assert measures.run_due() == 0
    told = sa.select(Notice).where(Notice.code == "measure.ruled")
    assert parties.owner.id in {one.account_id for one in session.scalars(told)}


def test_too_late_and_decided_once(session, parties, clock):
    silent(parties.firm, 3)
    measures.run_due()
    measure = last(session)
    clock.advance(days=20)
    with pytest.raises(Conflict):
        parties._does(measures.appeal, measure, text=WORDS)
    with pytest.raises(Invalid):
        parties._does(measures.appeal, measure, text="短")
    decide(session, measure, MeasureRuling.STANDS)
    with pytest.raises(Conflict):
        decide(session, measure, MeasureRuling.LIFTED)


def test_a_suspension_is_put_before_the_office_and_holds_meanwhile(session, parties):
    silent(parties.firm, 12)
    measures.run_due()
    assert steps(session, parties.firm) == [Step.SUSPENSION]
    with unit_of_work() as unit:
        assert [one.organisation_id for one in measures.queue(unit)] == [parties.firm.id]
    with pytest.raises(Forbidden):
        parties.ask()
    decide(session, last(session), MeasureRuling.LIFTED)
    parties.ask()


def test_the_rules_are_published(session, make_client):
    text = make_client(None).get("/rules").get_data(as_text=True)
    for rule in STEPS:
        assert f"满 {rule.strikes} 次" in text
