"""Members, licences and claims of organisations, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import fan_out  # noqa: F401  its jobs follow
from talentmarket.members import (
    claims,
    licences,
    memberships,
)
from talentmarket.members.identifiers import hold
from talentmarket.members.identities import identify
from talentmarket.members.models import (
    Account,
    ClaimState,
    LicenceState,
    Organisation,
    OrganisationKind,
)
from talentmarket.notices.models import Delivery
from tests.factories import (
    make_account,
    make_licence,
    make_member,
    make_organisation,
)
from tests.integration.members.steps import PDF, actor_of, codes, inside


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


def test_an_invitation_is_written_in_the_language_of_who_gets_it(session):
    """The sender's stands only for somebody whom the exchange does not know."""
    organisation = make_organisation()
    owner, reader = make_member(organisation), make_account(locale="en")
    with unit_of_work() as unit:
        address = identify("reader@example.cn")
        hold(unit, unit.get_one(Account, reader.id), address)
    for receiver in ("Reader@Example.cn", "unknown@example.cn"):
        invite(organisation, owner, receiver=receiver)
    sent = session.execute(sa.select(Delivery.receiver, Delivery.locale)).all()
    assert dict(tuple(row) for row in sent) == {
        "reader@example.cn": "en",
        "unknown@example.cn": "zh",
    }


def test_inviting_and_taking_back_sends_no_endless_mail(session, clock):
    """Who revokes gets no mail back: neither for the organisation, nor for oneself elsewhere."""
    organisation, other = make_organisation(), make_organisation()
    owner = make_member(organisation)
    make_member(other, OrgRole.OWNER, owner)

    def send(of, receiver):
        invite(of, owner, receiver=receiver)
        with unit_of_work() as unit:
            own = unit.get_one(Organisation, of.id)
            name = memberships.open_invitations(unit, own)[0].public_id
            memberships.revoke(unit, own, name, actor=actor_of(owner))

    for _again in range(memberships.MAILS_TO_ONE):
        send(organisation, "same@example.cn")
    with pytest.raises(Invalid) as caught:
        send(other, "Same@example.cn")
    assert "receiver" in caught.value.errors
    for number in range(memberships.MAILS_OF_MEMBER - memberships.MAILS_TO_ONE):
        send((organisation, other)[number % 2], f"n{number}@example.cn")
    with pytest.raises(Invalid):
        send(other, "one.more@example.cn")
    assert invite(other, owner), "a link to hand over goes on"
    mails = sa.select(sa.func.count()).select_from(Delivery)
    assert session.scalar(mails) == memberships.MAILS_OF_MEMBER
    clock.advance(days=1)
    send(organisation, "same@example.cn")


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
            "full_time_staff": 5,
            "declared": True,
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
        with pytest.raises(Invalid) as unseen:
            licences.answer(unit, own, "approve", reviewer=operator, actor=actor_of(operator))
        assert set(unseen.value.errors) == {"staff_checked"}
        licences.answer(
            unit, own, "approve", staff_checked=True, reviewer=operator, actor=actor_of(operator)
        )
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
    [
        *(("number", "1"), ("scope", ()), ("scope", ("nonsense",)), ("expires_on", None)),
        *(("full_time_staff", one) for one in (None, -1, 2, 10**9)),
        ("declared", False),
    ],
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
    kept = invite(organisation, owner, OrgRole.OWNER)
    assert claims.run_due() == 1
    assert claims.run_due() == 0
    operator = make_account(is_operator=True)
    with unit_of_work() as unit:
        own = claims.find(unit, row.public_id)
        assert claims.queue(unit) == [own]
        claims.decide(unit, own, accepted=True, replace_owners=True, actor=actor_of(operator))
    assert memberships.accounts_with(session, organisation, OrgRole.OWNER) == [claimant.id]
    assert codes(session, owner)[-1] == "member.removed"
    with pytest.raises(NotFound):
        memberships.find_invitation(session, kept)


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
