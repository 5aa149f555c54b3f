"""What the small world holds of mandates: a firm's, a client's, and one that waits for a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating import countersigning, running
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateDocument,
    MandateDocumentKind,
)
from talentmarket.members.models import Account, Organisation
from tests.factories.brokering import make_joined, make_measure, terms_of
from tests.factories.brokering import make_mandate as opened_mandate
from tests.factories.mandates import TERMS, Firm, make_firm, make_mandate
from tests.factories.organisations import make_organisation
from tests.factories.postings import make_job

if TYPE_CHECKING:
    from tests.guards.world import World

#: Endpoints that show one mandate of a firm, and those that show one to its client.
_ONE = (
    *("show", "edit", "add_document", "document", "handler", "terms", "compare", "letter"),
    *("submit", "answer", "move", "link", "confirm", "job"),
)
_LISTS = ("listed", "new", "hand_over")
_GIVEN = (
    "show_given",
    "compare_given",
    "given_document",
    "answer_given",
    "move_given",
    "elsewhere",
)


def add(world: World, own_firm: Organisation, own: Organisation, other: Organisation) -> None:
    """Mandates of both sides, in stages that have much to show."""
    firm = Firm(own_firm, _account(world, OrgRole.CONSULTANT), _account(world, OrgRole.OWNER))
    foreign = make_firm()
    examined = make_mandate(firm, "in_review", client=own)
    theirs = make_mandate(foreign, "in_review", client=other)
    given = make_mandate(foreign, "active", client=own)
    given_by_other = make_mandate(firm, "active", client=other)
    for name in (*_ONE, *_LISTS):
        world.examples[f"org_mandates.{name}:org"] = own_firm.public_id
        world.foreign[f"org_mandates.{name}:org"] = foreign.organisation.public_id
    for names, mine, others in ((_ONE, examined, theirs), (_GIVEN, given, given_by_other)):
        for name in names:
            world.examples[f"org_mandates.{name}:mandate_id"] = mine.public_id
            world.foreign[f"org_mandates.{name}:mandate_id"] = others.public_id
    # What is being prepared shows more forms than what is examined.
    world.examples["org_mandates.show:mandate_id"] = make_mandate(firm, "ready").public_id
    for name, mine, others in (
        ("document", examined, theirs),
        ("given_document", given, given_by_other),
    ):
        world.examples[f"org_mandates.{name}:document_id"] = _brief(mine)
        world.foreign[f"org_mandates.{name}:document_id"] = _brief(others)
    world.examples |= {
        "operator.mandate:mandate_id": given.public_id,
        "operator.mandate_document:mandate_id": given.public_id,
        "operator.mandate_document:document_id": _brief(given),
    }
    _add_joined(world, own_firm, other, foreign)
    for name in ("fields", "standing", "appeal"):
        world.examples[f"org_firm.{name}:org"] = own_firm.public_id
        world.foreign[f"org_firm.{name}:org"] = foreign.organisation.public_id
    world.examples["measure_id"] = make_measure(own_firm).public_id
    world.foreign["measure_id"] = make_measure(foreign.organisation).public_id
    token = _token(foreign)
    world.examples |= {"mandates.sign:token": token, "mandates.code:token": token}
    _new_terms(foreign, given)


def _add_joined(world: World, own_firm: Organisation, other: Organisation, foreign: Firm) -> None:
    """An opened mandate of another firm that the own one joined, and one of its own."""
    third = make_organisation()
    terms = terms_of(other, opened=True, split=4_000)
    theirs = opened_mandate(foreign.organisation, make_job(other), terms=terms)
    mine = opened_mandate(own_firm, make_job(other), terms=terms)
    strange = opened_mandate(make_firm().organisation, make_job(third))
    make_joined(theirs, own_firm)
    asks = make_joined(mine, foreign.organisation)
    for name in ("show", "join", "leave", "brief"):
        world.examples[f"org_joining.{name}:mandate_id"] = theirs.public_id
        world.foreign[f"org_joining.{name}:mandate_id"] = strange.public_id
    for name in ("firms", "answer", "exclude"):
        world.examples[f"org_joining.{name}:mandate_id"] = mine.public_id
        world.foreign[f"org_joining.{name}:mandate_id"] = theirs.public_id
    for name in ("listed", "show", "join", "leave", "brief", "firms", "answer", "exclude"):
        world.examples[f"org_joining.{name}:org"] = own_firm.public_id
        world.foreign[f"org_joining.{name}:org"] = foreign.organisation.public_id
    world.examples["joining_id"] = asks.public_id
    world.foreign["joining_id"] = make_joined(strange, foreign.organisation).public_id


def _account(world: World, role: OrgRole) -> Account:
    found = world.visitors[role.value]
    assert found is not None
    return found


def _brief(mandate: Mandate) -> str:
    with unit_of_work() as session:
        kind = MandateDocument.kind == MandateDocumentKind.BRIEF
        query = sa.select(MandateDocument.public_id).where(kind)
        return session.scalars(query.where(MandateDocument.mandate_id == mandate.id)).one()


def _token(firm: Firm) -> str:
    mandate = make_mandate(firm, "awaiting_countersignature")
    with unit_of_work() as session:
        return countersigning.make_link(
            session,
            session.get_one(Mandate, mandate.id),
            by=firm.consultant,
            path="/mandates/sign/TOKEN",
            locale="zh",
            actor=firm.actor,
        )


def _new_terms(firm: Firm, mandate: Mandate) -> None:
    """A second version that waits for the client."""
    with unit_of_work() as session:
        found = session.get_one(Mandate, mandate.id)
        terms = TERMS.but(fee_share=1_800)
        row = running.propose(session, found, terms, by=firm.consultant, actor=firm.actor)
        running.confirm_for_firm(
            session, found, row.number, row.digest, account=firm.reviewer, actor=firm.actor
        )
