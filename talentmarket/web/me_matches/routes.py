"""Jobs ranked for the person: each with its score, and for the first ones row by row why."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import current_user

from search.errors import SearchError
from talentmarket.core.db import db
from talentmarket.discovery.jobs import JobQuery, load_jobs, search_jobs
from talentmarket.matching import service
from talentmarket.matching.service import Ranking
from talentmarket.members.models import Talent
from talentmarket.web.jobviews import job_row

bp = Blueprint("me_matches", __name__)
MOST = 30


@bp.get("/me/matches")
def matches() -> str:
    """Ranked jobs; without a profile or with personal ranking off it is said instead."""
    talent = current_user.talent
    if talent is None:
        return render_template("me_matches/list.html", talent=None, rows=[], state="none")
    if not current_user.account.personal_ranking:
        return render_template(
            "me_matches/list.html", talent=talent, rows=_latest(), state="off", ranking=None
        )
    try:
        ranking: Ranking = service.match_jobs(db.session(), talent, limit=MOST)
    except SearchError:
        return render_template(
            "me_matches/list.html", talent=talent, rows=_latest(), state="degraded", ranking=None
        )
    return render_template(
        "me_matches/list.html",
        talent=talent,
        rows=_rows(talent, ranking),
        state="ranked" if ranking.matches else "empty",
        ranking=ranking,
    )


def _rows(talent: Talent, ranking: Ranking) -> list[dict[str, object]]:
    by_job = {match.job: match for match in ranking.matches}
    return [job_row(job, by_job[job.public_id]) for job in load_jobs(db.session(), list(by_job))]


def _latest() -> list[dict[str, object]]:
    return [job_row(job) for job in search_jobs(db.session(), JobQuery(sort="newest")).rows]
