"""A consultant's day: what is owed or ends today across all mandates, each with its clock.

Page and daily mail read the same items, so that they say the same numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.board import stages
from talentmarket.exchange.brokering.board.stages import Column
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.stages import AT_WORK
from talentmarket.exchange.brokering.placing.models import Offer, Placement, PlacementState
from talentmarket.exchange.brokering.referring.models import (
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Interview,
    InterviewState,
    Job,
)
from talentmarket.members.licences import valid_licence
from talentmarket.members.models import Account, Organisation

#: Days before the end of a guarantee, a mandate and the licence from which on they are listed.
GUARANTEE_DAYS, MANDATE_DAYS, LICENCE_DAYS = 7, 14, 60
MOST = 300


class Kind(StrEnum):
    """What is to be done, in the order of the page."""

    SEND = "send"  # agreed, and not sent yet
    CALL = "call"  # the person's answer is due today
    ANSWER = "answer"  # the employer has to say whether the person is new
    EMPLOYER = "employer"  # the employer's next step is due or late
    INTERVIEW = "interview"  # today or tomorrow
    START = "start"  # the first day has come, a side has not confirmed
    GUARANTEE = "guarantee"  # ends within a week
    MANDATE = "mandate"
    LICENCE = "licence"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `public_id`: of the referral, the placement, the mandate or the licence's
    firm; `talent_id`: key of the person, None where there is none; `day`: a last or first day."""

    kind: Kind
    public_id: str
    talent_id: int | None
    number: str
    title: str
    client: str
    since: datetime
    due: datetime | None
    day: date | None
    revision: int = 0


@dataclass(frozen=True)
class Counts:
    """What the head of the page and the daily mail say."""

    call: int
    send: int
    interviews: int
    today: int
    late: int
    all: int


def _ends(at: datetime) -> datetime:
    return clock.start_of_day(clock.local(at).date() + timedelta(days=1))


def _kind_at(at: datetime) -> sa.ColumnElement[str | None]:
    """What a row of :func:`stages.joined` (beside its offer) asks for today; null for nothing."""
    today, ends, due = clock.local(at).date(), _ends(at), stages.due() < _ends(at)
    column, placement = stages.column_at(at), Placement.state
    pending = sa.and_(Referral.state == ReferralState.SENT, Referral.claim == ReferralClaim.PENDING)
    asked = column.in_((str(Column.ASKED), str(Column.INTERESTED)))
    begins = sa.and_(placement == PlacementState.AGREED, Offer.start_on <= today)
    ending = sa.and_(
        placement == PlacementState.IN_GUARANTEE,
        Placement.guarantee_until <= today + timedelta(days=GUARANTEE_DAYS),
    )
    employers = column.in_([str(one) for one in (Column.SENT, Column.INTERVIEW, Column.OFFER)])
    return sa.case(
        (column == str(Column.CONSENTED), str(Kind.SEND)),
        (sa.and_(asked, Referral.expires_at < ends), str(Kind.CALL)),
        (sa.and_(pending, employers, due), str(Kind.ANSWER)),
        (begins, str(Kind.START)),
        (ending, str(Kind.GUARANTEE)),
        (sa.and_(employers, due), str(Kind.EMPLOYER)),
        else_=sa.null(),
    )


def items(session: Session, firm: Organisation, whose: Sequence[int | None] | None) -> list[Item]:
    """What is to be done today, what is late first, then by clock.

    `whose`: keys of consultants, None among them for what nobody has; None for the whole firm.
    """
    at = clock.now()
    found = [
        *_referrals(session, firm, whose, at),
        *_interviews(session, firm, whose, at),
        *_mandates(session, firm, whose),
    ]
    if standing.charges(firm):
        found += _licence(session, firm)
    far = datetime.max.replace(tzinfo=clock.SHANGHAI)

    def ends(item: Item) -> datetime:
        if item.due is not None:
            return item.due
        return clock.start_of_day(item.day + timedelta(days=1)) if item.day else far

    return sorted(found, key=ends)


def counts(found: Sequence[Item]) -> Counts:
    """The figures of the day. A clock ends today when it has not run out yet and does so today."""
    at = clock.now()
    ends, kinds = _ends(at), Counter(item.kind for item in found)
    clocks = [item.due for item in found if item.due is not None and item.kind != Kind.INTERVIEW]
    return Counts(
        call=kinds[Kind.CALL],
        send=kinds[Kind.SEND],
        interviews=kinds[Kind.INTERVIEW],
        today=sum(at <= due < ends for due in clocks),
        late=sum(due < at for due in clocks),
        all=len(found),
    )


def _of(whose: Sequence[int | None] | None, column: Any) -> list[sa.ColumnElement[bool]]:
    if whose is None:
        return []
    keys = [one for one in whose if one is not None]
    mine = column.in_(keys)
    return [sa.or_(mine, column.is_(None)) if None in whose else mine]


