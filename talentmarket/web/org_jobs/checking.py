"""Before a job is sent to review: what is wrong, who fits, what each requirement costs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from talentmarket.core.db import db
from talentmarket.core.errors import Invalid, Unavailable
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.talents import acting_tokens
from talentmarket.exchange import jobs, pay
from talentmarket.exchange.models import Job
from talentmarket.exchange.posting import lint_posting, posting_of
from talentmarket.exchange.stages import JOB, By
from talentmarket.members.models import TRUSTED, Organisation
from talentmarket.web.applications import words
from talentmarket.web.jobs import describing
from talentmarket.web.org_jobs.common import actor, job_of, page, told
from talentmarket.web.org_jobs.words import field_name
from talentmarket.web.terms import TERMS


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/<job_id>/check", view_func=check)
    bp.add_url_rule("/<job_id>/submit", view_func=submit, methods=["POST"])


def check(org: str, job_id: str) -> Any:
    """The last look."""
    session = db.session()
    organisation, job = job_of(session, org, job_id)
    problems = jobs.standing_problems(session, job)
    may_submit = any(move.name == "submit" for move in JOB.allowed(job.state, By.ORGANISATION))
    return page(
        "org_jobs/check.html",
        organisation,
        job=job,
        head=describing.head(job),
        elements=describing.elements(job),
        problems=[(field_name(name), name, text) for name, text in problems.items()],
        findings=[one for many in lint_posting(posting_of(job)).values() for one in many],
        wide=pay.too_wide(job.pay_low, job.pay_high),
        costs=_costs(job, organisation),
        may_submit=may_submit and not problems,
        verified=organisation.state in TRUSTED,
        held=organisation.posting_held,
    )


def _costs(job: Job, organisation: Organisation) -> dict[str, Any] | None:
    """How many people fit, and how many more without each requirement that costs somebody; None
    when not known now. `asked`: whether there are requirements at all."""
    count = current_app.extensions.get("talentmarket_costs")
    if count is None:
        return None
    try:
        found = count(job, not_blocking=acting_tokens(db.session(), organisation, job))
    except Unavailable:
        return None
    rows = sorted((row for row in found.rows if row.more), key=lambda row: -row.more)
    return {
        "fits": found.fits,
        "asked": bool(found.rows),
        "rows": [{"name": _requirement(job, row.key), "more": row.more} for row in rows],
    }


def _requirement(job: Job, key: str) -> str:
    if key == "education":
        return describing.education_text(job)
    if key == "years":
        return describing.years_text(job)
    if key == "place":
        return describing.place_text(job)
    return words.row_name(key)


@told
def submit(org: str, job_id: str) -> Any:
    """Send it to review."""
    try:
        with unit_of_work() as session:
            _organisation, job = job_of(session, org, job_id)
            jobs.submit(session, job, actor=actor(org))
    except Invalid:
        flash(_("还有内容需要改正，见下。"), "error")
        return redirect(url_for(".check", org=org, job_id=job_id))
    said = ngettext(
        "已提交审核，%(num)d 个工作小时内有结果。",
        "已提交审核，%(num)d 个工作小时内有结果。",
        TERMS.review,
    )
    flash(said, "done")
    return redirect(url_for(".show", org=org, job_id=job_id))
