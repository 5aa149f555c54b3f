"""Organisations from the first form to the suspension, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core.errors import Conflict, Invalid, NotFound, Stale
from talentmarket.core.events import history
from talentmarket.core.files import open_signed, sign
from talentmarket.core.outbox import OutboxRow
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import fan_out  # noqa: F401  its jobs follow
from talentmarket.members import (
    organisations,
    proofs,
    renewals,
    verification,
)
from talentmarket.members.models import (
    DocumentKind,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from talentmarket.members.organisations import Card, Identity, Taken
from tests.factories import (
    make_account,
    make_job,
    make_member,
    make_organisation,
)
from tests.factories.organisations import credit_code
from tests.integration.members.steps import PDF, actor_of, codes, inside

S = OrganisationState


def register(account, name="锦水数据有限公司", code=None, **card):
    with unit_of_work() as session:
        return organisations.register(
            session,
            session.merge(account),
            Identity(OrganisationKind.EMPLOYER, name, code or credit_code(), "llc"),
            Card(handler_name="何主管", **card),
            actor=actor_of(account),
        )


def hand_in(organisation, owner):
    actor = actor_of(owner, organisation)
    with unit_of_work() as session:
        own = session.get_one(Organisation, organisation.id)
        for kind in verification.NEEDED:
            proofs.add_document(session, own, kind, PDF, "证.pdf", actor=actor)
        verification.submit(session, own, actor=actor)


def state(session, organisation):
    session.expire_all()
    return session.get_one(Organisation, organisation.id).state


def test_the_maker_is_the_owner_and_nothing_is_verified(session):
    account = make_account()
    organisation = register(account)
    member = session.scalar(sa.select(Membership))
    assert (member.account_id, member.role) == (account.id, OrgRole.OWNER)
    assert organisation.state is S.UNVERIFIED
    assert [one.verb for one in history(session, "organisation", organisation.public_id)] == [
        "register"
    ]


def test_a_known_code_leads_to_a_claim(session):
    first = register(make_account())
    with pytest.raises(Taken) as caught:
        register(make_account(), code=first.uscc)
    assert caught.value.public_id == first.public_id


def test_wrong_fields_are_named_together(session):
    account = make_account()
    with pytest.raises(Invalid) as caught, unit_of_work() as unit:
        organisations.register(
            unit,
            account,
            Identity(OrganisationKind.SOURCE, "云", "123", "nonsense"),
            Card(),
            actor=actor_of(account),
        )
    assert set(caught.value.errors) == {"kind", "name", "uscc", "legal_form"}


def test_a_public_service_states_no_fees(session):
    with pytest.raises(Invalid) as caught:
        organisations.checked_card(
            Card(fee_standard="每人 300 元"), OrganisationKind.PUBLIC_SERVICE
        )
    assert set(caught.value.errors) == {"fee_standard"}


def test_two_who_edit_see_each_other(session):
    account = make_account()
    organisation = register(account)
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        organisations.edit(unit, own, Card(intro="甲"), revision=1, actor=actor_of(account))
    with pytest.raises(Stale) as caught:
        inside(
            organisation,
            lambda unit, own: organisations.edit(
                unit, own, Card(intro="乙"), revision=1, actor=actor_of(account)
            ),
        )
    assert caught.value.current.intro == "甲"


def test_name_and_code_are_closed_once_handed_in(session):
    account = make_account()
    organisation = register(account)
    hand_in(organisation, account)
    other = Identity(OrganisationKind.EMPLOYER, "别的公司", organisation.uscc, None)
    with pytest.raises(Conflict):
        inside(
            organisation,
            lambda unit, own: organisations.edit(
                unit, own, Card(), identity=other, revision=own.revision, actor=actor_of(account)
            ),
        )


def test_nothing_is_reviewed_without_the_proofs(session):
    account = make_account()
    organisation = register(account)
    with pytest.raises(Invalid):
        inside(
            organisation, lambda unit, own: verification.submit(unit, own, actor=actor_of(account))
        )


def test_returned_corrected_and_verified_for_six_months(session):
    account, operator = make_account(), make_account("秘书处", is_operator=True)
    organisation = register(account)
    hand_in(organisation, account)
    by = actor_of(operator)
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        assert verification.queue(unit) == [own]
        verification.return_(unit, own, "documents", "执照照片看不清，请重拍。", actor=by)
    assert state(session, organisation) is S.RETURNED
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        verification.submit(unit, own, actor=actor_of(account, own))
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        verification.approve(unit, own, name="锦水数据科技有限公司", actor=by)
    own = session.get_one(Organisation, organisation.id)
    assert (own.state, own.name) == (S.VERIFIED, "锦水数据科技有限公司")
    assert own.renewal_due_at == verification.months_after(own.verified_at, 6)
    assert codes(session, account) == ["organisation.returned", "organisation.verified"]


def test_two_operators_answer_once(session):
    account, operator = make_account(), make_account(is_operator=True)
    organisation = register(account)
    hand_in(organisation, account)
    by = actor_of(operator)
    with unit_of_work() as unit:
        verification.approve(unit, unit.get_one(Organisation, organisation.id), actor=by)
    with pytest.raises(Conflict):
        inside(
            organisation,
            lambda unit, own: verification.refuse(unit, own, "untrue", "材料是伪造的。", actor=by),
        )
    assert state(session, organisation) is S.VERIFIED


def test_due_reminded_lapsed_and_renewed(session, clock):
    owner = make_account()
    organisation = make_organisation()
    make_member(organisation, OrgRole.OWNER, owner)
    due = organisation.renewal_due_at
    clock.set(due - timedelta(days=29))
    renewals.remind()
    renewals.remind()
    assert codes(session, owner) == ["organisation.renewal_soon"]
    clock.set(due + timedelta(minutes=1))
    assert renewals.run_due() == 1
    assert renewals.run_due() == 0
    assert state(session, organisation) is S.RENEWAL_DUE
    clock.set(due + timedelta(days=31))
    assert renewals.run_due() == 1
    assert state(session, organisation) is S.LAPSED
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        own.handler_name = "何主管"
    hand_in(organisation, owner)
    assert state(session, organisation) is S.LAPSED
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        verification.approve(unit, own, actor=actor_of(owner))
    assert state(session, organisation) is S.VERIFIED


def test_a_renewal_in_hand_does_not_lapse(session, clock):
    organisation = make_organisation(state=S.RENEWAL_DUE, handler_name="何主管")
    owner = make_member(organisation)
    hand_in(organisation, owner)
    clock.set(organisation.renewal_due_at + timedelta(days=200))
    assert renewals.run_due() == 0
    assert state(session, organisation) is S.RENEWAL_DUE


def test_suspension_and_lifting_reach_the_jobs_documents(session):
    organisation, other = make_organisation(), make_organisation()
    job = make_job(organisation)
    hosted = make_job(other, employer_id=organisation.id)
    make_job(other)
    by = actor_of(make_account(is_operator=True))
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        verification.suspend(unit, own, "untrue", "营业执照系伪造。", actor=by)
    waiting = set(session.execute(sa.select(OutboxRow.kind, OutboxRow.document_id)).tuples())
    assert waiting == {
        ("organisation", organisation.public_id),
        ("job", job.public_id),
        ("job", hosted.public_id),
    }
    with unit_of_work() as unit:
        verification.lift(unit, unit.get_one(Organisation, organisation.id), actor=by)
    assert state(session, organisation) is S.VERIFIED


def test_a_proof_opens_for_its_viewer_only(session):
    account = make_account()
    organisation = register(account)
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        document = proofs.add_document(
            unit, own, DocumentKind.REGISTRATION, PDF, "执照.pdf", actor=actor_of(account)
        )
    _row, file = proofs.find_document(session, organisation, document.public_id)
    token = sign(file, account.public_id)
    assert open_signed(session, token, account.public_id)[1] == PDF
    with pytest.raises(NotFound):
        open_signed(session, token, make_account().public_id)
    with pytest.raises(NotFound):
        proofs.find_document(session, make_organisation(), document.public_id)


def test_a_proof_of_another_type_is_refused(session):
    """With the kinds that are taken here: who is told to bring a Word file would come for nothing."""
    account = make_account()
    organisation = register(account)
    for data, said in (
        (b"MZ\x90", "PDF / PNG / JPG"),
        (b"PK\x03\x04word/document.xml", "PDF / PNG / JPG"),
        (b"", "没有选文件"),
    ):
        with pytest.raises(Invalid) as refused:
            inside(
                organisation,
                lambda unit, own, data=data: proofs.add_document(
                    unit, own, DocumentKind.REGISTRATION, data, "x.exe", actor=actor_of(account)
                ),
            )
        assert said in str(refused.value.errors["file"])
