"""The audit of :mod:`audit` on the people and jobs at hand."""

from __future__ import annotations

import random
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock, events, tasks
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job
from talentmarket.exchange.showing import named_and_published
from talentmarket.matching import serving, store
from talentmarket.matching.audit import HABITS, audit
from talentmarket.matching.loading import rankable
from talentmarket.matching.reading import read_jobs, read_people
from talentmarket.members.models import Account, Talent

#: The task of the worker, and the event that says what came of it.
TASK, VERB = "model.audit", "audit"
JOBS, PEOPLE = 200, 5_000


def run(
    session: Session, *, jobs: int, people: int, seed: int
) -> tuple[str | None, list[dict[str, Any]]]:
    """Audit the score on at most so many people and jobs, drawn by `seed`.

    Returns the version of the model whose card holds it now (None without a model) and what was
    found, one mapping a habit. Raises ValueError with too few people or without jobs.
    """
    dice = random.Random(seed)
    findable = sa.select(Talent.public_id).join(Account, Account.id == Talent.account_id)
    ids = _drawn(session, findable.where(rankable()).order_by(Talent.id), people, dice)
    posted = sa.select(Job.public_id).where(named_and_published()).order_by(Job.id)
    postings = [read_jobs(session, [one]) for one in _drawn(session, posted, jobs, dice)]
    if not postings:
        raise ValueError("no job is published")
    kinship, weights, version = serving.models()
    today = clock.today()
    found = audit(read_people(session, ids), postings, kinship, today.year, seed, weights)
    says = {habit.name: habit.says for habit in HABITS}
    rows = [{**one.as_dict(), "says": says[one.habit]} for one in found]
    card = store.champion(session)
    serves = card.version if card is not None else None
    session.rollback()
    if serves is not None and serves == version.split("+")[0]:
        about = {"on": today.isoformat(), "people": len(ids), "jobs": len(postings), "seed": seed}
        about |= {"model": version}
        store.note(serves, "audit", {**about, "habits": rows})
        return serves, rows
    return None, rows


def _drawn(
    session: Session, query: sa.Select[tuple[str]], most: int, dice: random.Random
) -> list[str]:
    every = list(session.scalars(query))
    return every if len(every) <= most else sorted(dice.sample(every, most))


@tasks.handler(TASK)
def _audit(_arguments: dict[str, Any]) -> None:
    """Audit what scores now, and write down whether it could be done."""
    session = db.session()
    reason = None
    for name in ("talentmarket_model", "talentmarket_weights"):
        current_app.extensions[name].reset()  # what was promoted a moment ago
    try:
        version, _rows = run(session, jobs=JOBS, people=PEOPLE, seed=0)
    except ValueError:  # nobody, or nothing, to make lists of
        version, reason = None, "too-few"
    session.rollback()
    if version is None and reason is None:
        reason = "no-model"
    with unit_of_work() as unit:
        events.record(unit, "site", "model", VERB, reason=reason, version=version)
