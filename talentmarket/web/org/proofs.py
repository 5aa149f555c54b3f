"""Proofs, verification and licence of an organisation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, Invalid, NotFound
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.members import licences, proofs, verification
from talentmarket.members.licences import LicenceValues
from talentmarket.members.models import DocumentKind, OrganisationKind
from talentmarket.members.verification_states import Party, allowed, lapses_at
from talentmarket.web.applications.words import countdown
from talentmarket.web.choices import word_choices
from talentmarket.web.formpages import attach
from talentmarket.web.org.common import actor, own, page, role_in, told
from talentmarket.web.organisations.registering import upload
from talentmarket.web.organisations.showing import file_link
from talentmarket.web.terms import TERMS

Answer = str | Response | tuple[str, int]


class ProofForm(FlaskForm):
    """One proof."""

    kind = SelectField(_l("材料种类"), [InputRequired(_l("请选择材料种类。"))])
    file = FileField(_l("文件"), description=_l("PDF、PNG 或 JPEG，不超过 10 MB。"))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        kinds = [kind for kind in DocumentKind if kind is not DocumentKind.LICENCE]
        self.kind.choices = word_choices("document", kinds)


class LicenceForm(FlaskForm):
    """What stands on a licence; `again` is the public id of a returned one."""

    again = HiddenField()
    number = StringField(_l("许可证编号"), [Length(max=60)])
    scope = SelectMultipleField(
        _l("服务范围"),
        [Optional()],
        description=_l(
            "勾选证上写明的项目。在线招聘须含“开展网络招聘服务”。"
            "派遣岗位另交一份劳务派遣经营许可证，勾选“劳务派遣”。"
        ),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    issued_on = DateField(_l("发证日期"), [Optional()])
    expires_on = DateField(_l("有效至"), [Optional()])
    issuer = StringField(_l("发证机关"), [Length(max=120)])
    supervisor_phone = StringField(
        _l("监督电话"), [Length(max=40)], description=_l("主管部门的电话，会在单位主页公示。")
    )
    full_time_staff = IntegerField(
        _l("专职工作人员人数"),
        [Optional()],
        description=_l("依人力资源服务机构管理规定第六条须有 3 人以上。只填人数，不填姓名。"),
    )
    declared = BooleanField(
        _l("本机构声明：专职工作人员人数属实，有与业务相适应的固定场所。"),
        description=_l("秘书处审核时会核对，可能请您出示劳动合同或社保人数证明。"),
    )
    file = FileField(_l("许可证扫描件"), description=_l("PDF、PNG 或 JPEG，不超过 10 MB。"))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.scope.choices = word_choices("licence_scope")
        for name in (
            "scope",
            "issued_on",
            "expires_on",
            "full_time_staff",
        ):  # the service says what is wrong with them
            self[name].flags.optional = False

    def values(self) -> LicenceValues:
        """What was typed."""
        return LicenceValues(
            number=self.number.data or "",
            scope=tuple(self.scope.data or ()),
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
            issuer=self.issuer.data or "",
            supervisor_phone=self.supervisor_phone.data or "",
            full_time_staff=self.full_time_staff.data,
            declared=bool(self.declared.data),
        )


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    post = ["POST"]
    bp.add_url_rule("/documents", view_func=documents)
    bp.add_url_rule("/documents/add", view_func=add_document, methods=post)
    bp.add_url_rule("/documents/submit", view_func=submit, methods=post)
    bp.add_url_rule("/documents/recall", view_func=recall, methods=post)
    bp.add_url_rule("/documents/<document_id>", view_func=document)
    bp.add_url_rule("/documents/<document_id>/remove", view_func=remove_document, methods=post)
    bp.add_url_rule("/licence", view_func=licence)
    bp.add_url_rule("/licence/submit", view_func=submit_licence, methods=post)
    bp.add_url_rule("/licence/<licence_id>/file", view_func=licence_file)


def documents(org: str) -> str:
    """State of the verification, the proofs, and what may be done now."""
    return _documents(org, ProofForm(formdata=None))


def _documents(org: str, form: ProofForm) -> str:
    session = db.session()
    organisation = own(org)
    steps = allowed(organisation.state, Party.ORGANISATION)
    waits = verification.waits(organisation)
    due = verification.answer_due(organisation)
    return page(
        "org/documents.html",
        organisation,
        form=form,
        owner=role_in(org) is OrgRole.OWNER,
        documents=proofs.documents_of(session, organisation),
        missing=verification.missing(session, organisation),
        needed=verification.NEEDED,
        may_submit=not waits and bool({"submit", "renew"} & set(steps)),
        may_recall="recall" in steps,
        waits=waits,
        clock=(
            countdown(organisation.submitted_at, due)
            if waits and due and organisation.submitted_at
            else None
        ),
        lapses=lapses_at(organisation.renewal_due_at) if organisation.renewal_due_at else None,
    )


def add_document(org: str) -> Answer:
    """Keep one more proof."""
    form = ProofForm()
    if form.validate_on_submit():
        data, name = upload(form)
        try:
            with unit_of_work() as session:
                organisation = own(org, session)
                kind = DocumentKind(form.kind.data)
                proofs.add_document(session, organisation, kind, data, name, actor=actor(org))
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("材料已保存。"), "done")
            return redirect(url_for("org.documents", org=org))
    return _documents(org, form), 422


@told("org.documents")
def remove_document(org: str, document_id: str) -> Response:
    """Take a proof back."""
    with unit_of_work() as session:
        proofs.remove_document(session, own(org, session), document_id, actor=actor(org))
    flash(_("材料已移除。"), "done")
    return redirect(url_for("org.documents", org=org))


def document(org: str, document_id: str) -> Response:
    """A proof, through a link that lives for minutes."""
    _row, file = proofs.find_document(db.session(), own(org), document_id)
    return redirect(file_link(file))


@told("org.documents")
def submit(org: str) -> Response:
    """Hand in for review."""
    try:
        with unit_of_work() as session:
            verification.submit(session, own(org, session), actor=actor(org))
    except Invalid as error:
        db.session.rollback()
        flash(str(error.message), "warning")
        where = "settings" if "handler_name" in error.errors else "documents"
        return redirect(url_for(f"org.{where}", org=org))
    flash(
        ngettext(
            "已提交核验，秘书处 %(num)d 个工作日内答复。",
            "已提交核验，秘书处 %(num)d 个工作日内答复。",
            TERMS.office["organisations"],
        ),
        "done",
    )
    return redirect(url_for("org.documents", org=org))


@told("org.documents")
def recall(org: str) -> Response:
    """Take the submission back to correct it."""
    with unit_of_work() as session:
        verification.recall(session, own(org, session), actor=actor(org))
    flash(_("已撤回，可以修改后再提交。"), "done")
    return redirect(url_for("org.documents", org=org))


# --- licence -----------------------------------------------------------------------------------
def licence(org: str) -> str:
    """The licences of a firm and the form for the next."""
    form = LicenceForm(formdata=None)
    if again := request.args.get("again"):
        row = licences.find(db.session(), again, own(org))
        form = LicenceForm(formdata=None, obj=row)
        form.again.data = row.public_id
    return _licence(org, form)


def _licence(org: str, form: LicenceForm) -> str:
    session = db.session()
    organisation = own(org)
    if organisation.kind is not OrganisationKind.HR_FIRM:
        raise NotFound()
    today = clock.today()
    valid = licences.valid_licence(session, organisation, today)
    return page(
        "org/licence.html",
        organisation,
        form=form,
        owner=role_in(org) is OrgRole.OWNER,
        rows=licences.licences_of(session, organisation),
        valid=valid,
        online=valid is not None and licences.ONLINE in valid.scope,
        days_left=(valid.expires_on - today).days if valid else None,
    )


def submit_licence(org: str) -> Answer:
    """Hand in a licence, or a returned one again."""
    form = LicenceForm()
    if form.validate_on_submit():
        try:
            _submit_licence(org, form)
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            said = ngettext(
                "许可证已提交审核，秘书处 %(num)d 个工作日内答复。",
                "许可证已提交审核，秘书处 %(num)d 个工作日内答复。",
                TERMS.office["licences"],
            )
            flash(said, "done")
            return redirect(url_for("org.licence", org=org))
    return _licence(org, form), 422


def _submit_licence(org: str, form: LicenceForm) -> None:
    data, name = upload(form)
    again = form.again.data
    with unit_of_work() as session:
        organisation = own(org, session)
        licences.submit(
            session,
            organisation,
            form.values(),
            data=data,
            file_name=name,
            previous=licences.find(session, again, organisation) if again else None,
            actor=actor(org),
        )


def licence_file(org: str, licence_id: str) -> Response:
    """The scan of a licence."""
    session = db.session()
    row = licences.find(session, licence_id, own(org))
    return redirect(file_link(licences.file_of(session, row)))
