"""Jobs ranked for the person, or what stands in the way of a ranking."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.discovery.jobs import JobQuery, search_jobs
from talentmarket.discovery.personal import jobs_for
from talentmarket.matching.outcomes.models import Surface
from talentmarket.matching.outcomes.recording import shown
from talentmarket.web.jobviews import job_row
from talentmarket.web.me_matches import learning

bp = Blueprint("me_matches", __name__)
bp.add_url_rule("/me/learn", endpoint="learn", view_func=learning.page)
MOST = 30


@bp.get("/me/matches")
def matches() -> str:
    """Ranked jobs; without a profile or with personal ranking off it is said instead."""
    talent = current_user.talent
    if talent is None:
        return _page("none", [])
    if not current_user.account.personal_ranking:
        return _page("off", _latest())
    suited = jobs_for(db.session(), talent, MOST)
    if suited is None:
        return _page("degraded", _latest())
    shown(
        Surface.MATCHES,
        enumerate((match for _job, match in suited.rows), 1),
        viewer=current_user.account.public_id,
        drafted=suited.drafted,
    )
    placed = suited.drafted.placed if suited.drafted is not None else {}
    rows = [job_row(job, match, placed=placed.get(match.job)) for job, match in suited.rows]
    return _page(
        "ranked" if rows else "empty",
        rows,
        model=suited.model,
        considered=suited.considered,
        drafted=suited.drafted,
    )


def _page(state: str, rows: list[dict[str, Any]], **values: Any) -> str:
    return render_template("me_matches/list.html", state=state, rows=rows, **values)


def _latest() -> list[dict[str, Any]]:
    query = JobQuery(sort="newest", excluded=current_user.excluded)
    found = search_jobs(db.session(), query)
    return [
        job_row(job, merged=found.merged.get(job.public_id, ()), skills=found.skills.get(job.id))
        for job in found.rows
    ]