def _referrals(
    session: Session, firm: Organisation, whose: Sequence[int | None] | None, at: datetime
) -> list[Item]:
    rows = (
        stages.joined()
        .outerjoin(Offer, Offer.id == Placement.offer_id)
        .add_columns(
            _kind_at(at).label("kind"),
            stages.since().label("since"),
            stages.due().label("due"),
            Placement.public_id.label("placement"),
            Placement.guarantee_until.label("guarantee_until"),
            Offer.start_on.label("start_on"),
        )
        .where(Referral.firm_id == firm.id, *_of(whose, Referral.consultant_id))
        .subquery()
    )
    wanted = (
        sa.select(
            rows.c.kind,
            Referral.public_id,
            Referral.talent_id,
            Referral.number,
            Job.title,
            Organisation.name,
            rows.c.since,
            rows.c.due,
            rows.c.placement,
            rows.c.guarantee_until,
            rows.c.start_on,
            Referral.revision,
        )
        .select_from(rows)
        .join(Referral, Referral.id == rows.c.id)
        .join(Job, Job.id == Referral.job_id)
        .join(Organisation, Organisation.id == Referral.employer_id)
        .where(rows.c.kind.is_not(None))
        .order_by(rows.c.due.asc().nulls_last(), rows.c.id)
        .limit(MOST)
    )
    return [_item(*row) for row in session.execute(wanted)]


def _item(
    kind: str,
    public_id: str,
    talent_id: int,
    number: str,
    title: str,
    client: str,
    since: datetime,
    due: datetime | None,
    placement: str | None,
    guarantee_until: date | None,
    start_on: date | None,
    revision: int,
) -> Item:
    what, day = Kind(kind), None
    if what in (Kind.START, Kind.GUARANTEE) and placement is not None:
        public_id, due = placement, None
        day = start_on if what is Kind.START else guarantee_until
    return Item(what, public_id, talent_id, number, title, client, since, due, day, revision)


def _interviews(
    session: Session, firm: Organisation, whose: Sequence[int | None] | None, at: datetime
) -> list[Item]:
    """Agreed interviews of today and tomorrow, of applications that still come to one, and while the
    person's consent holds."""
    rows = session.execute(
        sa.select(
            Referral.public_id,
            Referral.talent_id,
            Referral.number,
            Job.title,
            Organisation.name,
            Interview.proposed_at,
            Interview.starts_at,
        )
        .join(Application, Application.id == Interview.application_id)
        .join(Referral, Referral.application_id == Application.id)
        .join(Job, Job.id == Referral.job_id)
        .join(Organisation, Organisation.id == Referral.employer_id)
        .where(
            Referral.firm_id == firm.id,
            Referral.state == ReferralState.SENT,
            sa.or_(
                Referral.consent_until.is_(None), Referral.consent_until >= clock.local(at).date()
            ),
            Application.state == ApplicationState.INTERVIEW,
            Interview.state == InterviewState.ACCEPTED,
            Interview.starts_at >= clock.start_of_day(clock.local(at).date()),
            Interview.starts_at < _ends(at) + timedelta(days=1),
            *_of(whose, Referral.consultant_id),
        )
        .order_by(Interview.starts_at)
        .limit(MOST)
    )
    return [
        Item(Kind.INTERVIEW, key, talent, number, title, client, since, starts_at, None)
        for key, talent, number, title, client, since, starts_at in rows
    ]


def _mandates(
    session: Session, firm: Organisation, whose: Sequence[int | None] | None
) -> list[Item]:
    """Mandates at work that end within two weeks."""
    rows = session.scalars(
        sa.select(Mandate)
        .where(
            Mandate.organisation_id == firm.id,
            Mandate.state.in_(AT_WORK),
            Mandate.valid_until >= clock.today(),
            Mandate.valid_until <= clock.today() + timedelta(days=MANDATE_DAYS),
            *_of(whose, Mandate.consultant_id),
        )
        .order_by(Mandate.valid_until, Mandate.id)
        .limit(MOST)
    )
    return [
        Item(
            Kind.MANDATE,
            one.public_id,
            None,
            "",
            one.title,
            one.client_name,
            one.activated_at or one.created_at,
            None,
            one.valid_until,
        )
        for one in rows
    ]


def _licence(session: Session, firm: Organisation) -> list[Item]:
    """The licence, from sixty days before its end; a firm without one has it on top."""
    held = valid_licence(session, firm, clock.today())
    if held is None:
        at = clock.now()
        return [Item(Kind.LICENCE, firm.public_id, None, "", "", firm.name, at, None, None)]
    if held.expires_on > clock.today() + timedelta(days=LICENCE_DAYS):
        return []
    since = clock.start_of_day(held.issued_on)
    name = firm.name
    return [Item(Kind.LICENCE, firm.public_id, None, "", "", name, since, None, held.expires_on)]


def consultants_with_work(session: Session) -> list[tuple[int, int]]:
    """(firm, account) of everybody who has something running: whom the day may be told."""
    rows = session.execute(
        sa.select(Referral.firm_id, Referral.consultant_id)
        .join(Account, Account.id == Referral.consultant_id)
        .where(
            Referral.consultant_id.is_not(None),
            Referral.state.not_in((ReferralState.DECLINED, ReferralState.LAPSED)),
        )
        .distinct()
        .order_by(Referral.firm_id, Referral.consultant_id)
    )
    return [(firm, account) for firm, account in rows if account is not None]
