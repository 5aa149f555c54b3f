"""A firm's mandates: write, hand in, examine, sign, run."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.permissions import DESK
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import entrustments
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.joining import joinings
from talentmarket.exchange.brokering.joining.models import OPEN
from talentmarket.exchange.brokering.mandating import (
    agreement,
    countersigning,
    documents,
    mandates,
    reviewing,
    running,
)
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateState, Party
from talentmarket.exchange.brokering.mandating.stages import MANDATE, PREPARED, RUNNING
from talentmarket.exchange.models import Entrustment
from talentmarket.exchange.stages import By
from talentmarket.members.models import Organisation
from talentmarket.web.choices import written_choices
from talentmarket.web.formpages import attach
from talentmarket.web.mandates import views
from talentmarket.web.mandates.common import Answer, mandate_of, me, told
from talentmarket.web.mandates.forms import (
    AnswerForm,
    DocumentForm,
    HandlerForm,
    JobForm,
    MandateForm,
    SubmitForm,
)
from talentmarket.web.org_desk.common import organisation_of, page, role_in
from talentmarket.web.org_jobs.common import actor
from talentmarket.web.organisations.registering import upload
from talentmarket.web.organisations.showing import file_link

SHOW = "org_mandates.show"
#: Moves that a button on the page makes.
MOVES = ("pause", "resume", "end", "recall", "drop")


def new(org: str) -> Answer:
    """Begin one, from a credit code or from a letter the office has accepted."""
    session = db.session()
    organisation = organisation_of(session, org)
    if not standing.brokers(organisation):
        raise NotFound()
    form = MandateForm()
    letter = _letter(organisation, form.letter.data or request.args.get("letter", ""))
    if request.method == "GET" and letter is not None:
        form.letter.data = letter.public_id
        form.client_uscc.data, form.client_name.data = letter.client_uscc, letter.client_name
        form.valid_until.data = letter.valid_until
    if form.validate_on_submit():
        try:
            made = _start(org, form, letter)
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("草稿已建立。接着提交材料、登记经办人、写条款。"), "done")
            return redirect(url_for(SHOW, org=org, mandate_id=made))
    session = db.session()
    organisation = organisation_of(session, org)
    body = page(
        "mandates/new.html",
        organisation,
        form=form,
        letter=letter,
        hindrance=standing.hindrance(session, organisation),
    )
    return body, 422 if form.errors or form.form_errors else 200


def _letter(organisation: Organisation, public_id: str) -> Entrustment | None:
    if not public_id:
        return None
    return entrustments.find_own(db.session(), organisation, public_id)


def _start(org: str, form: MandateForm, letter: Entrustment | None) -> str:
    with unit_of_work() as session:
        return mandates.start(
            session,
            organisation_of(session, org),
            form.values(),
            consultant=me(session),
            actor=actor(org),
            letter=session.get_one(Entrustment, letter.id) if letter else None,
        ).public_id


def show(org: str, mandate_id: str) -> Answer:
    """One mandate: its stage, documents, terms, and what may be done now."""
    return _show(org, mandate_id)


def _show(org: str, mandate_id: str, **forms: Any) -> Answer:
    session = db.session()
    organisation = organisation_of(session, org)
    mandate = mandates.find_own(session, organisation, mandate_id)
    versions = agreement.versions(session, mandate)
    last = versions[-1] if versions else None
    account = me(session)
    desk = role_in(org) in DESK.roles
    prepared = mandate.state in PREPARED
    reviewing_now = mandate.state is MandateState.IN_REVIEW and mandate.reviewer_id == account.id
    waits_for_firm = (
        last is not None
        and mandate.state in (MandateState.ACTIVE, MandateState.PAUSED)
        and last.row.number != mandate.terms_number
        and Party.FIRM not in last.confirmed
    )
    submit_form = forms.get("submit_form") or SubmitForm(formdata=None)
    if prepared:
        submit_form.reviewer.choices = written_choices(
            (one.public_id, one.name or one.public_id)
            for one in reviewing.reviewers(session, mandate)
        )
    answer_form = forms.get("answer_form") or AnswerForm(formdata=None)
    if last and not answer_form.digest.data:
        answer_form.number.data, answer_form.digest.data = str(last.row.number), last.row.digest
    faulty = [one for one in forms.values() if one.errors or one.form_errors]
    moves = {one.name for one in MANDATE.allowed(mandate.state, By.ORGANISATION)} & set(MOVES)
    body = page(
        "mandates/show.html",
        organisation,
        mandate=mandate,
        documents=documents.current(session, mandate),
        kinds=documents.NEEDED,
        missing=reviewing.missing(session, mandate) if prepared else [],
        versions=[
            views.version_view(one, mandate, "org_mandates.compare", org) for one in versions
        ][::-1],
        terms=views.terms_rows(last.row.terms) if last else [],
        last=last,
        desk=desk,
        prepared=prepared,
        is_reviewer=mandate.reviewer_id == account.id,
        reviewing_now=reviewing_now,
        may_confirm=bool(waits_for_firm and last and last.row.proposed_by != account.id),
        waits_for_firm=waits_for_firm,
        to_client=countersigning.waits_for_client(session, mandate),
        may_propose=mandate.state in agreement.OPEN_TO_TERMS,
        moves=moves if desk else set(),
        history=views.history(session, mandate),
        hindrance=standing.hindrance(session, organisation),
        document_form=forms.get("document_form") or DocumentForm(formdata=None),
        handler_form=forms.get("handler_form") or _handler_form(mandate),
        submit_form=submit_form,
        answer_form=answer_form,
        job_form=_job_form(mandate),
        opened=_opened(session, mandate),
        partners=sum(one.state in OPEN for one in joinings.of_mandate(session, mandate)),
        faulty=faulty[0] if faulty else None,
    )
    return body, 422 if faulty else 200


def _opened(session: Session, mandate: Mandate) -> bool:
    """Whether the terms in force open the mandate to other firms."""
    row = agreement.in_force(session, mandate)
    return row is not None and row.opened


def _job_form(mandate: Mandate) -> JobForm | None:
    """The choice among the client's published jobs; None where there is none to make."""
    if mandate.state not in RUNNING or mandate.client_id is None:
        return None
    form = JobForm(formdata=None)
    jobs = running.jobs_of_client(db.session(), mandate)
    form.job.choices = written_choices((one.public_id, one.title) for one in jobs)
    form.job.data = mandate.job.public_id if mandate.job else None
    return form


