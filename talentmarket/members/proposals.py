"""Text → proposed entries and skills. They wait apart from the profile until the person confirms.

A proposal says only what the text says: a level or years stand in it when the text names them, and
the place in the text is kept with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Invalid
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean, fold
from talentmarket.members import drafts, entries, resume, skills
from talentmarket.members.entries import EntryValues
from talentmarket.members.models import EntryKind, Talent
from talentmarket.members.skills import SkillValues
from talentmarket.taxonomy.recognise import Recogniser, get_recogniser

FORM = "proposals"
MAX_SIGNS = 100_000
MAX_PROPOSALS = 200
_AROUND = 24


@dataclass(frozen=True)
class Proposal:
    """`kind` entry or skill; `data` its values; `source` the words it was read from.

    `complete`: it can be taken as it is; else something the profile needs was not in the text.
    """

    id: str
    kind: str
    data: dict[str, Any]
    source: str
    complete: bool

    @property
    def entry(self) -> EntryValues:
        """The values of an entry."""
        return EntryValues(**{**self.data, "kind": EntryKind(self.data["kind"])})


def propose(
    text: str,
    *,
    recogniser: Recogniser,
    today: date,
    have_skills: Iterable[str] = (),
    have_entries: Iterable[EntryValues] = (),
) -> list[Proposal]:
    """The entries and skills of a text that are not there yet. Pure but for the random ids."""
    text = clean(text)[:MAX_SIGNS]
    known = {_mark(values) for values in have_entries}
    found = []
    for one in resume.read_entries(text, recogniser.taxonomy):
        if _mark(one.values) in known:
            continue
        known.add(_mark(one.values))
        data = {**asdict(one.values), "kind": str(one.values.kind), "valid_until": None}
        found.append(Proposal(_id(), "entry", data, one.source, _complete(one.values, today)))
    there = set(have_skills)
    for demand in recogniser.recognise(text).demands:
        if demand.id in there:
            continue
        data = {
            "skill": demand.id,
            "level": demand.level,
            "years_tenths": round(demand.years.low * 10) if demand.years else None,
        }
        around = text[max(0, demand.start - _AROUND) : demand.end + _AROUND]
        found.append(Proposal(_id(), "skill", data, " ".join(around.split()), True))
    return found[:MAX_PROPOSALS]


def _id() -> str:
    return secrets.token_hex(5)


def _mark(values: EntryValues) -> tuple[str, ...]:
    return (
        str(values.kind),
        fold(values.organisation),
        fold(values.title or values.subject),
        values.start_month or "",
    )


def _complete(values: EntryValues, today: date) -> bool:
    try:
        entries.checked(values, today)
    except Invalid:
        return False
    return True


def suggest(session: Session, talent: Talent, text: str) -> list[Proposal]:
    """Read a text and keep what it proposes next to the profile; replaces what waited before."""
    if not clean(text):
        raise Invalid({"text": _l("请粘贴文字，或上传文件。")})
    found = propose(
        text,
        recogniser=get_recogniser(),
        today=clock.today(),
        have_skills=[skill.skill_id for skill in talent.skills],
        have_entries=[entries.values_of(entry) for entry in talent.entries],
    )
    _store(session, talent, found)
    return found


def waiting(session: Session, talent: Talent) -> list[Proposal]:
    """The proposals that wait for the person's word."""
    draft = drafts.load(session, talent.account, FORM)
    return [Proposal(**item) for item in draft.data.get("items", [])] if draft else []


def confirm(
    session: Session, talent: Talent, ids: Iterable[str], *, actor: Actor
) -> tuple[int, int]:
    """Take the named proposals into the profile: (how many were taken, how many are left).

    Incomplete entries stay, to be completed by hand.
    """
    wanted = set(ids)
    taken, left = 0, []
    for proposal in waiting(session, talent):
        if proposal.id not in wanted or not proposal.complete:
            left.append(proposal)
            continue
        if proposal.kind == "entry":
            entries.add_entry(session, talent, proposal.entry, actor=actor)
        elif not _has_skill(talent, proposal.data["skill"]):
            values = SkillValues(
                level=proposal.data["level"], years_tenths=proposal.data["years_tenths"]
            )
            skills.put_skill(session, talent, proposal.data["skill"], values, actor=actor)
        taken += 1
    _store(session, talent, left)
    return taken, len(left)


def _has_skill(talent: Talent, skill_id: str) -> bool:
    return any(skill.skill_id == skill_id for skill in talent.skills)


def discard(session: Session, talent: Talent, ids: Iterable[str] | None = None) -> None:
    """Forget the named proposals, or all."""
    gone = None if ids is None else set(ids)
    left = [] if gone is None else [p for p in waiting(session, talent) if p.id not in gone]
    _store(session, talent, left)


def _store(session: Session, talent: Talent, proposals: list[Proposal]) -> None:
    if not proposals:
        drafts.drop(session, talent.account, FORM)
        return
    drafts.save(session, talent.account, FORM, {"items": [asdict(p) for p in proposals]})
