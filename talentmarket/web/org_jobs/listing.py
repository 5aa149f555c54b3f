"""The list of an organisation's jobs, and the page of one with what can be done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.events import history
from talentmarket.core.permissions import READERS
from talentmarket.core.words import WORDS, word
from talentmarket.exchange import jobs, managers, promises
from talentmarket.exchange.job_moves import waiting_applications
from talentmarket.exchange.models import Job, JobState
from talentmarket.exchange.posting import lint_posting, posting_of
from talentmarket.exchange.stages import EDITABLE, JOB, By
from talentmarket.members.models import TRUSTED
from talentmarket.web.applications.words import when
from talentmarket.web.jobs import describing
from talentmarket.web.org_jobs.common import job_of, may_edit, organisation_of, page
from talentmarket.web.terms import TERMS

S = JobState
#: Tabs of the list with the states they show.
TABS: dict[str, tuple[JobState, ...]] = {
    "open": (S.PUBLISHED, S.PAUSED),
    "review": (S.IN_REVIEW, S.RETURNED, S.REJECTED),
    "draft": (S.DRAFT,),
    "closed": (S.FILLED, S.EXPIRED, S.WITHDRAWN),
}


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("", view_func=listed)
    bp.add_url_rule("/<job_id>", view_func=show)


def listed(org: str) -> str:
    """Jobs by tab, last changed first."""
    organisation = organisation_of(db.session(), org)
    rows = jobs.list_own(db.session(), organisation)
    tab = request.args.get("tab", "")
    if tab not in TABS:
        tab = next((name for name in TABS if any(_in(name, job) for job, _n in rows)), "open")
    titles = {
        "open": _("在招"),
        "review": _("审核"),
        "draft": word("job", "draft"),
        "closed": _("已结束"),
    }
    tabs = [
        {
            "text": titles[name],
            "url": url_for(".listed", org=org, tab=name),
            "count": sum(_in(name, job) for job, _waiting in rows),
            "current": name == tab,
        }
        for name in TABS
    ]
    return page(
        "org_jobs/list.html",
        organisation,
        rows=[row for row in rows if _in(tab, row[0])],
        tabs=tabs,
        may_edit=may_edit(org),
        may_post=organisation.state in TRUSTED,
        held=organisation.posting_held,
        firm=str(organisation.kind) in ("hr_firm", "public_service"),
        place=describing.place_text,
    )


def _in(tab: str, job: Job) -> bool:
    return job.state in TABS[tab]


def show(org: str, job_id: str) -> str:
    """Where the job stands, what is wrong with it, what can be done, what happened."""
    session = db.session()
    organisation, job = job_of(session, org, job_id)
    posting = posting_of(job)
    allowed = {move.name for move in JOB.allowed(job.state, By.ORGANISATION)}
    return page(
        "org_jobs/show.html",
        organisation,
        job=job,
        head=describing.head(job),
        elements=describing.elements(job),
        allowed=allowed if may_edit(org) else set(),
        reads=current_user.role_in(org) in READERS.roles,
        editable=may_edit(org) and job.state in EDITABLE,
        manager=managers.manager_of(session, job),
        waiting=len(waiting_applications(session, job)),
        problems=jobs.standing_problems(session, job) if job.state in EDITABLE else {},
        findings=lint_posting(posting),
        events=[_event(event) for event in reversed(history(session, "job", job.public_id))],
        review_clock=_review_clock(job),
    )


def _review_clock(job: Job) -> dict[str, Any] | None:
    if job.state is not S.IN_REVIEW or job.review_due_at is None or job.submitted_at is None:
        return None
    at = clock.now()
    used = promises.used_percent(job.submitted_at, job.review_due_at, at)
    late = at > job.review_due_at
    return {
        "due": job.review_due_at,
        "head": _("%(moment)s 前审核", moment=when(job.review_due_at)),
        "text": _("审核已超期，秘书处正在处理。")
        if late
        else ngettext(
            "审核在 %(num)d 个工作小时内完成。", "审核在 %(num)d 个工作小时内完成。", TERMS.review
        ),
        "used": used,
        "tone": "late" if late else "fine",
    }


def _event(event: Any) -> dict[str, Any]:
    heads = {
        "create": _("新建草稿"),
        "copy": _("复制自另一岗位"),
        "adopt": _("认领转载岗位"),
        "edit": _("修改内容"),
        "extend": _("延长有效期"),
    }
    if event.to_state in WORDS["job"] and event.from_state:
        head = _(
            "%(source)s → %(target)s",
            source=word("job", event.from_state),
            target=word("job", event.to_state),
        )
    else:
        head = heads.get(event.verb, event.verb)
    if event.verb == "extend":
        head = heads["extend"]
    reason = event.reason or ""
    kind = "review_reason" if reason in WORDS["review_reason"] else "end_reason"
    return {
        "at": event.at,
        "when": when(event.at),
        "head": head,
        "note": word(kind, reason) if reason else "",
        "kind": "move" if event.to_state != event.from_state else "plain",
    }
