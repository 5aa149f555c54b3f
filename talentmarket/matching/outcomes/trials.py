"""Trials of learned weights beside those that serve: begun and ended by the office, dated, one at a
time. Which lists are drafted, and what came of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
import structlog
from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.ids import new_public_id
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import store
from talentmarket.matching.outcomes.interleaving import Verdict, team_draft, verdict
from talentmarket.matching.outcomes.kinds import weights_of
from talentmarket.matching.outcomes.models import RankingTrial, Side
from talentmarket.matching.outcomes.reading import trial_credits
from talentmarket.matching.outcomes.recording import Drafted, Placed
from talentmarket.matching.vector import Standing
from talentmarket.matching.weights import Weights

LOOK_EVERY = 3.0  # seconds; as models are looked for
MOST_DAYS = 90
log = structlog.get_logger(__name__)


class NoTrial(Conflict):
    """A trial that cannot be begun."""

    code = "no-trial"
    message = _l(
        "试验没有开始：候选要是读得出来、没有在用的学到的权重，日期要在今后 90 天内，同时只能有一项。"
    )


@dataclass(frozen=True)
class Trial:
    """A trial that is on, with the weights of its candidate."""

    public_id: str
    candidate: str
    side: Side
    until: datetime
    weights: Weights


class TrialHandle:
    """The trial that is on in this process, looked for every few seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Look again on the next use."""
        self._looked: float | None = None
        self._found: Trial | None = None

    def current(self, side: Side) -> Trial | None:
        """The trial that lists of this side are in now."""
        with self._lock:
            if self._looked is None or time.monotonic() - self._looked >= LOOK_EVERY:
                self._found = self._look()
                self._looked = time.monotonic()
            found = self._found
        if found is None or not found.side.holds(side) or clock.now() >= found.until:
            return None
        return found

    def _look(self) -> Trial | None:
        try:
            row = db.session.scalar(sa.select(RankingTrial).where(RankingTrial.open))
            if row is None or not stands(db.session(), row):
                return None
            model = db.session.scalar(
                sa.select(store.Model).where(store.Model.version == row.candidate)
            )
            if model is None:
                return None
            weights = weights_of(store.read(model)[0].points_)
        except SQLAlchemyError:
            db.session.rollback()
            return None
        except (store.ModelRefused, ValueError) as error:
            log.error("the candidate of a trial is refused", reason=str(error))
            return None
        return Trial(row.public_id, row.candidate, row.side, row.ends_at, weights)


def stands(session: Session, trial: RankingTrial) -> bool:
    """Whether it is on: open, its day not over, and the same weights serve as when it began."""
    present = store.champion(session, store.ModelKind.WEIGHTS)
    serves = present.version if present is not None else None
    return trial.open and clock.now() < trial.ends_at and serves == trial.baseline


def register(app: Flask) -> None:
    """Give the app its handle."""
    app.extensions["talentmarket_trial"] = TrialHandle()


def current(side: Side) -> Trial | None:
    """The trial that lists of this side are in now; None mostly."""
    handle: TrialHandle = current_app.extensions["talentmarket_trial"]
    return handle.current(side)


def draft(
    trial: Trial,
    present: Sequence[Standing],
    candidate: Sequence[Standing],
    most: int,
    *,
    of_people: bool,
) -> tuple[list[Standing], Drafted]:
    """One list of two rankings, with the standing by the present weights, and how it came about."""
    name = "talent" if of_people else "job"
    now = {getattr(one, name): one for one in present}
    then = {getattr(one, name): one for one in candidate}
    list_id = new_public_id()
    picks = [
        (key, team) for key, team in team_draft(list_id, list(now), list(then), most) if key in now
    ]
    placed = {key: Placed(team, int(then[key].total or 0)) for key, team in picks if key in then}
    drafted = Drafted(list_id, trial.public_id, trial.candidate, trial.until, placed)
    return [now[key] for key, _team in picks], drafted


def end_of(day: date) -> datetime:
    """The last second of a day."""
    return clock.start_of_day(day + timedelta(days=1)) - timedelta(seconds=1)


# -- the office ----------------------------------------------------------------------------------
def start(version: str, ends_at: datetime, side: Side, *, actor: Actor = SYSTEM) -> RankingTrial:
    """Begin a trial of a model of weights that does not serve. Raises NoTrial."""
    now = clock.now()
    if not now < ends_at <= now + timedelta(days=MOST_DAYS):
        raise NoTrial()
    try:
        with unit_of_work() as session:
            model = session.scalar(sa.select(store.Model).where(store.Model.version == version))
            kind = store.ModelKind.WEIGHTS
            if model is None or model.kind != kind or model.state is store.ModelState.CHAMPION:
                raise NoTrial()
            weights_of(store.read(model)[0].points_)
            present = store.champion(session, kind)
            for other in session.scalars(sa.select(RankingTrial).where(RankingTrial.open)):
                if stands(session, other):
                    raise NoTrial()
                other.open = False
            session.flush()
            trial = RankingTrial(
                candidate=version,
                baseline=present.version if present is not None else None,
                side=side,
                starts_at=now,
                ends_at=ends_at,
                open=True,
            )
            session.add(trial)
            session.flush()
            record(session, "site", "model", "begin-trial", actor=actor, version=version,
                   trial=trial.public_id, side=side.value)  # fmt: skip
    except (IntegrityError, store.ModelRefused, ValueError) as error:
        raise NoTrial() from error
    return trial


def stop(*, actor: Actor = SYSTEM) -> bool:
    """End the trial that is open; whether one was."""
    with unit_of_work() as session:
        trial = session.scalar(sa.select(RankingTrial).where(RankingTrial.open))
        if trial is None:
            return False
        trial.open = False
        trial.ends_at = min(trial.ends_at, clock.now())
        record(session, "site", "model", "end-trial", actor=actor, version=trial.candidate,
               trial=trial.public_id)  # fmt: skip
        return True


@dataclass(frozen=True)
class Result:
    """What came of a trial so far: lists shown, and the verdict by what readers opened and by what
    they decided for (applied, invited, shortlisted and further)."""

    trial: RankingTrial
    on: bool
    lists: int
    opened: Verdict
    decided: Verdict


def results(session: Session, limit: int = 5) -> list[Result]:
    """The latest trials."""
    rows = session.scalars(
        sa.select(RankingTrial).order_by(RankingTrial.id.desc()).limit(limit)
    ).all()
    found = []
    for one in rows:
        lists, opened, decided = trial_credits(session, one, clock.now() + timedelta(seconds=1))
        found.append(Result(one, stands(session, one), lists, verdict(opened), verdict(decided)))
    return found
