"""What becomes of a claim once a person was sent: answers, disputes, the placement, its fee. Pure.

Things happen in the order of their moments, each by the table it stands in; what lies ahead of the
demo's day has not happened. Amounts are those of :func:`fees.reckon`.
"""

from __future__ import annotations

import heapq
from datetime import date, datetime, timedelta
from typing import Any

from talentmarket.cli.demo.brokering.commissions import Commission
from talentmarket.cli.demo.brokering.facts import Contest, Fact, Forced, Moved, Offered, Placed
from talentmarket.cli.demo.dice import Dice, at_work
from talentmarket.cli.demo.histories import Course
from talentmarket.core import calendar
from talentmarket.core.clock import local, start_of_day
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.mandating.terms import Remedy
from talentmarket.exchange.brokering.placing import reckoning
from talentmarket.exchange.brokering.placing.models import HappenedKind, PlacementState
from talentmarket.exchange.brokering.placing.placements import PLACEMENT
from talentmarket.exchange.brokering.referring.models import (
    DisputeKind,
    KnownAnswer,
    ReferralClaim,
    Ruling,
)
from talentmarket.exchange.brokering.referring.stages import (
    APPEAL_WORKING_DAYS,
    CLAIM,
    owned_until,
)
from talentmarket.exchange.stages import By

C, P, K = ReferralClaim, PlacementState, HappenedKind
#: Claims from which a hire begins a placement.
COUNTING = (C.STANDING, C.DISPUTED)
RESTING = (C.PENDING, C.STANDING, C.KNOWN, C.DISPUTED)
#: Seconds after which the worker has seen that a time is over.
SEEN = timedelta(seconds=35)


