"""What others see of a person, and what was read from a text, as pages print it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from talentmarket.core.words import word
from talentmarket.members.cards import Card, CardEntry
from talentmarket.members.models import EntryKind, VerificationState
from talentmarket.members.proposals import Proposal
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.me.forms import years as as_years
from talentmarket.web.me.names import (
    span_text,
    table_name,
    years_text,
)
from talentmarket.web.years import worked


def card_view(card: Card) -> dict[str, Any]:
    """An anonymous card as a page prints it."""
    about = (
        worked(card.years) if card.years is not None else "",
        word("education_rank", card.education_rank) if card.education_rank is not None else "",
        _("、").join(place_name(code) for code in card.regions[:3]),
    )
    return {
        "number": card.number,
        "headline": card.headline,
        "summary": card.summary,
        "about": [text for text in about if text],
        "occupations": [occupation_name(code) for code in card.occupations],
        "skills": [
            {
                "name": skill_name(one.skill_id),
                "state": "met" if one.state == "met" else "claimed",
                "level": one.level,
            }
            for one in card.skills
        ],
        "entries": [_card_entry(entry) for entry in card.entries],
        "pay": (card.pay_low, card.pay_high),
        "terms": [
            word(kind, code)
            for kind, code in (
                ("work_mode", card.work_mode),
                ("rest_days", card.rest_days),
                ("availability", card.availability),
            )
            if code
        ],
        "hidden": card.hidden,
        "updated_on": card.updated_on,
    }


def _card_entry(entry: CardEntry) -> dict[str, Any]:
    where = (table_name("industry", entry.industry), table_name("org_scale", entry.size))
    end = _("今") if entry.current else entry.end
    when = f"{entry.start}–{end}" if entry.start and end else str(entry.start or entry.end or "")
    level = entry.level or ""
    study = entry.kind == EntryKind.EDUCATION
    return {
        "kind": entry.kind,
        "degree": word("education_rank", level) if study and level else "",
        "what": [text for text in (entry.subject, entry.title, "" if study else level) if text],
        "where": [text for text in where if text],
        "employer": "",
        "when": when,
        "text": entry.text,
        "verified": entry.verified,
        "verified_on": entry.verified_on,
        "masked": entry.kind in (EntryKind.EXPERIENCE, EntryKind.EDUCATION),
    }


def snapshot_view(profile: dict[str, Any]) -> dict[str, Any]:
    """A frozen profile as a page prints it: employers by name, nothing of the person."""
    years_ = profile["years_tenths"]
    about = (
        worked(as_years(years_)) if years_ is not None else "",
        word("education_rank", profile["education_rank"])
        if profile["education_rank"] is not None
        else "",
        _("、").join(place_name(code) for code in profile["regions"][:3]),
    )
    entries = []
    for one in profile["entries"]:
        level = one["level"] or ""
        study = one["kind"] == EntryKind.EDUCATION
        current = one["kind"] == EntryKind.EXPERIENCE
        entries.append(
            {
                "kind": one["kind"],
                "degree": word("education_rank", level) if study and level else "",
                "what": [
                    text for text in (one["subject"], one["title"], "" if study else level) if text
                ],
                "where": [],
                "employer": one["organisation"] or "",
                "when": span_text(one["start"], one["end"], current=current),
                "text": one["text"],
                "verified": one["verification"] == VerificationState.VERIFIED,
                "verified_on": one["verified_on"],
                "masked": one["organisation"] is None,
            }
        )
    return {
        "number": "",
        "headline": profile["headline"],
        "summary": profile["summary"],
        "about": [text for text in about if text],
        "occupations": [occupation_name(code) for code in profile["occupations"]],
        "skills": [
            {"name": skill_name(one["skill"]), "state": one["state"], "level": one["level"]}
            for one in profile["skills"]
        ],
        "entries": entries,
        "pay": (profile["pay_low"], profile["pay_high"]),
        "terms": [
            word(kind, profile[kind])
            for kind in ("work_mode", "rest_days", "availability")
            if profile[kind]
        ],
        "hidden": frozenset(profile["hidden"]),
    }


def proposal_groups(proposals: list[Proposal]) -> list[dict[str, Any]]:
    """What was read from a text, by kind, as the person is asked about it."""
    groups: dict[str, list[dict[str, Any]]] = {str(kind): [] for kind in EntryKind}
    groups["skill"] = []
    for one in proposals:
        if one.kind == "skill":
            level = one.data["level"]
            said = [
                word("skill_level", level) if level else "",
                years_text(one.data["years_tenths"]),
            ]
            groups["skill"].append(
                {
                    "id": one.id,
                    "name": skill_name(one.data["skill"]),
                    "said": [text for text in said if text],
                    "source": one.source,
                    "complete": True,
                }
            )
            continue
        values = one.entry
        current = values.kind is EntryKind.EXPERIENCE
        said = [
            values.organisation if values.title else "",
            word("education_rank", values.level) if values.level else "",
            values.subject,
            span_text(values.start_month, values.end_month, current=current),
        ]
        groups[str(values.kind)].append(
            {
                "id": one.id,
                "name": values.title or values.organisation or one.source,
                "said": [text for text in said if text],
                "text": values.text,
                "source": one.source,
                "complete": one.complete,
                "url": url_for("me.new_entry", kind=str(values.kind), proposal=one.id),
            }
        )
    return [
        {
            "title": pgettext("heading", "技能") if code == "skill" else word("entry", code),
            "rows": rows,
        }
        for code, rows in groups.items()
        if rows
    ]
