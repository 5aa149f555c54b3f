"""Learn from this site's own jobs which skills employers name for such a posting.

Imported postings teach nothing here: their skills are those that the vocabulary read in their texts.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from search import evaluation
from talentmarket.core import clock
from talentmarket.exchange.models import Job, JobSkill, Origin
from talentmarket.matching import store
from talentmarket.matching.tagging.model import Tagged, TagModel
from talentmarket.members.models import Organisation
from talentmarket.taxonomy.model import get_taxonomy

#: The latest jobs that are learned from: the model holds a row of each.
MOST = 1_000
#: Below so many jobs, or employers, nothing is learned.
FEWEST, EMPLOYERS = 40, 5
#: One employer in so many is never learned from: whoever is measured on its jobs has not seen them.
HELD_OUT, WHICH = 8, 3
FIRST = 10
log = structlog.get_logger(__name__)


class TooFewJobs(Exception):
    """There are too few own jobs, or of too few employers, to learn from."""


def retrain(session: Session) -> dict[str, Any]:
    """Learn anew, store, and let it serve unless the present model finds more; its card, with `serves`.

    Raises :class:`TooFewJobs`.
    """
    seen, held = apart(own_jobs(session))
    if len(seen) < FEWEST or len({one.group for one in seen}) < EMPLOYERS:
        raise TooFewJobs
    present = _present(session)
    session.rollback()
    try:
        model = TagModel().fit(seen)
    except ValueError as error:  # no employer names what another one does
        raise TooFewJobs from error
    found = recall(model, held)
    before = None if present is None else recall(present, held)
    card = {
        "kind": store.ModelKind.TAGS.value,
        "trained_at": clock.now().isoformat(timespec="seconds"),
        "taxonomy": get_taxonomy().version,
        "jobs": len(seen),
        "employers": len({one.group for one in seen}),
        "skills_seen": len(model.tags_),
        "quality": {
            "measure": f"recall@{FIRST}",
            "value": found,
            "before": before,
            "jobs": len(held),
        },
        "parameters": model.get_params(),
    }
    stored = store.save(model, model.tags_, card, store.ModelKind.TAGS)
    serves = before is None or found is None or found >= before
    if serves:
        store.promote(stored.version)
    log.info("tags learned", model=stored.version, serves=serves, recall=found, before=before)
    return {"version": stored.version, "checksum": stored.checksum, "serves": serves, **card}


def own_jobs(session: Session) -> list[Tagged]:
    """The latest own jobs that were published, with the names of the skills that their employers
    let stand; the employer as the group."""
    rows = session.execute(
        sa.select(Job.id, Job.title, Job.description, Organisation.public_id)
        .join(Organisation, Organisation.id == Job.organisation_id)
        .where(Job.origin == Origin.OWN, Job.first_published_at.is_not(None))
        .order_by(Job.id.desc())
        .limit(MOST)
    ).all()
    names: dict[int, set[str]] = {}
    known = get_taxonomy().skills
    for key, code in session.execute(
        sa.select(JobSkill.job_id, JobSkill.skill_id).where(
            JobSkill.job_id.in_([row.id for row in rows])
        )
    ):
        if code in known:
            names.setdefault(key, set()).add(known[code].name_zh)
    return [
        Tagged(row.public_id, row.title, row.description, frozenset(names[row.id]))
        for row in rows
        if row.id in names
    ]


def apart(jobs: Sequence[Tagged]) -> tuple[list[Tagged], list[Tagged]]:
    """Jobs to learn from, and those of the employers that are held out."""
    held = {one.group for one in jobs if zlib.crc32(one.group.encode("utf-8")) % HELD_OUT == WHICH}
    return [one for one in jobs if one.group not in held], [
        one for one in jobs if one.group in held
    ]


def recall(model: TagModel, held: Sequence[Tagged]) -> float | None:
    """The share of the skills of held-out jobs that are among the first ten proposed; None where
    there are no such jobs."""
    if not held:
        return None
    ranked = model.rank([one._replace(tags=frozenset()) for one in held])
    shares = [
        evaluation.recall([tag for tag, _ in tags], dict.fromkeys(one.tags, 1), FIRST)
        for one, tags in zip(held, ranked, strict=True)
    ]
    return round(sum(shares) / len(shares), 4)


def _present(session: Session) -> TagModel | None:
    stored = store.champion(session, store.ModelKind.TAGS)
    if stored is None:
        return None
    try:
        model: TagModel = store.read(stored)[0]
    except store.ModelRefused as error:
        log.warning("the present model of tags is refused", reason=str(error))
        return None
    return model
