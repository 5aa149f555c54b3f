"""Who takes part: an employer, two firms, a stranger, three people, two of the office; a fresh
database for each run, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.events import Event
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering.books.models import LedgerEntry
from talentmarket.exchange.brokering.firms.models import FirmMeasure
from talentmarket.exchange.brokering.joining.models import Joining
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.terms import Remedy
from talentmarket.exchange.brokering.placing.cases import StartCase
from talentmarket.exchange.brokering.placing.models import Placement, PlacementEvent
from talentmarket.exchange.brokering.referring.models import Dispute, Referral
from talentmarket.exchange.models import Application, Interview, Job
from talentmarket.members.models import Account, Consent, Identifier, OrganisationKind, Talent
from talentmarket.notices.models import Notice
from tests.factories import make_account, make_job, make_licence, make_member, make_organisation
from tests.factories import make_talent as _make_talent
from tests.factories.brokering import make_joined, make_mandate, make_posting, terms_of
from tests.factories.mandates import Firm
from tests.factories.mandates import make_mandate as make_prepared_mandate
from tests.fixtures.apps import NOW, disconnect
from tests.fixtures.databases import Database, put_in_place, snapshot

#: What the pages must not say to whom it was not given; unlike anything else on a page.
NAMES = ("欧阳测言", "司徒验行", "澹台观止")


@dataclass
class Person:
    """One person, as the machine knows them: keys, and what only they may give away."""

    talent: int
    account: int
    name: str
    phone: str
    erased: bool = False


@dataclass
class Parties:
    """Keys of everybody. `firms` and `mandates` in one order; `draft` is a mandate in preparation
    of the second firm."""

    employer: int
    recruiter: int
    stranger: int
    curious: int  # a recruiter of the stranger
    firms: tuple[int, int]
    consultants: tuple[int, int]
    examiners: tuple[int, int]
    operators: tuple[int, int]
    job: int
    mandates: tuple[int, int]
    draft: int
    postings: tuple[int, int]
    people: tuple[Person, ...]
    public: dict[int, str] = field(default_factory=dict)  # organisation key → public id

    def firm_of(self, firm: int) -> int:
        """The place of a firm in `firms`."""
        return self.firms.index(firm)


def make_parties() -> Parties:
    """All of them, by the factories. Each firm has a mandate that is open to the other, with a
    posting; the second works on the first's already, and has a third in preparation."""
    employer = make_organisation("岷江装备制造有限公司")
    recruiter = make_member(employer, OrgRole.RECRUITER)
    stranger = make_organisation("嘉陵软件有限公司")
    curious = make_member(stranger, OrgRole.RECRUITER)
    job = make_job(
        employer, created_by=recruiter.id, valid_until=clock.today() + timedelta(days=300)
    )
    firms = [make_organisation(name, OrganisationKind.HR_FIRM) for name in ("蜀桥人力", "锦江猎聘")]
    consultants, examiners = [], []
    for firm in firms:
        make_licence(firm)
        consultants.append(make_member(firm, OrgRole.CONSULTANT, make_account("林顾问")))
        examiners.append(make_member(firm, OrgRole.OWNER, make_account("何负责")))
    until = {"valid_until": clock.today() + timedelta(days=200)}
    shared = terms_of(employer, opened=True, split=4_000)
    own = terms_of(
        employer,
        guarantee_days=30,
        ownership_days=30,
        remedy=Remedy.REPLACEMENT,
        fee_share=1_777,
        opened=True,
        split=3_333,
    )
    mandates = (
        make_mandate(firms[0], job, consultant=consultants[0], terms=shared, **until),
        make_mandate(firms[1], job, consultant=consultants[1], terms=own, **until),
    )
    make_joined(mandates[0], firms[1], consultants[1])
    postings = [
        make_posting(one, firm, employer, title="数据平台工程师", **until)
        for one, firm in zip(mandates, firms, strict=True)
    ]
    second = Firm(firms[1], consultants[1], examiners[1])
    draft = make_prepared_mandate(second, "ready", client=employer, contact="handler@example.cn")
    people = [_person(name) for name in NAMES]
    operators = [make_account(f"裁定员{n}", is_operator=True) for n in range(2)]
    return Parties(
        employer=employer.id,
        recruiter=recruiter.id,
        stranger=stranger.id,
        curious=curious.id,
        firms=(firms[0].id, firms[1].id),
        consultants=(consultants[0].id, consultants[1].id),
        examiners=(examiners[0].id, examiners[1].id),
        operators=(operators[0].id, operators[1].id),
        job=job.id,
        mandates=(mandates[0].id, mandates[1].id),
        draft=draft.id,
        postings=(postings[0].id, postings[1].id),
        people=tuple(people),
        public={one.id: one.public_id for one in (employer, stranger, *firms)},
    )


def _person(name: str) -> Person:
    account = make_account(name)
    talent = _make_talent(account)
    phone = db.session.scalar(
        sa.select(Identifier.value).where(Identifier.account_id == account.id)
    )
    assert phone is not None
    return Person(talent.id, account.id, name, phone)


