"""A frozen profile becomes facts: what an employer may score is what was sent with the application.

The keys are those of :func:`talentmarket.members.cards.snapshot_profile`; one that an older
snapshot lacks is unknown, never agreement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from talentmarket.core import clock
from talentmarket.matching.facts import MODES, Evidence, Held, TalentFacts
from talentmarket.members.models import EntryKind, VerificationState


def snapshot_facts(talent_id: str, profile: Mapping[str, Any]) -> TalentFacts:
    """The facts of a snapshot; `talent_id` is the public id of the person who applied."""
    entries: dict[str, Mapping[str, Any]] = {one["id"]: one for one in profile.get("entries") or ()}
    return TalentFacts(
        id=talent_id,
        held=tuple(_held(skill, entries) for skill in profile.get("skills") or ()),
        occupations=tuple(profile.get("occupations") or ()),
        education_rank=profile.get("education_rank"),
        education_verified=_any_verified(entries, EntryKind.EDUCATION),
        years_tenths=profile.get("years_tenths"),
        years_verified=_any_verified(entries, EntryKind.EXPERIENCE),
        places=tuple(profile.get("regions") or ()),
        moves=profile.get("willing_to_move"),
        mode=_mode(profile.get("work_mode")),
        pay_low=profile.get("pay_low"),
        availability=profile.get("availability"),
        hidden=frozenset(profile.get("hidden") or ()),
    )


def _mode(said: str | None) -> str | None:
    return said if said in MODES else None


def _held(skill: Mapping[str, Any], entries: Mapping[str, Mapping[str, Any]]) -> Held:
    proofs = [entries[one] for one in skill.get("evidence") or () if one in entries]
    return Held(
        skill["skill"],
        skill.get("level"),
        skill.get("years_tenths"),
        skill.get("last_used"),
        tuple(
            Evidence(one["kind"], one.get("title") or "", _verified(one), _expired(one))
            for one in proofs
        ),
    )


def _verified(entry: Mapping[str, Any]) -> bool:
    return entry.get("verification") == VerificationState.VERIFIED and not _expired(entry)


def _expired(entry: Mapping[str, Any]) -> str | None:
    """The last day of an entry that is over today: a snapshot stays, a certificate ends."""
    until: str | None = entry.get("valid_until")
    return until if until and until < clock.today().isoformat() else None


def _any_verified(entries: Mapping[str, Mapping[str, Any]], kind: EntryKind) -> bool:
    return any(one.get("kind") == kind and _verified(one) for one in entries.values())
