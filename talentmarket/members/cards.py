"""What others see of a person: the anonymous card, and the snapshot that goes with an application.

Anonymous means: field and size instead of employers' names, calendar years instead of dates, level
and subject instead of schools; what the person wrote is masked (names, numbers, addresses). Name,
phone and mail stand in :func:`snapshot_person` only and are opened stage by stage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.ids import card_id, open_card_id
from talentmarket.core.masking import mask, years_only
from talentmarket.members import blocks
from talentmarket.members.models import (
    TRUSTED,
    EntryKind,
    IdentifierKind,
    Organisation,
    Talent,
    TalentEntry,
    TalentState,
    VerificationState,
    Visibility,
)
from talentmarket.members.skills import evidence_state
from talentmarket.members.talents import OPENNESS, SECTIONS, closed_sections, level_of

#: Under whose eyes the public sees a card.
PUBLIC_VIEWER = "public"


@dataclass(frozen=True)
class CardSkill:
    """`state`: met (a verified entry proves it) or claimed. Years are whole."""

    skill_id: str
    level: int | None
    years: int | None
    last_used: int | None
    state: str


@dataclass(frozen=True)
class CardEntry:
    """An entry without names and dates. `years`: how long, whole; an open end has no `end`."""

    kind: str
    title: str
    subject: str
    level: str | None
    industry: str | None
    size: str | None
    start: int | None
    end: int | None
    current: bool
    years: int | None
    text: str
    verified: bool
    verified_on: str | None


@dataclass(frozen=True)
class Card:
    """A person without a name. `hidden`: the sections that this viewer does not see."""

    id: str
    number: str
    headline: str
    summary: str
    occupations: tuple[str, ...]
    regions: tuple[str, ...]
    education_rank: int | None
    years: int | None
    pay_low: int | None
    pay_high: int | None
    work_mode: str | None
    rest_days: str | None
    availability: str | None
    willing_to_move: bool | None
    skills: tuple[CardSkill, ...]
    entries: tuple[CardEntry, ...]
    hidden: frozenset[str]
    updated_on: str


def number_of(card: str) -> str:
    """How a page calls a person without a name."""
    return "T-" + card[:6].upper()


def card_of(talent: Talent, viewer_org: str | None) -> str:
    """The id of the person's card for this viewer (an organisation's public id)."""
    return card_of_key(talent.id, viewer_org)


def card_of_key(talent_id: int, viewer_org: str | None) -> str:
    """The same for lists that do not read the person."""
    secret = current_app.extensions["talentmarket_settings"].secret_key
    return card_id(secret, viewer_org or PUBLIC_VIEWER, talent_id)


def find_by_card(session: Session, card: str, viewer_org: str | None) -> Talent | None:
    """The person behind a card id of this viewer; None for another viewer's id."""
    secret = current_app.extensions["talentmarket_settings"].secret_key
    key = open_card_id(secret, viewer_org or PUBLIC_VIEWER, card)
    return session.get(Talent, key) if key is not None else None


def may_see(session: Session, talent: Talent, organisation: Organisation | None) -> bool:
    """Whether a viewer may find the person's card without an application.

    None stands for the public. An organisation must be verified and not be blocked.
    """
    if talent.state is not TalentState.ACTIVE:
        return False
    if organisation is None:
        return talent.visibility is Visibility.PUBLIC
    if OPENNESS[talent.visibility] < OPENNESS[Visibility.ORGANISATIONS]:
        return False
    if organisation.state not in TRUSTED:
        return False
    return not blocks.is_blocked(session, talent, organisation)


def may_see_public(session: Session, talent: Talent, organisations: Iterable[str]) -> bool:
    """Whether the public card opens for a reader who belongs to `organisations` (public ids)."""
    if not may_see(session, talent, None):
        return False
    wanted = sa.select(Organisation).where(Organisation.public_id.in_(list(organisations)))
    return not any(blocks.is_blocked(session, talent, one) for one in session.scalars(wanted))


