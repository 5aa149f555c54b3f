"""The client's pages: the mandates it gave, and its answer to one."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.joining import joinings
from talentmarket.exchange.brokering.mandating import (
    agreement,
    countersigning,
    documents,
    mandates,
    running,
)
from talentmarket.exchange.brokering.mandating.models import MandateDocumentKind, MandateState
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.stages import By
from talentmarket.web.formpages import attach
from talentmarket.web.mandates import views
from talentmarket.web.mandates.agreeing import comparison
from talentmarket.web.mandates.common import Answer, given_of, me, told
from talentmarket.web.mandates.forms import AnswerForm
from talentmarket.web.org_desk.common import organisation_of, page, role_in
from talentmarket.web.org_jobs.common import actor
from talentmarket.web.organisations.showing import file_link

SHOW = "org_mandates.show_given"
#: Moves that a button on the page makes.
MOVES = ("pause", "resume", "end")


def given(org: str) -> Answer:
    """The mandates this organisation gave, or is asked to give."""
    session = db.session()
    organisation = organisation_of(session, org)
    rows = mandates.list_as_client(session, organisation)
    return page("mandates/given.html", organisation, rows=rows)


def show_given(org: str, mandate_id: str) -> Answer:
    """One of them."""
    return _show(org, mandate_id, AnswerForm(formdata=None))


def _show(org: str, mandate_id: str, form: AnswerForm) -> Answer:
    session = db.session()
    organisation = organisation_of(session, org)
    mandate = mandates.find_as_client(session, organisation, mandate_id)
    versions = agreement.versions(session, mandate)
    asked = countersigning.waits_for_client(session, mandate)
    shown = asked or agreement.in_force(session, mandate) or versions[-1].row
    if not form.digest.data:
        form.number.data, form.digest.data = str(shown.number), shown.digest
    body = page(
        "mandates/show_given.html",
        organisation,
        mandate=mandate,
        documents=[
            one
            for one in documents.current(session, mandate)
            if one.kind is not MandateDocumentKind.HANDLER_IDENTITY
        ],
        versions=[
            views.version_view(one, mandate, "org_mandates.compare_given", org) for one in versions
        ][::-1],
        asked=asked,
        terms=views.terms_rows(shown.terms),
        number=shown.number,
        owner=role_in(org) is OrgRole.OWNER,
        moves={one.name for one in MANDATE.allowed(mandate.state, By.CLIENT)} & set(MOVES),
        history=views.history(session, mandate, shown_to_client=True),
        licensed=standing.hindrance(session, mandate.organisation) is None,
        first=mandate.state is MandateState.AWAITING_COUNTERSIGNATURE,
        partners=joinings.working(session, mandate),
        form=form,
    )
    return body, 422 if form.errors or form.form_errors else 200


def compare_given(org: str, mandate_id: str) -> Answer:
    """Two versions side by side."""
    session = db.session()
    organisation = organisation_of(session, org)
    mandate = mandates.find_as_client(session, organisation, mandate_id)
    return page(
        "mandates/compare.html",
        organisation,
        mandate=mandate,
        back=url_for(SHOW, org=org, mandate_id=mandate_id),
        **comparison(mandate),
    )


def given_document(org: str, mandate_id: str, document_id: str) -> Answer:
    """A document; the identity is not the client's to open here."""
    with unit_of_work() as session:
        mandate = given_of(session, org, mandate_id)
        account = me(session)
        file = documents.open_for(session, mandate, document_id, account, actor=actor(org))
        link = file_link(file)
    return redirect(link)


def answer_given(org: str, mandate_id: str) -> Answer:
    """Countersign, send back, refuse; or confirm new terms."""
    form = AnswerForm()
    given_of(db.session(), org, mandate_id)
    sent = request.form.get("verdict", "")
    if sent not in ("sign", "send_back", "refuse"):
        raise NotFound()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                mandate = given_of(session, org, mandate_id)
                if sent == "sign":
                    countersigning.countersign(
                        session,
                        mandate,
                        form.version(),
                        form.digest.data or "",
                        account=me(session),
                        actor=actor(org),
                    )
                else:
                    text = form.text.data or ""
                    countersigning.decline(session, mandate, sent, text, actor=actor(org))
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已处理，机构已收到通知。"), "done")
            if sent == "sign":
                return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))
            return redirect(url_for("org_mandates.given", org=org))
    return _show(org, mandate_id, form)


@told(SHOW)
def move_given(org: str, mandate_id: str) -> Answer:
    """Pause, resume, end."""
    name = request.form.get("move", "")
    if name not in MOVES:
        raise NotFound()
    with unit_of_work() as session:
        mandate = given_of(session, org, mandate_id)
        text = request.form.get("text", "")
        running.change(session, mandate, name, By.CLIENT, text, actor=actor(org))
    flash(_("已处理，机构已收到通知。"), "done")
    return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))
