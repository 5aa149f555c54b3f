"""The profile page: sections with their state, who sees what, how others see it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.exchange.demand import wanted_skills
from talentmarket.members import cards, completeness, editing, openings, proposals, talents
from talentmarket.members.models import Talent, Visibility
from talentmarket.members.talents import OPENNESS
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.me import card_views, names, views
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.person import own_talent

#: Who can be put in the reader's place beside the profile.
SEEN_BY = (Visibility.PUBLIC, Visibility.ORGANISATIONS, Visibility.APPLIED)


@bp.get("/profile")
def profile() -> str:
    """The whole profile."""
    talent = own_talent()
    session = db.session()
    done = completeness.of(talent)
    skills = views.skill_rows(talent)
    return render_template(
        "me/profile.html",
        talent=talent,
        done=done,
        steps=[views.step_view(step, skills) for step in done.steps[:2]],
        links=views.section_links(talent, done, skills),
        skills=skills,
        proven=sum(row["state"] == "met" for row in skills),
        groups=views.entry_groups(talent),
        facts=_facts(talent),
        version=editing.version_of(talents.sight_of(talent)),
        levels={name: talents.section_choice(talent, name) for name in talents.SECTIONS},
        opened=openings.count_openings(session, talent),
        waiting=len(proposals.waiting(session, talent)),
        seen=_seen(talent),
        gaps=_gaps(talent),
    )


def _facts(talent: Talent) -> dict[str, Any]:
    move = ""
    if talent.willing_to_move is not None:
        move = _("愿意") if talent.willing_to_move else _("不愿意")
    return {
        "occupations": [occupation_name(row.occupation_code) for row in talent.occupations],
        "regions": [place_name(row.region_code) for row in talent.regions],
        "work_mode": word("work_mode", talent.work_mode) if talent.work_mode else "",
        "rest_days": word("rest_days", talent.rest_days) if talent.rest_days else "",
        "availability": word("availability", talent.availability) if talent.availability else "",
        "move": move,
        "years": names.years_text(talent.years_tenths),
        "education": word("education_rank", talent.education_rank)
        if talent.education_rank is not None
        else "",
        "home": place_name(talent.home_region),
    }


def _seen(talent: Talent) -> dict[str, Any]:
    """The little preview: the chosen reader, and what that reader sees."""
    wanted = request.args.get("seen_by", "")
    level = Visibility(wanted) if wanted in SEEN_BY else Visibility.ORGANISATIONS
    words = {
        Visibility.PUBLIC: _("公众"),
        Visibility.ORGANISATIONS: _("已核验单位"),
        Visibility.APPLIED: _("申请后"),
    }
    tabs = [
        {
            "text": words[one],
            "url": url_for("me.profile", seen_by=str(one), _anchor="preview"),
            "current": one is level,
        }
        for one in SEEN_BY
    ]
    # After an application everything is given that is not kept to oneself.
    found = level is Visibility.APPLIED or OPENNESS[talent.visibility] >= OPENNESS[level]
    after = level is Visibility.APPLIED
    card = None
    if found and not after:
        card = card_views.card_view(cards.anonymous_card(talent, viewer_org=None, level=level))
    return {
        "tabs": tabs,
        "card": card,
        "after": card_views.snapshot_view(cards.snapshot_profile(talent)) if after else None,
    }


def _gaps(talent: Talent) -> list[dict[str, Any]]:
    """The skills that jobs of the wanted occupations ask for most and the profile lacks."""
    wanted = wanted_skills(
        db.session(),
        [row.occupation_code for row in talent.occupations],
        without=[skill.skill_id for skill in talent.skills],
    )
    return [
        {
            "name": skill_name(code),
            "jobs": jobs,
            "url": url_for("me.skill", skill_id=code),
        }
        for code, jobs in wanted
    ]
