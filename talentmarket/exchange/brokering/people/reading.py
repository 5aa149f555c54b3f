"""A pasted résumé → what it proposes for a record. Nothing is taken that nobody confirmed.

The same text gives the same proposals under the same ids, so that a form may send the text again
with the ids that were ticked and nothing has to be kept between the two.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from talentmarket.core.folding import clean, clean_line, fold_phone
from talentmarket.exchange.brokering.people.values import PersonValues, skill_row, together
from talentmarket.members import proposals, resume
from talentmarket.members.models import EntryKind, VerificationState
from talentmarket.members.proposals import Proposal
from talentmarket.taxonomy.recognise import Recogniser

_PHONE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d){8}(?!\d)")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_NAME = re.compile(r"^(?:姓\s*名|name)\s*[:：]\s*([^\s,，|｜;；/]{2,20}(?: [A-Za-z]{2,20})?)", re.I)
_BARE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_YEARS = re.compile(r"(\d{1,2})(?:\.\d)?\s*年(?:以上)?(?:的)?(?:工作|从业|相关|开发)?(?:经验|经历)")


@dataclass(frozen=True)
class Read:
    """What stands in a text. `person`: what the fields of the form may be filled with."""

    person: PersonValues
    proposals: tuple[Proposal, ...]


def read(text: str, recogniser: Recogniser, today: date) -> Read:
    """Read a text. Pure."""
    found = tuple(
        replace(one, id=_id(one))
        for one in proposals.propose(text, recogniser=recogniser, today=today)
    )
    lines = [clean_line(line) for line in clean(text)[:20_000].splitlines()]
    lines = [line for line in lines if line]
    whole = "\n".join(lines)
    ranks = [
        int(one.data["level"])
        for one in found
        if one.kind == "entry" and one.data["kind"] == EntryKind.EDUCATION and one.data["level"]
    ]
    phone, mail = _PHONE.search(whole), _MAIL.search(whole)
    said = _YEARS.search(whole)
    current = next((one for one in found if _is_job(one)), None)
    return Read(
        PersonValues(
            name=_name(lines),
            phone=_shown_phone(phone[0]) if phone else "",
            mail=mail[0] if mail else "",
            headline=(current.data["title"] if current else "")[:120],
            education_rank=max(ranks, default=None),
            years_tenths=int(said[1]) * 10 if said else None,
        ),
        found,
    )


def _shown_phone(text: str) -> str:
    return text if fold_phone(text) else ""


def _is_job(one: Proposal) -> bool:
    return one.kind == "entry" and one.data["kind"] == EntryKind.EXPERIENCE


def _name(lines: list[str]) -> str:
    for line in lines[:30]:
        if named := _NAME.match(line):
            return named[1]
    # A first line that is nothing but two to four signs of writing is how most résumés begin.
    first = lines[0] if lines else ""
    heading, _kind = resume.heading_of(first)
    return first if _BARE_NAME.fullmatch(first) and not heading and "简历" not in first else ""


def _id(one: Proposal) -> str:
    said = (one.kind, sorted((key, str(value)) for key, value in one.data.items()))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def confirmed(values: PersonValues, found: Read, ids: Collection[str]) -> PersonValues:
    """The values with the named proposals taken in; what the record has already stays."""
    taken = [one for one in found.proposals if one.id in ids]
    skills = [
        skill_row(one.data["skill"], one.data["level"], one.data["years_tenths"])
        for one in taken
        if one.kind == "skill"
    ]
    entries = [entry_row(one) for one in taken if one.kind == "entry"]
    return replace(
        values,
        skills=together(values.skills, skills, "skill"),
        entries=together(values.entries, entries, "id"),
    )


def entry_row(one: Proposal) -> dict[str, Any]:
    """An entry of a profile: nobody has verified it. Free text stays in the sealed résumé."""
    data = one.data
    return {
        "id": one.id,
        "kind": str(data["kind"]),
        "title": data["title"],
        "organisation": data["organisation"],
        "subject": data["subject"],
        "level": data["level"],
        "start": data["start_month"],
        "end": data["end_month"],
        "valid_until": None,
        "text": "",
        "verification": str(VerificationState.CLAIMED),
    }
