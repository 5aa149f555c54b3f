"""Shares between the firms of a split: the payer says paid, the receiver says received."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange.brokering.books import paying, shared, sharing
from talentmarket.exchange.brokering.books.shared import PaidState, Share, SharePayment
from talentmarket.exchange.brokering.money import fen, yuan
from talentmarket.exchange.brokering.tables import Column
from talentmarket.members.models import Organisation
from talentmarket.web.choices import pair_choices, word_choices, written_choices
from talentmarket.web.org.common import actor, own

View = dict[str, Any]


class ShareForm(FlaskForm):
    """What one firm paid another of a split, said by either."""

    placement = SelectField(
        _l("哪次入职"), [InputRequired(_l("请选择入职。"))], validate_choice=False
    )
    direction = RadioField(
        _l("谁付"),
        [InputRequired(_l("请选一项。"))],
        description=_l("付款的机构登记已付，收款的机构登记收到；收到才算结清。"),
    )
    amount = StringField(
        _l("金额（元）"),
        [InputRequired(_l("填写金额。"))],
        description=_l("分成不含税，最多两位小数。"),
    )
    day = DateField(
        _l("收付日期"),
        [InputRequired(_l("填写收付日期。"))],
    )
    reference = StringField(
        _l("银行凭证号"),
        [InputRequired(_l("填写银行凭证号。")), Length(max=30, message=_l("最多 30 个字。"))],
        description=_l("同一凭证号只计一次。"),
    )

    def __init__(self, rows: Sequence[Share], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, prefix="share-", **named)  # the page has two forms
        known = [
            (one.placement, f"{one.number} · {one.other} · {_side(one)} {yuan(abs(one.unsaid))}")
            for one in rows[: paying.SHOWN]
            if one.unsaid
        ]
        unsaid = pair_choices([("", _("请选择"))])
        self.placement.choices = [*unsaid, *written_choices(known)]
        self.direction.choices = word_choices("share_direction")


def _side(one: Share) -> str:
    return _("本机构付") if one.pays else _("对方付")


def record(org: str, form: ShareForm) -> None:
    """Write down what the form says. Raises what :func:`sharing.record` raises."""
    amount = fen(form.amount.data or "")
    with unit_of_work() as session:
        sharing.record(
            session,
            own(org, session),
            form.placement.data or "",
            amount,
            paid=form.direction.data == "paid",
            day=form.day.data,
            reference=form.reference.data or "",
            actor=actor(org),
        )


def confirm(org: str, entry_id: str) -> None:
    """The firm has what the other said it paid."""
    with unit_of_work() as session:
        sharing.confirm(session, own(org, session), entry_id, actor=actor(org))


def of_firm(firm: Organisation, rows: Sequence[Share]) -> View:
    """The panel of shares: what is open with whom, and what was paid."""
    paid = shared.payments(db.session(), firm, limit=paying.SHOWN)
    return {
        "shares": [share_view(one) for one in rows[: paying.SHOWN]],
        "more_shares": len(rows) > paying.SHOWN,
        "share_payments": [payment_view(one) for one in paid],
        "may_share": any(one.unsaid for one in rows),
        "share_figures": _figures(rows),
    }


def _figures(rows: Sequence[Share]) -> list[View]:
    """What is open between firms in all, either way; nothing for a firm that shares nothing."""
    if not rows:
        return []
    mine = [-one.open if one.owes else one.open for one in rows]
    sums = (
        (_("分成应收未结"), sum(one for one in mine if one > 0)),
        (_("分成应付未结"), -sum(one for one in mine if one < 0)),
    )
    return [{"label": label, "value": yuan(amount), "money": True} for label, amount in sums]


def share_view(one: Share) -> View:
    """A row of what is open."""
    if one.open == one.on_way == 0:
        state, tone = _("已结清"), "ok"
    elif one.unsaid == 0:
        state, tone = _("已付，待确认收到"), "brand"
    elif one.unsaid < 0:
        state, tone = _("待退回"), "warn"
    else:
        state, tone = _("未结清"), "warn"
    amounts = {name: yuan(getattr(one, name)) for name in ("due", "paid", "on_way", "open")}
    return {"row": one, "side": _side(one), "state": state, "tone": tone, **amounts}


_TONES = {PaidState.SAID: "warn", PaidState.RECEIVED: "ok", PaidState.TAKEN_BACK: "mute"}


def payment_view(one: SharePayment) -> View:
    """A row of what was paid; amounts that went out are below zero."""
    return {
        "row": one,
        "amount": yuan(one.amount if one.came else -one.amount),
        "state": word("share_state", one.state),
        "tone": _TONES[one.state],
    }


_SHARES = (
    *(("number", 14, False), ("other", 30, False), ("side", 12, False), ("due", 14, True)),
    *(("paid", 14, True), ("on_way", 14, True), ("open", 14, True)),
)
_PAYMENTS = (
    *(("day", 12, False), ("number", 14, False), ("other", 30, False), ("reference", 24, False)),
    *(("amount", 14, True), ("state", 16, False), ("on", 12, False), ("reason", 16, False)),
)
Sheet = tuple[str, list[Column], list[list[Any]]]


def sheets(firm: Organisation, rows: Sequence[Share]) -> list[Sheet]:
    """The same as two sheets of a workbook; none for a firm that shares nothing."""
    if not rows:
        return []
    paid = shared.payments(db.session(), firm)
    return [
        (_("分成"), _columns(_SHARES), [_share_values(one) for one in rows]),
        (_("分成收付"), _columns(_PAYMENTS), [_paid_values(one) for one in paid]),
    ]


def _columns(names: Sequence[tuple[str, int, bool]]) -> list[Column]:
    return [Column(str(word("share_column", name)), width, money) for name, width, money in names]


def _share_values(one: Share) -> list[Any]:
    return [one.number, one.other, _side(one), one.due, one.paid, one.on_way, one.open]


def _paid_values(one: SharePayment) -> list[Any]:
    amount = one.amount if one.came else -one.amount
    reason = str(word("payment_error", one.reason)) if one.reason else None
    state = str(word("share_state", one.state))
    return [one.day, one.number, one.other, one.reference, amount, state, one.on, reason]
