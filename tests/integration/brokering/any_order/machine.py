"""Runs of acts in any order: by a seed and goals, so that a run that fails can be run again.

Acts are drawn by weight, each run with moods of its own (some acts come often, some hardly at all).
What was seldom taken in the runs before becomes a goal: more often than not the next act is the
goal, or one that leads there (an act says what makes it possible). Every twelfth act is a wrong one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import closing, jobs
from talentmarket.exchange.brokering.firms import measures
from talentmarket.exchange.brokering.mandating import running
from talentmarket.exchange.brokering.referring import watching
from tests.integration.brokering.any_order import (  # noqa: F401  each puts acts on the table
    acts_desk,
    acts_firms,
    acts_office,
    acts_placing,
    acts_starts,
    acts_time,
)
from tests.integration.brokering.any_order.acts import ACTS, AGAINST_HOPE, Run
from tests.integration.brokering.any_order.holds import Broken, Watch
from tests.integration.brokering.any_order.world import Stage, see

#: Acts of one run that were taken; what was refused is not counted.
LENGTH = 36
WRONG = 1 / 12
#: Each act and each kind of move is wanted so often in so many runs; in fewer in proportion.
LEAST, OF_RUNS = 100, 2_000
#: Goals of a run at most, how far over the least an act is one, and how often an act serves them.
GOALS, AMPLE, TOWARDS = 6, 1.8, 0.7
#: How often time passes by itself; how, in hours, and how often that.
TIME = 0.1
TIMES = {1 / 4: 4, 5: 4, 24: 4, 24 * 4: 3, 24 * 9: 1.5, 24 * 31: 0.7, 24 * 100: 0.2}


@dataclass
class Statistics:
    """What was done in all runs together. `moves`: (subject, verb) by its events."""

    runs: int = 0
    acts: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    shortest: int = 10**9

    def seldom(self, kinds: Iterable[tuple[str, str]]) -> dict[Any, int]:
        """The acts and kinds of moves that came less often than so many runs should bring them."""
        least = LEAST * self.runs // OF_RUNS
        counts: dict[Any, int] = {name: self.taken[name] for name in ACTS}
        counts |= {kind: self.moves[kind] for kind in kinds}
        return {name: count for name, count in counts.items() if count < least}

    def goals(self) -> tuple[str, ...]:
        """The acts that came least so far, as goals of the next run."""
        wanted = AMPLE * LEAST * (self.runs + 1) / OF_RUNS
        behind = sorted((self.taken[name], name) for name in ACTS if self.taken[name] < wanted)
        return tuple(name for _count, name in behind[:GOALS])

    def told(self) -> str:
        """The figures as lines."""
        lines = [f"runs {self.runs}, acts {self.acts}, shortest run {self.shortest}"]
        lines += [f"  act {name:24} {self.taken[name]:6} {self.refused[name]:6} refused"
                  for name in sorted({*self.taken, *self.refused})]  # fmt: skip
        lines += [f"  move {kind[0]}.{kind[1]:24} {count:6}"
                  for kind, count in sorted(self.moves.items())]  # fmt: skip
        return "\n".join(lines)


class Failed(AssertionError):
    """A run in which a rule was broken: the seed, the acts, and what was wrong."""


def one_run(
    stage: Stage,
    seed: int,
    so_far: Statistics,
    *,
    goals: Sequence[str] | None = None,
    often: Iterable[str] = (),
    last: str | None = None,
    at_end: Callable[[Run], None] = lambda _run: None,
) -> None:
    """Run once. `goals`: acts to be led to, one after the other, those that were seldom so far
    unless given; acts named in `often` come more often than the rest. `last`: the run goes on until
    this one was taken; `at_end` looks at what came of it. Raises :class:`Failed`."""
    random, taken = Random(seed), 0
    goals = so_far.goals() if goals is None else goals
    ahead = list(goals)
    with stage.opened() as parties:
        run = Run(parties, random, see())
        watch = Watch(run)
        moods = {name: random.choice((0.15, 0.6, 1, 1, 1.6)) for name in ACTS}
        moods |= dict.fromkeys(often, 5)
        try:
            while taken < LENGTH:
                taken += _one_act(stage, run, watch, moods, ahead, so_far)
            ahead = [last] if last else []
            while ahead:
                taken += _one_act(stage, run, watch, moods, ahead, so_far)
                if taken > 3 * LENGTH:
                    raise Broken(f"{last} cannot be reached")
            at_end(run)
        except Exception as error:
            course = "\n  ".join(run.trace)
            raise Failed(f"seed {seed}, goals {goals}: {error!r}\n  {course}") from error
    so_far.runs += 1
    so_far.acts += len(run.trace)
    so_far.shortest = min(so_far.shortest, taken)
    so_far.moves.update(watch.counts)


def _one_act(
    stage: Stage,
    run: Run,
    watch: Watch,
    moods: dict[str, float],
    ahead: list[str],
    so_far: Statistics,
) -> bool:
    before, refused = run.seen, False
    if run.random.random() < TIME:
        _time_passes(stage, run, so_far)
    else:
        name, target, hoped = _drawn(run, moods, ahead)
        refused = not _try(stage, run, name, target, hoped, so_far)
        if hoped and ahead and (refused or name == ahead[0]):
            # Reached, or not to be had now: the next one.
            ahead.append(ahead.pop(0)) if refused else ahead.pop(0)
    db.session.remove()
    run.seen = see()
    if not refused:
        watch.after(run.seen)
    elif not run.seen.same_as(before):
        raise Broken("what was refused changed something")
    db.session.remove()
    return not refused


def _drawn(run: Run, moods: dict[str, float], ahead: list[str]) -> tuple[str, Any, bool]:
    run.against_hope = run.random.random() < AGAINST_HOPE
    if run.random.random() < WRONG and (anything := _anything(run)):
        return (*anything, False)
    if ahead and run.random.random() < TOWARDS:
        if found := _towards(run, ahead[0], set()):
            return (*found, True)
        ahead.append(ahead.pop(0))
    open_now = [(one, list(one.where(run))) for one in ACTS.values()]
    open_now = [(one, targets) for one, targets in open_now if targets]
    weights = [one.weight * moods[one.name] for one, _targets in open_now]
    chosen, targets = run.random.choices(open_now, weights)[0]
    return chosen.name, run.random.choice(targets), True


def _towards(run: Run, name: str, asked: set[str]) -> tuple[str, Any] | None:
    """The act of this name, else the nearest that may lead to it; None where none is possible."""
    if name in asked:
        return None
    asked.add(name)
    if targets := list(ACTS[name].where(run)):
        return name, run.random.choice(targets)
    return next((found for one in ACTS[name].after if (found := _towards(run, one, asked))), None)


_ROWS = {
    "referral": "referrals",
    "application": "applications",
    "placement": "placements",
    "mandate": "mandates",
    "dispute": "disputes",
    "joining": "joinings",
    "case": "cases",
    "measure": "measures",
}
#: Acts by what they are done to; for wrong ones any row will do.
_OF = {
    "referral": (
        *("send", "recall", "interest", "decline", "consent", "withdraw_consent"),
        *("say_new", "say_known"),
    ),
    "placement": ("leave", "refund", "replace"),
    "dispute": ("rule_upheld", "rule_refused"),
    "joining": ("join_accept", "join_refuse", "join_withdraw", "join_leave", "join_exclude"),
    "case": ("rule_start_took_place", "rule_start_not_proven"),
    "measure": ("measure_appeal", "measure_lifted", "measure_stands"),
}


def _anything(run: Run) -> tuple[str, Any] | None:
    """Any act on any row, wherever it stands."""
    subject = run.random.choice(list(_ROWS))
    rows = list(getattr(run.seen, _ROWS[subject]))
    if not rows:
        return None
    prefix = {"application": "application_", "mandate": "mandate_"}.get(subject)
    names = [name for name in ACTS if prefix and name.startswith(prefix)] or list(_OF[subject])
    return run.random.choice(names), run.random.choice(rows)


def _try(stage: Stage, run: Run, name: str, target: Any, hoped: bool, so_far: Statistics) -> bool:
    """Whether it was done; False where it was refused."""
    stage.time.advance(seconds=1)  # no two acts share a moment
    run.trace.append(f"{name} {target}{'' if hoped else ' (wrong)'}")
    if ACTS[name].waits:
        stage.time.set(target)
        _rounds()
        so_far.taken[name] += 1
        return True
    try:
        with unit_of_work() as session:
            ACTS[name].do(run, session, target)
    except DomainError as refused:
        run.trace[-1] += f" refused {refused.code}"
        so_far.refused[name] += 1
        return False
    so_far.taken[name] += 1
    return True


def _time_passes(stage: Stage, run: Run, so_far: Statistics) -> None:
    """The clock goes on, and the worker makes its rounds."""
    hours = run.random.choices(list(TIMES), list(TIMES.values()))[0]
    stage.time.advance(hours=hours)
    run.trace.append(f"{hours} hours pass")
    so_far.taken["time"] += 1
    _rounds()


def _rounds() -> None:
    for round_ in (
        watching.run_due,
        running.expire_due,
        closing.run_due,
        jobs.run_expiry,
        measures.run_due,
    ):
        round_()
        db.session.remove()
