"""The page of one job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.permissions import DESK
from talentmarket.discovery.alike import jobs_alike
from talentmarket.exchange import saved, showing
from talentmarket.exchange.brokering.referring import applying
from talentmarket.exchange.models import Job, JobState, Origin
from talentmarket.exchange.posting import lint_posting, missing_elements, posting_of
from talentmarket.exchange.reports import ANSWER_DAYS
from talentmarket.exchange.showing import Shown, Standing
from talentmarket.exchange.stages import CLOSED
from talentmarket.matching.outcomes.recording import opened
from talentmarket.matching.similarjobs import SimilarJob
from talentmarket.web.concepts import skill_name
from talentmarket.web.jobs import describing, structured
from talentmarket.web.matchviews import match_view
from talentmarket.web.referring import asked_on


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/jobs/<job_id>", endpoint="show", view_func=page)


def shown_to_viewer(session: Session, job_id: str) -> Shown:
    """The job as the signed-in person, or everybody, may see it. Raises NotFound."""
    return showing.show(
        session,
        job_id,
        talent=current_user.talent,
        orgs=frozenset(desk.org for desk in current_user.desks),
        operator=current_user.is_operator,
    )


def page(job_id: str) -> str | tuple[str, int]:
    """Head, elements, requirements with the viewer's states, text, employer, apply bar."""
    session = db.session()
    try:
        shown = shown_to_viewer(session, job_id)
    except NotFound:
        return _closed(session, showing.closed_job(session, job_id))
    job = shown.job
    reference = job.origin is Origin.REFERENCE
    _note_opened(job)
    never = current_user.excluded.clauses
    return render_template(
        "jobs/show.html",
        job=job,
        shown=shown,
        head=describing.head(job),
        elements=describing.elements(job),
        groups=describing.groups(job),
        match=_match(job),
        review_days=ANSWER_DAYS,
        terms=describing.terms(job),
        employer=describing.employer_panel(session, job),
        similar=_similar(session, job, never),
        banner=_banner(shown),
        posting=structured.job_posting(shown),
        saved=current_user.is_authenticated and saved.is_saved(session, current_user.account, job),
        back=_back(),
        checked=not reference and not lint_posting(posting_of(job)),
        apply_url=describing.address("applications.apply", job_id=job.public_id)
        if shown.can_apply
        else None,
        through=applying.road(session, job) if shown.can_apply else None,
        own_application=_application_url(shown),
        adopters=_adopters(job) if reference else [],
        source_url=url_for("jobs.show", job_id=job.public_id, _external=True),
    )


def _closed(session: Session, job: Job) -> tuple[str, int]:
    """What is left of a job that is closed or paused: what it was, its state, what is near.

    Who put it aside keeps it in any state. For everybody else it is gone (410), or not found while
    it may come back. Raises NotFound for what they never saw as it stands.
    """
    kept = current_user.is_authenticated and saved.is_saved(session, current_user.account, job)
    if not kept and not showing.was_public(job):
        raise NotFound()
    state = showing.closed_as(job)
    gone = state in CLOSED
    body = render_template(
        "jobs/closed.html",
        job=job,
        state=state,
        lead=_closed_lead(state),
        gone=gone,
        kept=kept,
        employer=describing.brief(job)["employer"],
        similar=_similar(session, job, current_user.excluded.clauses),
    )
    if gone:
        return body, 410
    return body, 200 if kept else 404


def _similar(
    session: Session, job: Job, clauses: Sequence[sa.ColumnElement[bool]]
) -> list[dict[str, Any]]:
    """Jobs like this one, each with how near it is and why."""
    return [
        describing.brief(one) | {"alike": _alike(like) if like is not None else ""}
        for one, like in jobs_alike(session, job, clauses)
    ]


def _alike(like: SimilarJob) -> str:
    reasons = []
    if like.shared:
        names = _("、").join(skill_name(code) for code in like.shared)
        reasons.append(_("都要求%(skills)s", skills=names))
    if like.same_occupation:
        reasons.append(_("职业相同"))
    if not reasons:
        return _("相近 %(points)s", points=like.points)
    return _("相近 %(points)s：%(reasons)s", points=like.points, reasons=_("；").join(reasons))


def _match(job: Job) -> dict[str, Any] | None:
    """The match of the signed-in person with the job; None without a profile or its wish."""
    talent = current_user.talent
    matcher = current_app.extensions.get("talentmarket_match")
    if talent is None or matcher is None or job.origin is Origin.REFERENCE:
        return None
    return match_view(matcher(job, talent), own=True)


def _banner(shown: Shown) -> tuple[str, str, str] | None:
    """(kind, lead, text) of what the viewer must know first."""
    job = shown.job
    if job.origin is Origin.REFERENCE:
        return (
            "notice",
            _("转载参考。"),
            _("这条岗位转载自其他来源，本平台没有核验单位，不能在这里申请，也没有答复承诺。")
            + (_said_by_source() if lint_posting(posting_of(job)) else ""),
        )
    if shown.standing is Standing.OPEN:
        return None
    if shown.standing is Standing.OWN and job.first_published_at is None:
        return "notice", _("只有本单位能看到这一页。"), _("岗位发布后求职者看到的就是这样。")
    if shown.standing is Standing.OWN:
        return "notice", _closed_lead(job.state), _("现在只有本单位和申请过的人能看到这一页。")
    if job.state is JobState.PUBLISHED:
        return "warning", _("这个岗位现在不对外显示。"), _("您的申请仍然有效，可以在申请页查看。")
    return "warning", _closed_lead(job.state), _("您申请过，所以还能看到它。答复期限不变。")


def _closed_lead(state: JobState) -> str:
    texts = {
        JobState.EXPIRED: _("这个岗位已过期。"),
        JobState.FILLED: _("这个岗位已招满。"),
        JobState.WITHDRAWN: _("这个岗位已下架。"),
        JobState.PAUSED: _("这个岗位已暂停招聘。"),
        JobState.IN_REVIEW: _("这个岗位有改动，正在重新审核。"),
    }
    return texts.get(state, _("这个岗位现在不对外显示。"))


def _said_by_source() -> str:
    return _("原文中有年龄、性别、外貌等限制或夸大的用语，由来源写成，本平台不认可。")


def _application_url(shown: Shown) -> str | None:
    if shown.application is None:
        return None
    return describing.address("applications.show", application_id=shown.application.public_id)


def _adopters(job: Job) -> list[Any]:
    """Desks of the viewer that could take the reference over as their own draft."""
    if "org_jobs.adopt" not in current_app.view_functions or not current_user.desks:
        return []
    lacking = missing_elements(posting_of(job).but(employer_name="x"))
    if lacking:
        return []
    return [desk for desk in current_user.desks if desk.role in DESK.roles]


def _note_opened(job: Job) -> None:
    """Somebody with a profile opened it from a list in the order of the match: an outcome of it."""
    talent = current_user.talent
    if talent is None or not current_user.account.personal_ranking:
        return
    asked = asked_on("/jobs", "/me/matches")
    if asked is not None and asked.get("sort", "match" if "q" not in asked else "") == "match":
        opened(job.public_id, talent.public_id, viewer=current_user.account.public_id)


def _back() -> str | None:
    """The search the reader comes from, when the browser says so."""
    referrer, host = request.referrer or "", request.host_url.rstrip("/")
    return referrer.removeprefix(host) if referrer.startswith(f"{host}/jobs?") else None
