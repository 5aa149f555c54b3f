"""Owners that go in the same moment: an organisation keeps one who can act."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable

import pytest

from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.members import claims, memberships, privacy
from talentmarket.members.models import (
    Account,
    AccountState,
    Organisation,
    OrganisationClaim,
)
from tests.factories import make_account, make_member, make_organisation
from tests.guards.world_office import PDF


@pytest.fixture
def meanwhile(app, session):
    """Do `first` and, before it is stored, begin `second` elsewhere; what became of `second`."""

    def run(first: Callable, second: Callable) -> str:
        said: list[str] = []

        def other() -> None:
            with app.app_context():
                try:
                    with unit_of_work() as unit:
                        second(unit)
                    said.append("done")
                except (Conflict, NotFound) as error:
                    said.append(error.code)

        session.rollback()
        thread = threading.Thread(target=contextvars.Context().run, args=(other,))
        with unit_of_work() as unit:
            first(unit)
            thread.start()
            thread.join(1.0)  # it has read what stood before, or waits for this unit
        thread.join(20)
        return said[0]

    return run


def erasing(account_id: int) -> Callable:
    return lambda unit: privacy.erase(unit, unit.get_one(Account, account_id), actor=Actor())


def removing(organisation_id: int, public_id: str) -> Callable:
    return lambda unit: memberships.remove(
        unit, unit.get_one(Organisation, organisation_id), public_id, actor=Actor()
    )


@pytest.fixture
def two(session):
    organisation = make_organisation()
    first, second = make_member(organisation), make_member(organisation)
    return organisation, first, second


def owners(session, organisation) -> int:
    session.expire_all()
    return len(memberships.accounts_with(session, organisation, OrgRole.OWNER))


def test_two_owners_who_erase_themselves(session, meanwhile, two):
    organisation, first, second = two
    assert meanwhile(erasing(first.id), erasing(second.id)) == "sole-owner"
    assert owners(session, organisation) == 1


def test_one_leaves_and_one_erases_herself(session, meanwhile, two):
    organisation, first, second = two
    leave = removing(organisation.id, first.public_id)
    assert meanwhile(leave, erasing(second.id)) == "sole-owner"
    assert owners(session, organisation) == 1


def test_one_erases_herself_and_one_leaves(session, meanwhile, two):
    organisation, first, second = two
    leave = removing(organisation.id, second.public_id)
    assert meanwhile(erasing(first.id), leave) == "last-owner"
    assert owners(session, organisation) == 1


def test_two_who_remove_each_other(session, meanwhile, two):
    organisation, first, second = two
    key = organisation.id
    said = meanwhile(removing(key, first.public_id), removing(key, second.public_id))
    assert said == "last-owner"
    assert owners(session, organisation) == 1


def test_an_account_that_goes_becomes_nobodys_owner(session, meanwhile):
    """The claimant erases herself in the moment the office gives her the organisation."""
    organisation, claimant = make_organisation(), make_account("认领人")
    with unit_of_work() as unit:
        claim = claims.file_claim(
            unit,
            unit.get_one(Organisation, organisation.id),
            unit.get_one(Account, claimant.id),
            text="我是该单位人事负责人，原负责人已离职。",
            data=PDF,
            file_name="授权书.pdf",
            actor=Actor(claimant.public_id),
        )
    key = claim.id

    def accept(unit) -> None:
        claims.decide(unit, unit.get_one(OrganisationClaim, key), accepted=True, actor=Actor())

    assert meanwhile(erasing(claimant.id), accept) in ("answered-already", "not-found")
    assert owners(session, organisation) == 0


def test_an_owner_whose_account_is_suspended_is_no_owner_to_stay(session, two):
    organisation, first, second = two
    with unit_of_work() as unit:
        unit.get_one(Account, second.id).state = AccountState.SUSPENDED
    with pytest.raises(Conflict), unit_of_work() as unit:
        erasing(first.id)(unit)
    assert owners(session, organisation) == 1
