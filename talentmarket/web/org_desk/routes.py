"""The employer's desk: what is owed first, people ranked for a job, the board, batch moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Forbidden, NotFound
from talentmarket.core.folding import whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import desk, moves, promises
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.desk import Scope
from talentmarket.exchange.models import ApplicationState, Job
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.stages import By
from talentmarket.web import moved
from talentmarket.web.applications.conflicts import told
from talentmarket.web.org_desk import (
    common,
    dossier,
    interviewing,
    inviting,
    naming,
    talking,
    views,
)
from talentmarket.web.org_desk.people import board_of, people_of

bp = Blueprint("org_desk", __name__, url_prefix="/org/<org>")
dossier.routes(bp)
talking.routes(bp)
interviewing.routes(bp)
inviting.routes(bp)

S = ApplicationState
Answer = str | Response
#: Moves the desk makes with a button; a refusal has its own page because it needs a reason.
BUTTONS = ("shortlist", "offer", "start", "confirm", "not_started")
BATCH_MOST = 100


@bp.get("/applications")
def home(org: str) -> str:
    """All jobs: overdue answers first, then clocks that end, then the jobs."""
    session = common.read()
    scope = common.scope_of(session, org)
    owed = desk.to_answer(session, scope)
    soon = desk.clocks_running(session, scope, clock.now() + timedelta(days=1))
    rate = promises.rate_of(scope.organisation)
    at = clock.now()
    return common.page(
        "org_desk/home.html",
        scope.organisation,
        owed=[views.answer_view(one, org) for one in owed],
        soon=[views.answer_view(one, org) for one in soon],
        overdue=sum(one.answer_due_at < at for one in owed),
        jobs=desk.jobs_of(session, scope),
        rate=rate,
        held=scope.organisation.posting_held,
        reminders=_today(owed),
    )


def _today(owed: list[Any]) -> dict[str, int]:
    """How many answers are late, and how many more are due before the day is over."""
    at, end = clock.now(), clock.start_of_day(clock.today() + timedelta(days=1))
    late = sum(one.answer_due_at < at for one in owed)
    return {"late": late, "today": sum(one.answer_due_at < end for one in owed) - late}


VIEWS = ("rank", "board", "referred", "ended")


@bp.get("/applications/jobs/<job_id>")
def job(org: str, job_id: str) -> str:
    """One job's people: ranked and compared, by stage, through firms, or over."""
    session = common.read()
    scope = common.scope_of(session, org)
    posting = common.job_of(session, scope, job_id)
    view = request.args.get("view", "rank")
    if view not in VIEWS:
        raise NotFound()
    people = (board_of if view == "board" else people_of)(session, scope, posting, view)
    late, today = desk.owed_today(session, scope, posting)
    values = {
        "job": posting,
        "view": view,
        "tabs": _tabs(org, posting, view, desk.counts_of(session, scope, posting)),
        "filters": request.args,
        "states": [state for state in S if state not in ENDED],
        "reminders": {"late": late, "today": today},
        "rate": promises.rate_of(scope.organisation),
        **people.values,
    }
    naming.keep(scope, posting, people.listed, people.names)
    return common.page("org_desk/job.html", scope.organisation, **values)


def _tabs(org: str, posting: Job, view: str, counts: dict[S, int]) -> list[dict[str, Any]]:
    over = sum(count for state, count in counts.items() if state in ENDED and state != S.CONFIRMED)
    running = sum(counts.values()) - over
    titles = {
        "rank": (_("排序与比较"), running),
        "board": (_("流程"), running),
        "referred": (_("机构推荐"), None),
        "ended": (_("已结束"), over),
    }
    return [
        {
            "text": text,
            "url": url_for("org_desk.job", org=org, job_id=posting.public_id, view=name),
            "count": count,
            "current": name == view,
        }
        for name, (text, count) in titles.items()
    ]


