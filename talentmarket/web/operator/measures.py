"""Steps against firms: appeals and proposed suspensions that wait, one of them, the decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.exchange.brokering.firms import measures
from talentmarket.exchange.brokering.firms.models import MeasureRuling
from talentmarket.exchange.brokering.firms.steps import STEPS, Strike
from talentmarket.web.choices import word_choices
from talentmarket.web.operator.answering import answered, case_page, row
from talentmarket.web.operator.common import Answer, actor, me, page


class DecisionForm(FlaskForm):
    """What the office decides of a step."""

    ruling = RadioField(_l("决定"), [InputRequired(_l("请选一项。"))])
    reasons = TextAreaField(
        _l("理由"),
        [
            InputRequired(_l("写明理由，10 到 1000 个字。")),
            Length(max=measures.TEXT_SIGNS[1], message=_l("最多 1000 字。")),
        ],
        description=_l("机构会看到。"),
        render_kw={"rows": 5},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.ruling.choices = word_choices("measure_ruling")


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/measures", endpoint="measures", view_func=listed)
    bp.add_url_rule(
        "/measures/<measure_id>", endpoint="measure", view_func=one, methods=["GET", "POST"]
    )


def listed() -> Answer:
    """What waits for a decision, due first."""
    rows = [
        row(
            url_for("operator.measure", measure_id=one.public_id),
            one.organisation.name,
            [word("measure_step", one.step), _("申诉") if one.appealed_at else _("待决定")],
            one.appealed_at or one.taken_at,
            one.due_at,
        )
        for one in measures.queue(db.session())
    ]
    return page("operator/queue.html", name="measures", rows=rows)


def one(measure_id: str) -> Answer:
    """One step with what counted and the appeal, and the decision."""
    form = DecisionForm()

    def act(session: Session) -> None:
        measures.rule(
            session,
            measures.find(session, measure_id),
            MeasureRuling(form.ruling.data),
            form.reasons.data or "",
            operator=me(session),
            actor=actor(),
        )

    done = answered(form, act, _("已决定，机构会看到理由。"), url_for("operator.measures"))
    if done is not None:
        return done
    found = measures.find(db.session(), measure_id)
    return case_page(
        "operator/measure.html",
        form,
        measure=found,
        counted=[(kind, found.counted.get(kind, 0)) for kind in Strike],
        steps=STEPS,
    )
