"""Loads a demo: firms, people, jobs, applications, in this order and piece by piece.

Nothing but short lists of numbers is kept between the pieces, so that memory does not grow with
the number of people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.cli.demo import applying, files, firms, jobs, people, rows, showcase, shown
from talentmarket.cli.demo.brokering import amounts
from talentmarket.cli.demo.brokering import run as brokering
from talentmarket.cli.demo.dice import Dice
from talentmarket.cli.demo.jobs import OPENED, Posting
from talentmarket.cli.demo.people import Person
from talentmarket.cli.demo.rows import Member
from talentmarket.cli.demo.store import Store
from talentmarket.core import events
from talentmarket.core.clock import FixedClock
from talentmarket.core.db import db
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import models as exchange
from talentmarket.exchange import promises
from talentmarket.exchange.models import Channel
from talentmarket.members import models as members
from talentmarket.members.models import IdentifierKind, OrganisationKind, OrganisationState

#: Rows kept before they are written.
BATCH = 20_000
#: Up to so many people everything goes in as one transaction: all of it or nothing.
AT_ONCE = 20_000
TRUSTED = (OrganisationState.VERIFIED, OrganisationState.RENEWAL_DUE)
LOADED = "demo_loaded"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Plan:
    """How much to load, from which seed, as of which moment."""

    seed: int
    now: datetime
    organisations: int = 300
    talents: int = 2000
    jobs: int = 1500
    applications: int = 4000
    #: Firms that broker, their mandates, people they asked; None: as many as fit the market.
    firms: int | None = None
    mandates: int | None = None
    referrals: int | None = None


@dataclass(slots=True)
class FirmKeys:
    """What is kept of a firm while loading."""

    organisation: int
    owner: Member
    recruiter: Member


@dataclass(slots=True)
class JobKeys:
    """What is kept of a job: its number and key."""

    number: int
    key: int


@contextmanager
def standing_clock(at: datetime) -> Iterator[None]:
    """The app's clock stands at `at` meanwhile."""
    before = current_app.extensions["talentmarket_clock"]
    current_app.extensions["talentmarket_clock"] = FixedClock(at)
    try:
        yield
    finally:
        current_app.extensions["talentmarket_clock"] = before


def is_loaded(session: Session) -> bool:
    """Whether a demo was loaded into this database."""
    found = sa.select(events.Event.id).where(events.Event.verb == LOADED).limit(1)
    return session.scalar(found) is not None


def load(plan: Plan, progress: Progress = lambda name, done, total: None) -> None:
    """Load the demo of the plan."""
    whole = plan.talents <= AT_ONCE
    with standing_clock(plan.now), unit_of_work() if whole else nullcontext():
        with unit_of_work() as session:
            store = Store(session)
        Loader(plan, store, progress).run()


