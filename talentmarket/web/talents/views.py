"""Anonymous cards as rows of a list."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import get_template_attribute
from flask_babel import gettext as _
from markupsafe import Markup

from talentmarket.core.words import word
from talentmarket.matching.score import Match
from talentmarket.members.cards import Card
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.jobviews import short_day
from talentmarket.web.matchviews import score_view, skill_views
from talentmarket.web.years import worked

MOST_SKILLS = 6
MOST_PLACES = 3


def card_row(
    card: Card, url: str, match: Match | None = None, asked: list[str] | None = None
) -> dict[str, Any]:
    """A card for the macro talent_row. `asked`: the skills of the job, when there is one."""
    shown = "skills" not in card.hidden
    if match is not None and asked and shown:
        skills = skill_views(match, asked, MOST_SKILLS)
    else:
        ranked = sorted(card.skills, key=lambda one: (one.state != "met", -(one.level or 0)))
        skills = [
            {"name": skill_name(one.skill_id), "state": one.state} for one in ranked[:MOST_SKILLS]
        ]
    return {
        "url": url,
        "number": card.number,
        "headline": card.headline,
        "meta": about(card),
        "pay": wanted_pay(card),
        "skills": skills,
        "available": word("availability", card.availability) if card.availability else None,
        "updated": short_day(date.fromisoformat(card.updated_on)),
        "score": score_view(match, f"{url}#match"),
    }


def about(card: Card) -> list[str]:
    """Occupation, years, schooling and wanted places."""
    occupation = occupation_name(card.occupations[0]) if card.occupations else ""
    return [
        occupation if occupation != card.headline else "",
        worked(card.years) if card.years is not None else "",
        word("education_rank", card.education_rank) if card.education_rank else "",
        _("、").join(place_name(code) for code in card.regions[:MOST_PLACES]),
    ]


def wanted_pay(card: Card) -> Markup | None:
    """The pay that is wished for; None where it is not shown."""
    if card.pay_low is None and card.pay_high is None:
        return None
    text = get_template_attribute("components/tags.html", "pay")(card.pay_low, card.pay_high)
    return Markup(text)
