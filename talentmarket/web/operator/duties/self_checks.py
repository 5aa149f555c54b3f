"""The yearly self-check: those that were done, a new one, and the dangers it found."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.alliance.duties import checking
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.web.operator.answering import answered, case_page
from talentmarket.web.operator.common import Answer, actor, attempt, me, page
from talentmarket.web.operator.duties.forms import CheckForm, RemovedForm


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/self-checks", view_func=self_checks)
    bp.add_url_rule("/self-checks/new", view_func=new_self_check, methods=both)
    bp.add_url_rule("/self-checks/<check_id>", view_func=self_check, methods=both)


def self_checks() -> str:
    """All checks with what is left of their dangers, and when the next is due."""
    session = db.session()
    due = checking.next_due(session)
    return page(
        "operator/self_checks.html",
        rows=checking.checks(session),
        due=due,
        late=due <= clock.today(),
    )


def new_self_check() -> Answer:
    """Go through the items and sign."""
    form = CheckForm()
    if not form.is_submitted():
        form.checked_on.data = clock.today()
    made: list[str] = []

    def act() -> None:
        with unit_of_work() as session:
            signed = checking.sign(session, form.values(), signer=me(session), actor=actor())
            made.append(signed.public_id)

    if form.validate_on_submit() and attempt(form, act):
        flash(_("已签署，长期保存。发现的隐患请按期消除。"), "done")
        return redirect(url_for("operator.self_check", check_id=made[0]))
    return case_page("operator/self_check_form.html", form, items=checking.ITEMS)


def self_check(check_id: str) -> Answer:
    """One check as it was signed; how a danger was removed is written here."""
    form = RemovedForm()
    checking.find(db.session(), check_id)

    def act(session: Session) -> None:
        checking.remove(
            session,
            checking.find(session, check_id),
            form.item.data or "",
            form.text.data or "",
            by=me(session),
            actor=actor(),
        )

    here = url_for("operator.self_check", check_id=check_id)
    if done := answered(form, act, _("已记录消除情况。"), here):
        return done
    found = checking.find(db.session(), check_id)
    return case_page(
        "operator/self_check.html",
        form,
        found=found,
        items=[(item, found.results[item]) for item in checking.ITEMS if item in found.results],
    )