class Claiming:
    """Lets a claim go through time; :meth:`run` once, then its attributes are what the rows say."""

    def __init__(
        self, dice: Dice, made: Commission, course: Course, offer: Offered | None, now: datetime,
        forced: Forced | None = None, *, shared: bool = False,
    ) -> None:  # fmt: skip
        self.dice, self.made, self.course, self.offer, self.now = dice, made, course, offer, now
        self.forced, self.shared = forced or Forced(), shared
        self.sent_at: datetime = course.row.submitted_at
        self.state = C.PENDING
        self.until = owned_until(local(self.sent_at).date(), made.terms.ownership_days)
        self.object_until = calendar.due(self.sent_at, made.terms.objection_days)
        self.answer: KnownAnswer | None = None
        self.answered_at: datetime | None = None
        self.moves: list[Moved] = []
        self.contests: list[Contest] = []
        self.placed: Placed | None = None
        self.withdrawn_at: datetime | None = None
        self._ahead: list[tuple[datetime, int, str, Any]] = []
        self._count = 0

    def run(self) -> Claiming:
        """Everything up to now."""
        self._plan("answer", *self._answer())
        for step in self.course.steps:
            if step.name in ("withdraw", "accept", "not_started", "confirm"):
                self._plan(step.name, step.at)
        self._plan("expire", start_of_day(self.until + timedelta(days=1)) + SEEN)
        while self._ahead:
            at, _, name, what = heapq.heappop(self._ahead)
            if at < self.now:
                getattr(self, f"_on_{name}")(at, what)
        return self

    def _plan(self, name: str, at: datetime | None, what: Any = None) -> None:
        if at is not None:
            self._count += 1
            heapq.heappush(self._ahead, (at.replace(microsecond=0), self._count, name, what))

    def _claim(self, at: datetime, name: str, by: By, who: str, reason: str | None = None) -> None:
        target = CLAIM.find(name, self.state, by).target
        assert target is not None
        self.moves.append(Moved(at, f"claim_{name}", self.state, target, who, reason))
        self.state = target

    # -- the answer -------------------------------------------------------------------------------
    def _answer(self) -> tuple[datetime | None, KnownAnswer | None]:
        """When the employer says whether the person is new to it: before it goes on with them."""
        if self.forced.answer:
            return self.forced.answer
        dice, due = self.dice, calendar.due(self.sent_at, 2)
        going = ("shortlist", "interview", "offer")
        first = next((one.at for one in self.course.steps if one.name in going), None)
        if first is not None and (first <= due or dice.chance(0.7)):
            last = min(first, due)
            at = self.sent_at + (last - self.sent_at) * dice.uniform(0.15, 0.9)
            return at_work(at, self.sent_at, last), KnownAnswer.NEW
        if first is not None:
            return due + SEEN, KnownAnswer.SILENCE
        at = dice.office(self.sent_at + (due - self.sent_at) * dice.uniform(0.1, 0.8), due)
        said = dice.weighted(((KnownAnswer.NEW, 45), (KnownAnswer.KNOWN, 25), (None, 30)))
        return (at, said) if said else (due + SEEN, KnownAnswer.SILENCE)

    def _on_answer(self, at: datetime, answer: KnownAnswer) -> None:
        if self.state is not C.PENDING:
            return
        self.answer, self.answered_at = answer, at
        known = answer is KnownAnswer.KNOWN
        silent = answer is KnownAnswer.SILENCE
        self._claim(
            at, "known" if known else "new", By.SYSTEM if silent else By.ORGANISATION,
            "site" if silent else "employer", str(answer),
        )  # fmt: skip
        if self.forced.calm:
            return
        last = calendar.due(at, 5) if known else self.object_until
        filed = self.forced.dispute
        if filed is None and self.dice.chance(0.4 if known else 0.07):
            filed = self.dice.office(at + (last - at) * self.dice.uniform(0.1, 0.8), last)
        if filed is not None and at < filed < last:
            self._plan("file", filed, DisputeKind.KNOWN_BEFORE if known else DisputeKind.OBJECTION)

    # -- disputes ---------------------------------------------------------------------------------
    def _on_file(self, at: datetime, kind: DisputeKind) -> None:
        if self.state not in (C.STANDING, C.KNOWN, C.REFUSED):
            return
        by_firm = kind is DisputeKind.KNOWN_BEFORE
        if kind is DisputeKind.APPEAL:
            by_firm = self.state is C.REFUSED
        who = "firm" if by_firm else "employer"
        self.contests.append(Contest(kind, by_firm, at))
        self._claim(at, "dispute", By.ORGANISATION, who, str(kind))
        self._hold(at, f"disputed:{len(self.contests) - 1}")
        if self.forced.dispute is not None:
            if self.forced.ruling and kind is not DisputeKind.APPEAL:
                self._plan("rule", *self.forced.ruling)
            return
        # An appeal waits for the office: who rules on it has not ruled before.
        due = self.contests[-1].due_at
        if kind is not DisputeKind.APPEAL:
            ruled = self.dice.office(at + (due - at) * self.dice.uniform(0.3, 0.9), due)
            ruling = self.dice.weighted(((Ruling.UPHELD, 60), (Ruling.REFUSED, 40)))
            self._plan("rule", ruled, ruling)

    def _on_rule(self, at: datetime, ruling: Ruling) -> None:
        contest = self.contests[-1]
        if self.placed and self.placed.state is P.AGREED:
            ruling = Ruling.UPHELD
        contest.ruling, contest.ruled_at = ruling, at
        last = calendar.due(at, APPEAL_WORKING_DAYS)
        appeal = self.forced.appeal
        if appeal is None and last > self.now and not self.forced.ruling and self.dice.chance(0.5):
            appeal = at + (self.now - at) * self.dice.uniform(0.2, 0.9)
            appeal = at_work(appeal, at, self.now)
        contest.by_second = appeal is not None
        refused = ruling is Ruling.REFUSED
        if self.state is not C.DISPUTED and not (refused and self.state is C.DORMANT):
            return
        name = "refuse" if refused else "uphold"
        self._claim(at, name, By.OPERATOR, "second" if contest.by_second else "office", str(ruling))
        self._release(at, ruling)
        if appeal is not None:
            self._plan("file", appeal, DisputeKind.APPEAL)

    def _on_withdraw(self, at: datetime, _: Any) -> None:
        self.withdrawn_at = at
        if self.state in RESTING:
            self._claim(at, "rest", By.TALENT, "person")

    def _on_expire(self, at: datetime, _: Any) -> None:
        if self.state in (C.STANDING, C.KNOWN, C.DORMANT):
            self._claim(at, "expire", By.SYSTEM, "site")

    # -- the placement ----------------------------------------------------------------------------
    def _on_accept(self, at: datetime, _: Any) -> None:
        if self.state in COUNTING and self.offer is not None:
            self.placed = Placed(at, self.offer)
            self.placed.moves.append(Moved(at, "agree", None, P.AGREED, "person"))

    def _on_not_started(self, at: datetime, _: Any) -> None:
        if self.placed:
            self._place(at, "cancel", By.SYSTEM, "person")

    def _place(
        self, at: datetime, name: str, by: By, who: str, reason: str | None = None
    ) -> Placed:
        placed = self.placed
        assert placed is not None
        target = PLACEMENT.find(name, placed.state, by).target
        assert target is not None
        placed.moves.append(Moved(at, name, placed.state, target, who, reason))
        placed.state = target
        return placed

    def _on_confirm(self, at: datetime, _: Any) -> None:
        if self.placed is None:
            return
        placed, terms = self._place(at, "start", By.SYSTEM, "person"), self.made.terms
        on = min(placed.offer.start_on, local(at).date())
        placed.started_on = on
        placed.guarantee_until = fees.guaranteed_until(terms, on)
        self._fact(Fact(at, "started", K.STARTED, on))
        if self.state is C.DISPUTED:
            self._hold(at, "disputed:before", on)
        self._plan("pay", self.dice.office(at + timedelta(days=self.dice.randint(6, 30))))
        until = placed.guarantee_until
        if until is None:
            self._plan("guarantee", at + SEEN)
            return
        self._plan("guarantee", start_of_day(until + timedelta(days=1)) + SEEN)
        if self.dice.chance(0.14) and not self.forced.stays:
            left = on + timedelta(days=self.dice.randint(4, terms.guarantee_days - 2))
            told = self.dice.office(start_of_day(left + timedelta(days=1)))
            self._plan("leave", max(told, at + timedelta(hours=1)), left)

    def _on_guarantee(self, at: datetime, _: Any) -> None:
        if self.placed and self.placed.state is P.IN_GUARANTEE:
            self._place(at, "guarantee", By.SYSTEM, "site")

    def _on_leave(self, at: datetime, left: date) -> None:
        causes = ((Cause.PERSON, 50), (Cause.OTHER, 25), (Cause.EMPLOYER, 25))
        cause = self.dice.weighted(causes)
        if self.placed is None or self.placed.state is not P.IN_GUARANTEE:
            return
        placed = self._place(at, "leave", By.CLIENT, "employer", str(cause))
        placed.left_on, placed.cause = left, cause
        self._fact(Fact(at, "left", K.LEFT, left, cause))
        if cause is not Cause.EMPLOYER and self.made.terms.remedy is not Remedy.NONE:
            later = self.dice.office(at + timedelta(days=self.dice.randint(4, 15)))
            self._plan("remedy", later)

    def _on_remedy(self, at: datetime, _: Any) -> None:
        if self.state is C.DISPUTED:
            return
        if self.made.terms.remedy is Remedy.REPLACEMENT:
            self._place(at, "replace", By.CLIENT, "employer")
            self._fact(Fact(at, "replaced", K.REPLACED, local(at).date()))
        else:
            self._place(at, "refund", By.ORGANISATION, "firm")
            self._fact(Fact(at, "refunded", K.REFUNDED, local(at).date()))

    def _on_pay(self, at: datetime, _: Any) -> None:
        placed = self.placed
        running = placed is not None and placed.state in (P.IN_GUARANTEE, P.GUARANTEED)
        if placed and running and self.state is not C.DISPUTED and self.dice.chance(0.7):
            placed.paid_at = at

    # -- the fee ----------------------------------------------------------------------------------
    def _hold(self, at: datetime, key: str, on: date | None = None) -> None:
        if self.placed and self.placed.started_on:
            amount = fees.due_net(self.placed.lines)
            if amount > 0:
                self._fact(Fact(at, key, K.DISPUTED, on or local(at).date(), None, amount))

    def _release(self, at: datetime, ruling: Ruling) -> None:
        facts = self.placed.facts if self.placed else []
        held = next((one for one in reversed(facts) if one.kind is K.DISPUTED), None)
        if held is not None:
            waived = held.amount if ruling is Ruling.REFUSED else 0
            key = f"ruled:{len(self.contests) - 1}"
            self._fact(Fact(at, key, K.RULED, local(at).date(), None, waived))

    def _fact(self, fact: Fact) -> None:
        placed = self.placed
        assert placed is not None
        placed.facts.append(fact)
        start = placed.started_on or placed.offer.start_on
        pay = placed.offer.pay_month * placed.offer.pay_months
        happened = reckoning.events_of(placed.facts)
        placed.lines = fees.reckon(self.made.terms, fees.Placed(start, pay, self.shared), happened)
        placed.told += [fact.at] * (len(placed.lines) - len(placed.told))
