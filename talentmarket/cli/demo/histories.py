"""What became of an application: moves by the stage table, in time order, up to now. Pure.

Who answers how fast follows the firm's discipline; everything after that is chance. Each step is
found in :data:`talentmarket.exchange.stages.APPLICATION`, and what the row says after it comes
from the same function the service uses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from talentmarket.cli.demo.dice import Dice, at_work, awake
from talentmarket.cli.demo.jobs import Posting
from talentmarket.cli.demo.people import Person
from talentmarket.core import calendar
from talentmarket.exchange import promises
from talentmarket.exchange.models import ApplicationState, EndReason, JobState
from talentmarket.exchange.moves import restorable, values_after
from talentmarket.exchange.refusals import Refusal
from talentmarket.exchange.stages import APPLICATION, UNDO_WINDOW, WAITING, By, skipped

S = ApplicationState
_ORG, _TAL, _SYS = By.ORGANISATION, By.TALENT, By.SYSTEM
#: From a stage to the next move, with weights; None: nothing more has happened yet.
NEXT: dict[ApplicationState, tuple[tuple[str | None, By, float], ...]] = {
    S.SHORTLISTED: (("interview", _ORG, 52), ("reject", _ORG, 34), ("withdraw", _TAL, 4),
                    (None, _ORG, 10)),
    S.INTERVIEW: (("offer", _ORG, 40), ("reject", _ORG, 44), ("withdraw", _TAL, 5),
                  (None, _ORG, 11)),
    S.OFFER: (("accept", _TAL, 70), ("decline_offer", _TAL, 16), ("rescind", _ORG, 2),
              (None, _ORG, 12)),
    S.ACCEPTED: (("start", _ORG, 82), ("not_started", _TAL, 6), (None, _ORG, 12)),
    S.STARTED: (("confirm", _TAL, 84), (None, _TAL, 16)),
}  # fmt: skip
#: The first answer of an employer.
ANSWERS = (("reject", 52.0), ("shortlist", 28.0), ("interview", 18.0), ("offer", 2.0))
WORDS = (
    "这一岗位需要到攀枝花现场驻点，与您的期望不合。",
    "这次先招有同类项目交付经历的人选，欢迎关注后续岗位。",
    "岗位方向调整为售后技术支持，与您的经历不符。",
)


@dataclass(slots=True)
class Step:
    """One thing that happened. `side` None: the site itself."""

    name: str
    at: datetime
    by: By
    source: ApplicationState | None = None
    target: ApplicationState | None = None
    refusal: Refusal | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Course:
    """An application with its steps and what its row says at the end."""

    row: SimpleNamespace
    steps: list[Step]
    interview: dict[str, Any] | None = None


class Walk:
    """Lets an application walk through time; :meth:`run` gives its course."""

    def __init__(
        self, dice: Dice, posting: Posting, person: Person, submitted: datetime, now: datetime
    ) -> None:
        self.dice, self.posting, self.person, self.now = dice, posting, person, now
        due = calendar.due(submitted, posting.reply_days)
        closed = posting.closed_at
        self.closes = closed if posting.state in (JobState.FILLED, JobState.WITHDRAWN) else None
        self.row = SimpleNamespace(
            state=S.SUBMITTED, submitted_at=submitted, viewed_at=None, answer_due_at=due,
            answered_at=None, due_at=due, late=False, moved_at=submitted, moved_from=None,
            moved_by_side=None, skipped=[], end_reason=None, end_requirement=None, end_text="",
            closed_at=None, revision=1, job=SimpleNamespace(reply_days=posting.reply_days),
        )  # fmt: skip
        self.steps: list[Step] = []
        self.interview: dict[str, Any] | None = None
        self.at = submitted

    def run(
        self,
        script: tuple[str, ...] | None = None,
        answer: datetime | None = None,
        *,
        view: bool = True,
    ) -> Course:
        """The whole course. `script` names the moves to make instead of leaving them to chance;
        `answer` is then when the first answer comes. `view`: somebody opens it before."""
        first = answer or self._answer_at()
        if view:
            self._view(first)
        self._late(first)
        if first is None or not self._answer(first, script):
            self._unanswered()
        elif script is None:
            self._go_on()
        elif self.row.state not in (S.SUBMITTED, S.VIEWED):  # where the first answer lies ahead
            for name in script[1:]:
                by = _TAL if name in ("accept", "confirm", "withdraw") else _ORG
                if not self._make(name, by):
                    break
        return self.finish()

    def take(self, name: str, at: datetime, by: By) -> bool:
        """Make the move `name` at this moment; an interview is one that was proposed."""
        if name == "interview":
            return self._invite(at)
        return self.step(name, at, by, self._refusal(name))

    def finish(self) -> Course:
        """What came of it, the end of its job included."""
        self._close()
        self.steps.sort(key=lambda step: step.at)
        return Course(self.row, self.steps, self.interview)

    # -- pieces -------------------------------------------------------------------------------
    def step(self, name: str, at: datetime, by: By, refusal: Refusal | None = None) -> bool:
        """Make one move if its time has come; False when it lies ahead or the job closed first."""
        if at >= self.now or self._shut(at):
            return False
        move = APPLICATION.find(name, self.row.state, by)
        assert move.target is not None
        jumped = [str(one) for one in skipped(self.row.state, move.target)]
        before = restorable(self.row)  # type: ignore[arg-type]
        values = values_after(self.row, move, by, refusal, at, jumped)  # type: ignore[arg-type]
        self.steps.append(
            Step(name, at, by, self.row.state, move.target, refusal,
                 {"skipped": jumped, "before": before})
        )  # fmt: skip
        for key, value in values.items():
            setattr(self.row, key, value)
        self.row.revision += 1
        self.at = at
        return True

    def _shut(self, at: datetime) -> bool:
        """Whether the job's closing had already ended the application then."""
        return self.closes is not None and at >= self.closes and self.row.state in WAITING

    def _answer_at(self) -> datetime | None:
        due, dice = self.row.answer_due_at, self.dice
        if dice.chance(self.posting.firm.discipline):
            moment = self.row.submitted_at + (due - self.row.submitted_at) * dice.uniform(0.1, 0.85)
            return min(dice.office(moment, due), due - timedelta(minutes=4))
        if dice.chance(0.25):
            return None
        return dice.office(due + timedelta(days=dice.randint(1, 9)))

    def _view(self, answer: datetime | None) -> None:
        latest = answer or self.row.answer_due_at
        if self.dice.chance(0.9):
            seen = self.row.submitted_at + (latest - self.row.submitted_at) * self.dice.uniform(
                0.2, 0.9
            )
            seen = at_work(seen.replace(microsecond=0), self.row.submitted_at, latest)
            self.step("view", seen, _ORG)

    def _late(self, answer: datetime | None) -> None:
        """The site marks an answer that did not come in time."""
        due = self.row.answer_due_at
        marked = due + timedelta(seconds=30)
        if (answer is None or answer > due) and marked < self.now:
            if self._shut(marked):
                return
            self.row.late = True
            self.steps.append(Step("late", marked, _SYS))

    def _answer(self, at: datetime, script: tuple[str, ...] | None) -> bool:
        if at >= promises.closes_at(self.row.answer_due_at):
            return False
        if script is None and self.dice.chance(0.04):
            moment = self.row.submitted_at + (at - self.row.submitted_at) * 0.95
            if moment > self.at:
                moment = awake(moment.replace(microsecond=0), self.at, at)
                return self.step("withdraw", moment, _TAL)
        name = script[0] if script else self.dice.weighted(ANSWERS)
        if name == "interview":
            return self._invite(at)
        made = self.step(name, at, _ORG, self._refusal(name))
        return made or at >= self.now or self.closes is not None

    def _unanswered(self) -> None:
        at = promises.closes_at(self.row.answer_due_at)
        if self.row.state in (S.SUBMITTED, S.VIEWED):
            self.step("unanswered", at + timedelta(seconds=30), _SYS)

    def _go_on(self) -> None:
        while self.row.state in NEXT:
            choices = NEXT[self.row.state]
            name, by = self.dice.weighted([((n, b), w) for n, b, w in choices])
            if name is None or not self._make(name, by):
                return

    def _make(self, name: str, by: By) -> bool:
        begin = self.at + UNDO_WINDOW
        if self.interview and self.row.state is S.INTERVIEW:
            begin = max(begin, self.interview["starts_at"] + timedelta(hours=2))
        at = self.dice.office(begin + timedelta(hours=self.dice.randint(3, 90)))
        if name == "start":
            at = self.dice.office(self.at + timedelta(days=self.dice.randint(6, 20)))
        if name == "interview":
            return self._invite(at)
        return self.step(name, at, by, self._refusal(name))

    def _invite(self, at: datetime) -> bool:
        """An interview is proposed; most take the time."""
        if not self.step("interview", at, _ORG):
            return False
        dice = self.dice
        starts = dice.office(at + timedelta(days=dice.randint(2, 5))).replace(second=0, minute=0)
        video = dice.chance(0.4)
        answered = awake(at + timedelta(hours=dice.uniform(1, 20)), at, starts)
        taken = dice.chance(0.85) and answered < min(self.now, starts)
        if self.closes and answered >= self.closes:
            taken = False
        self.interview = {
            "public_id": dice.public_id(),
            "starts_at": starts,
            "minutes": dice.choice((30, 45, 60)),
            "place": "腾讯会议，链接在消息里" if video else self.posting.firm.address,
            "by_video": video,
            "proposed_at": at,
            "accepted_at": answered.replace(microsecond=0) if taken else None,
        }
        if taken:
            self.at = answered.replace(microsecond=0)
        return True

    def _refusal(self, name: str) -> Refusal | None:
        if name not in ("reject", "rescind"):
            return None
        if name == "rescind":
            return Refusal(EndReason.FILLED, None, "项目预算推迟，本岗位暂停录用。")
        lacking = self._lacking()
        if lacking and self.dice.chance(0.6):
            return Refusal(EndReason.REQUIREMENT, self.dice.choice(lacking))
        reason = self.dice.weighted(
            ((EndReason.STRONGER, 45), (EndReason.PAY, 15), (EndReason.PLACE, 12),
             (EndReason.START, 8), (EndReason.NOT_REACHABLE, 5), (EndReason.OTHER, 15))
        )  # fmt: skip
        return Refusal(reason, None, self.dice.choice(WORDS) if reason is EndReason.OTHER else "")

    def _lacking(self) -> list[str]:
        held = {one.skill for one in self.person.skills}
        found = [f"skill:{one.skill}" for one in self.posting.skills if one.skill not in held]
        if (self.posting.years_min or 0) * 10 > self.person.years_tenths:
            found.append("years")
        if self.posting.education > self.person.education:
            found.append("education")
        return found

    def _close(self) -> None:
        """A job that was filled or withdrawn takes those who still waited with it."""
        if self.closes is None or self.row.state not in WAITING:
            return
        at, self.closes = self.closes, None
        if self.at < at < self.now:
            filled = self.posting.state is JobState.FILLED
            text = "" if filled else "项目计划有变，这个岗位本年度不再招聘。"
            refusal = Refusal(EndReason.FILLED if filled else EndReason.OTHER, None, text)
            self.step("close", at, _ORG, refusal)