class Stage:
    """Gives each run a database where the parties stand at the beginning."""

    def __init__(
        self, app: Any, database: Database, time: Any, folder: Path, without: tuple[str, ...] = ()
    ) -> None:
        self.app, self.time = app, time
        self._without = without  # indexes that stand aside
        self._database, self._kept = database, folder / "parties.db"
        self._parties: Callable[[], Parties] | None = None

    @contextmanager
    def opened(self) -> Any:
        """The app's context on a fresh database, with the parties in it."""
        disconnect(self.app)
        self.time.set(NOW)
        with self.app.app_context():
            try:
                yield self._set()
            finally:
                db.session.remove()

    def _set(self) -> Parties:
        if self._database.kind != "sqlite":
            self._database.clean()
            return make_parties()
        path = Path(make_url(self._database.url).database or "")
        if self._parties is None:
            self._database.clean()
            first = make_parties()
            db.session.remove()
            with db.engine.begin() as connection:
                for name in self._without:
                    connection.exec_driver_sql(f"DROP INDEX {name}")
            snapshot(path, self._kept)
            self._parties = lambda: _again(first)
        disconnect(self.app)
        put_in_place(self._kept, path)
        return self._parties()


def _again(parties: Parties) -> Parties:
    people = tuple(Person(one.talent, one.account, one.name, one.phone) for one in parties.people)
    return Parties(**{**vars(parties), "people": people})


@dataclass
class Seen:
    """What stands in the database now: rows as plain values, by key."""

    referrals: dict[int, Any]
    applications: dict[int, Any]
    placements: dict[int, Any]
    mandates: dict[int, Any]
    disputes: dict[int, Any]
    interviews: dict[int, Any]
    jobs: dict[int, Any]
    joinings: dict[int, Any]
    cases: dict[int, Any]
    measures: dict[int, Any]
    #: How many rows stand in the tables that only grow, and how many consents were taken back.
    counts: tuple[int, ...]
    now: datetime
    today: date

    def same_as(self, other: Seen) -> bool:
        """Whether nothing has changed but the time."""
        return all(getattr(self, name) == getattr(other, name) for name in (*_WANTED, "counts"))

    def part_of(self, mandate: int, firm: int) -> Any | None:
        """The last part of a firm in another's mandate."""
        mine = [
            one
            for one in self.joinings.values()
            if (one.mandate_id, one.firm_id) == (mandate, firm)
        ]
        return max(mine, key=lambda one: one.id, default=None)

    def placement_of(self, application: int) -> Any | None:
        """The placement of an application."""
        return next(
            (one for one in self.placements.values() if one.application_id == application), None
        )

    def referral_of(self, application: int) -> Any | None:
        """The referral that opened an application."""
        return next(
            (one for one in self.referrals.values() if one.application_id == application), None
        )


_R, _A, _P = Referral.__table__.c, Application.__table__.c, Placement.__table__.c
_M, _D, _I, _J = Mandate.__table__.c, Dispute.__table__.c, Interview.__table__.c, Job.__table__.c
_N, _C, _F = Joining.__table__.c, StartCase.__table__.c, FirmMeasure.__table__.c
_WANTED: dict[str, tuple[Any, ...]] = {
    "referrals": (
        *(_R.id, _R.public_id, _R.state, _R.claim, _R.revision, _R.firm_id, _R.mandate_id),
        *(_R.employer_id, _R.job_id, _R.talent_id, _R.application_id, _R.answer, _R.expires_at),
        *(_R.contact_now, _R.terms_id, _R.claim_until, _R.answer_due_at, _R.answered_at),
        *(_R.object_until, _R.ended_at, _R.posting_id),
    ),
    "applications": (
        *(_A.id, _A.public_id, _A.state, _A.revision, _A.talent_id, _A.route, _A.contact_when),
        *(_A.moved_by_side, _A.moved_at, _A.moved_from, _A.contact_opened_at),
        *(_A.job_id, _A.answer_due_at),
    ),
    "placements": (
        *(_P.id, _P.public_id, _P.state, _P.revision, _P.application_id, _P.referral_id),
        *(_P.offer_id, _P.started_on, _P.guarantee_until, _P.cause, _P.by_decision),
    ),
    "mandates": (
        *(_M.id, _M.public_id, _M.state, _M.terms_number, _M.reviewer_id, _M.organisation_id),
        *(_M.valid_until, _M.state_before_freeze),
    ),
    "disputes": (
        *(_D.id, _D.referral_id, _D.kind, _D.ruling, _D.organisation_id, _D.ruled_at),
        _D.ruled_by,
    ),
    "interviews": (_I.id, _I.application_id, _I.state, _I.sequence, _I.starts_at),
    "jobs": (_J.id, _J.public_id, _J.state),
    "joinings": (_N.id, _N.public_id, _N.state, _N.mandate_id, _N.firm_id, _N.ended_at),
    "cases": (
        *(_C.id, _C.placement_id, _C.kind, _C.party, _C.ruling, _C.answered_at),
        *(_C.takes_effect_at, _C.ruled_by),
    ),
    "measures": (
        *(_F.id, _F.organisation_id, _F.step, _F.taken_at, _F.until, _F.appealed_at, _F.ruling),
    ),
}


_SELECTS = {name: sa.select(*columns) for name, columns in _WANTED.items()}
_GROWING = (Event, Notice, Consent, LedgerEntry, PlacementEvent)
_COUNTS = sa.select(
    *(sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in _GROWING),
    sa.select(sa.func.count(Consent.withdrawn_at)).scalar_subquery(),
)


def see() -> Seen:
    """Read everything that the machine chooses by and the rules are checked on."""
    session = db.session()
    found = {
        name: {row.id: row for row in session.execute(wanted)} for name, wanted in _SELECTS.items()
    }
    counts = tuple(session.execute(_COUNTS).one())
    return Seen(**found, counts=counts, now=clock.now(), today=clock.today())


def fresh(session: Any, model: Any, key: int) -> Any:
    """The row with this key."""
    return session.get_one(model, key)


__all__ = ["Account", "Parties", "Person", "Seen", "Stage", "Talent", "fresh", "see"]
