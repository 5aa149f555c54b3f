"""Whose a mandate is: blocks that bind the firm, desks that change hands, other tenants."""

from __future__ import annotations

import pytest

from talentmarket.core.errors import NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import acting
from talentmarket.exchange.brokering.mandating import agreement, mandates, reviewing, running
from talentmarket.exchange.brokering.mandating.mandates import Handler
from talentmarket.exchange.brokering.mandating.models import Mandate, Party
from talentmarket.exchange.brokering.mandating.models import MandateState as M
from talentmarket.exchange.stages import By
from tests.factories import make_organisation
from tests.factories.mandates import IDENTITY, TERMS, make_firm, make_mandate
from tests.factories.organisations import credit_code


def do(mandate, service, *arguments, **named):
    with unit_of_work() as session:
        return service(session, session.get_one(Mandate, mandate.id), *arguments, **named)


@pytest.fixture
def firm(session):
    return make_firm()


def test_the_client_the_record_and_the_host_bind_the_firm(session, firm):
    host = credit_code()
    terms = TERMS.but(host_name="成都锦城研究院", host_uscc=host, record_name="蜀才外包有限公司")
    mandate = make_mandate(firm, "ready", terms=terms)
    bound = {(one.name, one.uscc) for one in acting.employers_of(session, firm.organisation)}
    assert bound == {
        (mandate.client_name, mandate.client_uscc),
        ("成都锦城研究院", host),
        ("蜀才外包有限公司", None),
    }
    do(mandate, running.change, "drop", By.ORGANISATION, "不再办理了", actor=firm.actor)
    session.expire_all()
    assert acting.employers_of(session, firm.organisation) == []


def test_a_desk_is_handed_over_and_nobody_examines_their_own(session, firm):
    running_one = make_mandate(firm, "active")
    examined = make_mandate(firm, "in_review")
    with unit_of_work() as inner:
        count = reviewing.hand_over(
            inner, firm.organisation, firm.consultant.id, firm.reviewer, actor=firm.actor
        )
    assert count == 2
    session.expire_all()
    found = session.get_one(Mandate, examined.id)
    assert (found.state, found.consultant_id) == (M.DOCUMENTS, firm.reviewer.id)
    assert session.get_one(Mandate, running_one.id).consultant_id == firm.reviewer.id


def test_a_handler_without_a_document_is_forgotten_with_the_draft(session, firm):
    mandate = make_mandate(firm)
    handler = Handler("赵经办", "zhao@example.cn", IDENTITY)
    do(mandate, mandates.name_handler, handler, actor=firm.actor)
    do(mandate, running.change, "drop", By.ORGANISATION, "不再办理了", actor=firm.actor)
    session.expire_all()
    found = session.get_one(Mandate, mandate.id)
    assert (found.handler_name, found.handler_contact, found.handler_number) == (None,) * 3


def test_another_firms_mandate_is_not_found(session, firm):
    mandate = make_mandate(firm, "active")
    other = make_firm()
    with pytest.raises(NotFound):
        mandates.find_own(session, other.organisation, mandate.public_id)
    with pytest.raises(NotFound):
        mandates.find_as_client(session, other.organisation, mandate.public_id)


def test_a_draft_is_not_the_clients_to_see(session, firm):
    client = make_organisation()
    draft = make_mandate(firm, "in_review", client=client)
    asked = make_mandate(firm, "awaiting_countersignature", client=client)
    assert [one.id for one in mandates.list_as_client(session, client)] == [asked.id]
    with pytest.raises(NotFound):
        mandates.find_as_client(session, client, draft.public_id)
    assert Party.FIRM in agreement.parties(session, agreement.newest(session, asked))
