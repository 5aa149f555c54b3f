"""A firm's referrals as a board and as a table, under the same filters.

Each is one statement, whatever the number of referrals: the database puts them into columns, counts
them and gives the first of each; only what is shown is read whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import UTCDateTime
from talentmarket.exchange.brokering.board import stages
from talentmarket.exchange.brokering.board.stages import SHOWN, Column
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring.models import (
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.models import Application, ApplicationState, Job
from talentmarket.members.models import Account, Organisation

#: Cards of a column, rows of a page of the table.
COLUMN_MOST = 12
PAGE = 50
#: Days in a column from which on the filter "age" can ask.
AGES = (3, 7, 14, 30)
#: Choices of a filter, at most.
CHOICES_MOST = 200
NOBODY = "none"


@dataclass(frozen=True)
class Filters:
    """What board and table are narrowed to; empty means no narrowing.

    `mandate`, `client`, `consultant`: public ids, the last also :data:`NOBODY`; `age`: days in the
    column at least.
    """

    mandate: str = ""
    client: str = ""
    consultant: str = ""
    stage: Column | None = None
    late: bool = False
    age: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """A referral as board and table show it; of the person there is only the key."""

    public_id: str
    number: str
    revision: int
    talent_id: int
    state: ReferralState
    claim: ReferralClaim | None
    application: str | None
    application_state: ApplicationState | None
    placement: str | None
    guarantee_until: date | None
    job: str
    client: str
    consultant: str | None
    applied: bool  # to the firm's own posting: forwarded or refused, not recalled
    column: Column
    since: datetime
    due: datetime | None

    def age(self, today: date) -> int:
        """Whole days it has stood in its column."""
        return max(0, (today - clock.local(self.since).date()).days)


@dataclass(frozen=True)
class Stack:
    """A column: how many stand in it, how many of them are late, and the first of them."""

    column: Column
    count: int
    late: int
    cards: list[Card]


@dataclass(frozen=True)
class Page:
    """A page of the table."""

    cards: list[Card]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Choices:
    """What the filters can choose among: (public id, name)."""

    mandates: list[tuple[str, str]]
    clients: list[tuple[str, str]]
    consultants: list[tuple[str, str]]


#: The present moment, and when what has stood as long as the filters ask came into its column.
_AT, _CAME = (sa.bindparam(name, type_=UTCDateTime()) for name in ("at", "came"))


def _given(firm: Organisation, filters: Filters) -> dict[str, Any]:
    """The parameters of the statements below. These are put together once for each choice of filters:
    to do it costs a page as much as the database needs to answer."""
    at = clock.now()
    return {"firm": firm.id, "at": at, "came": at - timedelta(days=filters.age or 0)}


def _listed(filters: Filters) -> sa.Subquery:
    """Keys of what passes, with column, clocks and the order: what is late first."""
    rows = (
        stages.joined()
        .add_columns(
            Placement.id.label("placement_id"),
            Application.id.label("application_id"),
            stages.column_at(_AT).label("stage"),
            stages.since().label("since"),
            stages.due().label("due"),
            Placement.guarantee_until.label("guarantee_until"),
        )
        .where(Referral.firm_id == sa.bindparam("firm"), *_narrowing(filters))
        .subquery()
    )
    passing = [rows.c.stage != str(Column.OVER)]
    if filters.stage is not None:
        passing = [rows.c.stage == str(filters.stage)]
    if filters.late:
        passing.append(rows.c.due < _AT)
    if filters.age:
        passing.append(rows.c.since <= _CAME)
    return sa.select(rows).where(*passing).subquery()


def _narrowing(filters: Filters) -> Iterable[sa.ColumnElement[bool]]:
    def one(table: Any, public_id: str) -> Any:
        return sa.select(table.id).where(table.public_id == public_id).scalar_subquery()

    if filters.mandate:
        yield Referral.mandate_id == one(Mandate, filters.mandate)
    if filters.client:
        yield Referral.employer_id == one(Organisation, filters.client)
    if filters.consultant == NOBODY:
        yield Referral.consultant_id.is_(None)
    elif filters.consultant:
        yield Referral.consultant_id == one(Account, filters.consultant)


def _order(rows: sa.Subquery) -> tuple[sa.ColumnElement[Any], ...]:
    return (
        rows.c.due.asc().nulls_last(),
        rows.c.guarantee_until.asc().nulls_last(),
        rows.c.since.asc(),
        rows.c.id.asc(),
    )


def _read(rows: sa.Subquery) -> sa.Select[Any]:
    """The rows with what a card says of them, in the order of :class:`Card`, then what `rows` adds."""
    return (
        sa.select(
            Referral.public_id,
            Referral.number,
            Referral.revision,
            Referral.talent_id,
            Referral.state,
            Referral.claim,
            Application.public_id,
            Application.state,
            Placement.public_id,
            rows.c.guarantee_until,
            Job.title,
            Organisation.name,
            Account.name,
            Referral.posting_id.is_not(None),
            rows.c.stage,
            rows.c.since,
            rows.c.due,
        )
        .select_from(rows)
        .join(Referral, Referral.id == rows.c.id)
        .join(Job, Job.id == Referral.job_id)
        .join(Organisation, Organisation.id == Referral.employer_id)
        .outerjoin(Account, Account.id == Referral.consultant_id)
        .outerjoin(Application, Application.id == rows.c.application_id)
        .outerjoin(Placement, Placement.id == rows.c.placement_id)
        .order_by(*_order(rows))
    )


def _card(row: sa.Row[Any]) -> Card:
    values = list(row[:17])
    values[14] = Column(values[14])
    return Card(*values)


@lru_cache(maxsize=64)
def _stacked(filters: Filters) -> sa.Select[Any]:
    """The first cards of each column with how many stand in it and how many of them are late."""
    listed = _listed(filters)
    late = sa.case((listed.c.due < _AT, 1), else_=0)
    of_column: dict[str, Any] = {"partition_by": listed.c.stage}
    counted = sa.select(
        listed,
        sa.func.row_number().over(order_by=_order(listed), **of_column).label("place"),
        sa.func.count().over(**of_column).label("count"),
        sa.func.sum(late).over(**of_column).label("late"),
    ).subquery()
    return (
        _read(counted)
        .add_columns(counted.c.count, counted.c.late)
        .where(counted.c.place <= sa.bindparam("most", type_=sa.Integer()))
    )


def board(session: Session, firm: Organisation, filters: Filters) -> list[Stack]:
    """The columns, each with its first :data:`COLUMN_MOST` cards, what is late on top."""
    given = {**_given(firm, filters), "most": COLUMN_MOST}
    rows = session.execute(_stacked(filters), given).all()
    wanted = SHOWN if filters.stage is None else (filters.stage,)
    stacks = {one: Stack(one, 0, 0, []) for one in wanted}
    for row in rows:
        card, count, late_ones = _card(row), int(row[17]), int(row[18])
        before = stacks[card.column]
        stacks[card.column] = Stack(card.column, count, late_ones, [*before.cards, card])
    return list(stacks.values())


@lru_cache(maxsize=64)
def _counted(filters: Filters) -> sa.Select[tuple[int]]:
    return sa.select(sa.func.count()).select_from(_listed(filters))


@lru_cache(maxsize=64)
def _paged(filters: Filters) -> sa.Select[Any]:
    listed = _listed(filters)
    skip, most = (sa.bindparam(name, type_=sa.Integer()) for name in ("skip", "most"))
    return _read(sa.select(listed).order_by(*_order(listed)).offset(skip).limit(most).subquery())


def table(session: Session, firm: Organisation, filters: Filters, page: int) -> Page:
    """Page `page` (from 1) of the same rows in one list, what is late on top."""
    given = _given(firm, filters)
    total = session.scalar(_counted(filters), given) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    given |= {"skip": (page - 1) * PAGE, "most": PAGE}
    rows = session.execute(_paged(filters), given).all()
    return Page([_card(row) for row in rows], total, page, pages)


def choices(session: Session, firm: Organisation) -> Choices:
    """The mandates, clients and consultants that the firm's referrals have."""

    def of(key: Any) -> Any:
        return sa.select(key).where(Referral.firm_id == firm.id).distinct()

    mandates = sa.select(Mandate.public_id, Mandate.title, Mandate.client_name).where(
        Mandate.id.in_(of(Referral.mandate_id))
    )
    clients = sa.select(Organisation.public_id, Organisation.name).where(
        Organisation.id.in_(of(Referral.employer_id))
    )
    consultants = sa.select(Account.public_id, Account.name).where(
        Account.id.in_(of(Referral.consultant_id))
    )
    return Choices(
        [
            (key, f"{title} · {client}")
            for key, title, client in session.execute(
                mandates.order_by(Mandate.id.desc()).limit(CHOICES_MOST)
            )
        ],
        _pairs(session, clients.order_by(Organisation.name_pinyin, Organisation.id)),
        _pairs(session, consultants.order_by(Account.id)),
    )


def _pairs(session: Session, query: sa.Select[Any]) -> list[tuple[str, str]]:
    return [(key, name) for key, name in session.execute(query.limit(CHOICES_MOST))]
