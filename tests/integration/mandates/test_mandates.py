"""A mandate from its draft to its end, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.core import events, files
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import channels
from talentmarket.exchange.brokering.mandating import (
    agreement,
    countersigning,
    documents,
    mandates,
    reviewing,
    running,
)
from talentmarket.exchange.brokering.mandating.mandates import Handler, MandateValues
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateDocument,
    MandateDocumentKind,
    MandateTerms,
)
from talentmarket.exchange.brokering.mandating.models import MandateState as M
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Remedy
from talentmarket.exchange.models import Entrustment, EntrustmentState
from talentmarket.exchange.stages import By
from talentmarket.members.models import OrganisationKind
from tests.factories import make_account, make_licence, make_member, make_organisation
from tests.factories.mandates import IDENTITY, PDF, TERMS, freeze, make_firm, make_mandate
from tests.factories.organisations import credit_code


def do(mandate, service, *arguments, **named):
    with unit_of_work() as session:
        return service(session, session.get_one(Mandate, mandate.id), *arguments, **named)


def state(session, mandate):
    session.expire_all()
    return session.get_one(Mandate, mandate.id).state


@pytest.fixture
def firm(session):
    return make_firm()


def test_it_starts_from_a_credit_code_alone(session, firm):
    mandate = make_mandate(firm)
    assert (mandate.state, mandate.client_id) == (M.DRAFT, None)
    client = make_organisation("天工云谱科技有限公司")
    known = make_mandate(firm, client=client, client_name="别的名字")
    assert (known.client_id, known.client_name) == (client.id, client.name)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_uscc": "91510100000000001X"}, "client_uscc"),
        ({"client_name": ""}, "client_name"),
        ({"title": ""}, "title"),
        ({"headcount": 0}, "headcount"),
        ({"valid_until": date(2025, 11, 23)}, "valid_until"),
    ],
)
def test_what_cannot_be_begun_is_named(session, firm, changes, field):
    with pytest.raises(Invalid) as raised:
        make_mandate(firm, **changes)
    assert list(raised.value.errors) == [field]


def test_only_licensed_firms_and_public_services_take_mandates(session):
    with pytest.raises(Forbidden) as raised:
        make_mandate(make_firm(licensed=False))
    assert raised.value.code == "broker-licence"
    with pytest.raises(Forbidden):
        make_mandate(make_firm(kind=OrganisationKind.EMPLOYER))
    public = make_firm(kind=OrganisationKind.PUBLIC_SERVICE)
    mandate = make_mandate(public, "active")
    assert agreement.in_force(session, mandate).terms.fee_basis is FeeBasis.NONE
    with pytest.raises(Invalid) as refused:
        do(mandate, running.propose, TERMS, by=public.consultant, actor=public.actor)
    assert list(refused.value.errors) == ["fee_basis"]


def test_a_licence_without_online_recruitment_is_none(session):
    firm = make_firm(licensed=False)
    make_licence(firm.organisation, scope=["referral"])
    with pytest.raises(Forbidden):
        make_mandate(firm)


def test_the_last_day_of_a_licence_counts_and_the_day_after_does_not(session, clock):
    firm = make_firm(licensed=False)
    make_licence(firm.organisation, expires_on=core_clock.today())
    waits = make_mandate(firm, "awaiting_countersignature")
    active = make_mandate(firm, "active")
    clock.advance(hours=13, minutes=59)  # 23:59 in Shanghai
    make_mandate(firm)
    clock.advance(minutes=1)
    with pytest.raises(Forbidden):
        make_mandate(firm)
    last = agreement.newest(session, waits)
    with pytest.raises(Forbidden):
        do(waits, countersigning.countersign, last.number, last.digest, actor=Actor())
    do(active, running.change, "pause", By.CLIENT, actor=Actor())
    with pytest.raises(Forbidden):
        do(active, running.change, "resume", By.CLIENT, actor=Actor())
    do(active, running.change, "end", By.CLIENT, "改由另一家机构承办", actor=Actor())
    assert state(session, active) is M.ENDED


@pytest.mark.parametrize("left_out", list(MandateDocumentKind))
def test_nothing_is_examined_with_one_of_the_four_missing(session, firm, left_out):
    mandate = make_mandate(firm)
    with unit_of_work() as inner:
        found = inner.get_one(Mandate, mandate.id)
        for kind in set(MandateDocumentKind) - {left_out}:
            documents.add(inner, found, kind, PDF, "a.pdf", actor=firm.actor)
        handler = Handler("赵经办", "138 0000 4417", IDENTITY)
        mandates.name_handler(inner, found, handler, actor=firm.actor)
        agreement.propose(inner, found, TERMS, by=firm.consultant, actor=firm.actor)
        assert reviewing.missing(inner, found) == [str(left_out)]
    with pytest.raises(Invalid):
        do(mandate, reviewing.submit, firm.reviewer.public_id, actor=firm.actor)
    assert state(session, mandate) is M.DRAFT


def test_the_consultant_does_not_examine_and_nobody_else_signs(session, firm):
    mandate = make_mandate(firm, "ready")
    with pytest.raises(Invalid):
        do(mandate, reviewing.submit, firm.consultant.public_id, actor=firm.actor)
    do(mandate, reviewing.submit, firm.reviewer.public_id, actor=firm.actor)
    digest = agreement.newest(session, mandate).digest
    another = make_member(firm.organisation)
    for account in (firm.consultant, another):
        with pytest.raises(Forbidden):
            do(mandate, reviewing.sign, digest, reviewer=account, actor=firm.actor)
    do(mandate, reviewing.sign, digest, reviewer=firm.reviewer, actor=firm.actor)
    assert state(session, mandate) is M.AWAITING_COUNTERSIGNATURE


def test_both_sign_and_the_letter_carries_postings(session, firm):
    client = make_organisation()
    mandate = make_mandate(firm, "active", client=client)
    assert (mandate.state, mandate.terms_number) == (M.ACTIVE, 1)
    (letter,) = channels.entrustments_of(session, firm.organisation)
    assert (letter.client_id, letter.state) == (client.id, EntrustmentState.ACCEPTED)
    assert letter.reviewer_id == firm.reviewer.id
    verbs = [one.verb for one in events.history(session, "mandate", mandate.public_id)]
    assert verbs[-5:] == ["sign", "confirm_terms", "confirm_terms", "terms_in_force", "countersign"]


@pytest.mark.parametrize("stop", ["pause", "freeze", "end"])
def test_a_mandate_that_does_not_run_carries_nothing(session, firm, stop):
    mandate = make_mandate(firm, "active")
    if stop == "freeze":
        freeze(mandate)
    else:
        do(mandate, running.change, stop, By.ORGANISATION, "暂时不需要了", actor=firm.actor)
    session.expire_all()
    assert channels.entrustments_of(session, firm.organisation) == []


def test_a_letter_the_office_accepted_is_taken_over_once(session, firm):
    code = credit_code()
    with unit_of_work() as inner:
        kept = files.keep(
            inner,
            PDF,
            "委托书.pdf",
            owner_type="organisation",
            owner_id=firm.organisation.public_id,
            purpose="entrustment",
            uploaded_by=None,
        )
        letter = Entrustment(
            organisation_id=firm.organisation.id,
            client_name="岷江装备制造有限公司",
            client_uscc=code,
            file_id=kept.id,
            valid_until=core_clock.today() + timedelta(days=50),
            state=EntrustmentState.ACCEPTED,
            submitted_at=core_clock.now(),
        )
        inner.add(letter)

    def begin():
        with unit_of_work() as inner:
            return mandates.start(
                inner,
                firm.organisation,
                MandateValues(title="数据工程师"),
                consultant=firm.consultant,
                actor=firm.actor,
                letter=inner.get_one(Entrustment, letter.id),
            )

    mandate = begin()
    assert (mandate.client_uscc, mandate.valid_until) == (code, letter.valid_until)
    (document,) = documents.current(session, mandate)
    assert document.kind is MandateDocumentKind.LETTER
    assert len(channels.entrustments_of(session, firm.organisation)) == 1
    with pytest.raises(Conflict):
        begin()
    do(mandate, running.change, "drop", By.ORGANISATION, "不再办理了", actor=firm.actor)
    session.expire_all()
    assert len(channels.entrustments_of(session, firm.organisation)) == 1
    assert begin().state is M.DRAFT


def test_the_client_sends_back_and_all_is_signed_anew(session, firm):
    mandate = make_mandate(firm, "awaiting_countersignature")
    with pytest.raises(Invalid):
        do(mandate, countersigning.decline, "send_back", "改", actor=Actor())
    do(mandate, countersigning.decline, "send_back", "保证期请改为六个月", actor=Actor())
    assert state(session, mandate) is M.RETURNED
    terms = TERMS.but(guarantee_days=180)
    do(mandate, agreement.propose, terms, by=firm.consultant, actor=firm.actor)
    do(mandate, reviewing.submit, firm.reviewer.public_id, actor=firm.actor)
    last = agreement.newest(session, mandate)
    do(mandate, reviewing.sign, last.digest, reviewer=firm.reviewer, actor=firm.actor)
    do(mandate, countersigning.countersign, 2, last.digest, actor=Actor())
    assert session.get_one(Mandate, mandate.id).terms_number == 2


def test_new_terms_hold_when_both_have_confirmed_them(session, firm):
    mandate = make_mandate(firm, "active")
    terms = TERMS.but(fee_share=2_500, remedy=Remedy.REPLACEMENT)
    row = do(mandate, running.propose, terms, by=firm.consultant, actor=firm.actor)
    with pytest.raises(Conflict):  # the client is not asked before the firm has said yes
        do(mandate, countersigning.countersign, 2, row.digest, actor=Actor())
    with pytest.raises(Forbidden):  # nor does who proposed say yes for the firm
        do(
            mandate,
            running.confirm_for_firm,
            2,
            row.digest,
            account=firm.consultant,
            actor=firm.actor,
        )
    with pytest.raises(Conflict):
        do(
            mandate,
            running.confirm_for_firm,
            2,
            "0" * 64,
            account=firm.reviewer,
            actor=firm.actor,
        )
    do(mandate, running.confirm_for_firm, 2, row.digest, account=firm.reviewer, actor=firm.actor)
    assert agreement.in_force(session, mandate).number == 1
    do(mandate, countersigning.countersign, 2, row.digest, actor=Actor())
    session.expire_all()
    found = session.get_one(Mandate, mandate.id)
    assert agreement.in_force(session, found).terms.fee_share == 2_500
    assert [one.agreed for one in agreement.versions(session, found)] == [True, True]
    with pytest.raises(Conflict):
        do(mandate, running.propose, terms, by=firm.consultant, actor=firm.actor)


def test_a_version_is_never_changed(session, firm):
    mandate = make_mandate(firm, "ready")

    def change():
        with unit_of_work() as inner:
            only = sa.select(MandateTerms).where(MandateTerms.mandate_id == mandate.id)
            inner.scalars(only).one().fee_share = 1

    with pytest.raises(TypeError):
        change()


def test_the_operator_stops_it_and_lets_it_go_on_where_it_stood(session, firm):
    operator = make_account(is_operator=True)
    actor = Actor(operator.public_id)
    mandate = make_mandate(firm, "active")
    do(mandate, running.change, "pause", By.CLIENT, actor=Actor())
    with pytest.raises(Invalid):
        do(mandate, running.freeze, "", operator=operator, actor=actor)
    freeze(mandate)
    with pytest.raises(Conflict):
        do(mandate, running.change, "resume", By.ORGANISATION, actor=firm.actor)
    do(mandate, running.thaw, actor=actor)
    assert state(session, mandate) is M.PAUSED
    do(mandate, running.change, "resume", By.CLIENT, actor=Actor())
    freeze(mandate)
    do(mandate, running.thaw, actor=actor)
    assert state(session, mandate) is M.ACTIVE
    assert running.to_sample(session) == []


def test_the_identity_is_the_reviewers_and_goes_in_time(session, firm, clock):
    mandate = make_mandate(firm, "in_review")
    kept = next(
        one
        for one in documents.current(session, mandate)
        if one.kind is MandateDocumentKind.HANDLER_IDENTITY
    )
    assert IDENTITY not in kept.file.name
    assert mandate.handler_number == f"510{'*' * 11}{IDENTITY[-4:]}"
    with pytest.raises(Forbidden):
        do(mandate, documents.open_for, kept.public_id, firm.consultant, actor=firm.actor)
    do(mandate, documents.open_for, kept.public_id, firm.reviewer, actor=firm.actor)
    opened = [one.verb for one in events.history(session, "mandate", mandate.public_id)]
    assert opened.count("open_identity") == 1
    text = "材料不属实，不受理"
    do(mandate, reviewing.answer, "refuse", text, reviewer=firm.reviewer, actor=firm.actor)
    clock.advance(days=29)
    assert documents.erase_due() == 0
    clock.advance(days=1)
    assert documents.erase_due() == 1
    assert documents.erase_due() == 0
    session.expire_all()
    found = session.get_one(Mandate, mandate.id)
    assert (found.handler_name, found.handler_contact, found.handler_number) == (None,) * 3
    with pytest.raises(NotFound):
        do(mandate, documents.open_for, kept.public_id, firm.reviewer, actor=firm.actor)


def test_an_identity_of_a_mandate_in_force_is_kept_three_years():
    assert documents.erase_day(date(2024, 2, 29), in_force=True) == date(2027, 3, 1)
    assert documents.erase_day(date(2025, 11, 24), in_force=True) == date(2028, 11, 24)


def test_what_is_replaced_of_an_identity_is_erased_at_once(session, firm):
    mandate = make_mandate(firm, "ready")
    kind = MandateDocumentKind.HANDLER_IDENTITY
    do(mandate, documents.add, kind, PDF, "b.pdf", actor=firm.actor)
    rows = session.scalars(
        sa.select(MandateDocument)
        .where(MandateDocument.mandate_id == mandate.id, MandateDocument.kind == kind)
        .order_by(MandateDocument.id)
    ).all()
    assert [one.file.erased_at is None for one in rows] == [False, True]


def test_mandates_end_with_their_last_day(session, firm, clock):
    mandate = make_mandate(firm, "active", valid_until=core_clock.today())
    draft = make_mandate(firm, valid_until=core_clock.today())
    assert running.expire_due() == 0
    clock.advance(days=1)
    assert running.expire_due() == 2
    assert {state(session, one) for one in (mandate, draft)} == {M.EXPIRED}
