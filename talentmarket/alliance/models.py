"""The models as the office sees them: what serves, what served, how good, how fair, and going back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import tasks
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor, Event
from talentmarket.matching import auditing, store
from talentmarket.matching.outcomes import trials
from talentmarket.matching.outcomes.models import Side
from talentmarket.matching.outcomes.trials import NoTrial, Result
from talentmarket.matching.store import Model, ModelKind, ModelRefused, ModelState
from talentmarket.taxonomy.model import get_taxonomy

HISTORY = 50
#: Where each kind's handle stands; what serves is asked of it.
_HANDLES = {
    ModelKind.SKILL_SPACE: "talentmarket_model",
    ModelKind.WEIGHTS: "talentmarket_weights",
    ModelKind.CATEGORIES: "talentmarket_category_model",
}


@dataclass(frozen=True)
class Serving:
    """One kind. `state`: ok, none or refused, as this process finds it; `before`: what rolling back
    leads to (None: nothing), the table where `to_table`; `older`: the version of the vocabulary that
    it was trained on, where that is not the present one."""

    kind: ModelKind
    state: str
    model: Model | None
    before: Model | None
    to_table: bool
    older: str | None


@dataclass(frozen=True)
class Overview:
    """What serves of each kind, all models, newest first, the audit (see `flask model audit`) with
    the version it is of; learned weights that a trial could take, and the latest trials."""

    serving: tuple[Serving, ...]
    history: tuple[Model, ...]
    audit: Mapping[str, Any] | None
    audited: str | None
    audit_waits: bool
    failed: Event | None
    taxonomy: str
    candidates: tuple[str, ...]
    trials: tuple[Result, ...]


def overview(session: Session) -> Overview:
    """All of it."""
    kinds = tuple(_serving(session, kind) for kind in _HANDLES)
    space = kinds[0].model
    audit = space.card.get("audit") if space is not None else None
    return Overview(
        serving=kinds,
        history=tuple(
            session.scalars(sa.select(Model).order_by(Model.id.desc()).limit(HISTORY)).all()
        ),
        audit=audit,
        audited=(audit.get("model") or space.version) if audit and space is not None else None,
        audit_waits=tasks.open_task(session, auditing.TASK) is not None,
        failed=_failed_audit(session),
        taxonomy=get_taxonomy().version,
        candidates=tuple(
            session.scalars(
                sa.select(Model.version)
                .where(Model.kind == ModelKind.WEIGHTS, Model.state != ModelState.CHAMPION)
                .order_by(Model.id.desc())
                .limit(HISTORY)
            )
        ),
        trials=tuple(trials.results(session)),
    )


def _serving(session: Session, kind: ModelKind) -> Serving:
    model, before = store.champion(session, kind), store.previous(session, kind)
    known = model.card.get("taxonomy") if model is not None else None
    return Serving(
        kind,
        current_app.extensions[_HANDLES[kind]].state(),
        model,
        before,
        kind is ModelKind.WEIGHTS and model is not None and before is None,
        known if known is not None and known != get_taxonomy().version else None,
    )


def _failed_audit(session: Session) -> Event | None:
    """The last audit, if nothing came of it."""
    last = session.scalar(
        sa.select(Event).where(Event.verb == auditing.VERB).order_by(Event.id.desc()).limit(1)
    )
    return last if last is not None and last.reason is not None else None


class NotLoaded(Conflict):
    """The model's files are gone, tampered with, or of an older program."""

    code = "model-refused"
    message = _l("这个模型的文件不见了、被改过或由更旧的程序写成，没有换用。")


def serve(version: str, *, actor: Actor) -> None:
    """Let this model serve. Raises NotLoaded."""
    try:
        store.promote(version, actor)
    except ModelRefused as error:
        raise NotLoaded(why=str(error)) from error


def roll_back(session: Session, kind: str, seen: str, *, actor: Actor) -> str | None:
    """Let what served before `seen` serve again; its version, None for the table. Raises Conflict
    where another one serves by now, NotLoaded."""
    if kind not in set(ModelKind):
        raise NotFound()
    present = store.champion(session, ModelKind(kind))
    served = present.version if present is not None else ""
    session.rollback()
    if served != seen:
        raise Conflict()
    try:
        return store.rollback(ModelKind(kind), actor)
    except ModelRefused as error:
        raise NotLoaded(why=str(error)) from error


def ask_audit(session: Session) -> None:
    """Have the worker audit what scores now."""
    tasks.put(session, auditing.TASK, key=auditing.TASK)


def begin_trial(version: str, last_day: date | None, side: str, *, actor: Actor) -> None:
    """Draft learned weights into lists beside what serves, to the end of a day. Raises NoTrial."""
    if last_day is None or side not in set(Side):
        raise NoTrial()
    trials.start(version, trials.end_of(last_day), Side(side), actor=actor)


def end_trial(*, actor: Actor) -> None:
    """End the trial that is on; nothing where none is."""
    trials.stop(actor=actor)
