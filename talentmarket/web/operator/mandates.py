"""Mandates at the operator's desk: sampled, stopped, let go on (国令700号 art. 27)."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.core import events
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating import agreement, documents, running
from talentmarket.web.mandates import views
from talentmarket.web.operator.answering import answered, case_page, row, verdict
from talentmarket.web.operator.common import Answer, actor, me, page
from talentmarket.web.operator.happened import event_rows
from talentmarket.web.operator.reviewing import AnswerForm
from talentmarket.web.organisations.showing import file_link

_ACTS = ("sample", "freeze", "thaw")


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/mandates", view_func=mandates)
    bp.add_url_rule("/mandates/<mandate_id>", view_func=mandate, methods=["GET", "POST"])
    bp.add_url_rule(
        "/mandates/<mandate_id>/documents/<document_id>",
        view_func=mandate_document,
        endpoint="mandate_document",
    )


def mandates() -> str:
    """Mandates in force that nobody looked at yet, and those that are stopped."""
    rows = [
        row(
            url_for("operator.mandate", mandate_id=one.public_id),
            f"{one.client_name} · {one.title}",
            [one.organisation.name],
            one.activated_at or one.created_at,
            None,
        )
        for one in running.to_sample(db.session())
    ]
    return page(
        "operator/queue.html",
        name="mandates",
        title=_("委托抽查"),
        lead=_("还没有抽查过的进行中委托，和已叫停的委托。"),
        rows=rows,
    )


def mandate(mandate_id: str) -> Answer:
    """One mandate: what was examined by whom, and the three answers."""
    form = AnswerForm()
    running.find(db.session(), mandate_id)
    act = partial(_answer, mandate_id)
    if done := answered(form, partial(act, form), _("已处理。"), url_for(".mandates")):
        return done
    session = db.session()
    found = running.find(session, mandate_id)
    versions = agreement.versions(session, found)
    shown = agreement.in_force(session, found) or (versions[-1].row if versions else None)
    return case_page(
        "operator/mandate.html",
        form,
        mandate=found,
        documents=documents.current(session, found),
        terms=views.terms_rows(shown.terms) if shown else [],
        number=shown.number if shown else None,
        events=event_rows(events.history(session, "mandate", found.public_id)),
    )


def _answer(mandate_id: str, form: AnswerForm, session: Session) -> None:
    found, sent = running.find(session, mandate_id), verdict(*_ACTS)
    if sent == "sample":
        running.sample(session, found, operator=me(session), actor=actor())
    elif sent == "thaw":
        running.thaw(session, found, actor=actor())
    else:
        text = form.text.data or ""
        running.freeze(session, found, text, operator=me(session), actor=actor())


def mandate_document(mandate_id: str, document_id: str) -> Answer:
    """A document of a sampled mandate; the identity stays the reviewer's."""
    with unit_of_work() as session:
        found = running.find(session, mandate_id)
        file = documents.open_for(session, found, document_id, me(session), actor=actor())
        link = file_link(file)
        events.record(
            session, "mandate", mandate_id, "open_document", actor=actor(), document=document_id
        )
    return redirect(link)
