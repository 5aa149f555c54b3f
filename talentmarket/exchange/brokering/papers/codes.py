"""Check codes: what is printed on a paper, and whether it is genuine.

The code is a keyed digest of all that the paper says. Somebody who changes a figure on a printout
cannot make the code that belongs to it, and a page of the site tells what the genuine paper says.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock, secrecy
from talentmarket.core.db import insert_for
from talentmarket.core.events import Actor, record
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.brokering.papers.models import Paper, PaperKind

LENGTH = 20
#: Crockford's base 32: no I, L, O, U, so that nothing is misread on paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\s\-‐–—]+")


class Verdict(StrEnum):
    """What a code turned out to be."""

    GENUINE = "genuine"
    UNKNOWN = "unknown"  # never handed out: forged or mistyped
    MALFORMED = "malformed"  # cannot be a code
    BROKEN = "broken"  # handed out, but what is kept no longer fits it


@dataclass(frozen=True)
class Checked:
    """A verdict, with the paper where there is one that may be shown."""

    verdict: Verdict
    paper: Paper | None = None


def issue(
    session: Session,
    kind: PaperKind,
    subject: tuple[str, str],
    facts: dict[str, Any],
    *,
    organisation: str,
    actor: Actor,
) -> Paper:
    """The paper that says `facts` of `subject` (type and public id); made once, whoever asks.

    `organisation`: public id of who hands it out. Making one is an event.
    """
    content = hashlib.sha256(_canonical(kind, subject, organisation, facts).encode()).hexdigest()
    at = clock.now()
    values = {
        "public_id": new_public_id(),
        "kind": kind,
        "subject_type": subject[0],
        "subject_id": subject[1],
        "organisation": organisation,
        "issued_at": at,
        "issued_by": actor.account,
        "facts": facts,
        "content": content,
        "code": _code(content, at.isoformat(timespec="seconds")),
    }
    added = insert_for(session)(Paper).values(values).on_conflict_do_nothing()
    made = session.scalar(added.returning(Paper.id))
    if made is None:
        return session.scalars(sa.select(Paper).where(Paper.content == content)).one()
    paper = session.get_one(Paper, made)
    record(session, "paper", paper.public_id, "issue", actor=actor, to_state=kind, of=subject[1])
    return paper


def check(session: Session, given: str) -> Checked:
    """What is to be thought of a code that somebody read off a paper."""
    code = normal(given)
    if code is None:
        return Checked(Verdict.MALFORMED)
    paper = session.scalar(sa.select(Paper).where(Paper.code == code))
    if paper is None:
        return Checked(Verdict.UNKNOWN)
    subject = (paper.subject_type, paper.subject_id)
    text = _canonical(paper.kind, subject, paper.organisation, paper.facts)
    content = hashlib.sha256(text.encode()).hexdigest()
    known = _codes(content, paper.issued_at.isoformat(timespec="seconds"))
    right = [one for one in known if hmac.compare_digest(one, paper.code)]
    if content != paper.content or not right:
        return Checked(Verdict.BROKEN)
    return Checked(Verdict.GENUINE, paper)


def normal(given: str) -> str | None:
    """The code in its one form, or None for what cannot be one."""
    code = _BETWEEN.sub("", given[:60]).upper().translate(_MISREAD)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """As it is printed: five signs, a hyphen, and so on."""
    return "-".join(code[at : at + 5] for at in range(0, LENGTH, 5))


def _canonical(
    kind: PaperKind, subject: tuple[str, str], organisation: str, facts: dict[str, Any]
) -> str:
    parts = [str(kind), *subject, organisation, facts]
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _code(content: str, at: str) -> str:
    """What is printed now: made with the site's present key."""
    return _codes(content, at)[0]


def _codes(content: str, at: str) -> list[str]:
    """100 bits of the keyed digest of the content and the second it was handed out in, by the
    site's key and by each former one: a paper outlives a change of the key."""
    return [_written(one) for one in secrecy.digests("paper", f"{content} {at}")]


def _written(digest: str) -> str:
    bits = int(digest[:25], 16)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))
