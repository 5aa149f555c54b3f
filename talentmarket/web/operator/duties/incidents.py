"""Incidents: those that run, a new one, what is known and who was told."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from talentmarket.alliance.duties import incidents as services
from talentmarket.alliance.duties.models import Incident, StepKind
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict
from talentmarket.core.uow import unit_of_work
from talentmarket.web.applications.words import countdown
from talentmarket.web.operator.answering import answered, case_page
from talentmarket.web.operator.common import Answer, actor, attempt, me, page
from talentmarket.web.operator.duties.forms import IncidentForm, StepForm

#: Fields of what is known, in the order of the law: field → whether a notice to persons holds it.
TEXTS = ("what", "cause", "harm", "measures", "advice")


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/incidents", view_func=listed, endpoint="incidents")
    bp.add_url_rule("/incidents/new", view_func=new, endpoint="new_incident", methods=both)
    bp.add_url_rule("/incidents/<incident_id>", view_func=one, endpoint="incident", methods=both)
    bp.add_url_rule(
        "/incidents/<incident_id>/edit", view_func=edit, endpoint="edit_incident", methods=both
    )


def listed() -> str:
    """All incidents, those that run on top, with the next moment somebody is to be told by."""
    rows = [{"incident": one, "clock": _clock(one)} for one in services.incidents(db.session())]
    return page("operator/incidents.html", rows=rows)


def _clock(incident: Incident) -> dict[str, object] | None:
    due = services.due_of(incident)
    return countdown(incident.found_at, due) if due and incident.closed_at is None else None


def new() -> Answer:
    """Write down an incident as soon as it was found."""
    form = IncidentForm()
    if not form.is_submitted():
        form.found_at.data = clock.local(clock.now())
    made: list[str] = []

    def act() -> None:
        with unit_of_work() as session:
            opened = services.open_(session, form.values(), by=me(session), actor=actor())
            made.append(opened.public_id)

    if form.validate_on_submit() and attempt(form, act):
        flash(_("已记录。通知主管部门和个人的期限从发现时间起算。"), "done")
        return redirect(url_for("operator.incident", incident_id=made[0]))
    return case_page("operator/incident_form.html", form, incident=None)


def edit(incident_id: str) -> Answer:
    """Write down what is known now."""
    found = services.find(db.session(), incident_id)
    form = IncidentForm(obj=found)

    def act(session: Session) -> None:
        services.change(
            session,
            services.find(session, incident_id),
            form.values(),
            revision=form.seen,
            by=me(session),
            actor=actor(),
        )

    here = url_for("operator.incident", incident_id=incident_id)
    if done := answered(form, act, _("已更新。"), here):
        return done
    found = services.find(db.session(), incident_id)
    if isinstance(getattr(form, "refused", None), Conflict):  # it is said; sent again it is meant
        form.revision.data = str(found.revision)
    return case_page("operator/incident_form.html", form, incident=found)


def one(incident_id: str) -> Answer:
    """What is known, the clocks, the log, and the next step."""
    form = StepForm()
    services.find(db.session(), incident_id)
    if not form.is_submitted():
        form.at.data = clock.local(clock.now())
    told: list[int] = []

    def act() -> None:
        with unit_of_work() as session:
            values = {"at": form.at.data.replace(tzinfo=clock.SHANGHAI) if form.at.data else None}
            told.append(
                services.step(
                    session,
                    services.find(session, incident_id),
                    StepKind(form.kind.data),
                    text=form.text.data or "",
                    accounts=tuple((form.accounts.data or "").split()),
                    by=me(session),
                    actor=actor(),
                    **values,
                )
            )

    if form.validate_on_submit() and attempt(form, act):
        said = _("已记录。")
        if told[0]:
            said += ngettext("平台已通知 %(num)d 人。", "平台已通知 %(num)d 人。", told[0])
        flash(said, "done")
        return redirect(url_for("operator.incident", incident_id=incident_id))
    found = services.find(db.session(), incident_id)
    return case_page(
        "operator/incident.html",
        form,
        incident=found,
        lacking=services.lacking(found),
        clock=_clock(found),
        texts=TEXTS,
    )
