"""Which addresses are pages, who looks at each, and in what state of their visit.

A walk through the pages holds what it saw against :data:`NO_PAGE`: an endpoint is a page that
somebody saw, or it stands there. Nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import session as cookie

from talentmarket.core.permissions import TABLE, Who
from talentmarket.web.account import entering, pending
from talentmarket.web.account.pending import Pending
from tests.guards import world as worlds

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.guards.world import World

_FILE = "leads to a file"
_DATA = "data for programs"
_PART = "a part of a page that is open"
_SWITCH = "a switch that leads back"

#: What no visitor sees as a page of its own, and why; gone through on 2026-11-30.
NO_PAGE = {
    "account.enrol_qr": "a picture in a page",
    "api.changes": _DATA,
    "api.job": _DATA,
    "api.jobs": _DATA,
    "api.openapi": _DATA,
    "api.proposals": _DATA,
    "api.snapshot": _DATA,
    "applications.interview_file": _FILE,
    "applications.message_file": _FILE,
    "feeds.atom": _DATA,
    "feeds.saved": _DATA,
    "feeds.sitemap": _DATA,
    "feeds.sitemap_part": _DATA,
    "me.show_proof": _FILE,
    "me.suggest_skills": _PART,
    "operator.claim_file": _FILE,
    "operator.document": _FILE,
    "operator.entrustment_file": _FILE,
    "operator.licence_file": _FILE,
    "org.claim_file": _FILE,
    "org.document": _FILE,
    "org.licence_file": _FILE,
    "org_desk.interview_file": _FILE,
    "org_desk.message_file": _FILE,
    "org_joining.brief": _FILE,
    "org_people.import_report": _FILE,
    "operator.start_file": _FILE,
    "org_starts.file": _FILE,
    "starts.my_file": _FILE,
    "operator.mandate_document": _FILE,
    "org_mandates.document": _FILE,
    "org_mandates.given_document": _FILE,
    "organisations.open_file": _FILE,
    "site.healthz": _DATA,
    "site.language": _SWITCH,
    "site.readyz": _DATA,
    "site.robots": _DATA,
    "site.theme": _SWITCH,
    "static": _FILE,
    "suggest.proposals": _PART,
}

#: Who looks at the pages of each rule.
READERS = {
    Who.PUBLIC: ("signed out", "person"),
    Who.SIGNED_IN: ("person",),
    Who.VERIFIED: ("person",),
    Who.MEMBER: ("owner",),
    Who.OPERATOR: ("operator",),
    Who.DEMO: ("signed out",),
}
#: Pages for somebody in another situation than the person of the world.
_READERS_OF = {
    "account.verify": ("unverified",),
    "me.onboarding": ("owner",),  # has no profile yet
}
#: Steps of signing in: which stage the visitor has come to.
STEPS = {
    "account.complete": pending.REGISTER,
    "account.second_proof": pending.AGAIN,
    "account.second_factor": pending.SECOND,
}


def readers(endpoint: str) -> tuple[str, ...]:
    """The visitors who look at a page."""
    return _READERS_OF.get(endpoint) or READERS[TABLE[endpoint].who]


def missed(app: Flask, seen: set[str]) -> list[str]:
    """What a walk through all pages is wrong about: pages nobody saw, and pages on the list of
    those that are none."""
    known = {rule.endpoint for rule in worlds.routes(app)}
    return [
        *(f"{one}: no visitor saw a page" for one in sorted(known - seen - NO_PAGE.keys())),
        *(f"{one}: is a page after all" for one in sorted(seen & NO_PAGE.keys())),
        *(f"{one}: is no endpoint" for one in sorted(NO_PAGE.keys() - known)),
    ]


def state_of(app: Flask, endpoint: str, person: str) -> dict[str, Any]:
    """What the browser keeps of a visitor who comes to this page: that they proved lately who they
    are, and how far they have come with signing in. `person`: the public id
    of who signs in."""
    marks: list[Callable[[], None]] = [entering.mark_fresh]
    if (stage := STEPS.get(endpoint)) is not None:
        step = Pending(stage, "/", "talent", "phone", "+8613800138000", person)
        marks.append(lambda: pending.keep(step))
    with app.test_request_context():
        for mark in marks:
            mark()
        return dict(cookie)


@contextmanager
def come_to(app: Flask, world: World, endpoint: str, client: FlaskClient) -> Iterator[None]:
    """Meanwhile the client's visitor is where the page is for them, and so is the site."""
    person = world.visitors["person"]
    assert person is not None
    if endpoint in STEPS or TABLE[endpoint].who is Who.SIGNED_IN:
        with client.session_transaction() as held:
            held.update(state_of(app, endpoint, person.public_id))
    demo = app.config["DEMO"]
    app.config["DEMO"] = demo or TABLE[endpoint].who is Who.DEMO
    try:
        yield
    finally:
        app.config["DEMO"] = demo
