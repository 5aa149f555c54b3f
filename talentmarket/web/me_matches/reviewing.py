"""A person who has not applied asks that somebody looks at how they are scored for a job."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import ngettext
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.core.errors import Invalid, NotFound, TooMany
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, score_reviews
from talentmarket.exchange.models import Job, Origin, ReportState
from talentmarket.exchange.reports import ANSWER_DAYS
from talentmarket.matching.score import Match
from talentmarket.matching.service import explain_pair
from talentmarket.web.applications.conflicts import told
from talentmarket.web.applications.forms import ReviewForm
from talentmarket.web.formpages import attach, form_page
from talentmarket.web.jobs.show import shown_to_viewer
from talentmarket.web.matchviews import score_view


@told("me_matches.review")
def page(job_id: str) -> Any:
    """The form with the score that it is about, and what was asked before with its answers. Raises
    NotFound without a profile that is scored."""
    job = shown_to_viewer(db.session(), job_id).job
    talent = current_user.talent
    match = None
    if talent is not None and job.origin is not Origin.REFERENCE:
        running = applications.open_application(db.session(), talent, job)
        if running is not None:  # its snapshot is what is scored
            return redirect(url_for("applications.ask_review", application_id=running.public_id))
        match = explain_pair(job, talent)
    if match is None:
        raise NotFound()
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                score_reviews.ask_of_match(
                    session,
                    session.get_one(Job, job.id),
                    current_user.account,
                    _told(match),
                    form.text.data or "",
                    actor=current_user.actor(),
                )
        except (Invalid, TooMany) as error:
            db.session.rollback()
            attach(form, error)
        else:
            said = ngettext(
                "已请求人工复核，%(num)d 个工作日内答复您。",
                "已请求人工复核，%(num)d 个工作日内答复您。",
                ANSWER_DAYS,
            )
            flash(said, "done")
            return redirect(url_for(".review", job_id=job_id))
    before = score_reviews.of_match(db.session(), job, current_user.account)
    return form_page(
        "me_matches/review.html",
        form,
        job=job,
        score=score_view(match),
        reviews=before,
        waiting=any(one.state is ReportState.OPEN for one in before),
        days=ANSWER_DAYS,
    )


def _told(match: Match) -> dict[str, Any]:
    return {
        "total": match.total,
        "model": match.model,
        "rows": [[it.row.key, str(it.row.state), it.points, it.of] for it in match.rows],
    }
