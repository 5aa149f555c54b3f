"""What may be done: a table of acts, and those of a firm that asks and of a person who answers.

An act says where it may be tried with a hope of success, and does it by the services, as the pages
do. Whether it was allowed is not decided here: the rules look at what came of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.exchange import applications
from talentmarket.exchange.brokering.referring import asking, consenting, ending, sending
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models import Application, ContactWhen, EndReason, Job
from talentmarket.exchange.refusals import Refusal
from talentmarket.members import privacy
from talentmarket.members.models import Account, Organisation, Talent
from tests.factories import block_of
from tests.integration.brokering.any_order.world import Parties, Person, Seen, fresh

SNAPSHOT = frozenset({"snapshot", "name"})


@dataclass
class Given:
    """What a person said yes to, as the person remembers it: receiver (key) → what, until when."""

    to: dict[int, frozenset[str]]
    until: datetime | None = None
    over: bool = False

    def now(self, receiver: int, at: datetime) -> frozenset[str]:
        """What this receiver may have now."""
        if self.over or (self.until is not None and at >= self.until):
            return frozenset()
        return self.to.get(receiver, frozenset())


@dataclass
class Run:
    """One run: who takes part, what they see, and what the people gave."""

    parties: Parties
    random: Random
    seen: Seen
    #: By referral (key): the yes of step two, and whether the number goes along.
    agreed: dict[int, Given] = field(default_factory=dict)
    #: By application (key): what goes to the employer by it.
    applied: dict[int, Given] = field(default_factory=dict)
    #: By application: what its withdrawal took back, should it be undone.
    kept: dict[int, Given] = field(default_factory=dict)
    #: Applications whose number and mail the person took back.
    closed: set[int] = field(default_factory=set)
    #: People (profiles) who want nothing of the employer, and firms whose licence was let end.
    blocking: set[int] = field(default_factory=set)
    unlicensed: set[int] = field(default_factory=set)
    #: Placements (keys) for which something was paid and not reversed, as often as it was.
    paid: Counter[int] = field(default_factory=Counter)
    #: Whether this draw also looks where there is no hope.
    against_hope: bool = False
    #: By application (key): the first day that was offered last.
    starts: dict[int, date] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)

    def licensed(self, firm: int) -> bool:
        """Whether the firm's licence was not let end, as far as was told here."""
        return firm not in self.unlicensed

    def of_employer(self, seen: Seen, key: int) -> frozenset[str]:
        """What the employer may have by an application, by what the person said."""
        employer, application = self.parties.employer, seen.applications[key]
        if self.person(application.talent_id).erased:
            return frozenset({"snapshot"})  # what is left of it names nobody
        mine = self.applied[key]
        given = mine.now(employer, seen.now)
        referral = seen.referral_of(key)
        answered = referral is not None and (referral.answer or referral.claim is None)
        if referral is None or mine.over or not answered:
            return given
        agreed = self.agreed[referral.id].now(employer, seen.now)
        if "snapshot" in agreed:
            given |= SNAPSHOT
        if "contact" in agreed and referral.contact_now and key not in self.closed:
            given |= {"phone"}
        return given

    def person(self, talent: int) -> Person:
        """The person behind a profile."""
        return next(one for one in self.parties.people if one.talent == talent)

    def chosen(self, *values: Any) -> Any:
        """One of these."""
        return self.random.choice(values)


@dataclass(frozen=True)
class Act:
    """`weight`: how often, beside the others that may be tried. `after`: the acts that make it
    possible, the likeliest first: whoever wants this one and cannot does one of them. `waits`: the
    targets are moments, and the clock goes there."""

    name: str
    weight: float
    where: Callable[[Run], Iterable[Any]]
    do: Callable[[Run, Any, Any], object]
    after: tuple[str, ...] = ()
    waits: bool = False


ACTS: dict[str, Act] = {}


def act(
    where: Callable[[Run], Iterable[Any]], weight: float = 1.0, *, after: tuple[str, ...] = ()
) -> Callable[[Callable[[Run, Any, Any], object]], Callable[[Run, Any, Any], object]]:
    """Put a function (run, session, target) on the table under its own name."""

    def put(do: Callable[[Run, Any, Any], object]) -> Callable[[Run, Any, Any], object]:
        ACTS[do.__name__] = Act(do.__name__, weight, where, do, after)
        return do

    return put


#: How often an act is tried where there is little hope of it, or done a little wrong.
AGAINST_HOPE = 0.08


def hopeful(run: Run, hope: bool) -> bool:
    """`hope`, and in some draws True for all: what is refused has to be refused."""
    return hope or run.against_hope


