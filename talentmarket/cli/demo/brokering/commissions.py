"""Invented mandates: which firm has one for which job, on which terms, how far it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from talentmarket.cli.demo.dice import Dice
from talentmarket.cli.demo.firms import Firm, person_name
from talentmarket.cli.demo.jobs import Posting
from talentmarket.core.clock import local, start_of_day
from talentmarket.exchange.brokering.mandating.models import MandateState
from talentmarket.exchange.brokering.mandating.terms import (
    NAMES,
    FeeBasis,
    Reach,
    Remedy,
    Terms,
    settled,
)

S = MandateState
STATES = (
    (S.ACTIVE, 68.0), (S.ENDED, 8.0), (S.PAUSED, 4.0), (S.AWAITING_COUNTERSIGNATURE, 5.0),
    (S.IN_REVIEW, 4.0), (S.DOCUMENTS, 3.0), (S.DRAFT, 3.0), (S.RETURNED, 2.0), (S.FROZEN, 1.0),
    (S.EXPIRED, 1.0), (S.REFUSED, 1.0),
)  # fmt: skip
#: States of a mandate that was in force at some time: people were asked for it.
ONCE_IN_FORCE = (S.ACTIVE, S.PAUSED, S.FROZEN, S.ENDED, S.EXPIRED)
#: How long a mandate takes before it can be in force, and its firm then works before now.
AHEAD = timedelta(days=9)
REASONS = {
    S.RETURNED: "委托书上的有效期与填写的不一致，请按原件改正后再送审。",
    S.REFUSED: "委托单位本年度不再招聘这一岗位，先不委托。",
    S.FROZEN: "抽查发现委托书缺少经办人签字，补正前暂停执行。",
    S.ENDED: "岗位已招满，双方同意结束委托。",
}


@dataclass(slots=True)
class Commission:
    """A mandate with its course. `steps`: (move, when), in order; `ready` and `until` bound the
    time in which people could be asked."""

    number: int
    turn: int
    public_id: str
    firm: Firm
    posting: Posting
    job_key: int
    state: MandateState
    terms: Terms
    newer: Terms | None
    headcount: int
    handler: str
    valid_until: date
    created_at: datetime
    ready: datetime
    until: datetime
    steps: list[tuple[str, datetime]] = field(default_factory=list)

    def at(self, move: str) -> datetime | None:
        """When a move was made."""
        return next((at for name, at in self.steps if name == move), None)

    @property
    def moved_at(self) -> datetime:
        """When it reached its present state."""
        moves = [at for name, at in self.steps if name not in ("set_job", "new_terms")]
        return moves[-1] if moves else self.created_at

    @property
    def client(self) -> Firm:
        """Who gave it."""
        return self.posting.firm


def commission(
    seed: int,
    now: datetime,
    number: int,
    turn: int,
    firm: Firm,
    posting: Posting,
    job_key: int,
    state: MandateState | None = None,
    terms: Terms | None = None,
) -> Commission:
    """Mandate `number` of this firm for this job."""
    dice = Dice.of(seed, "mandate", number)
    drawn = dice.weighted(STATES)
    state = state or drawn
    agreed = terms or _terms(dice, posting.firm)
    made = Commission(
        number=number,
        turn=turn,
        public_id=dice.public_id(),
        firm=firm,
        posting=posting,
        job_key=job_key,
        state=state,
        terms=agreed,
        newer=None,
        headcount=posting.headcount,
        handler=person_name(dice),
        valid_until=local(now).date() + timedelta(days=dice.randint(60, 300)),
        created_at=_begin(dice, now, firm, posting, state),
        ready=now,
        until=now,
    )
    _walk(dice, made, now)
    if state is S.ACTIVE and dice.chance(0.15):
        at = dice.office(now - timedelta(days=dice.randint(1, 3)), now)
        made.newer = agreed.but(ownership_days=agreed.ownership_days + 30)
        made.steps.append(("new_terms", at))
    return made


def opened_at(posting: Posting) -> datetime:
    """From when on people could be referred to a job: published, its employer verified."""
    assert posting.reviewed_at is not None
    assert posting.firm.verified_at is not None
    return max(posting.reviewed_at, posting.firm.verified_at)


def _begin(
    dice: Dice, now: datetime, firm: Firm, posting: Posting, state: MandateState
) -> datetime:
    if state not in ONCE_IN_FORCE:
        return dice.office(now - timedelta(days=dice.randint(8, 15)), now - timedelta(days=6))
    assert firm.verified_at is not None
    begin = opened_at(posting) - timedelta(days=dice.randint(5, 9))
    return dice.office(max(begin, firm.verified_at + timedelta(days=1)))


def _walk(dice: Dice, made: Commission, now: datetime) -> None:
    """The moves up to the state, about a day apart, in office hours and before now."""

    def after(at: datetime, hours: tuple[int, int]) -> datetime:
        later = dice.office(at + timedelta(hours=dice.randint(*hours)))
        return later if later < now else (at + (now - at) * dice.uniform(0.2, 0.5))

    at = made.created_at
    chain = {
        S.DRAFT: (), S.DOCUMENTS: ("prepare",), S.IN_REVIEW: ("prepare", "submit"),
        S.RETURNED: ("prepare", "submit", "return"),
        S.AWAITING_COUNTERSIGNATURE: ("prepare", "submit", "sign"),
        S.REFUSED: ("prepare", "submit", "sign", "refuse"),
    }.get(made.state, ("prepare", "submit", "sign", "countersign"))  # fmt: skip
    for name in chain:
        at = after(at, (1, 20)).replace(microsecond=0)
        made.steps.append((name, at))
    if made.state not in ONCE_IN_FORCE:
        return
    made.ready = max(at + timedelta(minutes=dice.randint(8, 50)), opened_at(made.posting))
    made.ready = max(at, min(made.ready, now - timedelta(minutes=6))).replace(microsecond=0)
    made.steps.append(("set_job", made.ready))
    made.until = min(now, made.posting.closed_at or now)
    ending = {S.PAUSED: "pause", S.FROZEN: "freeze", S.ENDED: "end", S.EXPIRED: "expire"}
    if name := ending.get(made.state, ""):
        over = dice.office(made.ready + (now - made.ready) * dice.uniform(0.6, 0.9), now)
        if name == "expire":
            made.valid_until = min(local(over).date(), local(now).date() - timedelta(days=1))
            over = start_of_day(made.valid_until + timedelta(days=1)) + timedelta(seconds=40)
        made.steps.append((name, over))
        made.until = min(made.until, over)


def _terms(dice: Dice, client: Firm) -> Terms:
    share = dice.chance(0.8)
    exclusive = dice.chance(0.2)
    opened = not exclusive and dice.chance(0.25)
    return settled(
        Terms(
            exclusive=exclusive,
            fee_basis=FeeBasis.SHARE if share else FeeBasis.AMOUNT,
            fee_share=dice.choice((1_500, 1_800, 2_000, 2_200, 2_500)),
            fee_amount=dice.choice((1_200_000, 1_500_000, 1_880_000, 2_600_000)),
            guarantee_days=dice.weighted(((30, 50), (60, 30), (90, 20))),
            remedy=dice.weighted(
                ((Remedy.REFUND_BY_DAYS, 50), (Remedy.REFUND, 20), (Remedy.REPLACEMENT, 30))
            ),
            ownership_days=dice.choice((90, 180, 180, 365)),
            reach=dice.weighted(((Reach.JOB, 60), (Reach.COPIES, 40))),
            opened=opened,
            split=dice.choice((3_000, 4_000, 5_000)),
            record_name=client.name,
            record_uscc=client.uscc,
        )
    )


def columns(terms: Terms) -> dict[str, Any]:
    """The values of a version as its row has them."""
    return {name: getattr(terms, name) for name in NAMES}