@told(SHOW)
def job(org: str, mandate_id: str) -> Answer:
    """Say for which of the client's jobs people are asked."""
    with unit_of_work() as session:
        mandate = mandate_of(session, org, mandate_id)
        running.set_job(session, mandate, request.form.get("job", ""), actor=actor(org))
    flash(_("已保存。"), "done")
    return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))


def _handler_form(mandate: Mandate) -> HandlerForm:
    form = HandlerForm(formdata=None)
    form.name.data, form.contact.data = mandate.handler_name, mandate.handler_contact
    return form


def edit(org: str, mandate_id: str) -> Answer:
    """Change title, headcount and last day."""
    session = db.session()
    mandate = mandate_of(session, org, mandate_id)
    form = MandateForm(obj=mandate)
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                found = mandate_of(unit, org, mandate_id)
                mandates.edit(unit, found, form.values(), actor=actor(org))
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已保存。"), "done")
            return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))
    session = db.session()
    organisation = organisation_of(session, org)
    mandate = mandates.find_own(session, organisation, mandate_id)
    body = page("mandates/edit.html", organisation, form=form, mandate=mandate)
    return body, 422 if form.errors or form.form_errors else 200


@told(SHOW)
def add_document(org: str, mandate_id: str) -> Answer:
    """Hand in one of the four documents."""
    form = DocumentForm()
    if form.validate_on_submit():
        data, name = upload(form)
        try:
            with unit_of_work() as session:
                mandate = mandate_of(session, org, mandate_id)
                kind = form.chosen()
                documents.add(session, mandate, kind, data, name, actor=actor(org))
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("材料已保存。"), "done")
            return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))
    return _show(org, mandate_id, document_form=form)