@bp.post("/applications/batch")
def batch(org: str) -> Answer:
    """Move several at once; each row says what became of it: what cannot move, and what was moved
    by somebody else since the page was opened."""
    name, picked = request.form.get("move", ""), request.form.getlist("pick")
    job_id = request.form.get("job", "")
    view = "board" if request.form.get("view") == "board" else None
    back = url_for(".home", org=org)
    if job_id:
        back = url_for(".job", org=org, job_id=job_id, view=view)
    if name == "compare":
        return redirect(url_for(".job", org=org, job_id=job_id, pick=picked))
    if not picked:
        flash(_("请先勾选候选人。"), "warning")
        return redirect(back)
    if name not in BUTTONS:
        raise NotFound()
    results = _move_all(org, picked, name)
    return moved.answer(
        common.organisation_of(common.read(), org),
        results,
        title=_("移动候选人"),
        done=_("已移动，并告诉了对方。"),
        back=back,
        left=len(set(picked)) - len(results),
    )


def _move_all(org: str, picked: list[str], name: str) -> list[moved.Result]:
    """What became of each, in the order they were picked."""
    seen = dict(one.partition(".")[::2] for one in request.form.getlist("seen"))
    results = []
    with unit_of_work() as session:
        scope: Scope = common.scope_of(session, org)
        actor = current_user.actor(org)
        chosen = list(dict.fromkeys(picked))[:BATCH_MOST]
        rows = {one.public_id: one for one in desk.chosen(session, scope, chosen)}
        for public_id in chosen:
            one = rows.get(public_id)
            if one is None:
                results.append(moved.Result("—", None, _("没有找到，或不是本单位的。")))
                continue
            revision = whole_number(seen.get(public_id)) or 0
            wrong = None
            try:
                with session.begin_nested():
                    moves.move(
                        session,
                        one,
                        name,
                        by=By.ORGANISATION,
                        actor=actor,
                        revision=revision,
                        count=False,
                    )
            except (Conflict, Forbidden) as error:
                wrong = _said(error)
            url = url_for(".show", org=org, application_id=public_id)
            results.append(moved.Result(one.number, url, wrong))
        promises.refresh(session, [scope.organisation.id])
    return results


def _said(error: Conflict | Forbidden) -> str:
    if error.code == "moved-meanwhile":
        return _("刚被别人处理过，没有移动。请看最新阶段再选。")
    if error.code in (Conflict.code, Forbidden.code):
        return _("现在的阶段不允许这一步。")
    return str(error.message)


@bp.post("/applications/<application_id>/move")
@told("org_desk.show")
def move(org: str, application_id: str) -> Response:
    """One move with a button; the board's menu uses it too."""
    name = request.form.get("move", "")
    if name in ("reject", "rescind"):
        return redirect(url_for(".refuse", org=org, application_id=application_id, move=name))
    if name == "interview":
        return redirect(url_for(".interview", org=org, application_id=application_id))
    if name not in BUTTONS:
        raise NotFound()
    if name == "offer" and placements.wants_offer(
        common.read(), common.application_of(common.read(), org, application_id)
    ):
        return redirect(url_for("org_referrals.offer", org=org, application_id=application_id))
    with unit_of_work() as session:
        application = common.application_of(session, org, application_id)
        moves.move(
            session,
            application,
            name,
            by=By.ORGANISATION,
            actor=current_user.actor(org),
            revision=request.values.get("revision", type=int),
        )
        job_id = application.job.public_id
    flash(_("已移动，并告诉了对方。30 分钟内可以撤销。"), "done")
    if request.form.get("job") == job_id:  # pressed in the job's list, which is one form
        return redirect(url_for(".job", org=org, job_id=job_id))
    return redirect(url_for(".show", org=org, application_id=application_id))


@bp.post("/applications/<application_id>/undo")
@told("org_desk.show")
def undo(org: str, application_id: str) -> Response:
    """Take the last move back."""
    with unit_of_work() as session:
        application = common.application_of(session, org, application_id)
        moves.undo(session, application, by=By.ORGANISATION, actor=current_user.actor(org))
    flash(_("已撤销，申请恢复到之前的阶段。"), "done")
    return redirect(url_for(".show", org=org, application_id=application_id))