def slips(run: Run) -> bool:
    """Whether something of this act is wrong."""
    return run.random.random() < AGAINST_HOPE


def referrals(*states: str, claim: str | None = None) -> Callable[[Run], list[int]]:
    """Referrals in one of the states, or with this claim."""

    def where(run: Run) -> list[int]:
        return [
            one.id
            for one in run.seen.referrals.values()
            if (not states or one.state in states) and (claim is None or one.claim == claim)
        ]

    return where


# --- the firm ----------------------------------------------------------------------------------


def _pairs(run: Run) -> list[tuple[int, int, int]]:
    """(firm, mandate, person) that may be asked: each firm's mandate is open to the other."""
    roads = [
        (firm, mandate)
        for mandate in run.parties.mandates
        for firm in run.parties.firms
        if hopeful(run, works_on(run, firm, mandate))
    ]
    closed = {
        (one.firm_id, one.talent_id)
        for one in run.seen.referrals.values()
        if one.state in RUNNING or (one.state == "declined" and _lately(run, one.ended_at))
    }
    taken = {one.talent_id for one in run.seen.referrals.values() if one.claim in LIVE}
    taken |= {one.talent_id for one in run.seen.applications.values() if one.state in OPEN}
    taken |= run.blocking
    people = [one.talent for one in run.parties.people if not one.erased]
    return [
        (firm, mandate, talent)
        for firm, mandate in roads
        for talent in people
        if hopeful(
            run,
            run.seen.mandates[mandate].state == "active"
            and run.licensed(firm)
            and (firm, talent) not in closed
            and talent not in taken,
        )
    ]


def works_on(run: Run, firm: int, mandate: int) -> bool:
    """Whether it is the firm's own mandate, or one it has joined."""
    part = run.seen.part_of(mandate, firm)
    own = run.seen.mandates[mandate].organisation_id == firm
    return own or (part is not None and part.state == "joined")


def _lately(run: Run, at: datetime) -> bool:
    return run.seen.now - at < timedelta(days=90)


RUNNING = ("asked", "interested", "consented")
LIVE = ("pending", "standing", "known", "disputed", "dormant")
#: Stages in which an application goes on.
OPEN = (
    *("submitted", "viewed", "shortlisted", "interview"),
    *("offer", "accepted", "started", "confirmed"),
)


@act(_pairs, 3, after=("mandate_resume", "mandate_thaw", "licence_renewed"))
def ask(run: Run, session: Any, target: tuple[int, int, int]) -> None:
    firm, mandate, talent = target
    place = run.parties.firm_of(firm)
    asking.ask(
        session,
        fresh(session, sending.Mandate, mandate),
        fresh(session, Talent, talent),
        firm=fresh(session, Organisation, firm),
        consultant=fresh(session, Account, run.parties.consultants[place]),
        actor=Actor("consultant"),
        employer_named=run.chosen(True, False),
    )


def _sendable(run: Run) -> list[int]:
    return [
        key
        for key in referrals("consented")(run)
        if hopeful(run, _goes_on(run, run.seen.referrals[key]))
    ]


def _goes_on(run: Run, referral: Any) -> bool:
    """Whether the firm and its mandate may ask and send."""
    return bool(
        run.licensed(referral.firm_id)
        and run.seen.mandates[referral.mandate_id].state == "active"
        and referral.expires_at > run.seen.now
    )


@act(_sendable, 6, after=("consent",))
def send(run: Run, session: Any, key: int) -> None:
    referral = fresh(session, Referral, key)
    application = sending.send(session, referral, actor=Actor("consultant"))
    run.applied[application.id] = Given({})


@act(referrals("asked", "interested", "consented"), 0.3, after=("ask",))
def recall(_run: Run, session: Any, key: int) -> None:
    ending.recall(session, fresh(session, Referral, key), actor=Actor("consultant"))


@act(referrals("consented"), 0.3, after=("consent",))
def refuse_to_send(_run: Run, session: Any, key: int) -> None:
    """The firm does not forward whom it may, and says why."""
    referral = fresh(session, Referral, key)
    ending.refuse(session, referral, Refusal(EndReason.PAY), actor=Actor("consultant"))


# --- the person --------------------------------------------------------------------------------


@act(referrals("asked"), 6, after=("ask",))
def interest(_run: Run, session: Any, key: int) -> None:
    asking.interest(session, fresh(session, Referral, key), actor=Actor("person"))


@act(referrals("asked", "interested"), 0.4, after=("ask",))
def decline(_run: Run, session: Any, key: int) -> None:
    asking.decline(session, fresh(session, Referral, key), actor=Actor("person"))


