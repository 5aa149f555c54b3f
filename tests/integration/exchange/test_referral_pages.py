"""A referral through its pages: the firm asks, the person answers twice, the employer answers."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing.models import Offer
from talentmarket.exchange.brokering.referring.models import (
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.models import Application, ApplicationState
from talentmarket.members.cards import card_of
from tests.factories import make_job, make_member, make_organisation
from tests.integration.exchange.referring import Parties, now


@pytest.fixture
def walk(session, make_client):
    """The parties with a client each; the mandate has no job yet."""
    parties = Parties()
    with unit_of_work() as unit:
        unit.get_one(Mandate, parties.mandate.id).job_id = None
    parties.desk = make_client(parties.consultant)
    parties.person = make_client(parties.talent.account)
    parties.recruiting = make_client(parties.recruiter)
    parties.firm_at = f"/org/{parties.firm.public_id}"
    parties.employer_at = f"/org/{parties.employer.public_id}"
    parties.card = card_of(parties.talent, parties.firm.public_id)
    return parties


def the_referral(session):
    session.expire_all()
    return session.scalars(sa.select(Referral)).one()


def asked(walk, **changes):
    values = {"card": walk.card, "mandate": walk.mandate.public_id, "employer_named": "described"}
    return walk.desk.post(f"{walk.firm_at}/referrals/new", data={**values, **changes})


def set_job(walk):
    url = f"{walk.firm_at}/mandates/{walk.mandate.public_id}/job"
    return walk.desk.post(url, data={"job": walk.job.public_id})


def text(answer):
    return answer.get_data(as_text=True)


def digest_of(page):
    return re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', page)[1]


def test_from_the_mandates_job_to_the_offer(session, walk):
    assert asked(walk).status_code == 422, "without a job nobody is asked"
    assert set_job(walk).status_code == 302
    card = walk.desk.get(f"{walk.firm_at}/talents/{walk.card}?job={walk.job.public_id}")
    assert "按委托询问" in text(card)
    assert asked(walk, employer_named="").status_code == 422
    assert asked(walk, text="团队十人，弹性工作。").status_code == 302
    referral = the_referral(session)
    mine = f"/me/referrals/{referral.public_id}"
    first = text(walk.person.get(mine))
    assert walk.employer.name not in first, "step one describes the employer"
    assert walk.person.post(f"{mine}/interest").status_code == 302
    second = text(walk.person.get(mine))
    assert walk.employer.name in second
    assert walk.firm.name in second
    assert "checked" not in second, "nothing is ticked before"
    given = {"digest": digest_of(second), "contact_when": "interview"}
    assert walk.person.post(f"{mine}/consent", data={"digest": given["digest"]}).status_code == 422
    stale = walk.person.post(f"{mine}/consent", data={**given, "digest": "0" * 64})
    assert stale.status_code == 422
    assert walk.person.post(f"{mine}/consent", data=given).status_code == 302
    at_firm = f"{walk.firm_at}/referrals/{referral.public_id}"
    assert walk.desk.post(f"{at_firm}/send").status_code == 302
    assert the_referral(session).claim is ReferralClaim.PENDING
    at_employer = f"{walk.employer_at}/referred/{referral.public_id}"
    card_page = text(walk.recruiting.get(at_employer))
    assert walk.talent.account.name not in card_page
    wrong = walk.recruiting.post(f"{at_employer}/answer", data={"answer": "known"})
    assert wrong.status_code == 422
    assert walk.recruiting.post(f"{at_employer}/answer", data={"answer": "new"}).status_code == 302
    assert the_referral(session).claim is ReferralClaim.STANDING
    application = session.scalars(sa.select(Application)).one()
    at_desk = f"{walk.employer_at}/applications/{application.public_id}"
    assert "由机构推荐" in text(walk.recruiting.get(at_desk))
    moved = walk.recruiting.post(f"{at_desk}/move", data={"move": "offer"})
    assert moved.headers["Location"].endswith("/offer"), "first the terms"
    terms = {
        "pay_month": "20000.005",
        "pay_months": "13",
        "start_on": clock.today().isoformat(),
        "region_code": "510107",
        "contract_months": "36",
        "probation_months": "6",
    }
    fine = walk.recruiting.post(f"{at_desk}/offer", data=terms)
    assert fine.status_code == 422
    assert "20000.005" in text(fine), "what was typed stays"
    assert walk.recruiting.post(
        f"{at_desk}/offer", data={**terms, "pay_month": "20,000.50"}
    ).status_code in (302, 303)
    session.expire_all()
    assert session.scalars(sa.select(Offer)).one().pay_month == 20_000_50
    assert session.get_one(Application, application.id).state is ApplicationState.OFFER
    assert "20,000.50" in text(walk.person.get(f"/me/applications/{application.public_id}"))


def test_the_person_takes_it_back(session, walk):
    set_job(walk)
    asked(walk)
    referral = the_referral(session)
    mine = f"/me/referrals/{referral.public_id}"
    walk.person.post(f"{mine}/interest")
    page = text(walk.person.get(mine))
    walk.person.post(f"{mine}/consent", data={"digest": digest_of(page), "contact_when": "now"})
    assert "撤回同意" in text(walk.person.get(f"{mine}/withdraw"))
    assert walk.person.post(f"{mine}/withdraw").status_code == 302
    assert now(session, referral).state is ReferralState.WITHDRAWN
    walk.desk.post(f"{walk.firm_at}/referrals/{referral.public_id}/send")
    assert session.scalars(sa.select(Application)).all() == []


def test_the_employer_finds_what_was_referred(session, walk):
    """In the rail with how many wait, and in a list where what waits for the answer stands first."""
    url = f"{walk.employer_at}/referred"
    at = re.escape(url)
    rail = re.compile(rf'<a href="{at}"[^>]*>.*?</a>', re.DOTALL)
    empty = text(walk.recruiting.get(url))
    assert "没有待答复的推荐" in empty
    assert "还没有机构推荐过人" in empty
    assert 'class="count' not in rail.search(empty)[0]
    set_job(walk)
    asked(walk)
    at_person = f"/me/referrals/{the_referral(session).public_id}"
    walk.person.post(f"{at_person}/interest")
    given = {"digest": digest_of(text(walk.person.get(at_person))), "contact_when": "now"}
    walk.person.post(f"{at_person}/consent", data=given)
    assert "没有待答复的推荐" in text(walk.recruiting.get(url)), "not sent yet"
    referral = the_referral(session)
    walk.desk.post(f"{walk.firm_at}/referrals/{referral.public_id}/send")
    waiting = text(walk.recruiting.get(url))
    assert 'class="count">1<' in rail.search(waiting)[0]
    assert f'href="{url}/{referral.public_id}"' in waiting
    assert walk.firm.name in waiting
    assert "剩 2 个工作日" in waiting
    walk.recruiting.post(f"{url}/{referral.public_id}/answer", data={"answer": "new"})
    answered = text(walk.recruiting.get(url))
    assert "没有待答复的推荐" in answered
    assert "归属成立" in answered
    assert 'class="count' not in rail.search(answered)[0]


def test_only_the_clients_published_jobs_are_the_mandates(session, walk):
    url = f"{walk.firm_at}/mandates/{walk.mandate.public_id}/job"
    strange = make_job(make_organisation())
    assert walk.desk.post(url, data={"job": strange.public_id}).status_code == 404
    assert set_job(walk).status_code == 302


def test_others_do_not_find_it(session, walk, make_client):
    set_job(walk)
    asked(walk)
    referral = the_referral(session)
    stranger = make_client(make_member(make_organisation()))
    for path in (
        f"{walk.firm_at}/referrals/{referral.public_id}",
        f"{walk.employer_at}/referred/x",
    ):
        assert stranger.get(path).status_code == 404
    assert walk.recruiting.get(f"/me/referrals/{referral.public_id}").status_code == 404
    not_sent = f"{walk.employer_at}/referred/{referral.public_id}"
    assert walk.recruiting.get(not_sent).status_code == 404, "not sent: nothing for the employer"
