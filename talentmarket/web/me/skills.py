"""Skills: find one, say how well, name the evidence."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.members import skills
from talentmarket.members.models import Talent
from talentmarket.members.skills import SkillValues
from talentmarket.taxonomy import retired
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.drafting import open_page, send
from talentmarket.web.me.forms import SkillForm
from talentmarket.web.me.names import entry_line
from talentmarket.web.me.person import actor, own_talent


def _found(words: str, talent: Talent) -> list[dict[str, Any]]:
    locale = str(get_locale() or "zh")
    have = {skill.skill_id for skill in talent.skills}
    return [
        {
            "id": one.code,
            "name": one.name(locale),
            "other": _other_name(one, words, locale),
            "have": one.code in have,
            "url": url_for("me.skill", skill_id=one.code),
        }
        for one in skills.search_skills(words)
    ]


def _other_name(one: Any, words: str, locale: str) -> str:
    """The spelling the words hit, when it is not the name itself."""
    wanted = fold_name(words)
    hit = next((name for name in one.names if wanted in fold_name(name)), "")
    return "" if hit == one.name(locale) else hit


@bp.get("/skills")
def add_skill() -> str:
    """Look for a skill and add it: works without scripts."""
    talent = own_talent()
    words = request.args.get("q", "").strip()[:60]
    return render_template("me/skill_find.html", words=words, found=_found(words, talent))


@bp.get("/skills/suggest")
def suggest_skills() -> str:
    """The list under the field while somebody types."""
    talent = own_talent()
    words = request.args.get("q", "").strip()[:60]
    items = [
        {
            "text": one["name"],
            "parts": [(one["name"], False)],
            "note": _("已有") if one["have"] else one["other"],
            "url": one["url"],
        }
        for one in _found(words, talent)[:8]
    ]
    groups = [{"label": _("技能"), "items": items}] if items else []
    return render_template("me/suggestions.html", groups=groups)


@bp.route("/skills/<skill_id>", methods=["GET", "POST"])
def skill(skill_id: str) -> tuple[str, int] | Response:
    """Add a skill, or change it."""
    talent = own_talent()
    row = next((one for one in talent.skills if one.skill_id == skill_id), None)
    concept = retired.skill(db.session(), skill_id)
    if concept is None or (row is None and skill_id not in get_taxonomy().skills):
        abort(404)
    values = skills.values_of(talent, row) if row else SkillValues()
    lines = [
        (
            one.public_id,
            Markup('{} · <span lang="zh">{}</span>').format(
                word("entry", one.kind), entry_line(one)
            ),
        )
        for one in talent.entries
    ]
    page = open_page(f"skill.{skill_id}", partial(SkillForm, lines), values, SkillForm.data_of)

    def save(session: Any) -> None:
        version = (page.form.version.data or "") if row else None
        skills.put_skill(
            session, talent, skill_id, page.form.values(), actor=actor(), version=version
        )

    if send(page, save, SkillForm.data_of):
        flash(_("技能已保存。"), "done")
        if talent.onboarded_at is None:
            return redirect(url_for("me.onboarding_step", step="experience"))
        return redirect(url_for("me.profile", _anchor="skills"))
    body = render_template("me/skill.html", page=page, concept=concept, exists=row is not None)
    return body, page.status


@bp.post("/skills/<skill_id>/remove")
def remove_skill(skill_id: str) -> Response:
    """Take a skill off the profile; adding it again is one click."""
    talent = own_talent()
    with unit_of_work() as session:
        skills.remove_skill(session, talent, skill_id, actor=actor())
    flash(_("技能已移除。"), "done")
    return redirect(url_for("me.profile", _anchor="skills"))