def identifying_names(talent: Talent) -> list[str]:
    """The names that must not stand in anonymous text: the person, employers, schools, and whose
    projects they were. Issuers of certificates are no employers."""
    named = (EntryKind.EXPERIENCE, EntryKind.EDUCATION, EntryKind.PROJECT)
    names = [entry.organisation for entry in talent.entries if entry.kind in named]
    return [name for name in (talent.account.name, *names) if name]


def unnamed(text: str, names: Iterable[str]) -> str:
    """A text of the person's own as an anonymous card shows it: without names, ways to reach
    anybody, months and days."""
    return years_only(mask(text, names))


def anonymous_card(
    talent: Talent, *, viewer_org: str | None, level: Visibility | None = None
) -> Card:
    """The person as an organisation (its public id) or the public (None) sees them.

    `level` shows another viewer's sight for a preview. Whether the viewer may see the card at all
    is :func:`may_see`'s matter.
    """
    level = level or (Visibility.ORGANISATIONS if viewer_org else Visibility.PUBLIC)

    names = identifying_names(talent)
    hidden = frozenset(
        name for name in SECTIONS if OPENNESS[level_of(talent, name)] < OPENNESS[level]
    )
    entries = _shown_entries(talent, hidden)
    card = card_of(talent, viewer_org)
    return Card(
        id=card,
        number=number_of(card),
        headline=unnamed(talent.headline, names),
        summary=unnamed(talent.summary, names),
        occupations=tuple(row.occupation_code for row in talent.occupations),
        regions=tuple(row.region_code for row in talent.regions),
        education_rank=None if "education" in hidden else talent.education_rank,
        years=None if "experience" in hidden else whole_years(talent.years_tenths),
        pay_low=None if "pay" in hidden else talent.pay_low,
        pay_high=None if "pay" in hidden else talent.pay_high,
        work_mode=_code(talent.work_mode),
        rest_days=_code(talent.rest_days),
        availability=_code(talent.availability),
        willing_to_move=talent.willing_to_move,
        skills=()
        if "skills" in hidden
        else tuple(
            CardSkill(
                skill.skill_id,
                skill.level,
                whole_years(skill.years_tenths),
                skill.last_used,
                evidence_state(skill, entries),
            )
            for skill in talent.skills
        ),
        entries=tuple(
            _card_entry(entry, names, "current_employer" in hidden) for entry in entries.values()
        ),
        hidden=hidden,
        updated_on=clock.local(talent.updated_at).date().isoformat(),
    )


def _shown_entries(talent: Talent, hidden: frozenset[str]) -> dict[int, TalentEntry]:
    """The entries of open sections: what is not shown proves nothing either."""
    return {entry.id: entry for entry in talent.entries if str(entry.kind) not in hidden}


def _card_entry(entry: TalentEntry, names: list[str], hide_current: bool) -> CardEntry:
    current = is_current(entry)
    hide = current and hide_current
    issuer = entry.kind is EntryKind.CERTIFICATE
    return CardEntry(
        kind=str(entry.kind),
        title=unnamed(entry.title, names),
        subject=unnamed(entry.subject, names),
        level=entry.level,
        industry=None if hide or issuer else entry.organisation_industry,
        size=None if hide or issuer else entry.organisation_size,
        start=_year(entry.start_month),
        end=_year(entry.end_month),
        current=current,
        years=_span(entry),
        text="" if hide else unnamed(entry.text, names),
        verified=entry.verification is VerificationState.VERIFIED,
        verified_on=_verified_on(entry),
    )


def _verified_on(entry: TalentEntry) -> str | None:
    """When the office or the issuer said so: a date of theirs, not of the person's life."""
    return clock.local(entry.verified_at).date().isoformat() if entry.verified_at else None


def whole_years(tenths: int | None) -> int | None:
    """Tenths of a year as whole years begun; a precise figure would tell people apart."""
    return None if tenths is None else tenths // 10


def _year(month: str | None) -> int | None:
    return int(month[:4]) if month else None


