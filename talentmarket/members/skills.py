"""The skills of a profile: level, years, last used, and which entry is the evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.members import editing
from talentmarket.members.models import (
    Talent,
    TalentEntry,
    TalentSkill,
    TalentSkillEvidence,
    VerificationState,
)
from talentmarket.taxonomy.concepts import Skill
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.model import get_taxonomy

MAX_SKILLS = 100


@dataclass(frozen=True)
class SkillValues:
    """`level` 1 了解 … 4 精通; `years_tenths` tenths of a year; `last_used` a calendar year;
    `evidence` public ids of the person's own entries."""

    level: int | None = None
    years_tenths: int | None = None
    last_used: int | None = None
    evidence: tuple[str, ...] = ()


def values_of(talent: Talent, skill: TalentSkill) -> SkillValues:
    """A skill as form values."""
    entries = {entry.id: entry.public_id for entry in talent.entries}
    proofs = sorted(entries[row.entry_id] for row in skill.evidence if row.entry_id in entries)
    return SkillValues(skill.level, skill.years_tenths, skill.last_used, tuple(proofs))


def find_skill(session: Session, talent: Talent, skill_id: str) -> TalentSkill:
    """One of the person's skills; raises :class:`NotFound`."""
    found = session.scalar(
        sa.select(TalentSkill).where(
            TalentSkill.talent_id == talent.id, TalentSkill.skill_id == skill_id
        )
    )
    if found is None:
        raise NotFound()
    return found


def put_skill(
    session: Session,
    talent: Talent,
    skill_id: str,
    values: SkillValues,
    *,
    actor: Actor,
    version: str | None = None,
) -> TalentSkill:
    """Add a skill, or change the one that is there, also when the vocabulary has dropped it since."""
    _check(skill_id, values, [one.skill_id for one in talent.skills])
    editing.begin(session, talent)
    if version is not None:
        editing.check(version, values_of(talent, find_skill(session, talent, skill_id)))
    if len(talent.skills) >= MAX_SKILLS:
        raise Invalid({"skill": _l("最多 100 项技能，请先删除一些。")})
    session.execute(
        insert_for(session)(TalentSkill)
        .values(talent_id=talent.id, skill_id=skill_id)
        .on_conflict_do_nothing(index_elements=["talent_id", "skill_id"])
    )
    skill = find_skill(session, talent, skill_id)
    skill.level = values.level
    skill.years_tenths = values.years_tenths
    skill.last_used = values.last_used
    _link(session, talent, skill, values.evidence)
    editing.finish(session, talent, "skill_put", actor=actor, skill=skill_id)
    return skill


def _link(session: Session, talent: Talent, skill: TalentSkill, evidence: Iterable[str]) -> None:
    own = {entry.public_id: entry.id for entry in talent.entries}
    wanted = {own[public_id] for public_id in evidence if public_id in own}
    session.execute(
        sa.delete(TalentSkillEvidence).where(TalentSkillEvidence.talent_skill_id == skill.id)
    )
    for entry_id in sorted(wanted):
        session.add(TalentSkillEvidence(talent_skill_id=skill.id, entry_id=entry_id))
    session.flush()
    session.expire(skill, ["evidence"])


def remove_skill(session: Session, talent: Talent, skill_id: str, *, actor: Actor) -> None:
    """Take a skill off the profile."""
    editing.begin(session, talent)
    session.delete(find_skill(session, talent, skill_id))
    editing.finish(session, talent, "skill_removed", actor=actor, skill=skill_id)


def _check(skill_id: str, values: SkillValues, held: Collection[str]) -> None:
    errors = {}
    if skill_id not in get_taxonomy().skills and skill_id not in held:
        errors["skill"] = _l("没有这项技能，请从列表中选择。")
    if values.level is not None and not 1 <= values.level <= 4:
        errors["level"] = _l("请选择掌握程度。")
    if values.years_tenths is not None and not 0 <= values.years_tenths <= 600:
        errors["years"] = _l("使用年限在 0 到 60 年之间。")
    if values.last_used is not None and not 1970 <= values.last_used <= clock.today().year:
        errors["last_used"] = _l("最近使用的年份不对。")
    if errors:
        raise Invalid(errors)


@cache
def in_force() -> sa.ColumnElement[bool]:
    """Entries that are verified and not over: a certificate counts through its last day."""
    # The day is asked for when a statement runs: the condition itself is made once.
    today = sa.bindparam("today", callable_=clock.today, type_=sa.Date(), unique=True)
    return sa.and_(
        TalentEntry.verification == VerificationState.VERIFIED,
        sa.or_(TalentEntry.valid_until.is_(None), TalentEntry.valid_until >= today),
    )


def over_since(entry: TalentEntry) -> date | None:
    """The last day of an entry that is over; it proves nothing any more."""
    until = entry.valid_until
    return until if until is not None and until < clock.today() else None


def evidence_state(skill: TalentSkill, entries: Mapping[int, TalentEntry]) -> str:
    """`met` when an entry in force proves the skill, else `claimed`. Only what somebody other
    than the person verified counts as evidence, and only as long as it is valid."""
    proofs = (entries[row.entry_id] for row in skill.evidence if row.entry_id in entries)
    proven = any(
        one.verification is VerificationState.VERIFIED and over_since(one) is None for one in proofs
    )
    return "met" if proven else "claimed"


@lru_cache(maxsize=1)
def _names() -> list[tuple[str, str, int]]:
    """(folded spelling, skill, order): names, aliases, full pinyin and initials."""
    from pypinyin import Style, lazy_pinyin  # its phrases take a second to load

    found: dict[tuple[str, str], int] = {}
    for order, skill in enumerate(get_taxonomy().skills.values()):
        for name in skill.names:
            found.setdefault((fold_name(name), skill.code), order)
            if not name.isascii():
                full = "".join(lazy_pinyin(name))
                first = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
                found.setdefault((fold_name(full), skill.code), order)
                found.setdefault((fold_name(first), skill.code), order)
    return [(text, code, order) for (text, code), order in found.items()]


def search_skills(words: str, limit: int = 12) -> list[Skill]:
    """Skills whose name, alias, pinyin or initials begin with or hold `words`; best first."""
    wanted = fold_name(words[:60])
    if not wanted:
        return []
    ranks: dict[str, tuple[int, int, int]] = {}
    for text, code, order in _names():
        at = text.find(wanted)
        if at < 0 or (at > 0 and len(wanted) < 2):
            continue
        rank = (0 if text == wanted else 1 if at == 0 else 2, len(text), order)
        if code not in ranks or rank < ranks[code]:
            ranks[code] = rank
    best = sorted(ranks, key=ranks.__getitem__)[:limit]
    skills = get_taxonomy().skills
    return [skills[code] for code in best]
