"""Payments: what is open for each placement, what was paid, and taking a mistake back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.events import record
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange.brokering.books import paying, shared, sharing
from talentmarket.exchange.brokering.books.paying import Balance, Payment
from talentmarket.exchange.brokering.books.shared import PaidState
from talentmarket.exchange.brokering.money import fen, yuan
from talentmarket.exchange.brokering.tables import Column, sheet_as_csv, workbook
from talentmarket.members.models import Organisation, OrganisationKind
from talentmarket.web.choices import pair_choices, word_choices, written_choices
from talentmarket.web.formpages import attach
from talentmarket.web.org.common import actor, own, page, told
from talentmarket.web.org_fees import shares
from talentmarket.web.org_fees.handing import XLSX, as_file

Answer = Any


class PaymentForm(FlaskForm):
    """What came in from an employer, or was paid back."""

    # Not held to the list: what was paid in full leaves it, and sent twice it is still one payment.
    placement = SelectField(
        _l("哪次入职"), [InputRequired(_l("请选择入职。"))], validate_choice=False
    )
    direction = RadioField(_l("收付"), [InputRequired(_l("请选一项。"))], default="received")
    amount = StringField(
        _l("金额（元，含税）"), [InputRequired(_l("填写金额。"))], description=_l("最多两位小数。")
    )
    day = DateField(_l("收付日期"), [InputRequired(_l("填写收付日期。"))])
    reference = StringField(
        _l("银行凭证号"),
        [InputRequired(_l("填写银行凭证号。")), Length(max=30, message=_l("最多 30 个字。"))],
        description=_l("同一凭证号只计一次。"),
    )

    def __init__(self, rows: Sequence[Balance], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        unsaid = pair_choices([("", _("请选择"))])
        known = [
            (one.placement, f"{one.number} · {one.other} · {yuan(one.open)}")
            for one in rows[: paying.SHOWN]
            if one.open
        ]
        self.placement.choices = [*unsaid, *written_choices(known)]
        self.direction.choices = word_choices("payment_direction")


class ReversalForm(FlaskForm):
    """Why a payment is taken back."""

    reason = SelectField(_l("冲销原因"))
    seen = HiddenField()  # the state of a payment between firms

    def __init__(self, reasons: Sequence[str], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        known = [(one, str(word("payment_error", one))) for one in reasons]
        self.reason.choices = pair_choices([("", _("请选择")), *known])


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    post = ["POST"]
    bp.add_url_rule("/payments", view_func=payments, methods=["GET", "POST"])
    bp.add_url_rule("/payments/shares", view_func=share, methods=post)
    bp.add_url_rule("/payments/<entry_id>/received", view_func=received, methods=post)
    bp.add_url_rule("/payments/<entry_id>/reverse", view_func=reverse, methods=["GET", "POST"])
    bp.add_url_rule(
        "/payments/table/<form>", endpoint="payments_table", view_func=table, methods=post
    )


def _is_firm(organisation: Organisation) -> bool:
    return organisation.kind is OrganisationKind.HR_FIRM


def payments(org: str) -> Answer:
    """What is open and what was paid; the firm records a payment here."""
    organisation = own(org)
    firm = _is_firm(organisation)
    form = PaymentForm(paying.balances(db.session(), organisation, employer=not firm))
    if form.is_submitted() and not firm:
        raise NotFound()
    if form.validate_on_submit():
        try:
            _record(org, form)
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已登记，用人单位会看到。"), "done")
            return redirect(url_for(".payments", org=org))
    return _page(org, form=form)


def share(org: str) -> Answer:
    """The firm says that it paid another its share, or that it received its own."""
    organisation = own(org)
    if not _is_firm(organisation):
        raise NotFound()
    form = shares.ShareForm(shared.shares(db.session(), organisation))
    if form.validate_on_submit():
        try:
            shares.record(org, form)
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已登记，对方机构会看到。"), "done")
            return redirect(url_for(".payments", org=org, _anchor="shares"))
    return _page(org, sharing=form)


@told("org_fees.payments")
def received(org: str, entry_id: str) -> Answer:
    """The firm has what the other said it paid."""
    if not _is_firm(own(org)):
        raise NotFound()
    shares.confirm(org, entry_id)
    flash(_("已确认收到，对方机构会看到。"), "done")
    return redirect(url_for(".payments", org=org, _anchor="shares"))


def _page(
    org: str, *, form: PaymentForm | None = None, sharing: shares.ShareForm | None = None
) -> Answer:
    organisation = own(org)
    firm = _is_firm(organisation)
    rows = paying.balances(db.session(), organisation, employer=not firm)
    paid = paying.payments(db.session(), organisation, employer=not firm, limit=paying.SHOWN)
    between = shared.shares(db.session(), organisation) if firm else []
    sent = form if form is not None and form.is_submitted() else sharing
    body = page(
        "org_fees/payments.html",
        organisation,
        firm=firm,
        form=form or PaymentForm(rows, formdata=None),
        sharing=sharing or shares.ShareForm(between, formdata=None),
        balances=[_balance(one) for one in rows[: paying.SHOWN]],
        more=len(rows) > paying.SHOWN,
        payments=[_payment(one) for one in paid],
        totals={
            "due": yuan(sum(one.due for one in rows)),
            "paid": yuan(sum(one.paid for one in rows)),
            "open": yuan(sum(one.open for one in rows)),
        },
        **shares.of_firm(organisation, between),
    )
    return body, 422 if sent is not None and (sent.errors or sent.form_errors) else 200


def _record(org: str, form: PaymentForm) -> None:
    amount = fen(form.amount.data or "")
    with unit_of_work() as session:
        paying.record_payment(
            session,
            own(org, session),
            form.placement.data or "",
            amount,
            back=form.direction.data == "paid_back",
            day=form.day.data,
            reference=form.reference.data or "",
            actor=actor(org),
        )


def _balance(one: Balance) -> dict[str, Any]:
    state = "paid" if one.open == 0 else "back" if one.open < 0 else "open"
    amounts = {name: yuan(getattr(one, name)) for name in ("due", "paid", "held", "open")}
    return {"row": one, "state": state, **amounts}


def _payment(one: Payment) -> dict[str, Any]:
    return {"row": one, "amount": yuan(one.amount)}


@told("org_fees.payments")
def reverse(org: str, entry_id: str) -> Answer:
    """Ask once and say why, then take the payment back by a counter-entry."""
    organisation = own(org)
    if not _is_firm(organisation):
        raise NotFound()
    found = _to_reverse(organisation, entry_id)
    form = ReversalForm(found.pop("reasons"))
    state = found.pop("state")
    if not form.is_submitted():
        form.seen.data = state
    if form.validate_on_submit():
        named = {"seen": form.seen.data or ""} if found["between"] else {}
        try:
            with unit_of_work() as session:
                firm, reason = own(org, session), form.reason.data or ""
                found["take_back"](session, firm, entry_id, reason, actor=actor(org), **named)
        except DomainError as error:
            db.session.rollback()
            if "reason" not in getattr(error, "errors", {}):
                raise
            attach(form, error)
        else:
            flash(_("已冲销。要更正的，请重新登记。"), "done")
            return redirect(url_for(".payments", org=org))
    organisation = own(org)
    return page("org_fees/reverse.html", organisation, form=form, **found), (
        422 if form.errors else 200
    )


def _to_reverse(firm: Organisation, entry_id: str) -> dict[str, Any]:
    """The payment, of an employer or between firms, and how it is taken back. Raises NotFound."""
    for one in paying.payments(db.session(), firm):
        if one.id == entry_id:
            return {
                "payment": _payment(one),
                "between": False,
                "state": "",
                "gone": one.reversed_on is not None,
                "reasons": paying.REASONS,
                "take_back": paying.take_back,
            }
    for paid in shared.payments(db.session(), firm, entry=entry_id):
        gone = paid.state is PaidState.TAKEN_BACK
        if gone or paid.may_take_back:
            return {
                "payment": shares.payment_view(paid),
                "between": True,
                "state": str(paid.state),
                "gone": gone,
                "reasons": sharing.reasons(waits=paid.waits),
                "take_back": sharing.take_back,
            }
    raise NotFound()


_BALANCES = (
    *(("number", 14, False), ("other", 30, False), ("started_on", 12, False)),
    *(("due", 14, True), ("paid", 14, True), ("held", 14, True), ("open", 14, True)),
)
_PAYMENTS = (
    *(("day", 12, False), ("number", 14, False), ("other", 30, False), ("reference", 24, False)),
    *(("amount", 14, True), ("reversed_on", 12, False), ("reason", 16, False)),
)


def table(org: str, form: str) -> Answer:
    """What is open and what was paid, to take along as XLSX, or what was paid as CSV."""
    if form not in ("xlsx", "csv"):
        raise NotFound()
    with unit_of_work() as session:
        organisation = own(org, session)
        employer = not _is_firm(organisation)
        open_ones = paying.balances(session, organisation, employer=employer)
        paid = paying.payments(session, organisation, employer=employer)
        between = [] if employer else shared.shares(session, organisation)
        record(
            session,
            "organisation",
            organisation.public_id,
            "export",
            actor=actor(org),
            what="payments",
            form=form,
            rows=len(open_ones) + len(paid) + len(between),
        )
        more = shares.sheets(organisation, between)
    first, second = _columns(_BALANCES), _columns(_PAYMENTS)
    second_rows = [_values(one, _PAYMENTS) for one in paid]
    name = _("收付 %(day)s", day=clock.today().isoformat())
    if form == "csv":
        return as_file(sheet_as_csv(second, second_rows), "text/csv; charset=utf-8", f"{name}.csv")
    rows = [_values(one, _BALANCES) for one in open_ones]
    data = workbook([(_("应收应付"), first, rows), (_("收付"), second, second_rows), *more])
    return as_file(data, XLSX, f"{name}.xlsx")


def _columns(names: Sequence[tuple[str, int, bool]]) -> list[Column]:
    return [Column(str(word("payment_column", name)), width, money) for name, width, money in names]


def _values(row: Any, names: Sequence[tuple[str, int, bool]]) -> list[Any]:
    found = [getattr(row, name) for name, _width, _money in names]
    if isinstance(row, Payment) and row.reason:
        found[-1] = str(word("payment_error", row.reason))
    return found
