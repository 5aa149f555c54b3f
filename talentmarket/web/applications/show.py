"""The list of a person's applications and the page of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.events import history
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange import (
    applications,
    desk,
    interview_absence,
    interviews,
    messages,
    moves,
    promises,
    refusals,
    score_reviews,
    snapshots,
)
from talentmarket.exchange import invitations as inviting
from talentmarket.exchange.brokering.placing import offers, placements, proving
from talentmarket.exchange.brokering.placing.cases import StartParty
from talentmarket.exchange.models import (
    Application,
    ApplicationRoute,
    ApplicationState,
    Side,
)
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.published import as_published
from talentmarket.exchange.stages import APPLICATION, By
from talentmarket.exchange.visibility import Level, level
from talentmarket.members.models import TRUSTED, OrganisationState
from talentmarket.web.applications import words
from talentmarket.web.applications.forms import MessageForm
from talentmarket.web.applications.snapshot import snapshot_view
from talentmarket.web.matchviews import row_view
from talentmarket.web.terms import TERMS

TABS = ("running", "ended", "referred")
S = ApplicationState


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/me/applications", view_func=mine)
    bp.add_url_rule("/me/applications/<application_id>", endpoint="show", view_func=page)
    bp.add_url_rule("/me/applications/<application_id>/snapshot", view_func=snapshot)


def mine() -> str:
    """The list; with nothing yet, where to begin."""
    tab = request.args.get("tab", "running")
    listed = _listed(tab)
    waiting = _waiting_invitations()
    return render_template("applications/list.html", **listed, invitations=waiting)


def _waiting_invitations() -> list[Any]:
    if current_user.talent is None:
        return []
    found = inviting.all_of(db.session(), current_user.talent)
    return [one for one in found if one.state in ("sent", "seen") and not inviting.is_over(one)]


def _listed(tab: str) -> dict[str, Any]:
    session = db.session()
    tab = tab if tab in TABS else "running"
    rows = applications.all_of(session, current_user.talent) if current_user.talent else []
    kinds = {
        "running": [row for row in rows if row.state not in ENDED or row.state is S.CONFIRMED],
        "ended": [row for row in rows if row.state in ENDED and row.state is not S.CONFIRMED],
        "referred": [row for row in rows if row.route is ApplicationRoute.REFERRAL],
    }
    titles = {"running": _("进行中"), "ended": _("已结束"), "referred": _("机构推荐")}
    unread = messages.unread(session, [row.id for row in rows], Side.TALENT)
    return {
        "tab": tab,
        "tabs": [
            {
                "text": titles[name],
                "url": url_for("applications.mine", tab=name),
                "count": len(kinds[name]),
                "current": name == tab,
            }
            for name in TABS
        ],
        "rows": [_row(row, unread.get(row.id, 0)) for row in kinds[tab]],
    }


def _row(application: Application, unread: int) -> dict[str, Any]:
    return {
        "id": application.public_id,
        "url": url_for("applications.show", application_id=application.public_id),
        "title": application.job.shown_title,
        "organisation": application.organisation.name,
        "state": application.state,
        "clock": None if _stopped(application) else words.clock_of(application, for_person=True),
        "stopped": _stopped(application),
        "unread": unread,
    }


def _start_case(application: Application) -> bool:
    """Whether the person has something to prove, answer or read about the start."""
    session = db.session()
    placement = placements.of_application(session, application)
    if placement is None:
        return False
    filed = bool(proving.cases_of(session, placement))
    return filed or proving.may_file(session, placement, StartParty.PERSON) is not None


#: Stages in which the terms of an offer stand on the page.
_OFFERED = (S.OFFER, S.ACCEPTED, S.STARTED, S.CONFIRMED)


def page(application_id: str, form: MessageForm | None = None) -> str:
    """One application: stage line, deadline, what happened, what was given to whom."""
    session = db.session()
    application = applications.own(session, current_user.talent, application_id)
    tab = "running"
    if application.state in ENDED and application.state is not S.CONFIRMED:
        tab = "ended"
    if form is None:
        form = MessageForm(formdata=None)
    form.fresh_key()
    given = snapshots.given(session, application)
    lines = messages.thread(
        session,
        application,
        reader=Side.TALENT,
        open_contact=snapshots.opens_contact(given),
        held=False,
    )
    if any(line.side is Side.ORGANISATION and line.read_at is None for line in lines):
        with unit_of_work() as unit:
            messages.mark_read(unit, application, Side.TALENT)
        application = applications.own(session, current_user.talent, application_id)
    job = as_published(application.job)
    return render_template(
        "applications/show.html",
        **_listed(tab),
        application=application,
        job=job,
        meta=words.job_meta(job),
        verified=application.organisation.state in TRUSTED,
        reached=words.reached(application),
        ended=words.ended_word(application),
        stopped=_stopped(application),
        deadline=None if _stopped(application) else _deadline(application),
        offer=offers.current(session, application) if application.state in _OFFERED else None,
        interview=(now := interviews.current(session, application)),
        missable=interview_absence.may_say(application, now),
        explainable=interview_absence.may_answer(now, By.TALENT),
        start_case=_start_case(application),
        undo=moves.undoable(application, By.TALENT),
        acts=_acts(application),
        events=_events(application),
        given=_given(application, given),
        contact_given=snapshots.opens_contact(given),
        lines=lines,
        form=form,
        gap=_gap(application),
        review=score_reviews.last(session, application),
        over=application.state in ENDED,
        remindable=application.state in promises.UNANSWERED_YET
        and not _stopped(application)
        and application.answer_due_at < clock.now(),
        when=words.when,
    )


def _stopped(application: Application) -> bool:
    """Whether the application rests because its organisation is suspended and sees nothing of it."""
    suspended = application.organisation.state is OrganisationState.SUSPENDED
    return suspended and application.state not in ENDED


def _acts(application: Application) -> set[str]:
    acts = {step.name for step in APPLICATION.allowed(application.state, By.TALENT)}
    if application.state is S.STARTED and application.moved_by_side is Side.TALENT:
        acts.discard("confirm")  # the other side says it
    if _stopped(application):
        acts.discard("accept")
    return acts


def _deadline(application: Application) -> dict[str, Any] | None:
    ticking = words.clock_of(application, for_person=True)
    if ticking is None:
        return None
    rate = promises.rate_of(application.organisation).percent
    due = words.when(ticking["due"])
    if application.state in promises.UNANSWERED_YET:
        head = _("%(due)s 前答复", due=due)
        text = _("单位承诺 %(days)s 个工作日内答复。", days=application.job.reply_days)
        if ticking["tone"] == "late":
            head = _("应在 %(due)s 前答复，已超期", due=due)
            text = _("已计入对方公开的按期答复率。您可以催办，也可以撤回。")
        elif rate is not None:
            text = _(
                "单位承诺 %(days)s 个工作日内答复，近 90 天按期答复率 %(rate)s%%。",
                days=application.job.reply_days,
                rate=rate,
            )
        return ticking | {"head": head, "text": text}
    if application.state is S.OFFER:
        head = _("请您在 %(due)s 前答复录用", due=due)
        text = _("接受或谢绝都会告诉对方。")
        tone = "soon" if ticking["tone"] == "fine" else ticking["tone"]
        return ticking | {"head": head, "text": text, "tone": tone}
    state = word("application", application.state)
    head = _("%(due)s 前应有下一步", due=due)
    text = ngettext(
        "“%(state)s”阶段 %(num)d 个工作日内应有进展。",
        "“%(state)s”阶段 %(num)d 个工作日内应有进展。",
        TERMS.stage,
        state=state,
    )
    return ticking | {"head": head, "text": text}


def _events(application: Application) -> list[dict[str, Any]]:
    rows = history(db.session(), "application", application.public_id)
    names = words.acting_names(db.session(), rows)
    views = words.event_views(rows, names, current_user.account.public_id)
    waits = application.state in promises.UNANSWERED_YET and not _stopped(application)
    if application.due_at and waits:
        due = application.answer_due_at
        ahead = {"at": due, "when": words.when(due), "head": _("答复期限"), "kind": "future"}
        views.insert(0, ahead)
    return views


def _given(application: Application, given: frozenset[str]) -> list[tuple[str, str, str]]:
    """What the person gave: (name, said, tone)."""
    yes, later = _("已给出"), _("面试时再问")
    back = _("已收回")
    closed = "snapshot" not in given
    ended = application.state in ENDED
    reached = application.moved_from if ended else application.state
    nameless = reached is not None and level(reached) < Level.NAME

    def said(field: str) -> tuple[str, str]:
        if field == "name" and field in given and nameless:
            return (_("未给出") if ended else _("入围后给出")), ""
        if field in given:
            return yes, "ok"
        if closed or application.state not in _BEFORE_INTERVIEW:
            return (back if closed else _("未给出")), ""
        return later, ""

    fields = [
        ("snapshot", _("档案快照")),
        ("name", _("姓名")),
        ("phone", _("手机号")),
        ("mail", _("邮箱")),
    ]
    return [(name, *said(field)) for field, name in fields]


_BEFORE_INTERVIEW = (S.SUBMITTED, S.VIEWED, S.SHORTLISTED, S.INTERVIEW)


def _gap(application: Application) -> dict[str, Any] | None:
    """After a refusal: why, what would close the gap, three jobs without that row."""
    if application.state is not S.REJECTED or application.end_reason is None:
        return None
    found = refusals.gap(db.session(), application, clauses=current_user.excluded.clauses)
    row = found.requirement
    match = desk.match_of(application.job, application.talent)
    rows = [one for one in match.rows if one.row.key == found.row] if match else []
    return {
        "reason": word("end_reason", application.end_reason),
        "requirement": words.requirement_name(row) if row else None,
        "text": application.end_text,
        "jobs": [(job, words.job_meta(job)) for job in found.jobs],
        "rows": [row_view(one, own=True) for one in rows],
        "met": found.met,
    }


def snapshot(application_id: str) -> str:
    """The frozen profile, as the employer reads it."""
    application = applications.own(db.session(), current_user.talent, application_id)
    frozen = application.snapshot
    if frozen is None or frozen.erased_at is not None:
        raise NotFound()
    return render_template(
        "applications/snapshot.html",
        application=application,
        view=snapshot_view(frozen.profile),
        taken_at=frozen.taken_at,
    )
