"""What the profile page prints: sections, skills with their evidence, entries, next steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from talentmarket.core.words import word
from talentmarket.members.completeness import Completeness, Step
from talentmarket.members.models import EntryKind, Talent, VerificationState
from talentmarket.members.skills import evidence_state, over_since
from talentmarket.web.concepts import skill_name
from talentmarket.web.me.names import entry_line, span_text, table_name, years_text

ICONS = {
    EntryKind.EXPERIENCE: "building",
    EntryKind.EDUCATION: "mortarboard",
    EntryKind.CERTIFICATE: "patch-check",
    EntryKind.PROJECT: "kanban",
}


@dataclass(frozen=True)
class Proof:
    """A line under a skill."""

    icon: str
    kind: str
    text: str
    state: str
    url: str
    over: date | None = None


def skill_rows(talent: Talent) -> list[dict[str, Any]]:
    """The skills, those with evidence first, then by level."""
    entries = {entry.id: entry for entry in talent.entries}
    rows: list[dict[str, Any]] = []
    for skill in talent.skills:
        proofs = [
            Proof(
                ICONS[entry.kind],
                word("entry", entry.kind),
                entry_line(entry),
                str(entry.verification),
                url_for("me.entry", entry_id=entry.public_id),
                over_since(entry),
            )
            for link in skill.evidence
            if (entry := entries.get(link.entry_id)) is not None
        ]
        rows.append(
            {
                "id": skill.skill_id,
                "name": skill_name(skill.skill_id),
                "level": skill.level,
                "years": years_text(skill.years_tenths),
                "last_used": skill.last_used,
                "state": evidence_state(skill, entries),
                "proofs": proofs,
                "url": url_for("me.skill", skill_id=skill.skill_id),
            }
        )
    rows.sort(key=lambda row: (row["state"] != "met", not row["proofs"], -(row["level"] or 0)))
    return rows


def entry_groups(talent: Talent) -> dict[str, list[dict[str, Any]]]:
    """The entries by kind, as the sections print them."""
    groups: dict[str, list[dict[str, Any]]] = {str(kind): [] for kind in EntryKind}
    for entry in talent.entries:
        current = entry.kind is EntryKind.EXPERIENCE
        groups[str(entry.kind)].append(
            {
                "id": entry.public_id,
                "title": entry.title,
                "organisation": entry.organisation,
                "subject": entry.subject,
                "degree": word("education_rank", entry.level)
                if entry.kind is EntryKind.EDUCATION and entry.level
                else "",
                "level": entry.level or "" if entry.kind is not EntryKind.EDUCATION else "",
                "span": span_text(entry.start_month, entry.end_month, current=current),
                "text": entry.text,
                "state": str(entry.verification),
                "verified_at": entry.verified_at,
                "valid_until": entry.valid_until,
                "industry": table_name("industry", entry.organisation_industry),
                "size": table_name("org_scale", entry.organisation_size),
                "file": entry.file_id is not None,
                "url": url_for("me.entry", entry_id=entry.public_id),
            }
        )
    return groups


def _sections(talent: Talent, done: Completeness, skills: list[dict[str, Any]]) -> Iterable[Any]:
    count = dict.fromkeys(EntryKind, 0)
    verified = dict(count)
    for entry in talent.entries:
        count[entry.kind] += 1
        verified[entry.kind] += entry.verification is VerificationState.VERIFIED
    proven = sum(row["state"] == "met" for row in skills)
    yield "basics", _("基本信息"), _left(done, "basics")
    yield "wishes", _("求职意向"), _left(done, "wishes")
    note = _("%(proven)s / %(count)s 有据", proven=proven, count=len(skills)) if skills else ""
    yield "skills", _("技能与佐证"), note
    for kind in (
        EntryKind.EXPERIENCE,
        EntryKind.PROJECT,
        EntryKind.EDUCATION,
        EntryKind.CERTIFICATE,
    ):
        if count[kind] and verified[kind] == count[kind]:
            yield str(kind), word("entry", kind), _("已核验")
        else:
            yield str(kind), word("entry", kind), str(count[kind] or _("未填"))
    yield "visibility", _("谁能看到什么"), word("visibility", talent.visibility)


def _left(done: Completeness, section: str) -> str:
    left = sum(step.section == section for step in done.steps)
    return ngettext("差 %(num)d 项", "差 %(num)d 项", left) if left else _("完成")


def section_links(
    talent: Talent, done: Completeness, skills: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The sections of the page: full, half or empty, and what stands at the right."""
    links = []
    for code, name, note in _sections(talent, done, skills):
        have, of = done.sections.get(code, (0, 0))
        state = "full" if have == of else "half" if have else "empty"
        if code == "visibility":
            state = "full" if talent.visibility_chosen_at else "empty"
        if code == "certificate":
            state = "full" if note != _("未填") else "empty"
        links.append({"code": code, "name": name, "note": note, "state": state})
    return links


def step_view(step: Step, skills: list[dict[str, Any]]) -> dict[str, Any]:
    """One thing that could be done next: words, points, address."""
    bare = next((row for row in skills if not row["proofs"]), None)
    unsure = next((row for row in skills if row["level"] is None), None)
    if step.code == "evidence" and bare:
        text, url = _("为 %(skill)s 添加佐证", skill=bare["name"]), bare["url"]
    elif step.code == "levels" and unsure:
        text, url = _("写明 %(skill)s 的掌握程度", skill=unsure["name"]), unsure["url"]
    else:
        text, url = _STEPS[step.code]()
    return {"text": text, "gain": step.gain, "url": url}


_STEPS = {
    "skills": lambda: (_("添加一项技能"), url_for("me.add_skill")),
    "evidence": lambda: (_("为技能添加佐证"), url_for("me.profile", _anchor="skills")),
    "levels": lambda: (_("写明技能的掌握程度"), url_for("me.profile", _anchor="skills")),
    "headline": lambda: (_("写一句话标题"), url_for("me.basics")),
    "years": lambda: (_("填写工作年限"), url_for("me.basics")),
    "summary": lambda: (_("写自我介绍"), url_for("me.basics")),
    "education_rank": lambda: (_("选择最高学历"), url_for("me.basics")),
    "occupations": lambda: (_("选择目标职业"), url_for("me.wishes")),
    "regions": lambda: (_("选择期望地点"), url_for("me.wishes")),
    "pay": lambda: (_("填写期望月薪"), url_for("me.wishes")),
    "availability": lambda: (_("补到岗时间"), url_for("me.wishes")),
    "work_mode": lambda: (_("选择办公方式"), url_for("me.wishes")),
    "rest_days": lambda: (_("选择休息日"), url_for("me.wishes")),
    "move": lambda: (_("说明是否愿意搬家"), url_for("me.wishes")),
    "education": lambda: (_("添加教育"), url_for("me.new_entry", kind="education")),
    "experience": lambda: (_("添加工作经历"), url_for("me.new_entry", kind="experience")),
    "works": lambda: (_("添加项目或证书"), url_for("me.new_entry", kind="project")),
}
