"""Loads brokering: mandate after mandate with the people asked for it, piece by piece.

Nothing is kept between jobs but numbers: which mandates a job has, and the keys of accounts in the
books.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import lcm
from typing import TYPE_CHECKING

from talentmarket.cli.demo import applying, firms, rows, showcase
from talentmarket.cli.demo.brokering import partners, shown
from talentmarket.cli.demo.brokering.amounts import is_for_referrals
from talentmarket.cli.demo.brokering.books import Books
from talentmarket.cli.demo.brokering.commissions import (
    AHEAD,
    ONCE_IN_FORCE,
    Commission,
    commission,
    opened_at,
)
from talentmarket.cli.demo.brokering.mandates import Kept
from talentmarket.cli.demo.brokering.mandates import Writer as MandateWriter
from talentmarket.cli.demo.brokering.partners import Partner
from talentmarket.cli.demo.brokering.referring import Writer
from talentmarket.cli.demo.brokering.roads import Road, Script, Walker, declines, placed_as
from talentmarket.cli.demo.dice import Dice
from talentmarket.cli.demo.jobs import Posting
from talentmarket.cli.demo.people import Person, phone
from talentmarket.cli.demo.rows import Member
from talentmarket.exchange.brokering.placing.models import PlacementState
from talentmarket.exchange.models import Channel, JobKind, JobState
from talentmarket.members.models import IdentifierKind, Visibility

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import JobKeys, Loader

FOUND = (Visibility.ORGANISATIONS, Visibility.PUBLIC)
#: How often chance is asked for what is to be shown.
ATTEMPTS = 120


def assign(loader: Loader) -> dict[int, list[int]]:
    """Which jobs have which mandates: numbers of the job in the order of loading → of mandates."""
    wanted = loader.amounts.mandates
    jobs = _fitting(loader, wanted) if loader.brokers and wanted else []
    if not jobs:
        return {}
    found: dict[int, list[int]] = {}
    for number in range(wanted):
        found.setdefault(_job_of(loader, jobs, number), []).append(number)
    return found


def _fitting(loader: Loader, most: int) -> list[int]:
    """Places in `opened` of own jobs of employers, open long enough for something to happen."""
    found: list[int] = []
    for place, job in enumerate(loader.opened):
        posting = loader.posting(job.number)
        if _is_fitting(loader, posting):
            found.append(place)
        if len(found) >= max(most, len(shown.MANDATES)):
            break
    return found


def _is_fitting(loader: Loader, posting: Posting) -> bool:
    if posting.channel is not Channel.DIRECT or posting.kind is not JobKind.FULL:
        return False
    if posting.state not in (JobState.PUBLISHED, JobState.FILLED) or not posting.firm.verified_at:
        return False
    return loader.plan.now - opened_at(posting) > AHEAD + timedelta(days=4)


def _job_of(loader: Loader, jobs: list[int], number: int) -> int:
    if number < len(shown.MANDATES) and (wanted := shown.MANDATES[number].job) is not None:
        for place in jobs[: len(shown.MANDATES)]:
            if loader.opened[place].number == wanted:
                return place
    # A firm has no second mandate for a job before it had one for each.
    turn = number // lcm(len(loader.brokers), len(jobs))
    others = jobs[showcase.JOBS // 2 :] or jobs
    return others[(number + turn) % len(others)]


def run(loader: Loader) -> None:
    """All mandates and referrals of the plan."""
    Running(loader).run()


class Running:
    """One load of brokering."""

    def __init__(self, loader: Loader) -> None:
        self.loader, self.plan = loader, loader.plan
        self.books = Books(loader.store)
        self.done = self.made = 0
        self.second = _second_office(loader) if loader.mandated else None
        self.barring = self._clients()

    def _clients(self) -> dict[int, set[str]]:
        """Names and codes of a firm and of all it acts for: whoever blocks one of these is not
        found by the firm."""
        pairs = [*self.loader.letters]
        for place, numbers in self.loader.mandated.items():
            client = self.loader.posting(self.loader.opened[place].number).firm.number
            pairs += [(self._broker(number), client) for number in numbers]
        found: dict[int, set[str]] = {}
        for pair in pairs:
            for one in map(self.loader.firm, pair):
                found.setdefault(pair[0], set()).update((one.name, one.uscc))
        return found

    def _broker(self, number: int) -> int:
        """The firm that has this mandate."""
        at, brokers = _shown_at(number), self.loader.brokers
        return brokers[(at.broker if at else number) % len(brokers)]

    def run(self) -> None:
        """Job after job, so that no person is asked by two firms for the same one."""
        for place, numbers in self.loader.mandated.items():
            job = self.loader.opened[place]
            asked: set[int] = set()
            for number in numbers:
                self._mandate(job, number, asked)
                self.loader.write()

    def _mandate(self, job: JobKeys, number: int, asked: set[int]) -> None:
        loader = self.loader
        made = self._commission(job, number)
        partner = self._partner(made) if made.state in ONCE_IN_FORCE else None
        kept = MandateWriter(loader, made, partner).write()
        self.made += 1
        total, left = loader.amounts.mandates, loader.amounts.mandates - self.made + 1
        if made.state in ONCE_IN_FORCE:
            wanted = self._share(number, left)
            for dice, road, brought in self._roads(made, asked, wanted, partner):
                self._write(kept, dice, road, partner if brought else None)
                loader.write()
                loader.progress("referrals", self.done, loader.amounts.referrals)
        loader.progress("mandates", self.made, total)

    def _write(self, kept: Kept, dice: Dice, road: Road, partner: Partner | None) -> None:
        assert self.second is not None
        Writer(self.loader, self.books, kept, self.second, partner).write(dice, road)
        self.done += 1

    def _partner(self, made: Commission) -> Partner | None:
        """The firm that joined the mandate."""
        at = _shown_at(made.number)
        if at and at.partner is None:
            return None
        return partners.find(self.loader, made, at.partner if at else None)

    def _commission(self, job: JobKeys, number: int) -> Commission:
        loader, plan = self.loader, self.plan
        brokers, posting = loader.brokers, loader.posting(job.number)
        at, firm = _shown_at(number), loader.firm(self._broker(number))
        terms = None
        if at and posting.firm.number == showcase.EMPLOYER:
            client = posting.firm
            terms = shown.TERMS.but(record_name=client.name, record_uscc=client.uscc)
            if at.partner is not None:
                terms = terms.but(opened=True, split=shown.SPLIT)
        turn = number if at else len(shown.MANDATES) + number // len(brokers)
        return commission(
            plan.seed, plan.now, number, turn, firm, posting, job.key, at.state if at else None,
            terms,
        )  # fmt: skip

    def _share(self, number: int, left: int) -> int:
        """How many people are asked for a mandate: what is left, shared among what is left."""
        rest = self.loader.amounts.referrals - self.done
        dice = Dice.of(self.plan.seed, "mandate's share", number)
        if left == 1:
            return rest
        wanted = rest / left * dice.weighted(((0.5, 25), (1.0, 35), (1.6, 25), (2.4, 15))) * 1.2
        return min(rest, int(wanted) + dice.chance(wanted % 1))

    # -- whom -------------------------------------------------------------------------------------
    def _roads(
        self, made: Commission, asked: set[int], wanted: int, partner: Partner | None
    ) -> Iterator[tuple[Dice, Road, bool]]:
        """The roads of one mandate, the shown ones first, and whether the partner brings them."""
        at, count = _shown_at(made.number), 0
        # One firm does not ask a person twice for a job.
        first = at.first if at and at.broker < len(self.loader.brokers) else None
        if first and wanted and made.posting.firm.number == showcase.EMPLOYER:
            dice = Dice.of(self.plan.seed, "first referral", made.number)
            count += 1
            walker = Walker(dice, made, self.loader.person(0), self.plan.now)
            yield dice, walker.by_script(first), False
        plans: list[Script | PlacementState] = []
        if at:
            plans += [*at.scripts, *at.placed]
        old = self.plan.now - made.ready > timedelta(days=30)
        for number, person in self._people(made, asked):
            if count >= wanted:
                return
            dice = Dice.of(self.plan.seed, "referral", made.number * 1_000_003 + number)
            planned = bool(plans) and old
            brought = partner is not None and self._brings(partner, number, person, planned)
            walker = Walker(
                dice, partner.made if partner and brought else made, person, self.plan.now,
                shared=brought,
            )  # fmt: skip
            road: Road | None
            if planned:
                road = self._planned(walker, plans.pop(0))
            else:
                says_no = not brought and self._says_no(made, number)
                road = walker.by_chance(says_no=says_no)
            if road is not None:
                asked.add(number)
                count += 1
                yield dice, road, brought

    def _brings(self, partner: Partner, number: int, person: Person, planned: bool) -> bool:
        """Whether the partner asks this person: nobody who blocks it, or says no to it at some time
        (who does is asked by it once)."""
        made = partner.made
        barred = {one for block in person.blocks for one in block} & self.barring[
            partner.firm.number
        ]
        if barred or declines(self.plan.seed, partner.firm.number, number, self._turns) is not None:
            return False
        dice = Dice.of(self.plan.seed, "brought", made.number * 1_000_003 + number)
        return planned or dice.chance(partners.BROUGHT)

    def _planned(self, walker: Walker, plan: Script | PlacementState) -> Road | None:
        if isinstance(plan, Script):
            return walker.by_script(plan)
        for attempt in range(ATTEMPTS):
            walker.dice = Dice.of(
                self.plan.seed, "hired", walker.person.number * ATTEMPTS * 7 + attempt
            )
            road = walker.hired()
            if placed_as(road, plan):
                return road
        return None

    def _people(self, made: Commission, asked: set[int]) -> Iterator[tuple[int, Person]]:
        """People a firm could find for the job: of its occupation first, then any."""
        loader, total = self.loader, self.plan.talents
        dice = Dice.of(self.plan.seed, "found", made.number)
        near = applying.candidates(loader, dice, made.posting, 60)
        start, step = dice.randrange(max(1, total)), _coprime(total)
        others = ((start + step * turn) % total for turn in range(total))
        seen: set[int] = set()
        for numbers in (near, others):
            for number in numbers:
                if number in seen or not self._is_free(made, asked, number):
                    continue
                seen.add(number)
                person = loader.person(number)
                if self._may_be_asked(made, person):
                    yield number, person

    def _is_free(self, made: Commission, asked: set[int], number: int) -> bool:
        if number == 0 or number in asked:
            return False
        if not is_for_referrals(made.posting.number, number):
            return False
        turn = self._no_of(made, number)
        return turn is None or turn == made.turn

    def _may_be_asked(self, made: Commission, person: Person) -> bool:
        old = person.created_at < self.plan.now - timedelta(days=35)
        blocked = {one for block in person.blocks for one in block}
        barred = blocked & self.barring[made.firm.number]
        return old and person.visibility in FOUND and not barred

    def _no_of(self, made: Commission, number: int) -> int | None:
        return declines(self.plan.seed, made.firm.number, number, self._turns)

    @property
    def _turns(self) -> int:
        """More mandates than a firm has."""
        return len(shown.MANDATES) + self.loader.amounts.mandates // len(self.loader.brokers) + 1

    def _says_no(self, made: Commission, number: int) -> bool:
        return self._no_of(made, number) == made.turn


def _shown_at(number: int) -> shown.Shown | None:
    return shown.MANDATES[number] if number < len(shown.MANDATES) else None


def _coprime(total: int) -> int:
    """A step that walks through all numbers below `total` (a prime, unless it divides it)."""
    return next(one for one in (7_919, 104_729, 1) if one == 1 or total % one)


def _second_office(loader: Loader) -> Member:
    """Another member of the office, who ruled where an appeal has to go to somebody else."""
    now = loader.plan.now
    dice = Dice.of(loader.plan.seed, "second office")
    public_id, name = dice.public_id(), firms.person_name(dice)
    key = rows.account(
        loader.store, public_id=public_id, name=f"秘书处{name}", at=now - timedelta(days=400),
        identifiers=[(IdentifierKind.PHONE, phone(5_900_001))], used_at=now - timedelta(days=1),
        is_operator=True,
    )  # fmt: skip
    return Member(key, public_id)
