"""Organisations from the first form to the suspension, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound, Stale
from talentmarket.core.events import history
from talentmarket.core.files import open_signed, sign
from talentmarket.core.outbox import OutboxRow
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import fan_out  # noqa: F401  its jobs follow
from talentmarket.members import (
    claims,
    licences,
    memberships,
    organisations,
    proofs,
    renewals,
    verification,
)
from talentmarket.members.models import (
    ClaimState,
    DocumentKind,
    LicenceState,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from talentmarket.members.organisations import Card, Identity, Taken
from talentmarket.notices.models import Delivery, Notice
from tests.factories import (
    make_account,
    make_job,
    make_licence,
    make_member,
    make_organisation,
)
from tests.factories.organisations import credit_code

S = OrganisationState
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def actor_of(account, organisation=None):
    from talentmarket.core.events import Actor

    return Actor(account.public_id, organisation.public_id if organisation else None)


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


def inside(organisation, act):
    """Do `act` in a unit of its own, on the organisation as it is there."""
    with unit_of_work() as unit:
        return act(unit, unit.get_one(Organisation, organisation.id))


def codes(session, account):
    query = sa.select(Notice.code).where(Notice.account_id == account.id).order_by(Notice.id)
    return list(session.scalars(query))


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
    account = make_account()
    organisation = register(account)
    with pytest.raises(Invalid):
        inside(
            organisation,
            lambda unit, own: proofs.add_document(
                unit, own, DocumentKind.REGISTRATION, b"MZ\x90", "x.exe", actor=actor_of(account)
            ),
        )


# --- members -----------------------------------------------------------------------------------
def invite(organisation, owner, role=OrgRole.RECRUITER, receiver=""):
    with unit_of_work() as unit:
        return memberships.invite(
            unit,
            unit.get_one(Organisation, organisation.id),
            role,
            receiver=receiver,
            by=owner,
            path="/organisations/join/TOKEN",
            locale="zh",
            actor=actor_of(owner, organisation),
        )


def accept(token, account):
    with unit_of_work() as unit:
        return memberships.accept(
            unit, token, unit.merge(account), actor=actor_of(account)
        ).public_id


def test_an_invitation_is_good_once(session):
    organisation = make_organisation()
    owner, first, second = make_member(organisation), make_account("甲"), make_account("乙")
    token = invite(organisation, owner)
    assert accept(token, first) == organisation.public_id
    with pytest.raises(NotFound):
        accept(token, second)
    roles = {one.account_id: one.role for one in memberships.members_of(session, organisation)}
    assert roles == {owner.id: OrgRole.OWNER, first.id: OrgRole.RECRUITER}


def test_an_invitation_ends_and_can_be_taken_back(session, clock):
    organisation = make_organisation()
    owner = make_member(organisation)
    token, other = invite(organisation, owner), invite(organisation, owner)
    row = memberships.open_invitations(session, organisation)[0]
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        memberships.revoke(unit, own, row.public_id, actor=actor_of(owner))
    with pytest.raises(NotFound):
        accept(other, make_account())
    clock.advance(days=8)
    with pytest.raises(NotFound):
        accept(token, make_account())


def test_a_member_does_not_use_up_a_link(session):
    organisation = make_organisation()
    owner = make_member(organisation)
    token = invite(organisation, owner)
    with pytest.raises(Conflict):
        accept(token, owner)
    assert accept(token, make_account()) == organisation.public_id


def test_an_invitation_goes_out_by_mail(session):
    organisation = make_organisation()
    invite(organisation, make_member(organisation), receiver="Li@Example.cn")
    delivery = session.scalar(sa.select(Delivery))
    assert (delivery.code, delivery.receiver) == ("member.invited", "li@example.cn")


def test_roles_are_those_of_the_kind(session):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    owner = make_member(firm)
    with pytest.raises(Invalid):
        invite(firm, owner, OrgRole.HIRING_MANAGER)
    assert invite(firm, owner, OrgRole.CONSULTANT)


def test_the_last_owner_stays(session):
    organisation = make_organisation()
    owner = make_member(organisation)
    make_member(organisation, OrgRole.RECRUITER)
    by = actor_of(owner, organisation)
    for act in (
        lambda unit, own: memberships.remove(unit, own, owner.public_id, actor=by),
        lambda unit, own: memberships.change_role(
            unit, own, owner.public_id, OrgRole.VIEWER, actor=by
        ),
    ):
        with pytest.raises(Conflict), unit_of_work() as unit:
            act(unit, unit.get_one(Organisation, organisation.id))
    second = make_member(organisation)
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        memberships.remove(unit, own, owner.public_id, actor=actor_of(second, organisation))
    assert codes(session, owner) == ["member.removed"]


# --- licences ----------------------------------------------------------------------------------
def values(**changes):
    today = clock.today()
    return licences.LicenceValues(
        **{
            "number": "川人服证字〔2025〕第0188号",
            "scope": ("online_recruitment",),
            "issued_on": today - timedelta(days=30),
            "expires_on": today + timedelta(days=900),
            "issuer": "成都市人力资源和社会保障局",
            "supervisor_phone": "028-12333",
            **changes,
        }
    )


def test_a_licence_counts_from_its_review_to_its_last_day(session):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    owner, operator = make_member(firm), make_account(is_operator=True)
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, firm.id)
        row = licences.submit(
            unit, own, values(), data=PDF, file_name="a.pdf", actor=actor_of(owner)
        )
    today = clock.today()
    assert not licences.has_valid_licence(session, firm, today)
    with unit_of_work() as unit:
        own = licences.find(unit, row.public_id)
        licences.answer(unit, own, "approve", reviewer=operator, actor=actor_of(operator))
    assert licences.has_valid_licence(session, firm, today)
    last = today + timedelta(days=900)
    assert licences.has_valid_licence(session, firm, last)
    assert not licences.has_valid_licence(session, firm, last + timedelta(days=1))
    assert codes(session, owner) == ["licence.valid"]
    with unit_of_work() as unit:
        own = licences.find(unit, row.public_id)
        licences.answer(
            unit, own, "revoke", "licence", "发证机关已注销该证。", reviewer=operator,
            actor=actor_of(operator),
        )  # fmt: skip
    assert not licences.has_valid_licence(session, firm, today)


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "1"), ("scope", ()), ("scope", ("nonsense",)), ("expires_on", None)],
)
def test_a_licence_names_what_is_wrong(session, field, value):
    with pytest.raises(Invalid) as caught:
        licences.checked(values(**{field: value}), clock.today())
    assert set(caught.value.errors) == {field}


def test_an_employer_has_no_licence(session):
    organisation = make_organisation()
    with pytest.raises(Conflict):
        inside(
            organisation,
            lambda unit, own: licences.submit(
                unit, own, values(), data=PDF, file_name="a", actor=actor_of(make_account())
            ),
        )


def test_owners_are_reminded_at_sixty_thirty_and_seven_days(session, clock):
    from talentmarket.core import clock as clocks

    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    owner = make_member(firm)
    row = make_licence(firm, expires_on=clocks.today() + timedelta(days=90))
    seen = []
    for _day in range(91):
        licences.remind()
        seen.append(len(codes(session, owner)))
        clock.advance(days=1)
    assert seen[29:31] == [0, 1]
    assert seen[59:61] == [1, 2]
    assert seen[82:84] == [2, 3]
    assert seen[-1] == 3
    assert row.state is LicenceState.VALID


# --- claims ------------------------------------------------------------------------------------
def claim(organisation, account):
    with unit_of_work() as unit:
        return claims.file_claim(
            unit,
            unit.get_one(Organisation, organisation.id),
            account,
            text="我是该单位人事负责人，原负责人已离职。",
            data=PDF,
            file_name="授权书.pdf",
            actor=actor_of(account),
        )


def test_the_owner_answers_a_claim_first(session):
    organisation = make_organisation()
    owner, claimant = make_member(organisation), make_account("新人")
    row = claim(organisation, claimant)
    assert row.state is ClaimState.AT_OWNER
    assert codes(session, owner) == ["claim.to_owner"]
    with pytest.raises(Conflict):
        claim(organisation, claimant)
    with unit_of_work() as unit:
        own = unit.get_one(Organisation, organisation.id)
        claims.answer_as_owner(
            unit, own, claims.find(unit, row.public_id, own), accepted=True, actor=actor_of(owner)
        )
    assert set(memberships.accounts_with(session, organisation, OrgRole.OWNER)) == {
        owner.id,
        claimant.id,
    }


def test_a_silent_owner_leaves_it_to_the_operator(session, clock):
    organisation = make_organisation()
    owner, claimant = make_member(organisation), make_account("新人")
    row = claim(organisation, claimant)
    assert claims.run_due() == 0
    clock.advance(days=8)
    assert claims.run_due() == 1
    assert claims.run_due() == 0
    operator = make_account(is_operator=True)
    with unit_of_work() as unit:
        own = claims.find(unit, row.public_id)
        assert claims.queue(unit) == [own]
        claims.decide(unit, own, accepted=True, replace_owners=True, actor=actor_of(operator))
    assert memberships.accounts_with(session, organisation, OrgRole.OWNER) == [claimant.id]
    assert codes(session, owner)[-1] == "member.removed"


def test_without_an_owner_the_operator_has_it_at_once(session):
    organisation = make_organisation()
    claimant, operator = make_account("新人"), make_account(is_operator=True)
    row = claim(organisation, claimant)
    assert row.state is ClaimState.AT_OPERATOR
    with unit_of_work() as unit:
        own = claims.find(unit, row.public_id)
        claims.decide(unit, own, accepted=False, text="授权书没有盖章。", actor=actor_of(operator))
    assert memberships.accounts_with(session, organisation) == []
    assert codes(session, claimant) == ["claim.refused"]
    with pytest.raises(Conflict):
        inside(
            organisation,
            lambda unit, own: claims.decide(
                unit, claims.find(unit, row.public_id), accepted=True, actor=actor_of(operator)
            ),
        )