def _span(entry: TalentEntry) -> int | None:
    if not entry.start_month:
        return None
    if entry.end_month is None and entry.kind is not EntryKind.EXPERIENCE:
        return None
    end = entry.end_month or f"{clock.today():%Y-%m}"
    return max(0, int(end[:4]) - int(entry.start_month[:4]))


def _code(value: object | None) -> str | None:
    return None if value is None else str(value)


def snapshot_profile(talent: Talent) -> dict[str, Any]:
    """The profile as it is frozen with an application: everything but the person.

    Sections the person keeps to themselves are left out, whatever the profile's own visibility:
    who applies shows the rest. Free text is masked where it would name or reach the person.
    """
    hidden = closed_sections(talent.sections, talent.visibility, Visibility.APPLIED)
    names = [talent.account.name] if talent.account.name else []
    if "current_employer" in hidden:
        names += [entry.organisation for entry in talent.entries if is_current(entry)]
    entries = _shown_entries(talent, hidden)
    return {
        "format": 1,
        "headline": mask(talent.headline, names),
        "summary": mask(talent.summary, names),
        "occupations": [row.occupation_code for row in talent.occupations],
        "regions": [row.region_code for row in talent.regions],
        "home_region": talent.home_region,
        "education_rank": None if "education" in hidden else talent.education_rank,
        "years_tenths": None if "experience" in hidden else talent.years_tenths,
        "pay_low": None if "pay" in hidden else talent.pay_low,
        "pay_high": None if "pay" in hidden else talent.pay_high,
        "work_mode": _code(talent.work_mode),
        "rest_days": _code(talent.rest_days),
        "availability": _code(talent.availability),
        "willing_to_move": talent.willing_to_move,
        "skills": []
        if "skills" in hidden
        else [
            {
                "skill": skill.skill_id,
                "level": skill.level,
                "years_tenths": skill.years_tenths,
                "last_used": skill.last_used,
                "state": evidence_state(skill, entries),
                "evidence": [
                    entries[row.entry_id].public_id
                    for row in skill.evidence
                    if row.entry_id in entries
                ],
            }
            for skill in talent.skills
        ],
        "entries": [
            _snapshot_entry(entry, names, "current_employer" in hidden)
            for entry in entries.values()
        ],
        "hidden": sorted(hidden),
        "revision": talent.revision,
    }


def is_current(entry: TalentEntry) -> bool:
    """A job that goes on."""
    return entry.kind is EntryKind.EXPERIENCE and entry.end_month is None


def _snapshot_entry(entry: TalentEntry, names: list[str], hide_current: bool) -> dict[str, Any]:
    hide = hide_current and is_current(entry)
    return {
        "id": entry.public_id,
        "kind": str(entry.kind),
        "organisation": None if hide else entry.organisation,
        "industry": entry.organisation_industry,
        "size": entry.organisation_size,
        "title": mask(entry.title, names),
        "subject": entry.subject,
        "level": entry.level,
        "start": entry.start_month,
        "end": entry.end_month,
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None,
        "text": mask(entry.text, names),
        "verification": str(entry.verification),
        "verified_on": _verified_on(entry),
    }


def snapshot_person(talent: Talent) -> dict[str, str | None]:
    """Name, phone and mail of the person: verified ones, sealed by whoever stores them."""
    held: dict[IdentifierKind, str | None] = {}
    for identifier in talent.account.identifiers:
        if identifier.verified_at is not None and identifier.released_at is None:
            held[identifier.kind] = identifier.value
    return {
        "name": talent.account.name or None,
        "phone": held.get(IdentifierKind.PHONE),
        "mail": held.get(IdentifierKind.MAIL),
    }


def select_findable() -> sa.ColumnElement[bool]:
    """The condition on talents that verified organisations may find at all."""
    return sa.and_(
        Talent.state == TalentState.ACTIVE,
        Talent.visibility.in_((Visibility.ORGANISATIONS, Visibility.PUBLIC)),
    )
