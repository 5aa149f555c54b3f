"""Records of one person, shown side by side and merged by hand."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.folding import whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import book, merging
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.web.context import day
from talentmarket.web.firm_people import views
from talentmarket.web.firm_people.common import Answer, actor, firm_of, page
from talentmarket.web.org_desk import common


def duplicates(org: str) -> Answer:
    """Records of the book that share a number or an address."""
    session = common.read()
    firm = firm_of(session, org)
    groups = merging.groups(session, firm)
    return page("firm_people/duplicates.html", firm, groups=groups)


def merge(org: str, person_id: str, other_id: str) -> Answer:
    """Two records side by side; one is kept."""
    if request.method == "POST":
        keep = request.form.get("keep", "")
        lose = other_id if keep == person_id else person_id
        if keep not in (person_id, other_id):
            raise NotFound()
        said = {
            person_id: whole_number(request.form.get("version")) or 0,
            other_id: whole_number(request.form.get("other_version")) or 0,
        }
        try:
            with unit_of_work() as session:
                merging.merge(
                    session,
                    firm_of(session, org),
                    keep,
                    lose,
                    revisions=(said[keep], said[lose]),
                    actor=actor(org),
                )
        except NotFound as error:
            db.session.rollback()
            flash(str(error.message), "warning")
            return redirect(url_for(".duplicates", org=org))
        except DomainError as error:
            db.session.rollback()
            flash(str(error.message), "warning")
            return redirect(request.path)
        flash(_("已合并成一条记录。"), "done")
        return redirect(url_for(".show", org=org, person_id=keep))
    session = common.read()
    firm = firm_of(session, org)
    one, other = (book.find(session, firm, key) for key in (person_id, other_id))
    if one.id == other.id:
        raise NotFound()
    return page(
        "firm_people/merge.html",
        firm,
        one=one,
        other=other,
        rows=_compared(one, other),
    )


def _compared(one: FirmPerson, other: FirmPerson) -> list[dict[str, Any]]:
    names = [
        (_("一句话介绍"), [one.headline, other.headline]),
        *(
            (name, [dict(views.facts(row)).get(name, "") for row in (one, other)])
            for name in (_("手机号"), _("邮箱"), _("希望工作地点"))
        ),
        (_("概况"), [_("，").join(views.about(row)) for row in (one, other)]),
        (
            pgettext("heading", "技能"),
            [_("、").join(s["name"] for s in views.skills(row)) for row in (one, other)],
        ),
        (
            _("经历"),
            [
                _("、").join(e["name"] for e in views.entries(row.profile.get("entries") or ()))
                for row in (one, other)
            ],
        ),
        (_("来源"), [one.source, other.source]),
        (_("备注"), [one.note or "", other.note or ""]),
        (_("到期删除"), [day(row.delete_on) for row in (one, other)]),
    ]
    return [{"name": name, "cells": cells} for name, cells in names if any(cells)]
