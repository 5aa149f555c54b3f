"""What counts against the firm, the steps taken, and its appeal."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import standing as brokers
from talentmarket.exchange.brokering.firms import measures, reach
from talentmarket.exchange.brokering.firms.steps import STEPS, Strike
from talentmarket.web.formpages import attach
from talentmarket.web.org_desk import common
from talentmarket.web.org_jobs.common import actor

Answer = str | Response | tuple[str, int]


class AppealForm(FlaskForm):
    """Why a step is wrong."""

    text = TextAreaField(
        _l("申诉理由"),
        [
            InputRequired(_l("写明理由，10 到 1000 个字。")),
            Length(max=measures.TEXT_SIGNS[1], message=_l("最多 1000 字。")),
        ],
        description=_l("写明哪一项不应计入、依据是什么。秘书处 5 个工作日内决定并写明理由。"),
        render_kw={"rows": 4},
    )


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/standing", endpoint="standing", view_func=standing)
    bp.add_url_rule(
        "/standing/<measure_id>/appeal", endpoint="appeal", view_func=appeal, methods=["POST"]
    )


def standing(org: str) -> Answer:
    """What was counted, and every step with what counted."""
    return _page(org, "", AppealForm(formdata=None))


def _page(org: str, faulty: str, form: AppealForm) -> str:
    session = common.read()
    firm = common.organisation_of(session, org)
    if not brokers.brokers(firm):
        raise NotFound()
    found = [(one, measures.may_appeal(one)) for one in measures.of_firm(session, firm)]
    open_yet = [one.public_id for one, may_appeal in found if may_appeal]
    asked = faulty or request.args.get("measure", "") or next(iter(open_yet), "")
    counted = Counter(one.kind for one in measures.against(session, firm))
    return common.page(
        "org_firm/standing.html",
        firm,
        counted=[(kind, counted.get(kind, 0)) for kind in Strike],
        total=counted.total(),
        steps=STEPS,
        held=[one.public_id for one in reach.in_force(session, firm)],
        measures=found,
        asked=asked,
        owner=common.role_in(org) is OrgRole.OWNER,
        faulty=faulty,
        form=form,
    )


def appeal(org: str, measure_id: str) -> Answer:
    """Appeal to the office."""
    form = AppealForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                firm = common.organisation_of(session, org)
                found = measures.find(session, measure_id, firm)
                measures.appeal(session, found, form.text.data or "", actor=actor(org))
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已提交申诉，秘书处 5 个工作日内决定。"), "done")
            return redirect(url_for(".standing", org=org))
    measures.find(common.read(), measure_id, common.organisation_of(common.read(), org))
    return _page(org, measure_id, form), 422
