"""A person's road: asked for a mandate's job, interested, consented, sent, or not. Pure.

Moments are in office hours and before the demo's day; who says no to a firm is asked by it once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from talentmarket.cli.demo.brokering.claims import Claiming
from talentmarket.cli.demo.brokering.commissions import Commission
from talentmarket.cli.demo.brokering.facts import Forced, Moved, Offered
from talentmarket.cli.demo.dice import Dice, at_work
from talentmarket.cli.demo.histories import Course, Walk
from talentmarket.cli.demo.people import Person
from talentmarket.core import calendar
from talentmarket.core.clock import local, start_of_day
from talentmarket.exchange.brokering.placing.models import PlacementState
from talentmarket.exchange.brokering.referring.models import (
    RUNNING,
    KnownAnswer,
    ReferralState,
)
from talentmarket.exchange.brokering.referring.stages import (
    ASKED_WORKING_DAYS,
    REFERRAL,
    SEND_WORKING_DAYS,
)
from talentmarket.exchange.stages import By

R = ReferralState
#: Share of the sent whom the employer takes on step by step; the others leave it to chance.
WELL_FITTING = 0.3
HIRED = ("shortlist", "interview", "offer", "accept", "start", "confirm")
SEEN = timedelta(seconds=35)


@dataclass(slots=True)
class Script:
    """What a shown referral does. Moments count in working days before now, as :func:`ago` reads
    them, all of them 1 or more; None: it did not (yet)."""

    asked: float
    interest: float | None = None
    consent: float | None = None
    send: float | None = None
    decline: float | None = None
    recall: float | None = None
    #: Moves of the application.
    moves: tuple[tuple[str, float], ...] = ()
    #: What the employer said of the person, and when somebody contested that.
    answer: tuple[float, KnownAnswer] | None = None
    dispute: float | None = None

    def forced(self, now: datetime) -> Forced:
        """The same for the claim; what is not said here is not left to chance."""
        if self.answer is None:
            never = now + timedelta(days=30)
            return Forced(answer=(never, KnownAnswer.NEW), calm=True, stays=True)
        at, said = self.answer
        filed = None if self.dispute is None else ago(now, self.dispute)
        return Forced((ago(now, at), said), filed, calm=filed is None, stays=True)


def ago(now: datetime, days: float) -> datetime:
    """A moment of the working day so many before now: 2.25 is late in the day before yesterday's,
    2.75 early in it (from 9 to 17 o'clock)."""
    day, left = local(now).date(), int(days)
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_working_day(day)
    return start_of_day(day) + timedelta(seconds=round(9 * 3600 + (1 - days % 1) * 8 * 3600))


@dataclass(slots=True)
class Road:
    """A referral with its course until now."""

    person: Person
    employer_named: bool
    asked_at: datetime
    expires_at: datetime
    contact_now: bool
    state: ReferralState = R.ASKED
    interested_at: datetime | None = None
    consented_at: datetime | None = None
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    moves: list[Moved] = field(default_factory=list)
    course: Course | None = None
    claim: Claiming | None = None

    def move(self, at: datetime, name: str, by: By, who: str) -> None:
        """One move by the table."""
        target = REFERRAL.find(name, self.state, by).target
        assert target is not None
        self.moves.append(Moved(at, name, self.state, target, who))
        self.state = target


def declines(seed: int, firm: int, person: int, mandates: int) -> int | None:
    """The turn of the firm's mandate to which this person says no; None: to none of them."""
    dice = Dice.of(seed, "declines", firm * 4_000_003 + person)
    return dice.randrange(max(1, mandates)) if dice.chance(0.2) else None


class Walker:
    """Makes the road of one person for one mandate."""

    def __init__(
        self, dice: Dice, made: Commission, person: Person, now: datetime, *, shared: bool = False
    ) -> None:
        """`shared`: another firm than the mandate's own asks, and shares the fee."""
        self.dice, self.made, self.person, self.now = dice, made, person, now
        self.shared = shared

    def by_chance(self, *, says_no: bool) -> Road | None:
        """A road left to chance; None where there was no time in which they could be asked."""
        begin = max(self.made.ready, self.person.created_at + timedelta(hours=3))
        span = self.made.until - timedelta(hours=2) - begin
        if span < timedelta(hours=4):
            return None
        dice = self.dice
        recent = self.made.until == self.now and dice.chance(0.25)
        back = min(span, timedelta(days=12))
        start = self.made.until - back if recent else begin
        asked = dice.office(start + (self.made.until - start) * dice.random() ** 1.7 * 0.98)
        if asked >= self.made.until:
            asked = at_work(begin + span * dice.uniform(0.2, 0.9), begin, self.made.until)
        road = self._ask(asked.replace(microsecond=0), named=dice.chance(0.5))
        self._answers(road, says_no)
        return road

    def _ask(self, at: datetime, *, named: bool) -> Road:
        dice = self.dice
        road = Road(self.person, named, at, calendar.due(at, ASKED_WORKING_DAYS), dice.chance(0.4))
        road.moves.append(Moved(at, "ask", None, R.ASKED, "firm"))
        return road

    def _answers(self, road: Road, says_no: bool) -> None:
        dice = self.dice
        if dice.chance(0.03):
            self._end(road, self._soon(road.asked_at, 30, 70), "recall", By.ORGANISATION, "firm")
        elif says_no and dice.chance(0.8):
            self._end(road, self._soon(road.asked_at, 2, 60), "decline", By.TALENT, "person")
        elif dice.chance(0.84):
            self._interested(road, self._soon(road.asked_at, 1, 60), says_no)
        self._lapse(road)

    def _interested(self, road: Road, at: datetime, says_no: bool) -> None:
        if at >= min(road.expires_at, self.now):
            return
        self.interest(road, at)
        if says_no:
            self._end(road, self._soon(at, 2, 60), "decline", By.TALENT, "person")
        elif self.dice.chance(0.86):
            self._consented(road, self._soon(at, 1, 50))

    def _consented(self, road: Road, at: datetime) -> None:
        if at >= min(road.expires_at, self.made.until):
            return
        self.consent(road, at)
        if self.dice.chance(0.03):
            self._end(road, self._soon(at, 1, 20), "withdraw", By.TALENT, "person")
        elif self.dice.chance(0.95):
            sent = self._soon(at, 1, 36)
            if sent < min(road.expires_at, self.made.until):
                self.send(road, sent, Forced())

    def _soon(self, at: datetime, least: int, most: int) -> datetime:
        return self.dice.office(at + timedelta(hours=self.dice.randint(least, most)))

    # -- steps ------------------------------------------------------------------------------------
    def interest(self, road: Road, at: datetime) -> None:
        """The person is interested."""
        road.move(at, "interest", By.TALENT, "person")
        road.interested_at, road.expires_at = at, calendar.due(at, ASKED_WORKING_DAYS)

    def consent(self, road: Road, at: datetime) -> None:
        """The separate yes."""
        road.move(at, "consent", By.TALENT, "person")
        road.consented_at, road.expires_at = at, calendar.due(at, SEND_WORKING_DAYS)

    def send(
        self, road: Road, at: datetime, forced: Forced, script: Script | None = None,
        *, hired: bool = False,
    ) -> None:  # fmt: skip
        """The firm sends: the application opens and goes its way, the claim begins."""
        road.move(at, "send", By.ORGANISATION, "firm")
        road.sent_at = at
        walk = Walk(self.dice, self.made.posting, self.person, at, self.now)
        if script is not None:
            road.course = _scripted(walk, self.now, script)
        elif hired or self.dice.chance(WELL_FITTING):
            road.course = walk.run(HIRED)
        else:
            road.course = walk.run()
        offer = _offer(self.dice, self.made, road.course)
        claim = Claiming(
            self.dice, self.made, road.course, offer, self.now, forced, shared=self.shared
        ).run()
        road.claim = claim
        if claim.withdrawn_at is not None:
            road.move(claim.withdrawn_at, "withdraw", By.TALENT, "person")
            road.ended_at = claim.withdrawn_at

    def _end(self, road: Road, at: datetime, name: str, by: By, who: str) -> None:
        if at < min(road.expires_at, self.now):
            road.move(at, name, by, who)
            road.ended_at = at

    def _lapse(self, road: Road) -> None:
        at = road.expires_at + SEEN
        if road.state in RUNNING and at < self.now:
            road.move(at, "lapse", By.SYSTEM, "site")
            road.ended_at = at

    # -- what is shown ----------------------------------------------------------------------------
    def by_script(self, script: Script) -> Road:
        """The road of a script."""
        now, dice = self.now, self.dice
        road = self._ask(ago(now, script.asked), named=True)
        if script.interest is not None:
            self.interest(road, ago(now, script.interest))
        for name, days, by, who in (
            ("decline", script.decline, By.TALENT, "person"),
            ("recall", script.recall, By.ORGANISATION, "firm"),
        ):
            if days is not None:
                self._end(road, ago(now, days), name, by, who)
        if script.consent is not None:
            self.consent(road, ago(now, script.consent))
        if script.send is not None:
            road.contact_now = dice.chance(0.5)
            self.send(road, ago(now, script.send), script.forced(now), script)
        self._lapse(road)
        return road

    def hired(self) -> Road:
        """Somebody who was asked as soon as could be, and is hired where chance lets them."""
        at = self._soon(max(self.made.ready, self.person.created_at), 1, 20)
        road = self._ask(at, named=True)
        for step in (self.interest, self.consent):
            at = self._soon(at, 2, 30)
            step(road, at)
        self.send(road, self._soon(at, 1, 12), Forced(calm=True), hired=True)
        return road


def placed_as(road: Road, state: PlacementState) -> bool:
    """Whether a road ended in a placement of this state."""
    placed = road.claim.placed if road.claim else None
    return placed is not None and placed.state is state


def _scripted(walk: Walk, now: datetime, script: Script) -> Course:
    for name, days in script.moves:
        at = ago(now, days)
        by = By.TALENT if name in ("accept", "confirm", "withdraw") else By.ORGANISATION
        walk.take(name, at, by)
    return walk.finish()


def _offer(dice: Dice, made: Commission, course: Course) -> Offered | None:
    """What was offered, where it came so far; the first day is the one that was kept."""
    steps = {step.name: step.at for step in course.steps}
    if "offer" not in steps:
        return None
    posting, at = made.posting, steps["offer"]
    pay = posting.pay_low + (posting.pay_high - posting.pay_low) * dice.randint(1, 8) // 10
    day = local(steps.get("start", at + timedelta(days=dice.randint(12, 20)))).date()
    return Offered(at, pay // 10_000 * 10_000, posting.pay_months, max(day, local(at).date()))
