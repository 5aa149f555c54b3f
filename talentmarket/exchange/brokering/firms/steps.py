"""What a firm that breaks the rules loses, and when: one table. Pure.

Counted are events of the last :data:`WINDOW`: disputes that a ruling upheld against the firm and no
appeal gave back, postings the office took down, and silences (an application the firm let close
unanswered, a person who agreed and was not referred in time). The exchange's own published rule; a
suspension is the office's to decide (网络招聘服务管理规定 art. 30: who runs a platform acts on breaches).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Strike(StrEnum):
    """What is counted."""

    DISPUTE = "dispute"
    POSTING = "posting"
    SILENCE = "silence"


class Step(StrEnum):
    """What is lost, in order; a later one holds the earlier ones' loss as well."""

    WARNING = "warning"
    NO_JOINING = "no_joining"  # no new part in opened mandates
    NO_ASKING = "no_asking"  # nobody new is asked either
    SUSPENSION = "suspension"  # put before the office


@dataclass(frozen=True, slots=True)
class Rule:
    """From so many strikes on, for so many days; 0 days: until the office decides."""

    step: Step
    strikes: int
    days: int


WINDOW = timedelta(days=180)
STEPS = (
    Rule(Step.WARNING, 3, 30),
    Rule(Step.NO_JOINING, 5, 30),
    Rule(Step.NO_ASKING, 8, 14),
    Rule(Step.SUSPENSION, 12, 0),
)
ORDER = tuple(rule.step for rule in STEPS)
APPEAL_WORKING_DAYS = 5
RULING_WORKING_DAYS = 5


def reached(strikes: int) -> Rule | None:
    """The furthest step that so many strikes lead to."""
    return next((rule for rule in reversed(STEPS) if strikes >= rule.strikes), None)


def holds(step: Step, lost: Step) -> bool:
    """Whether `step` takes away what `lost` does."""
    return ORDER.index(step) >= ORDER.index(lost)
