"""A licence ends or is revoked: nothing new, what was sent is finished, the mandate may go elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as calendar_clock
from talentmarket.core.errors import Conflict, Forbidden, Invalid
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs
from talentmarket.exchange.brokering import lapsing
from talentmarket.exchange.brokering.joining import joinings
from talentmarket.exchange.brokering.mandating import agreement, elsewhere, running
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateDocument,
    MandateState,
)
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.brokering.placing.models import PlacementState
from talentmarket.exchange.brokering.referring.asking import NotAskable
from talentmarket.exchange.brokering.referring.models import ReferralClaim
from talentmarket.exchange.models import Job, JobState
from talentmarket.exchange.stages import By
from talentmarket.members import licences
from talentmarket.members.models import Licence, LicenceState, Organisation, OrganisationKind
from talentmarket.notices.models import Notice
from tests.factories import (
    make_account,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.brokering import make_joined
from tests.factories.mandates import make_firm
from tests.factories.mandates import make_mandate as mandate_in_stage
from tests.integration.exchange.referring import Parties, now
from tests.integration.exchange.test_placements import GROSS, Hire

S = MandateState
WORDS = "机构的许可证已失效。"


def at(clock, day, hour, minute=0):
    """Move to a moment of Shanghai."""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=calendar_clock.SHANGHAI)
    clock.advance(seconds=(local - calendar_clock.now()).total_seconds())


def ends(parties, days):
    """Let the licence of the firm end in so many days."""
    last = calendar_clock.today() + timedelta(days=days)
    with unit_of_work() as session:
        licence = session.scalars(
            sa.select(Licence).where(Licence.organisation_id == parties.firm.id)
        ).one()
        licence.expires_on = last
    return last


def revoke(parties):
    operator = make_account(is_operator=True)
    with unit_of_work() as session:
        licence = session.scalars(
            sa.select(Licence).where(Licence.organisation_id == parties.firm.id)
        ).one()
        text = "年度检查发现许可证已被注销。"
        reason = "other"
        actor = Actor(operator.public_id)
        licences.answer(session, licence, "revoke", reason, text, reviewer=operator, actor=actor)


@pytest.fixture
def parties(session):
    found = Parties()
    make_member(found.employer, OrgRole.OWNER, make_account("负责人"))
    return found


def test_the_last_day_counts_whole_in_shanghai(session, parties, clock):
    last = ends(parties, 3)
    at(clock, last, 23, 59)
    parties.ask()
    at(clock, last + timedelta(days=1), 0, 0)
    parties.talent = make_talent()
    with pytest.raises(Forbidden) as refused:
        parties.ask()
    assert refused.value.code == "licence"


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_nothing_new_and_what_was_sent_is_finished(session, parties, clock, how):
    posting = make_job(parties.firm, created_by=parties.consultant.id)
    hire = Hire(parties)
    person, parties.talent = parties.talent, make_talent()
    agreed = parties.ask()
    parties.interest(agreed)
    parties.consent(agreed)
    if how == "expired":
        last = ends(parties, 1)
        at(clock, last, 12)
        assert lapsing.run_due() == 0, "on its last day it holds"
        at(clock, last + timedelta(days=1), 0, 1)
    else:
        revoke(parties)
    with pytest.raises(Forbidden):
        parties.send(agreed)
    assert lapsing.run_due() == 1
    assert lapsing.run_due() == 0
    session.expire_all()
    assert session.get_one(Job, posting.id).state is JobState.PAUSED
    told = sa.select(Notice.account_id).where(Notice.code == "mandate.unlicensed")
    assert len(session.scalars(told).all()) == 2, "the client's owner and recruiter, once each"
    with pytest.raises((Conflict, Forbidden)):
        parties._does(jobs.resume, posting)
    parties.talent = person
    hire.started()
    clock.advance(days=90)
    with unit_of_work() as unit:
        placements.guarantees_due(unit)
    assert hire.placement(session).state is PlacementState.GUARANTEED
    assert sum(one.gross for one in hire.lines(session)) == GROSS


def test_another_licence_without_the_scope_is_none(session, parties, clock):
    ends(parties, 0)
    make_licence(parties.firm, scope=["referral"])
    clock.advance(days=1)
    with pytest.raises(Forbidden):
        parties.ask()
    with unit_of_work() as unit:
        firms = lapsing.unlicensed_firms(unit)
    assert firms == [parties.firm.id]


def move(mandate, firm, by, text=WORDS):
    with unit_of_work() as session:
        return elsewhere.move_elsewhere(
            session,
            session.get_one(Mandate, mandate.id),
            session.get_one(Organisation, firm.id),
            text,
            by=by,
            actor=Actor(by.public_id),
        )


def test_the_employer_moves_the_mandate_and_claims_stay(session, parties, clock):
    sent = parties.sent()
    ends(parties, 0)
    clock.advance(days=1)
    new = make_firm()
    with pytest.raises(Invalid):
        move(parties.mandate, new.organisation, parties.recruiter, "")
    made = move(parties.mandate, new.organisation, parties.recruiter)
    session.expire_all()
    assert session.get_one(Mandate, parties.mandate.id).state is S.ENDED
    row = session.get_one(Mandate, made.id)
    old = session.get_one(Mandate, parties.mandate.id)
    assert (row.state, row.organisation_id) == (S.DRAFT, new.organisation.id)
    assert (row.title, row.client_id, row.job_id) == (old.title, old.client_id, old.job_id)
    terms = agreement.newest(session, row)
    assert terms.digest == old.versions[0].digest
    with unit_of_work() as unit:
        mandate = unit.get_one(Mandate, made.id)
        mandate.state, mandate.terms_number = S.ACTIVE, 1
    parties.firm, parties.mandate = new.organisation, made
    parties.consultant = new.consultant
    with pytest.raises(NotAskable):
        parties.ask()  # the person is the first firm's for this job
    assert now(session, sent).claim is ReferralClaim.PENDING


def test_documents_of_the_client_go_along_and_the_letter_stays(session):
    client = make_organisation()
    owner = make_member(client, OrgRole.OWNER)
    old = mandate_in_stage(make_firm(), "active", client=client)
    made = move(old, make_firm().organisation, owner)
    kinds = session.scalars(
        sa.select(MandateDocument.kind).where(MandateDocument.mandate_id == made.id)
    ).all()
    assert sorted(kinds) == ["brief", "registration"]
    assert session.get_one(Mandate, made.id).handler_contact == "handler@example.cn"


def test_who_may_not_take_it(session, parties):
    unlicensed = make_firm(licensed=False).organisation
    with pytest.raises(Forbidden):
        move(parties.mandate, unlicensed, parties.recruiter)
    with pytest.raises(Conflict):
        move(parties.mandate, parties.firm, parties.recruiter)
    found = elsewhere.firms_for(session, session.get_one(Mandate, parties.mandate.id))
    assert found == []
    public = make_firm(kind=OrganisationKind.PUBLIC_SERVICE).organisation
    found = elsewhere.firms_for(session, session.get_one(Mandate, parties.mandate.id), public.uscc)
    assert [one.id for one in found] == [public.id]
    made = move(parties.mandate, public, parties.recruiter)
    assert agreement.newest(session, session.get_one(Mandate, made.id)).fee_basis == "none"


def test_the_page(session, parties, make_client):
    owner = make_client(make_member(parties.employer, OrgRole.OWNER, make_account("另一位")))
    new = make_firm().organisation
    path = f"/org/{parties.employer.public_id}/mandates/given/{parties.mandate.public_id}/elsewhere"
    assert new.name in owner.get(path).get_data(as_text=True)
    kept = owner.post(path, data={"text": "换一家机构承办。"})
    assert kept.status_code == 422
    assert "换一家机构承办。" in kept.get_data(as_text=True)
    assert owner.post(path, data={"firm": new.public_id, "text": "短"}).status_code == 422
    done = owner.post(path, data={"firm": new.public_id, "text": "换一家机构承办。"})
    assert done.status_code == 302
    recruiter = make_client(parties.recruiter)
    assert recruiter.get(path).status_code == 403


def test_leaving_and_ending_need_no_licence(session, parties, clock):
    joined = make_organisation("天府猎头有限公司", OrganisationKind.HR_FIRM)
    part = make_joined(parties.mandate, joined)
    parties._does(joinings.leave, part, text="许可证到期，退出。")
    parties._does(
        running.change, parties.mandate, name="end", by=By.ORGANISATION, text="许可证到期，结束。"
    )
    session.expire_all()
    assert session.get_one(Mandate, parties.mandate.id).state is S.ENDED


def test_reminders_stand_at_sixty_thirty_and_seven_days(session, parties, clock):
    owner = make_member(parties.firm, OrgRole.OWNER, make_account("机构负责人"))
    ends(parties, 61)
    seen = []
    for _day in range(62):
        licences.remind()
        session.expire_all()
        query = sa.select(sa.func.count()).where(
            Notice.code == "licence.expiring", Notice.account_id == owner.id
        )
        seen.append(session.scalar(query))
        clock.advance(days=1)
    steps = [61 - day for day in range(1, 62) if seen[day] > seen[day - 1]]
    assert (seen[0], steps) == (0, [60, 30, 7])


def test_a_licence_in_review_or_returned_is_none(session, parties):
    with unit_of_work() as unit:
        licence = unit.scalars(sa.select(Licence)).first()
        licence.state = LicenceState.IN_REVIEW
    with pytest.raises(Forbidden):
        parties.ask()