class Loader:
    """One load. Firms by number → keys; jobs and people are made again when they are needed."""

    def __init__(self, plan: Plan, store: Store, progress: Progress) -> None:
        self.plan, self.store, self.progress = plan, store, progress
        self.firms: dict[int, FirmKeys] = {}
        self.by_sector: dict[str, list[int]] = {}
        self.agencies: list[int] = []
        self.amounts = amounts.of(
            talents=plan.talents, jobs=plan.jobs, firms=plan.firms, mandates=plan.mandates,
            referrals=plan.referrals,
        )  # fmt: skip
        #: Numbers of the firms that broker.
        self.brokers: list[int] = []
        #: Places in `opened` of jobs with mandates → numbers of these; and the jobs' own numbers.
        self.mandated: dict[int, list[int]] = {}
        self.brokered: frozenset[int] = frozenset()
        self.managers: dict[int, int] = {}
        self.letters: dict[tuple[int, int], int] = {}
        self.opened: list[JobKeys] = []
        self.first_account = self.first_talent = 0
        self.counts: dict[int, int] = {}
        self.operator: Member | None = None

    def run(self) -> None:
        """Everything, in order, and the mark that it is there."""
        self.fill()
        with unit_of_work() as session:
            self.store.finish(session)
            self._counts(session)
            promises.refresh(session, [one.organisation for one in self.firms.values()])
            events.record(
                session, "site", "demo", LOADED, seed=self.plan.seed, talents=self.plan.talents,
                organisations=self.plan.organisations, jobs=self.plan.jobs,
                applications=self.plan.applications, firms=self.amounts.firms,
                mandates=self.amounts.mandates, referrals=self.amounts.referrals,
            )  # fmt: skip

    def fill(self) -> None:
        """All rows, in the order in which they refer to each other."""
        self.operator = showcase.operator(self.store, self.plan.now)
        self._firms()
        self._people()
        self._jobs()
        self.mandated = brokering.assign(self)
        self.brokered = frozenset(self.opened[place].number for place in self.mandated)
        applying.run(self, shown.run(self))
        brokering.run(self)
        self.write(last=True)

    def write(self, *, last: bool = False) -> None:
        """Write what is kept when it is enough."""
        if self.store.waiting >= BATCH or last:
            with unit_of_work() as session:
                self.store.write(session)
            db.session.expunge_all()

    # -- firms ----------------------------------------------------------------------------------
    def firm(self, number: int) -> firms.Firm:
        """Firm `number`."""
        return firms.firm(self.plan.seed, self.plan.now, number)

    def _firms(self) -> None:
        total = self.plan.organisations
        for number in range(total):
            self._firm(number)
            self.write()
            self.progress("organisations", number + 1, total)
        self.brokers = self.agencies[: self.amounts.firms]
        self._more_firms(total)

    def _more_firms(self, number: int) -> None:
        """Further HR firms where more are to broker than there are; they post no jobs."""
        posting, wanted = list(self.agencies), self.amounts.firms
        while self.amounts.more and self.amounts.mandates and len(self.brokers) < wanted:
            if firms.is_agency(self.firm(number)):
                self._firm(number)
                self.write()
                self.brokers = self.agencies[:wanted]
                self.progress("firms", len(self.brokers), wanted)
            number += 1
        self.agencies = posting

    def _firm(self, number: int) -> None:
        assert self.operator is not None
        firm, dice = self.firm(number), Dice.of(self.plan.seed, "members", number)
        owner = self._member(dice, firm, "owner", firm.handler, number * 3)
        key = rows.organisation(self.store, firm, owner, self.operator.public_id, self.plan.now)
        recruiter = owner
        if firm.size != "0-20" or number in showcase.FIRMS or firms.is_agency(firm):
            role = OrgRole.CONSULTANT if firms.is_agency(firm) else OrgRole.RECRUITER
            name = firms.person_name(dice)
            recruiter = self._member(dice, firm, str(role), name, number * 3 + 1)
            self._join(key, recruiter, role, firm.created_at)
        if number == showcase.EMPLOYER:
            manager = self._member(dice, firm, "hiring_manager", "", number * 3 + 2)
            self._join(key, manager, OrgRole.HIRING_MANAGER, firm.created_at)
            self.managers[number] = manager.key
        self.firms[number] = FirmKeys(key, owner, recruiter)
        files.proofs(self.store, firm, key, owner, self.operator, self.plan.now)
        if firm.state in TRUSTED and firm.kind is OrganisationKind.EMPLOYER:
            self.by_sector.setdefault(firm.sector, []).append(number)
        if firm.state in TRUSTED and firms.is_agency(firm) and files.is_licensed(firm):
            self.agencies.append(number)

    def _member(self, dice: Dice, firm: firms.Firm, role: str, name: str, number: int) -> Member:
        """An account that acts for a firm; a listed one has a password."""
        public_id = dice.public_id()
        listed = showcase.listed_for(firm.number, role)
        values = showcase.opening_values(listed) if listed else {}
        identifiers = [(IdentifierKind.PHONE, people.phone(3_000_000 + number))]
        if listed:
            identifiers.append((IdentifierKind.MAIL, listed.mail))
        key = rows.account(
            self.store, public_id=public_id, name=listed.name if listed else name,
            at=firm.created_at - timedelta(minutes=30), identifiers=identifiers,
            used_at=self.plan.now - timedelta(days=1), **values,
        )  # fmt: skip
        return Member(key, public_id)

    def _join(self, key: int, member: Member, role: OrgRole, at: datetime) -> None:
        self.store.add(
            members.Membership, organisation_id=key, account_id=member.key, role=role, joined_at=at
        )

    # -- people ---------------------------------------------------------------------------------
    def person(self, number: int) -> Person:
        """Person `number`; number 0 is the one who can sign in."""
        plan = self.plan
        if number == 0:
            return showcase.person(plan.seed, plan.now, plan.organisations)
        return people.person(plan.seed, plan.now, number, plan.organisations)

    def _people(self) -> None:
        self.write(last=True)
        total = self.plan.talents
        self.first_account = self.store.peek(members.Account)
        self.first_talent = self.store.peek(members.Talent)
        assert self.operator is not None
        for number in range(total):
            person = self.person(number)
            listed = showcase.TALENT if number == 0 else None
            identifiers = [(IdentifierKind.PHONE, person.phone)]
            if listed:
                identifiers.append((IdentifierKind.MAIL, listed.mail))
            key = rows.account(
                self.store, public_id=person.account_id, name=person.name, at=person.created_at,
                identifiers=identifiers, used_at=max(person.created_at, person.updated_at),
                personal_ranking=person.personal_ranking,
                **(showcase.opening_values(listed) if listed else {}),
            )  # fmt: skip
            rows.talent(self.store, person, key, self.operator.public_id)
            self.write()
            self.progress("talents", number + 1, total)

    # -- jobs -----------------------------------------------------------------------------------
    def posting(self, number: int) -> Posting:
        """Job `number`."""
        plan = self.plan
        if number < showcase.JOBS and plan.organisations > max(firms.SHOWN):
            return showcase.posting(plan.seed, plan.now, number, self.firm)
        return jobs.posting(plan.seed, plan.now, number, self.by_sector, self.agencies)

    def _jobs(self) -> None:
        assert self.operator is not None
        total = self.plan.jobs if self.firms else 0
        for number in range(total):
            posting = self.posting(number)
            firm = self.firms[posting.firm.number]
            letter = None
            if posting.channel is Channel.AGENCY:
                letter = self._letter(posting)
            key = rows.job(
                self.store, posting, firm.organisation,
                self.firms[posting.employer.number].organisation, firm.recruiter, self.operator,
                manager=self.managers.get(posting.firm.number), entrustment=letter,
            )  # fmt: skip
            if posting.state in OPENED:
                self.opened.append(JobKeys(number, key))
            self.write()
            self.progress("jobs", number + 1, total)

    def _letter(self, posting: Posting) -> int:
        pair = (posting.firm.number, posting.employer.number)
        if pair not in self.letters:
            assert self.operator is not None
            self.letters[pair] = files.entrustment(
                self.store, posting, self.firms[pair[0]].organisation,
                self.firms[pair[1]].organisation, self.operator, self.plan,
            )  # fmt: skip
        return self.letters[pair]

    def _counts(self, session: Session) -> None:
        """Applications per job, as the service counts them."""
        if self.counts:
            table: Any = exchange.Job.__table__
            session.execute(
                sa.update(table)
                .where(table.c.id == sa.bindparam("key"))
                .values(applications_count=sa.bindparam("count")),
                [{"key": key, "count": count} for key, count in self.counts.items()],
            )
