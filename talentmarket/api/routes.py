"""The interface for programs: jobs, one job, snapshot, stream of changes, proposals."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import sqlalchemy as sa
from apiflask import APIBlueprint, Schema
from flask import current_app, g, json, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.api import answers, description, problems, schemas
from talentmarket.api.examples import EXAMPLES
from talentmarket.api.items import changed_at, job_item
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.language import language
from talentmarket.discovery import feed, reading, suggest
from talentmarket.discovery.jobfilters import BANDS, TERMS
from talentmarket.discovery.jobs import PAGE_SIZE, JobQuery
from talentmarket.discovery.understanding import Wish
from talentmarket.exchange import showing
from talentmarket.exchange.models import Job, JobState

bp = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="jobs")
problems.handle(bp)
bp.before_request(answers.speak)
bp.before_request(answers.count_read)
bp.after_request(answers.finished)

#: Where a job has left for good. One that is paused or in review may come back: it is not found.
ENDED = (JobState.FILLED, JobState.EXPIRED, JobState.WITHDRAWN)


class Gone(DomainError):
    """The job was published here, and has ended."""

    code = "gone"
    status = 410


def job_query(values: dict[str, Any]) -> JobQuery:
    """The search that the parameters ask for."""
    names = (*TERMS, *BANDS)
    return JobQuery(
        words=" ".join(values.get("q", "").split()),
        filters={
            name: tuple(dict.fromkeys(code for code in values[name] if code))
            for name in names
            if any(values.get(name, ()))
        },
        wish=Wish(*(frozenset(values.get(name, ())) for name in ("off", "must", "refuse"))),
        sort=values.get("sort", ""),
        cursor=values.get("cursor", ""),
        limit=values.get("limit", PAGE_SIZE),
        collapse=bool(values.get("collapse", 0)),
    )


def following(schema: type[Schema], name: str, cursor: str | None) -> str | None:
    """The address of this list with its cursor moved on. `schema`: the parameters there are."""
    if cursor is None:
        return None
    names = sorted(schemas.parameters(schema) & set(request.args) - {name})
    kept: dict[str, Any] = {key: request.args.getlist(key) for key in names}
    return url_for(str(request.endpoint), **{**kept, name: cursor}, _external=True)


@bp.get("/jobs")
@bp.input(schemas.JobsIn, location="query")
@bp.doc(responses=description.responses(schemas.Jobs, EXAMPLES["jobs"], 422))
def jobs(query_data: dict[str, Any]) -> Response:
    """Search jobs"""
    query = job_query(query_data)
    part = reading.read_jobs(db.session(), query)
    found = part.found
    unknown = sorted(set(request.args) - schemas.parameters(schemas.JobsIn))
    values = {
        "items": [job_item(job, language()) for job in found.rows],
        "total": found.total,
        "next": found.next,
        "sort": found.sort,
        "degraded": found.degraded,
        "ignored": [*unknown, *part.ignored],
    }
    return answers.answer(values, following=following(schemas.JobsIn, "cursor", found.next))


@bp.get("/jobs/snapshot")
@bp.input(schemas.SnapshotIn, location="query")
@bp.doc(responses=description.responses(schemas.Snapshot, EXAMPLES["snapshot"], 410, 422))
def snapshot(query_data: dict[str, Any]) -> Response:
    """Read all jobs"""
    found = feed.read_snapshot(db.session(), query_data["cursor"], query_data["limit"])
    values = {
        "items": [job_item(job, language()) for job in found.jobs],
        "next": found.next,
        "changes": found.changes,
    }
    return answers.answer(values, following=following(schemas.SnapshotIn, "cursor", found.next))


@bp.get("/jobs/changes")
@bp.input(schemas.ChangesIn, location="query")
@bp.doc(responses=description.responses(schemas.Changes, EXAMPLES["changes"], 410, 422))
def changes(query_data: dict[str, Any]) -> Response:
    """Read what changed"""
    found = feed.read_changes(db.session(), query_data["after"], query_data["limit"])
    values = {
        "items": [
            {
                "id": one.id,
                "gone": one.job is None,
                "job": None if one.job is None else job_item(one.job, language()),
            }
            for one in found.changes
        ],
        "next": found.next,
        "more": found.more,
    }
    return answers.answer(values, following=following(schemas.ChangesIn, "after", found.next))


@bp.get("/jobs/<job_id>")
@bp.doc(responses=description.responses(schemas.Job, EXAMPLES["job"], 404, 410))
def job(job_id: str) -> Response:
    """Read one job"""
    session = db.session()
    found = session.scalar(showing.listed_jobs().where(Job.public_id == job_id))
    if found is None:
        raise _absent(session, job_id)
    return answers.answer(job_item(found, language()), changed_at=changed_at(found))


def _absent(session: Session, job_id: str) -> DomainError:
    """Ended (410: let it go for good), or not there for everybody (404)."""
    ended = sa.exists().where(
        Job.public_id == job_id,
        Job.listed.is_(True),
        Job.first_published_at.is_not(None),
        Job.state.in_(ENDED),
    )
    if session.scalar(sa.select(ended)):
        return Gone(_("这个岗位已经结束，不会再出现在列表里。"))
    return NotFound()


def _plainly_typed(checked: Callable[..., Response]) -> Callable[..., Response]:
    """One value that is short enough is what the schema would give; it is asked for all else, and
    says what is wrong with it. A person who types waits for each letter."""

    @wraps(checked)
    def view(**given: Any) -> Response:
        typed = request.args.getlist("q")
        if len(typed) == 1 and len(typed[0]) <= schemas.LONGEST_TYPED:
            return _propose(typed[0])
        return checked(**given)

    return view


@bp.get("/suggest")
@_plainly_typed
@bp.input(schemas.SuggestIn, location="query")
@bp.doc(responses=description.responses(schemas.Proposals, EXAMPLES["suggest"], 422))
def proposals(query_data: dict[str, Any]) -> Response:
    """Propose words"""
    return _propose(query_data["q"])


def _propose(text: str) -> Response:
    found = suggest.suggest(db.session, text, g.get("locale") or language())
    return answers.answer_written(_proposed(found))


@lru_cache(maxsize=1_024)
def _proposed(found: suggest.Proposed) -> answers.Written:
    """Proposals as JSON: the same for everybody who is told the same."""
    values = {
        "items": [
            {"group": item.group, "code": item.code, "text": item.text, "count": item.count}
            for item in found.lines
        ],
        "degraded": found.degraded,
    }
    return answers.written(values)


@bp.get("/openapi.json")
@bp.doc(hide=True)
def openapi() -> Response:
    """The description of the interface, in the reader's language."""
    text = json.dumps(description.document(), ensure_ascii=False, sort_keys=False)
    g.pop("reads_left", None)
    return answers.conditional(current_app.response_class(text, mimetype="application/json"))
