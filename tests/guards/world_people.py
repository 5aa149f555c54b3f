"""What the small world holds of firms' books: a record each, and an invitation that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.members.models import Account, Organisation
from tests.factories.book import invite, make_person, send
from tests.factories.brokering import make_mandate
from tests.factories.mandates import make_firm
from tests.factories.organisations import make_organisation
from tests.factories.postings import make_job

if TYPE_CHECKING:
    from tests.guards.world import World

_LISTS = ("listed", "new")
_BESIDE = ("shortlisted", "pair")
_REST = ("duplicates", "merge", "export")
_IMPORT = ("import_shown", "import_taken", "import_report")
_ONE = ("show", "edit", "contact", "hand_over", "remove", "invite", "revoke")


def add(world: World, firm: Organisation) -> None:
    """Records of the firm and of a foreign one; one of each person's."""
    foreign = make_firm()
    mine = make_person(firm, world.visitors[OrgRole.CONSULTANT.value])
    theirs = make_person(foreign.organisation, foreign.consultant)
    for name in (*_LISTS, *_ONE, *_BESIDE, *_IMPORT, "import_sent", *_REST):
        world.examples[f"org_people.{name}:org"] = firm.public_id
        world.foreign[f"org_people.{name}:org"] = foreign.organisation.public_id
    world.examples["other_id"] = make_person(firm, name="白露").public_id
    world.foreign["other_id"] = make_person(foreign.organisation, name="白露").public_id
    world.examples["person_id"] = mine.public_id
    world.foreign["person_id"] = theirs.public_id
    for known, one in ((world.examples, firm), (world.foreign, foreign.organisation)):
        mandate = make_mandate(one, make_job(make_organisation()))
        for name in _BESIDE:
            known[f"org_people.{name}:mandate_id"] = mandate.public_id
    world.examples["import_id"] = send(firm, world.visitors[OrgRole.CONSULTANT.value])
    world.foreign["import_id"] = send(foreign.organisation, foreign.consultant)
    invited = make_person(
        foreign.organisation, foreign.consultant, phone="13800004419", mail="qiu@example.cn"
    )
    token = invite(invited, foreign.consultant)
    for name in ("show", "refuse", "accept"):
        world.examples[f"invited.{name}:token"] = token
    world.examples["record_id"] = _linked(foreign.organisation, world.visitors["person"], "4420")
    world.foreign["record_id"] = _linked(firm, world.visitors["member of another"], "4421")


def _linked(firm: Organisation, account: Account | None, ending: str) -> str:
    assert account is not None
    person = make_person(firm, phone=f"1380000{ending}", mail="")
    with unit_of_work() as session:
        found = session.get_one(FirmPerson, person.id)
        found.account_id = account.id
        found.accepted_at = found.created_at
    return person.public_id
