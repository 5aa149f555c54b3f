"""What a person gave by consent is read where it is allowed, and nowhere once it is over.

One scene, one walk over every address before, one after the consents were taken back, the persons
erased, the employers blocked, and one after the end date. Each person has words of their own, so the
one who changed nothing tells that the walk still sees.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as clocks
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.blocked import begun
from talentmarket.exchange.brokering.referring import consenting
from talentmarket.members import blocks, privacy
from talentmarket.members.models import Account, Organisation, Talent
from talentmarket.notices.models import Delivery, Notice
from tests.integration.security.consent_scene import Scene
from tests.integration.security.consent_walk import Walk

pytestmark = pytest.mark.slow

ALL = {"name", "phone", "mail", "headline", "employer", "text"}
RESUME = {"headline", "employer", "text"}
#: Stage → reader and page → what of the person stands there while it is given.
ALLOWED = {
    "applied": {("firm of the mandate", "org_referrals.show"): RESUME | {"name"}},
    "interview": {
        ("employer", "org_desk.show"): ALL,
        ("hiring manager", "org_desk.show"): RESUME | {"name"},
        ("employer", "org_desk.job"): {"name"},
        ("employer", "org_desk.message_file"): {"name"},
    },
    "hired": {
        ("employer", "org_desk.show"): ALL,
        ("employer", "org_desk.message_file"): {"name"},
    },
}
#: Who receives people that were sent.
DESK = {"employer", "hiring manager"}
#: Pages that a walk must have opened, or it looks at nothing.
OPENED = {
    *(("employer", f"org_desk.{one}") for one in ("home", "job", "show", "interview_file")),
    *(("employer", f"org_referrals.{one}") for one in ("referred", "placement", "placements")),
    *(("asking firm", f"org_referrals.{one}") for one in ("show", "listed", "day", "placement")),
    ("asking firm", "org_papers.receipt"),
    *(("asking firm", f"org_fees.{one}") for one in ("home", "month", "pdf", "xlsx")),
    *(("employer", f"org_reports.{one}") for one in ("figures", "ledger", "referral_figures")),
    ("firm of the mandate", "org_people.export"),
    *(("employer", one) for one in ("org_talents.search", "notices.inbox", "org_starts.case")),
    *(("office", f"operator.{one}") for one in ("ledger", "events", "user", "mandate", "home")),
    *(("signed out", one) for one in ("api.jobs", "feeds.atom", "suggest.proposals")),
}


@pytest.fixture
def scene(session):
    return Scene()


def receivers(scene):
    return [one.id for one in (*scene.owners.values(), scene.recruiter, scene.consultant)]


def told_in_rows(session, scene):
    """The words of people that stand in notices and mails of those who receive people."""
    session.expire_all()
    held = [
        str(vars(row))
        for table in (Notice, Delivery)
        for row in session.scalars(sa.select(table).where(table.account_id.in_(receivers(scene))))
    ]
    assert held, "they were told of something"
    words = [word for one in scene.people for word in one.words.values()]
    return [word for word in words if any(word in row for row in held)]


def withdraw(scene, person):
    scene.on(person, lambda unit, row: consenting.withdraw(unit, row, actor=Actor("person")))


def erase(person):
    with unit_of_work() as unit:
        account = unit.get_one(Account, person.talent.account_id)
        privacy.erase(unit, account, actor=Actor(account.public_id))


def block(scene, person):
    """Block employer and firms; then take back what the page of blocks says is left."""
    with unit_of_work() as unit:
        talent = unit.get_one(Talent, person.talent.id)
        for one in (scene.employer, scene.asker, scene.holder):
            row = unit.get_one(Organisation, one.id)
            blocks.add_block(unit, talent, row.name, row.uscc, actor=Actor("person"))
    with unit_of_work() as unit:
        left = begun(unit, unit.get_one(Talent, person.talent.id))
        assert [one.public_id for one in left.referrals] == [person.referral]
    withdraw(scene, person)


def test_nothing_given_is_read_once_it_is_over(app, session, clock, make_client, scene):
    walk = Walk.of(app, scene, make_client)
    before = walk.look()
    assert before.opened >= OPENED, OPENED - before.opened
    assert before.kept == [], "no cache keeps a page with a person"
    wrong = list(lacking(scene, before))
    for person in scene.people:
        if person.end == "withdrawn":
            withdraw(scene, person)
        elif person.end == "erased":
            erase(person)
        elif person.end == "blocked":
            block(scene, person)
    after = walk.look()
    links = walk.follow(before.links)
    assert len(before.links) >= 8
    assert [one for one in before.links if "/files/" in one[1]], "the walk swaps addresses too"
    for number, person in enumerate(scene.people):
        if person.end == "expired":
            if after.of(number) != before.of(number):
                wrong.append(f"another's withdrawal changed {person.stage}: {after.of(number)}")
            if person.application and not links.of(number):
                wrong.append(f"own files of {person.stage} do not open")
        else:
            wrong += told("after", person, after.of(number), links.of(number))
    clock.set(clocks.start_of_day(clocks.today() + timedelta(days=400)))
    late = Walk.of(app, scene, make_client)
    ended, kept = late.look(), late.follow(before.links)
    for number, person in enumerate(scene.people):
        wrong += told("at the end", person, ended.of(number), kept.of(number))
    assert not wrong, "\n".join(wrong)
    assert told_in_rows(session, scene) == [], "notices say numbers, never names"


def lacking(scene, before):
    """What the walk should have seen while it was given, and what it should not."""
    for number, person in enumerate(scene.people):
        seen = before.of(number)
        for where, words in ALLOWED[person.stage].items():
            if not seen.get(where, set()) >= words:
                yield f"{person.stage}: {where} lacks {words - seen.get(where, set())}"
        receivers = {"firm of the mandate"} if person.stage == "applied" else DESK
        for who, at in seen:
            if who not in receivers:
                yield f"{person.stage}: {who} reads {seen[who, at]} at {at}"


def told(when, person, *places):
    """Where a person is still read."""
    for found in places:
        for where, words in found.items():
            yield f"{when}, {person.stage}, {person.end}: {where} says {sorted(words)}"
