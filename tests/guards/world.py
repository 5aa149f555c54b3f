"""A small world with one of everything, and the visitors that walk through it.

The guards that look at every route open each address with the examples kept here. A route whose
address has a part without an example fails them: add it to `World.examples`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.routing import Rule as AddressRule

from talentmarket.core import clock, files
from talentmarket.core.permissions import TABLE, Rule, Who
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import feeds, saving
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import Frequency, SavedSearch
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Interview,
    InterviewState,
    Invitation,
    Job,
    Message,
    MessageFile,
    Side,
)
from talentmarket.exchange.snapshots import (
    PHONE_AND_MAIL,
    freeze,
    give_contact,
    give_snapshot,
)
from talentmarket.members.cards import card_of
from talentmarket.members.models import Account, Talent, Visibility
from talentmarket.notices import unsubscribing
from tests.factories.organisations import make_licence, make_member, make_organisation
from tests.factories.people import make_account, make_talent
from tests.factories.postings import make_application, make_job
from tests.guards import world_office, world_referrals

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@dataclass
class World:
    """Who is there, and what stands for each part of an address."""

    visitors: dict[str, Account | None] = field(default_factory=dict)
    #: Part of an address → what stands for it; ``endpoint:part`` where one differs.
    examples: dict[str, str] = field(default_factory=dict)
    #: The same for what belongs to the other organisation and the other person.
    foreign: dict[str, str] = field(default_factory=dict)
    #: Endpoint → what a page wants behind the question mark.
    queries: dict[str, dict[str, str]] = field(default_factory=dict)

    def arguments(self, rule: AddressRule, *, other: bool = False) -> dict[str, str]:
        """What to fill a route's address with; KeyError names the part without an example."""
        known = {**self.examples, **self.foreign} if other else self.examples
        return {part: self._example(known, rule.endpoint, part) for part in rule.arguments}

    def strange(self, rule: AddressRule) -> dict[str, str]:
        """The parts of a route's address that name a row, with rows of another tenant's."""
        found = {
            part: self.foreign.get(f"{rule.endpoint}:{part}", self.foreign.get(part))
            for part in rule.arguments
            if part != "org"
        }
        return {part: value for part, value in found.items() if value is not None}

    @staticmethod
    def _example(known: dict[str, str], endpoint: str, part: str) -> str:
        for name in (f"{endpoint}:{part}", part):
            if name in known:
                return known[name]
        raise KeyError(f"{endpoint} needs an example for <{part}> in tests/guards/world.py")


def build() -> World:
    """Make the world in the database of the current app."""
    world = World()
    own, other = make_organisation(), make_organisation()
    make_licence(own)
    person = make_account("林知遥")
    talent = make_talent(person)
    job, other_job = make_job(own), make_job(other)
    stranger = make_talent()
    application = _application(job, talent)
    other_application = _application(other_job, stranger)
    invitation = _invitation(make_job(own), talent)
    other_invitation = _invitation(make_job(other), stranger)
    world.visitors = {
        "signed out": None,
        "unverified": make_account("未核验", verified=False),
        "person": person,
        "member of another": make_member(other, OrgRole.OWNER),
        "operator": make_account("秘书处", is_operator=True),
        **{role.value: make_member(own, role) for role in OrgRole},
    }
    world.examples = {
        "code": "en",
        "name": "dark",
        "site.theme:name": "dark",
        "filename": "css/tokens.css",
        "org": own.public_id,
        "organisation": own.public_id,
        "job": job.public_id,
        "talents.show:card": card_of(make_talent(visibility=Visibility.PUBLIC), None),
        "applications.apply:job_id": make_job(own).public_id,
        "me_matches.review:job_id": make_job(own).public_id,
        "card": card_of(talent, own.public_id),
        "application_id": application.public_id,
        "applications.report_message:message_id": f"organisation{application.public_id}",
        "org_desk.report_message:message_id": f"talent{application.public_id}",
        "applications.message_file:file_id": f"fo{application.public_id}",
        "org_desk.message_file:file_id": f"ft{application.public_id}",
        "invitation_id": invitation.public_id,
        "job_id": job.public_id,
        "entry_id": talent.entries[0].public_id,
        "skill_id": talent.skills[0].skill_id,
        "kind": "experience",
        "step": "basics",
        "act": "pause",
        "number": "0",
        "form": "profile",
        "search_id": _saved(person).public_id,
        "org_saved_searches.show:search_id": _saved(
            world.visitors[OrgRole.OWNER.value], saving.Desk(own)
        ).public_id,
        "feeds.saved:token": str(feeds.token_of(_saved(person))),
        "notices.unsubscribe:token": unsubscribing.token_of(person.public_id),
    }
    world.foreign = {
        "org": other.public_id,
        "job": other_job.public_id,
        "job_id": other_job.public_id,
        "card": card_of(stranger, other.public_id),
        "application_id": other_application.public_id,
        "org_desk.report_message:message_id": f"talent{other_application.public_id}",
        "org_desk.message_file:file_id": f"ft{other_application.public_id}",
        "invitation_id": other_invitation.public_id,
        "entry_id": stranger.entries[0].public_id,
        "search_id": _saved(stranger.account).public_id,
    }
    world.queries = {
        "org_desk.invite": {"card": world.examples["card"]},
        "org_saved_searches.suiting": {"job": job.public_id},
    }
    for area in ("applications", "org_desk"):
        world.examples[f"{area}.change_interview:act"] = "cancel"
    world_office.add(world, own, other)
    world_referrals.add(world, own, other, talent, stranger)
    return world


