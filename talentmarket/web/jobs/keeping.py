"""What a person put aside."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import saved, showing
from talentmarket.exchange.published import as_published
from talentmarket.web.jobs import describing
from talentmarket.web.jobs.show import shown_to_viewer


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/me/saved-jobs", view_func=saved_jobs)
    bp.add_url_rule("/jobs/<job_id>/save", view_func=save, methods=["POST"])
    bp.add_url_rule("/jobs/<job_id>/unsave", view_func=unsave, methods=["POST"])


def saved_jobs() -> str:
    """The list; jobs that are closed by now are marked."""
    rows = saved.saved_jobs(db.session(), current_user.account)
    return render_template(
        "jobs/saved.html",
        rows=[
            (
                describing.brief(as_published(job)),
                job,
                None if showing.is_open(job) else showing.closed_as(job),
            )
            for job in rows
        ],
    )


def save(job_id: str) -> Response:
    """Put the job aside."""
    with unit_of_work() as session:
        saved.save(session, current_user.account, shown_to_viewer(session, job_id).job)
    flash(_("已收藏，可以在“收藏的岗位”里找到。"), "done")
    response: Response = redirect(url_for(".show", job_id=job_id))
    return response


def unsave(job_id: str) -> Response:
    """Take it out again, whether or not it can still be seen."""
    with unit_of_work() as session:
        saved.drop(session, current_user.account, job_id)
    flash(_("已取消收藏。"), "done")
    response: Response = redirect(url_for(".saved_jobs"))
    return response
