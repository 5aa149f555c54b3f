"""A space trained anew replaces the one that serves if it is no worse.

Both are asked to complete the same held-out documents, which neither has seen
(:data:`training.HELD_OUT`). The worker does it every week where a space serves;
`flask model retrain` at once, `flask model rollback` goes back. What serves anew is audited anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import structlog
from sqlalchemy.orm import Session

from talentmarket.core import clock, tasks
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import auditing, store

if TYPE_CHECKING:
    import scipy.sparse as sp

    from talentmarket.matching.space import SkillSpace

EVERY = timedelta(days=7)
TASK = "model.retrain"
log = structlog.get_logger(__name__)


def retrain(session: Session) -> dict[str, Any]:
    """Train, store, and let the new space serve unless the present one completes more; its card,
    with `serves` and what the present one reached (None: there is none, or it is refused)."""
    from talentmarket.matching import training  # scikit-learn: seconds to import

    space, skills, card = training.train(session)
    before = _present(session, skills, training.held_out(session, skills))
    session.rollback()
    serves = before is None or card["quality"]["value"] >= before
    card["quality"]["before"] = before
    model = store.save(space, skills, card)
    if serves:
        store.promote(model.version)
    log.info("space trained", model=model.version, serves=serves, **card["quality"])
    return {"version": model.version, "checksum": model.checksum, "serves": serves, **card}


def _present(session: Session, skills: Sequence[str], held: sp.csr_matrix) -> float | None:
    """How much of these documents the space that serves completes."""
    from talentmarket.matching import training

    model = store.champion(session)
    if model is None:
        return None
    try:
        space, names = store.read(model)
    except store.ModelRefused as error:
        log.warning("the present space is refused", reason=str(error))
        return None
    return round(training.completed(_in_columns(space, names, skills), held), 4)


def _in_columns(space: SkillSpace, names: Sequence[str], skills: Sequence[str]) -> SkillSpace:
    """The space with its skills in other columns; one that it never saw has no vector."""
    number = {code: row for row, code in enumerate(names)}
    rows = np.array([number.get(code, -1) for code in skills], dtype=np.int64)
    found = space.cut(space.components_.shape[1])
    found.components_ = space.components_[rows] * (rows >= 0)[:, None]
    found.idf_ = np.where(rows >= 0, space.idf_[rows], space.idf_.max(initial=1.0))
    found.n_features_in_ = len(skills)
    return found


def when_due() -> int:
    """Leave the task where the space that serves is older than a week; how many were left."""
    session = db.session()
    model = store.champion(session)
    latest = store.newest(session)
    session.rollback()
    if model is None or latest is None or clock.now() - latest.trained_at < EVERY:
        return 0
    if tasks.open_task(session, TASK) is not None:
        session.rollback()
        return 0
    session.rollback()
    with unit_of_work() as work:
        tasks.put(work, TASK, key=TASK)
    return 1


def learn_tags(session: Session) -> dict[str, Any] | None:
    """Learn anew which skills own jobs name; the card, None where there are too few of them."""
    from talentmarket.matching.tagging import learning  # scikit-learn: seconds to import

    try:
        return learning.retrain(session)
    except learning.TooFewJobs:
        return None


@tasks.handler(TASK)
def _retrain(_arguments: dict[str, Any]) -> None:
    if retrain(db.session())["serves"]:
        with unit_of_work() as work:  # what serves anew is looked at anew
            tasks.put(work, auditing.TASK, key=auditing.TASK)
    learn_tags(db.session())