@told(SHOW)
def handler(org: str, mandate_id: str) -> Answer:
    """Name the client's handler."""
    form = HandlerForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                mandate = mandate_of(session, org, mandate_id)
                mandates.name_handler(session, mandate, form.handler(), actor=actor(org))
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("经办人已登记。"), "done")
            return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))
    return _show(org, mandate_id, handler_form=form)


def document(org: str, mandate_id: str, document_id: str) -> Answer:
    """A document, through a link that lives for minutes; the identity for the reviewer alone."""
    with unit_of_work() as session:
        mandate = mandate_of(session, org, mandate_id)
        account = me(session)
        file = documents.open_for(session, mandate, document_id, account, actor=actor(org))
        link = file_link(file)
    return redirect(link)


@told(SHOW)
def submit(org: str, mandate_id: str) -> Answer:
    """Hand it to the reviewer."""
    with unit_of_work() as session:
        mandate = mandate_of(session, org, mandate_id)
        reviewer = request.form.get("reviewer", "")
        reviewing.submit(session, mandate, reviewer, actor=actor(org))
    flash(_("已送审，审核人会收到通知。"), "done")
    return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))


def answer(org: str, mandate_id: str) -> Answer:
    """The reviewer signs, returns or refuses."""
    form = AnswerForm()
    mandate_of(db.session(), org, mandate_id)
    sent = request.form.get("verdict", "")
    if sent not in ("sign", "return", "refuse"):
        raise NotFound()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                mandate = mandate_of(session, org, mandate_id)
                reviewer, text = me(session), form.text.data or ""
                if sent == "sign":
                    digest = form.digest.data or ""
                    reviewing.sign(session, mandate, digest, reviewer=reviewer, actor=actor(org))
                else:
                    reviewing.answer(
                        session, mandate, sent, text, reviewer=reviewer, actor=actor(org)
                    )
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已处理。"), "done")
            return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))
    return _show(org, mandate_id, answer_form=form)


@told(SHOW)
def move(org: str, mandate_id: str) -> Answer:
    """Pause, resume, end, take back, drop."""
    name = request.form.get("move", "")
    if name not in MOVES:
        raise NotFound()
    with unit_of_work() as session:
        mandate = mandate_of(session, org, mandate_id)
        text = request.form.get("text", "")
        running.change(session, mandate, name, By.ORGANISATION, text, actor=actor(org))
    flash(_("已处理。"), "done")
    return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))


@told(SHOW)
def link(org: str, mandate_id: str) -> Answer:
    """A link for the handler, shown once."""
    path = url_for("mandates.sign", token="TOKEN")
    with unit_of_work() as session:
        mandate = mandate_of(session, org, mandate_id)
        token = countersigning.make_link(
            session,
            mandate,
            by=me(session),
            path=path,
            locale=str(get_locale() or "zh")[:2],
            actor=actor(org),
        )
    session = db.session()
    organisation = organisation_of(session, org)
    mandate = mandates.find_own(session, organisation, mandate_id)
    return page(
        "mandates/link.html",
        organisation,
        mandate=mandate,
        address=url_for("mandates.sign", token=token, _external=True),
        days=countersigning.LIFE.days,
    )


@told(SHOW)
def confirm(org: str, mandate_id: str) -> Answer:
    """The firm's yes to new terms."""
    form = AnswerForm()
    with unit_of_work() as session:
        mandate = mandate_of(session, org, mandate_id)
        running.confirm_for_firm(
            session,
            mandate,
            form.version(),
            form.digest.data or "",
            account=me(session),
            actor=actor(org),
        )
    flash(_("已代表机构确认，等委托单位确认后生效。"), "done")
    return redirect(url_for(SHOW, org=org, mandate_id=mandate_id))
