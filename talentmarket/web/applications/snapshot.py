"""A profile snapshot for the page: codes become words, nothing is added."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from talentmarket.core.words import word
from talentmarket.web.applications.words import (
    education_name,
    item_name,
    written,
)
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.years import plain, worked


def snapshot_view(profile: dict[str, Any]) -> dict[str, Any]:
    """What the snapshot macro takes: headline, summary, facts, skills, sections of entries."""
    return {
        "headline": profile.get("headline") or "",
        "summary": profile.get("summary") or "",
        "facts": _facts(profile),
        "pay_low": profile.get("pay_low"),
        "pay_high": profile.get("pay_high"),
        "skills": [_skill(one) for one in profile.get("skills") or ()],
        "sections": _sections(profile.get("entries") or ()),
    }


def about(profile: dict[str, Any]) -> list[str]:
    """One line: headline, years, place, schooling."""
    years = profile.get("years_tenths")
    regions = profile.get("regions") or ()
    return [
        written(profile.get("headline") or ""),
        worked(years // 10) if years is not None else "",
        place_name(profile.get("home_region") or (regions[0] if regions else None)),
        education_name(profile.get("education_rank")),
    ]


def _facts(profile: dict[str, Any]) -> list[tuple[str, str]]:
    years = profile.get("years_tenths")
    rows = [
        (_("目标职业"), " · ".join(map(occupation_name, profile.get("occupations") or ()))),
        (_("工作地点"), " · ".join(map(place_name, profile.get("regions") or ()))),
        (_("学历"), education_name(profile.get("education_rank"))),
        (_("工作年限"), plain(f"{years / 10:g}") if years is not None else ""),
        (_("办公方式"), _said("work_mode", profile)),
        (_("休息日"), _said("rest_days", profile)),
        (_("到岗"), _said("availability", profile)),
    ]
    return [(name, value) for name, value in rows if value]


def _said(kind: str, profile: dict[str, Any]) -> str:
    return word(kind, profile[kind]) if profile.get(kind) else ""


def _skill(skill: dict[str, Any]) -> dict[str, Any]:
    years = skill.get("years_tenths")
    notes = [
        word("skill_level", skill["level"]) if skill.get("level") else "",
        plain(f"{years / 10:g}") if years else "",
    ]
    return {
        "name": skill_name(skill["skill"]),
        "state": skill.get("state") or "claimed",
        "note": " · ".join(note for note in notes if note),
    }


def _sections(entries: Any) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        sections.setdefault(entry["kind"], []).append(_entry(entry))
    order = ("experience", "project", "education", "certificate")
    return [
        {"title": word("entry", kind), "entries": sections[kind]}
        for kind in order
        if kind in sections
    ]


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    where = entry.get("organisation") or " · ".join(
        name
        for name in (
            item_name("industry", entry.get("industry")),
            item_name("org_scale", entry.get("size")),
        )
        if name
    )
    return {
        "title": entry.get("title") or "",
        "where": where,
        "subject": entry.get("subject") or "",
        "span": _span(entry),
        "text": entry.get("text") or "",
        "verification": entry.get("verification") or "claimed",
        "verified_on": entry.get("verified_on"),
    }


def _span(entry: dict[str, Any]) -> str:
    start, end = entry.get("start"), entry.get("end")
    if not start:
        return end or ""
    end = end or _("至今")
    return f"{start} – {end}"
