"""A table into the book through its pages: sent, looked at, taken in, with a report."""

from __future__ import annotations

import csv
import io

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FileField, SelectField, StringField
from wtforms.validators import Length, Optional

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.files import MAX_BYTES
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange.brokering.people import importing
from talentmarket.exchange.brokering.people.models import FirmImport, LegalBasis
from talentmarket.exchange.brokering.people.sheets import REFUSING
from talentmarket.exchange.brokering.people.values import MOST_SOURCE
from talentmarket.web.choices import word_choices
from talentmarket.web.firm_people.common import Answer, actor, firm_of, me, page
from talentmarket.web.formpages import attach, form_answer
from talentmarket.web.org_desk import common

#: Faults that the page shows; the report has all that were noted.
SHOWN = 50


class SendForm(FlaskForm):
    """A table, and what its rows are said to have that bring none of their own."""

    file = FileField(_l("表格"))
    source = StringField(
        _l("来源"),
        [Optional(), Length(max=MOST_SOURCE, message=_l("最多 160 个字。"))],
        description=_l("没有“来源”列的行用这里写的。"),
    )
    basis = SelectField(_l("处理依据"), [Optional()])
    obtained_on = DateField(_l("取得日期"), [Optional()])

    def __init__(self) -> None:
        super().__init__()
        self.basis.choices = [("", _l("还没有写明")), *word_choices("legal_basis")]


def send(org: str) -> Answer:
    """Send a table; it is looked at before anything is taken."""
    form = SendForm()
    if form.validate_on_submit():
        try:
            sent = request.files.get("file")
            data = sent.read(MAX_BYTES + 1) if sent and sent.filename else b""
            defaults = importing.defaults_of(
                form.source.data or "",
                LegalBasis(form.basis.data) if form.basis.data else None,
                form.obtained_on.data,
            )
            with unit_of_work() as session:
                row = importing.send(
                    session,
                    firm_of(session, org),
                    data,
                    (sent.filename or "") if sent else "",
                    defaults=defaults,
                    sender=me(session),
                    actor=actor(org),
                )
                public_id = row.public_id
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            return redirect(url_for(".import_shown", org=org, import_id=public_id))
    firm = firm_of(common.read(), org)
    return form_answer(page("firm_people/import.html", firm, form=form), form)


def shown(org: str, import_id: str) -> Answer:
    """What is in the file, or what became of it."""
    session = common.read()
    firm = firm_of(session, org)
    row = importing.find(session, firm, import_id)
    found = row.result if row.done_at else row.preview
    faults = _faults(row)
    return page(
        "firm_people/import_shown.html",
        firm,
        row=row,
        found=found,
        columns=[word("book_column", one) for one in found["columns"]],
        faults=faults[:SHOWN],
        more=max(0, len(faults) - SHOWN),
        usable=row.done_at is None and row.file_id is not None,
        something=found["new"] + found["changed"] > 0,
    )


def _faults(row: FirmImport) -> list[tuple[int, str, str, bool]]:
    found = row.result if row.done_at else row.preview
    return [
        (
            line,
            word("book_column", column) if column else "",
            word("book_fault", code),
            code in REFUSING,
        )
        for line, column, code in found["faults"]
    ]


def take(org: str, import_id: str) -> Answer:
    """Take the file in."""
    session = common.read()
    importing.find(session, firm_of(session, org), import_id)
    try:
        looked = importing.take(import_id, org, actor=actor(org))
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        flash(str(error.message), "warning" if isinstance(error, Conflict) else "error")
    else:
        flash(
            _(
                "已导入：新增 %(new)s 条，更新 %(changed)s 条。",
                new=looked.new,
                changed=looked.changed,
            ),
            "done",
        )
    return redirect(url_for(".import_shown", org=org, import_id=import_id))


def report(org: str, import_id: str) -> Answer:
    """What was wrong with rows, as a table: line, column, reason."""
    session = common.read()
    row = importing.find(session, firm_of(session, org), import_id)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow((_("行"), _("列"), _("说明")))
    table.writerows(fault[:3] for fault in _faults(row))
    name = "import-report.csv"
    return Response(
        out.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