def _saved(account: Account | None, desk: saving.Desk | None = None) -> SavedSearch:
    assert account is not None
    with unit_of_work() as session:
        own = session.get_one(Account, account.id)
        saved, _new = saving.save(
            session, own, Asked("大数据"), name="大数据", frequency=Frequency.DAILY, desk=desk
        )
        if desk is None:
            feeds.renew(session, saved)
    return saved


def _application(job: Job, talent: Talent) -> Application:
    """An application whose interview is agreed, so that each of its pages has something to show."""
    application = make_application(job, talent, state=ApplicationState.INTERVIEW)
    _thread(application)
    with unit_of_work() as session:
        row = session.get_one(Application, application.id)
        freeze(session, row, session.get_one(Talent, talent.id))
        give_snapshot(session, row, row.organisation.public_id)
        give_contact(session, row, row.organisation.public_id, PHONE_AND_MAIL)
        session.add(
            Interview(
                application_id=row.id,
                starts_at=clock.now() + timedelta(days=3),
                state=InterviewState.ACCEPTED,
                proposed_at=clock.now(),
                place="成都高新区天府五街",
            )
        )
    return application


def _thread(application: Application) -> None:
    """A line of each side, with a file each."""
    with unit_of_work() as session:
        row = session.get_one(Application, application.id)
        for side in Side:
            line = Message(
                application_id=row.id,
                side=side,
                text="请看附件。",
                sent_at=clock.now(),
                public_id=f"{side}{row.public_id}",
            )
            session.add(line)
            session.flush()
            kept = files.keep(
                session,
                PNG,
                "附件.png",
                owner_type="organisation",
                owner_id=row.organisation.public_id,
                purpose="message",
                uploaded_by=None,
            )
            session.add(
                MessageFile(
                    message_id=line.id, file_id=kept.id, public_id=f"f{str(side)[0]}{row.public_id}"
                )
            )


#: A whole picture of one point.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def _invitation(job: Job, talent: Talent) -> Invitation:
    at = clock.now()
    values = {"organisation_id": job.organisation_id, "job_id": job.id, "talent_id": talent.id}
    with unit_of_work() as session:
        invitation = Invitation(
            **values,
            text="看到您做过实时指标，想请您聊聊。",
            sent_at=at,
            expires_at=at + timedelta(days=14),
        )
        session.add(invitation)
    return invitation


def routes(app: Flask, method: str = "GET") -> list[AddressRule]:
    """The routes of the app that take this method, in a fixed order.

    One without a permission rule is left out: a test of its own reports it.
    """
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint in TABLE
    ]
    return sorted(found, key=lambda rule: (rule.endpoint, rule.rule))


def walk(
    app: Flask, world: World, method: str = "GET", *, other: bool = False
) -> Iterator[tuple[AddressRule, str]]:
    """The routes of `routes` with their addresses filled in.

    One that lacks an example is left out: a test of its own reports it.
    """
    for rule in routes(app, method):
        try:
            arguments = world.arguments(rule, other=other)
        except KeyError:
            continue
        asked = world.queries.get(rule.endpoint, {}) if method == "GET" and not other else {}
        yield rule, address(app, rule, arguments | asked)


def address(app: Flask, rule: AddressRule, arguments: dict[str, str]) -> str:
    """The path of a route with its parts filled in."""
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, arguments)
    return str(built)


def clients(world: World, make_client: Callable[..., FlaskClient]) -> dict[str, FlaskClient]:
    """A client for each visitor."""
    return {
        name: make_client(account, second_factor=name == "operator")
        for name, account in world.visitors.items()
    }


def may(rule: Rule, visitor: str, *, other: bool = False) -> str:
    """What must become of a visitor under a rule: ``enter``, ``sign in``, ``403`` or ``404``.

    Written apart from the code it checks, in the words of the design: another organisation's
    address does not exist, a wrong role is refused, the operator's desk is for operators.
    """
    roles = {role.value for role in OrgRole}
    if rule.who is Who.PUBLIC:
        return "enter"
    if rule.who is Who.DEMO:
        return "404"
    if visitor == "signed out":
        return "sign in"
    if rule.who is Who.OPERATOR:
        return "enter" if visitor == "operator" else "404"
    if rule.who is Who.MEMBER:
        inside = visitor == "member of another" if other else visitor in roles
        if not inside:
            return "404"
        role = "owner" if other else visitor
        return "enter" if not rule.roles or role in rule.roles else "403"
    if rule.who is Who.VERIFIED and visitor == "unverified":
        return "sign in"
    return "enter"


def seen(app: Flask, response: Any) -> str:
    """What became of a visitor, in the words of `may`."""
    if response.status_code in {403, 404}:
        return str(response.status_code)
    if response.status_code == 401:
        return "sign in"
    target = urlsplit(response.headers.get("Location", "")).path
    if response.status_code in {302, 303} and target in _doors(app):
        return "sign in"
    return "enter"


def _doors(app: Flask) -> set[str]:
    """Where somebody is sent who has to sign in, or to verify a number, first."""
    addresses = app.url_map.bind("localhost")
    return {addresses.build(endpoint) for endpoint in ("account.sign_in", "account.verify")}
