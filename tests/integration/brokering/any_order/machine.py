"""Runs of acts in any order: by a seed, so that a run that fails can be run again.

Acts are drawn by weight; each run has its own moods (some acts come often, some never), and what
was seldom taken so far comes a little more often. Every twelfth act is a wrong one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import closing, jobs
from talentmarket.exchange.brokering.mandating import running
from talentmarket.exchange.brokering.referring import watching
from tests.integration.brokering.any_order import acts_desk, acts_office  # noqa: F401  put acts
from tests.integration.brokering.any_order.acts import ACTS, Run
from tests.integration.brokering.any_order.holds import Broken, Watch
from tests.integration.brokering.any_order.world import Stage, see

#: Acts of one run that were taken; what was refused is not counted.
LENGTH = 45
WRONG = 1 / 12
#: How time passes, in hours, and how often.
TIMES = {1 / 4: 4, 5: 4, 24: 4, 24 * 4: 3, 24 * 9: 1.5, 24 * 31: 1.5, 24 * 100: 0.6}


@dataclass
class Statistics:
    """What was done in all runs together. `moves`: (subject, verb) by its events."""

    runs: int = 0
    acts: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    shortest: int = 10**9

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
    stage: Stage, seed: int, so_far: Statistics, *, often: Iterable[str] = (), length: int = LENGTH
) -> None:
    """Run once; acts named in `often` come more often than the rest. Raises :class:`Failed`."""
    random, taken = Random(seed), 0
    with stage.opened() as parties:
        run = Run(parties, random, see())
        watch = Watch(run)
        moods = {name: random.choice((0.15, 0.6, 1, 1, 1.6)) for name in ACTS}
        moods |= dict.fromkeys(often, 5)
        try:
            while taken < length:
                taken += _one_act(stage, run, watch, moods, so_far)
        except Exception as error:
            course = "\n  ".join(run.trace)
            raise Failed(f"seed {seed}: {error!r}\n  {course}") from error
    so_far.runs += 1
    so_far.acts += len(run.trace)
    so_far.shortest = min(so_far.shortest, taken)
    so_far.moves.update(watch.counts)


def _one_act(
    stage: Stage, run: Run, watch: Watch, moods: dict[str, float], so_far: Statistics
) -> bool:
    before, refused = run.seen, False
    guaranteed = any(one.state == "in_guarantee" for one in run.seen.placements.values())
    if run.random.random() < (0.25 if guaranteed else 0.14):
        _time_passes(stage, run, so_far)
    else:
        name, target, hoped = _drawn(run, moods, so_far)
        refused = not _try(stage, run, name, target, hoped, so_far)
    db.session.remove()
    run.seen = see()
    if not refused:
        watch.after(run.seen)
    elif not run.seen.same_as(before):
        raise Broken("what was refused changed something")
    db.session.remove()
    return not refused


def _drawn(run: Run, moods: dict[str, float], so_far: Statistics) -> tuple[str, Any, bool]:
    if run.random.random() < WRONG and (anything := _anything(run)):
        return (*anything, False)
    open_now = [(one, list(one.where(run))) for one in ACTS.values()]
    open_now = [(one, targets) for one, targets in open_now if targets]
    most = max(so_far.taken.values(), default=1)
    weights = [
        one.weight * moods[one.name] * (1 + math.log(most / (1 + so_far.taken[one.name]) + 1) / 2)
        for one, _targets in open_now
    ]
    chosen, targets = run.random.choices(open_now, weights)[0]
    return chosen.name, run.random.choice(targets), True


_ROWS = {
    "referral": "referrals",
    "application": "applications",
    "placement": "placements",
    "mandate": "mandates",
    "dispute": "disputes",
}
#: Acts by what they are done to; for wrong ones any row will do.
_OF = {
    "referral": (
        *("send", "recall", "interest", "decline", "consent", "withdraw_consent"),
        *("say_new", "say_known"),
    ),
    "placement": ("leave", "refund", "replace"),
    "dispute": ("rule",),
}


def _anything(run: Run) -> tuple[str, Any] | None:
    """Any act on any row, wherever it stands."""
    subject = run.random.choice(list(_ROWS))
    rows = list(getattr(run.seen, _ROWS[subject]))
    if not rows:
        return None
    prefix = {"application": "application_", "mandate": "mandate_"}.get(subject)
    names = [name for name in ACTS if prefix and name.startswith(prefix)] or _OF[subject]
    return run.random.choice(names), run.random.choice(rows)


def _try(stage: Stage, run: Run, name: str, target: Any, hoped: bool, so_far: Statistics) -> bool:
    """Whether it was done; False where it was refused."""
    stage.time.advance(seconds=1)  # no two acts share a moment
    run.trace.append(f"{name} {target}{'' if hoped else ' (wrong)'}")
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
    guaranteed = any(one.state == "in_guarantee" for one in run.seen.placements.values())
    often = [times * (6 if guaranteed and hours > 24 * 30 else 1) for hours, times in TIMES.items()]
    hours = run.random.choices(list(TIMES), often)[0]
    stage.time.advance(hours=hours)
    run.trace.append(f"{hours} hours pass")
    so_far.taken["time"] += 1
    for round_ in (watching.run_due, running.expire_due, closing.run_due, jobs.run_expiry):
        round_()
        db.session.remove()
