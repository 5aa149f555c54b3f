"""Proposals under a search box, as a fragment of a page."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, get_template_attribute, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.core.folding import fold
from talentmarket.core.language import language
from talentmarket.discovery import suggest
from talentmarket.discovery.exclusions import NOTHING
from talentmarket.discovery.jobfilters import BANDS, TERMS
from talentmarket.members.models import TRUSTED, Organisation
from talentmarket.web import addresses

bp = Blueprint("suggest", __name__)
LONGEST = 60


@bp.get("/suggest")
def proposals() -> str:
    """Occupations, titles, skills and employers for what was typed so far.

    Jobs are counted under the filters of the search beside the box, which its address carries.
    """
    typed = request.args.get("q", "")[:LONGEST].strip()
    scope = request.args.get("scope", "jobs")
    if scope == "organisations":
        found = tuple(suggest.suggest_organisations(db.session(), typed))
    else:
        state = addresses.read("suggest.proposals", (*TERMS, *BANDS))
        found = suggest.suggest(
            db.session,
            typed,
            language(),
            filters=state.filters if scope == "jobs" else {},
            excluded=current_user.excluded.without(state.lift) if scope == "jobs" else NOTHING,
        ).lines
        if scope == "talents":
            found = tuple(item for item in found if item.group in ("occupation", "skill"))
    names = {item.text for item in found if item.group in ("employer", "organisation")}
    verified = _verified(names) if names else set()
    labels = {
        "occupation": _("数字职业"),
        "title": _("职位名称"),
        "skill": _("技能"),
        "employer": _("单位"),
        "organisation": _("单位"),
    }
    groups = []
    for group, label in labels.items():
        mine = [item for item in found if item.group == group]
        if mine:
            lines = [_line(item, typed, scope, item.text in verified) for item in mine]
            groups.append({"label": label, "items": lines})
    return str(get_template_attribute("components/search.html", "suggestions")(groups))


def _line(item: suggest.Proposal, typed: str, scope: str, verified: bool) -> dict[str, Any]:
    count = None
    if item.count is not None and scope == "jobs":
        count = ngettext("%(num)d 个岗位", "%(num)d 个岗位", item.count)
    return {
        "text": item.text,
        "parts": parts(item.text, typed),
        "s": item.group == "occupation",
        "code": item.code if item.group == "occupation" else None,
        "verified": verified,
        "count": count,
        "url": "",  # the form of the box is sent: it carries the place and the filters
    }


def parts(text: str, typed: str) -> list[tuple[str, bool]]:
    """`text` in pieces, the typed one marked; whole where another reading of it was typed."""
    at = text.casefold().find(typed.casefold()) if typed else -1
    if at < 0:
        return [(text, False)]
    end = at + len(typed)
    pieces = [(text[:at], False), (text[at:end], True), (text[end:], False)]
    return [piece for piece in pieces if piece[0]]


def _verified(names: set[str]) -> set[str]:
    rows = db.session.execute(
        sa.select(Organisation.name, Organisation.short_name).where(
            Organisation.name_folded.in_([fold(name) for name in names]),
            Organisation.state.in_(TRUSTED),
        )
    )
    return {name for row in rows for name in row if name}
