"""Who applies to which job: people of the occupation, at a time both were there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from talentmarket.cli.demo import catalog, courses, showcase
from talentmarket.cli.demo.brokering.amounts import is_for_referrals
from talentmarket.cli.demo.courses import Pair
from talentmarket.cli.demo.dice import Dice, at_work, awake
from talentmarket.cli.demo.histories import Course, Walk
from talentmarket.cli.demo.jobs import Posting
from talentmarket.exchange.models import ApplicationRoute, InvitationState, JobState
from talentmarket.members.models import Visibility

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import JobKeys, Loader

FOUND = (Visibility.ORGANISATIONS, Visibility.PUBLIC)
#: Applications to the first job of the shown employer that nobody answered yet, beside those
#: that chance brings: the older ones wait beyond the promise.
OVERDUE_DAYS = (6, 7, 8, 9)
FRESH_HOURS = (3, 8, 20, 26)
#: Invitations without an application, by state.
INVITED = (
    (InvitationState.SENT, 30), (InvitationState.SEEN, 20), (InvitationState.DECLINED, 25),
    (InvitationState.EXPIRED, 20), (InvitationState.WITHDRAWN, 5),
)  # fmt: skip


def run(loader: Loader, made: int) -> None:
    """All applications of the plan, job after job; `made` of them are there already."""
    total = loader.plan.applications - made
    if not loader.opened or loader.plan.talents < 2:
        return
    done, last = 0, len(loader.opened)
    for at, job in enumerate(loader.opened, 1):
        if done >= total:
            break
        posting = loader.posting(job.number)
        dice = Dice.of(loader.plan.seed, "applications", job.number)
        share = _share(dice, posting, (total - done) / (last - at + 1))
        if at == last:  # the last one takes what is left, as far as there are people
            share = total - done
        done += _to_job(loader, dice, posting, job, min(share, total - done))
        loader.write()
        loader.progress("applications", done, total)


def _share(dice: Dice, posting: Posting, average: float) -> int:
    if posting.firm.number == showcase.EMPLOYER:
        return round(average * 4) + 6
    # The factors of published jobs make up for those that never get anybody.
    wanted = average * dice.weighted(((0.3, 25), (0.9, 35), (1.6, 25), (3.0, 15))) * 1.05
    return int(wanted) + dice.chance(wanted % 1)


def _to_job(loader: Loader, dice: Dice, posting: Posting, job: JobKeys, count: int) -> int:
    """Applications and a few invitations to one job; how many applications."""
    made, invite = 0, 1 if dice.chance(0.25) else 0
    staged = _staged(loader, posting)
    for number in _own(loader, dice, posting, job, count * 2 + 12):
        if made >= count:
            break
        pair = courses.pair_of(loader, posting, job.key, number)
        if any(code == posting.firm.uscc for _, code in pair.person.blocks):
            continue
        if invite and pair.person.visibility in FOUND:
            invite = 0
            _invite(loader, dice, pair)
            continue
        waits = bool(staged) and pair.person.created_at < staged[-1] - timedelta(days=1)
        submitted = staged.pop() if waits else _submitted(loader, dice, pair)
        if submitted is not None:
            _apply(loader, dice, pair, submitted, waits=waits)
            made += 1
    loader.counts[job.key] = loader.counts.get(job.key, 0) + made
    return made


def _staged(loader: Loader, posting: Posting) -> list[datetime]:
    if posting.number != 0 or posting.firm.number != showcase.EMPLOYER:
        return []
    now = loader.plan.now
    moments = [now - timedelta(days=days) for days in OVERDUE_DAYS]
    return [*moments, *(now - timedelta(hours=hours) for hours in FRESH_HOURS)]


def _own(loader: Loader, dice: Dice, posting: Posting, job: JobKeys, count: int) -> Iterator[int]:
    """Those who apply themselves: all, but for whom a firm may ask where it has a mandate."""
    if job.number not in loader.brokered:
        yield from candidates(loader, dice, posting, count)
        return
    for number in candidates(loader, dice, posting, count * 2):
        if not is_for_referrals(job.number, number):
            yield number


def candidates(loader: Loader, dice: Dice, posting: Posting, count: int) -> list[int]:
    """Numbers of people who would apply: of the occupation, some of its neighbours."""
    cycle, total = catalog.cycle(), loader.plan.talents
    slots = [slot for slot in catalog.slots_of(posting.trade) if slot < total]
    other = [slot for slot in catalog.slots_near(posting.trade) if slot < total]
    found: dict[int, None] = {}
    for _ in range(count * 3):
        pool: Sequence[int] = slots if slots and dice.chance(0.8) else other
        if not pool:
            break
        slot = dice.choice(pool)
        turn = dice.randrange((total - 1 - slot) // len(cycle) + 1)
        if number := slot + turn * len(cycle):
            found[number] = None
        if len(found) == count:
            break
    if total < 2 * len(cycle):  # too few people for everybody to find their like
        found |= dict.fromkeys(dice.some(range(1, total), count))
    return list(found)[:count]


def _submitted(loader: Loader, dice: Dice, pair: Pair) -> datetime | None:
    """When the person applies; None when there was no time in which they could."""
    posting, now = pair.posting, loader.plan.now
    assert posting.reviewed_at is not None
    begin = max(posting.reviewed_at, pair.person.created_at + timedelta(hours=1))
    end = min(posting.closed_at or now, now - timedelta(minutes=10))
    if posting.state is JobState.PAUSED:
        end = min(end, posting.reviewed_at + timedelta(hours=19))
    if end - begin < timedelta(hours=2):
        return None
    moment = (begin + (end - begin) * dice.random() ** 1.3).replace(microsecond=0)
    return awake(moment, begin, end)


def _apply(loader: Loader, dice: Dice, pair: Pair, submitted: datetime, *, waits: bool) -> None:
    now = loader.plan.now
    walk = Walk(dice, pair.posting, pair.person, submitted, now)
    course: Course = walk.run((), now + timedelta(days=1)) if waits else walk.run()
    reviewed = pair.posting.reviewed_at
    could = reviewed is not None and submitted - timedelta(days=3) > reviewed
    could = could and submitted - timedelta(days=3) > pair.person.created_at
    invited = could and pair.person.visibility in FOUND and dice.chance(0.15)
    route = ApplicationRoute.INVITATION if invited else ApplicationRoute.OWN
    key, _ = courses.application(loader.store, dice, pair, course, route)
    if invited:
        sent = submitted - timedelta(days=dice.uniform(0.5, 2.5))
        sent = at_work(sent, submitted - timedelta(days=3), submitted)
        courses.invitation(
            loader.store, dice, pair, InvitationState.ACCEPTED, sent, application=key,
            answered=submitted, text="看到您的经历与岗位相符，想请您申请。",
        )  # fmt: skip


def _invite(loader: Loader, dice: Dice, pair: Pair) -> None:
    """An invitation that did not lead to an application (yet)."""
    now, posting = loader.plan.now, pair.posting
    assert posting.reviewed_at is not None
    state = dice.weighted(INVITED)
    open_ = state in (InvitationState.SENT, InvitationState.SEEN)
    back = dice.uniform(0.3, 6) if open_ else dice.uniform(18, 30)
    sent = now - timedelta(days=back)
    begin = max(posting.reviewed_at, pair.person.created_at)
    end = posting.closed_at or now
    if posting.state is JobState.PAUSED:
        end = begin
    if not begin < sent < end:
        return
    sent = at_work(sent, begin, min(end, now - courses.SEEN_WITHIN))
    answered = None
    if state in (InvitationState.DECLINED, InvitationState.WITHDRAWN):
        answered = sent + timedelta(days=dice.uniform(0.4, 4))
        moved = awake if state is InvitationState.DECLINED else at_work
        answered = moved(answered, sent, now)
    courses.invitation(
        loader.store, dice, pair, state, sent.replace(microsecond=0), answered=answered,
        text="您的技能与我们的岗位相符，欢迎了解。",
    )  # fmt: skip
