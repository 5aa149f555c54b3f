"""Jobs ranked for the person, or what stands in the way of a ranking."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.discovery.jobs import JobQuery, search_jobs
from talentmarket.discovery.personal import jobs_for
from talentmarket.matching.outcomes.models import Surface
from talentmarket.matching.outcomes.recording import shown
from talentmarket.matching.wishes import lists_made
from talentmarket.web.jobviews import job_row
from talentmarket.web.matchviews import mutual_view
from talentmarket.web.me_matches import learning, reviewing

bp = Blueprint("me_matches", __name__)
bp.add_url_rule("/me/learn", endpoint="learn", view_func=learning.page)
bp.add_url_rule(
    "/me/matches/<job_id>/review",
    endpoint="review",
    view_func=reviewing.page,
    methods=["GET", "POST"],
)
MOST = 30


@bp.get("/me/matches")
def matches() -> str:
    """Ranked jobs; without a profile or with personal ranking off it is said instead."""
    talent = current_user.talent
    if talent is None:
        return _page("none", [])
    if not current_user.account.personal_ranking:
        return _page("off", _latest())
    mutual = request.args.get("order") == "mutual"
    suited = jobs_for(db.session(), talent, MOST, mutual=mutual)
    if suited is None:
        return _page("degraded", _latest())
    shown(
        Surface.MATCHES,
        enumerate((match for _job, match in suited.rows), 1),
        viewer=current_user.account.public_id,
        drafted=suited.drafted,
    )
    placed = suited.drafted.placed if suited.drafted is not None else {}
    rows = [
        job_row(job, match, skills=suited.skills[job.id], placed=placed.get(match.job))
        | {
            "mutual": mutual_view(suited.mutual.get(job.public_id), own=True),
            "review": url_for(".review", job_id=job.public_id),
        }
        for job, match in suited.rows
    ]
    return _page(
        "ranked" if rows else "empty",
        rows,
        model=suited.model,
        considered=suited.considered,
        drafted=suited.drafted,
        mutual=mutual,
        orders=_orders(mutual),
        lists_made=lists_made(db.session()) if mutual else None,
    )


def _orders(mutual: bool) -> list[dict[str, Any]]:
    return [
        {"text": _("匹配优先"), "url": url_for(".matches"), "current": not mutual},
        {"text": _("双方都合适"), "url": url_for(".matches", order="mutual"), "current": mutual},
    ]


def _page(state: str, rows: list[dict[str, Any]], **values: Any) -> str:
    return render_template("me_matches/list.html", state=state, rows=rows, **values)


def _latest() -> list[dict[str, Any]]:
    query = JobQuery(sort="newest", excluded=current_user.excluded)
    found = search_jobs(db.session(), query)
    return [
        job_row(job, merged=found.merged.get(job.public_id, ()), skills=found.skills.get(job.id))
        for job in found.rows
    ]