def _agreeable(run: Run) -> list[int]:
    agreed = {one.talent_id for one in run.seen.referrals.values() if one.state == "consented"}
    return [
        one.id
        for one in run.seen.referrals.values()
        if one.state == "interested"
        and hopeful(run, _goes_on(run, one) and one.talent_id not in agreed)
    ]


@act(_agreeable, 6, after=("interest",))
def consent(run: Run, session: Any, key: int) -> None:
    """The person reads who would get what and agrees to these; sometimes an older page comes."""
    referral = fresh(session, Referral, key)
    page = consenting.offered(session, referral)
    older = run.random.random() < 0.05
    number = run.chosen(True, False)
    consenting.consent(
        session,
        referral,
        digest="0" * 64 if older else page.digest,
        contact_now=number,
        actor=Actor("person"),
    )
    assert not older, "agreed to a page that says something else"
    run.agreed[key] = said_yes_to(run, page)


def said_yes_to(run: Run, page: consenting.Offered) -> Given:
    """What a person remembers of a page after agreeing to it."""
    return Given(
        {one: _fields(run, page, one) for one in run.parties.public},
        until=consenting.end_of(page.until),
    )


def _fields(run: Run, page: consenting.Offered, organisation: int) -> frozenset[str]:
    public = run.parties.public[organisation]
    named = [set(one.data) for one in page.receivers if one.organisation == public]
    return frozenset().union(*named)


@act(referrals("consented", "sent"), 0.5, after=("send", "consent"))
def withdraw_consent(run: Run, session: Any, key: int) -> None:
    referral = fresh(session, Referral, key)
    application = referral.application_id
    consenting.withdraw(session, referral, actor=Actor("person"))
    takes_back(run, session, key, application)


def _offered(run: Run) -> list[int]:
    """Sent referrals whose person has an offer: a withdrawal then leaves the application."""
    return [
        one.id
        for one in run.seen.referrals.values()
        if one.state == "sent" and run.seen.applications[one.application_id].state == "offer"
    ]


@act(_offered, 1.5, after=("offer", "say_new", "send"))
def withdraw_consent_late(run: Run, session: Any, key: int) -> None:
    withdraw_consent(run, session, key)


def takes_back(run: Run, session: Any, referral: int | None, application: int | None) -> None:
    before = run.of_employer(run.seen, application) if application is not None else frozenset()
    agreed = run.agreed.get(referral) if referral is not None else None
    if agreed is not None:
        run.agreed[referral] = Given(agreed.to, agreed.until, over=True)  # type: ignore[index]
    if application is None:
        return
    state = session.scalar(sa.select(Application.state).where(Application.id == application))
    if state == "withdrawn":
        until = agreed.until if agreed is not None else None
        run.kept[application] = Given({run.parties.employer: before}, until)
    run.applied[application] = Given({}, over=True)


@act(lambda run: [one.talent for one in run.parties.people if not one.erased], 0.12)
def apply(run: Run, session: Any, talent: int) -> None:
    """The person applies without anybody between."""
    when = run.chosen(ContactWhen.NOW, ContactWhen.INTERVIEW)
    job = applications.open_job(session, run.seen.jobs[run.parties.job].public_id)
    application, created = applications.apply(
        session, fresh(session, Talent, talent), job, contact_when=when, actor=Actor("person")
    )
    if created:
        more = {"phone"} if when is ContactWhen.NOW else set()
        run.applied[application.id] = Given({run.parties.employer: SNAPSHOT | more})


@act(lambda run: [one.talent for one in run.parties.people if not one.erased], 0.015)
def block(run: Run, session: Any, talent: int) -> None:
    """The person wants nothing of this employer."""
    person = fresh(session, Talent, talent)
    if any(one.name for one in person.blocks):
        raise Conflict(code="blocked-already")
    session.add(block_of(person, fresh(session, Organisation, run.parties.employer)))
    run.blocking.add(talent)


@act(lambda run: [one.talent for one in run.parties.people if not one.erased], 0.015)
def erase_person(run: Run, session: Any, talent: int) -> None:
    person = run.person(talent)
    privacy.erase(session, fresh(session, Account, person.account), actor=Actor("person"))
    person.erased = True
    for known in (run.agreed, run.applied):
        for key in known:
            if _owner(run, session, key, known is run.agreed) == talent:
                known[key].over = True


def _owner(_run: Run, session: Any, key: int, referral: bool) -> int | None:
    model = Referral if referral else Application
    return session.scalar(sa.select(model.talent_id).where(model.id == key))


__all__ = ["ACTS", "Act", "Given", "Job", "Run", "act", "clock", "referrals"]
