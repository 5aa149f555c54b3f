"""The handler signs through a link without an account; of two at once one wins."""

from __future__ import annotations

import json
import re
import threading

import pytest
import sqlalchemy as sa

from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating import agreement, countersigning, running
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateLink, TermsConfirmation
from talentmarket.exchange.brokering.mandating.models import MandateState as M
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account
from talentmarket.notices.models import Delivery
from tests.factories import make_organisation
from tests.factories.mandates import TERMS, make_firm, make_mandate

PATH = "/mandates/sign/TOKEN"


def link_of(firm, mandate):
    with unit_of_work() as session:
        return countersigning.make_link(
            session,
            session.get_one(Mandate, mandate.id),
            by=firm.consultant,
            path=PATH,
            locale="zh",
            actor=firm.actor,
        )


def code_for(session, token):
    with unit_of_work() as inner:
        countersigning.send_code(inner, countersigning.find_link(inner, token), locale="zh")
    session.expire_all()
    sent = session.scalars(
        sa.select(Delivery).where(Delivery.code == "code.countersign").order_by(Delivery.id.desc())
    ).first()
    return json.loads(sent.arguments)["code"]


def sign(token, digest, **more):
    with unit_of_work() as session:
        return countersigning.sign_by_link(session, token, 1, digest, **more)


@pytest.fixture
def firm(session):
    return make_firm()


def test_the_link_goes_to_the_handler_and_works_once(session, firm):
    mandate = make_mandate(firm, "awaiting_countersignature")
    token = link_of(firm, mandate)
    mail = session.scalars(sa.select(Delivery).where(Delivery.code == "mandate.link")).one()
    assert json.loads(mail.arguments)["address"].endswith(f"/mandates/sign/{token}")
    assert token not in str(session.scalars(sa.select(MandateLink.token_digest)).all())
    code = code_for(session, token)
    assert re.fullmatch(r"\d{6}", code)
    with unit_of_work() as inner:
        assert not countersigning.try_code(inner, countersigning.find_link(inner, token), "000000")
    with unit_of_work() as inner:
        assert countersigning.try_code(inner, countersigning.find_link(inner, token), code)
    digest = agreement.newest(session, mandate).digest
    assert sign(token, digest).state is M.ACTIVE
    with pytest.raises(NotFound):
        sign(token, digest)
    session.expire_all()
    said = session.scalars(sa.select(TermsConfirmation).order_by(TermsConfirmation.id)).all()
    assert [(one.account_id is None, one.link_id is None) for one in said] == [
        (False, True),
        (True, False),
    ]


def test_name_and_code_of_the_client_are_asked_for(session, firm):
    mandate = make_mandate(firm, "awaiting_countersignature")
    countersigning.check(mandate, " 赵经办 ", mandate.client_uscc.lower())
    with pytest.raises(Invalid) as raised:
        countersigning.check(mandate, "钱某", "91510100000000000X")
    assert set(raised.value.errors) == {"name", "uscc"}


def test_links_end_with_time_a_new_one_and_a_change(session, firm, clock):
    mandate = make_mandate(firm, "awaiting_countersignature")
    first = link_of(firm, mandate)
    second = link_of(firm, mandate)
    with pytest.raises(NotFound):
        countersigning.find_link(session, first)
    assert countersigning.find_link(session, second).mandate_id == mandate.id
    clock.advance(days=7)
    with pytest.raises(NotFound):
        countersigning.find_link(session, second)
    third = link_of(firm, mandate)
    with unit_of_work() as inner:
        found = inner.get_one(Mandate, mandate.id)
        running.change(inner, found, "recall", By.ORGANISATION, actor=firm.actor)
    session.expire_all()
    for token in (third, "no-such-token", ""):
        with pytest.raises(NotFound):
            countersigning.find_link(session, token)


def test_a_handler_can_send_it_back(session, firm):
    mandate = make_mandate(firm, "awaiting_countersignature")
    token = link_of(firm, mandate)
    digest = agreement.newest(session, mandate).digest
    with pytest.raises(Invalid):
        sign(token, digest, verdict="refuse", text="不")
    assert sign(token, digest, verdict="send_back", text="请写明保证期").state is M.RETURNED


def test_terms_that_changed_are_not_confirmed_by_an_old_page(session, firm):
    mandate = make_mandate(firm, "awaiting_countersignature")
    token = link_of(firm, mandate)
    with pytest.raises(Conflict):
        sign(token, "0" * 64)
    assert countersigning.find_link(session, token).used_at is None


def at_once(app, *acts):
    outcomes, start = [], threading.Barrier(len(acts))

    def run(act):
        with app.app_context():
            start.wait()
            try:
                with unit_of_work() as session:
                    act(session)
                outcomes.append("won")
            except (Conflict, NotFound) as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_signatures_at_once_one_counts(app, session, firm):
    client = make_organisation()
    mandate = make_mandate(firm, "awaiting_countersignature", client=client)
    token = link_of(firm, mandate)
    digest, key = agreement.newest(session, mandate).digest, mandate.id
    session.rollback()

    def by_member(inner):
        found = inner.get_one(Mandate, key)
        countersigning.countersign(inner, found, 1, digest, actor=Actor())

    def by_link(inner):
        countersigning.sign_by_link(inner, token, 1, digest)

    outcomes = at_once(app, by_member, by_link, by_link)
    assert outcomes.count("won") == 1
    session.expire_all()
    assert session.get_one(Mandate, mandate.id).state is M.ACTIVE
    confirmed = session.scalar(sa.select(sa.func.count()).select_from(TermsConfirmation))
    assert confirmed == 2


def test_a_proposal_and_a_confirmation_at_once_do_not_cross(app, session, firm):
    """Either the version was confirmed before the next was proposed, or it was not confirmed."""
    mandate = make_mandate(firm, "active")
    with unit_of_work() as inner:
        found = inner.get_one(Mandate, mandate.id)
        terms = TERMS.but(fee_share=2_100)
        row = running.propose(inner, found, terms, by=firm.consultant, actor=firm.actor)
        digest = row.digest
        running.confirm_for_firm(inner, found, 2, digest, account=firm.reviewer, actor=firm.actor)
    key, consultant, actor = mandate.id, firm.consultant.id, firm.actor
    session.rollback()

    def confirm(inner):
        found = inner.get_one(Mandate, key)
        countersigning.countersign(inner, found, 2, digest, actor=Actor())

    def propose(inner):
        found, by = inner.get_one(Mandate, key), inner.get_one(Account, consultant)
        running.propose(inner, found, TERMS.but(fee_share=2_200), by=by, actor=actor)

    outcomes = at_once(app, confirm, propose)
    session.expire_all()
    in_force = session.get_one(Mandate, key).terms_number
    assert outcomes.count("won") == (2 if in_force == 2 else 1)
    assert agreement.newest(session, mandate).number == 3
