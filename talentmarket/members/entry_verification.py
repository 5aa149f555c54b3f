"""Verification of one entry of a profile: the person asks, the alliance office answers.

The person attaches a proof and asks; the office opens the file for a purpose that is written down
for the person to read, compares, and verifies the entry or returns it with a reason. Only what was
verified is evidence for a skill.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock, counters
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.members import editing
from talentmarket.members.entries import claim_again, find_entry
from talentmarket.members.models import (
    Account,
    OpeningLevel,
    ProfileOpening,
    Talent,
    TalentEntry,
    TalentState,
    VerificationState,
)
from talentmarket.members.openings import record_opening
from talentmarket.members.verification import require_reason
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

S = VerificationState
#: Working days within which the office answers.
ANSWER_DAYS = 3
#: How often a person may ask in a day.
DAILY = 20
DAY = timedelta(days=1)
#: Why the office may open a proof; codes of the kind "purpose".
PURPOSES = ("verification", "complaint", "order")
VERDICTS = ("verify", "return")

register(
    "entry.verified",
    _l("“%(title)s”已通过核验"),
    _l("秘书处已核验您的%(kind)s“%(title)s”。在技能里把它选为佐证，那项技能就算“有据”。"),
)
register(
    "entry.returned",
    _l("“%(title)s”未通过核验"),
    _l("秘书处退回了您的%(kind)s“%(title)s”：%(reason)s。%(text)s 改正后可以再次申请核验。"),
)


def may_ask(entry: TalentEntry) -> bool:
    """Whether the person can ask now: there is a proof, and nobody has said anything that holds."""
    return entry.file_id is not None and entry.verification in (S.CLAIMED, S.REFUSED)


def ask(session: Session, talent: Talent, public_id: str, *, actor: Actor) -> None:
    """Ask for verification. Raises NotFound, Invalid without a proof, Conflict when asked before,
    TooMany."""
    editing.begin(session, talent)
    entry = find_entry(session, talent, public_id)
    if entry.file_id is None:
        raise Invalid({"file": _l("请先上传扫描件，再申请核验。")})
    if not may_ask(entry):
        raise Conflict(_l("这一段已经在核验，或已核验。"), code="asked-already")
    counters.limit(session, f"entry-verification:{talent.id}", DAY, DAILY)
    before = entry.verification
    claim_again(entry)
    entry.verification, entry.asked_at = S.IN_REVIEW, clock.now()
    _finish(session, talent, entry, "verification_asked", actor, before)


def recall(session: Session, talent: Talent, public_id: str, *, actor: Actor) -> None:
    """Take the request back, to correct the entry. Raises NotFound, Conflict."""
    editing.begin(session, talent)
    entry = find_entry(session, talent, public_id)
    if entry.verification is not S.IN_REVIEW:
        raise Conflict()
    claim_again(entry)
    _finish(session, talent, entry, "verification_recalled", actor, S.IN_REVIEW)


def _waiting() -> sa.Select[tuple[TalentEntry]]:
    return (
        sa.select(TalentEntry)
        .join(Talent, Talent.id == TalentEntry.talent_id)
        .where(TalentEntry.verification == S.IN_REVIEW, Talent.state == TalentState.ACTIVE)
    )


def queue(session: Session, limit: int = 200) -> list[TalentEntry]:
    """Entries that wait for an answer, the oldest first."""
    waiting = _waiting().order_by(TalentEntry.asked_at, TalentEntry.id).limit(limit)
    return list(session.scalars(waiting))


def answer_due(entry: TalentEntry) -> datetime:
    """When the answer is due."""
    return calendar.due(entry.asked_at or clock.now(), ANSWER_DAYS)


def find_waiting(session: Session, public_id: str) -> tuple[TalentEntry, Talent]:
    """An entry that waits, with its profile. Raises NotFound, also once it was answered."""
    entry = session.scalar(_waiting().where(TalentEntry.public_id == public_id))
    if entry is None:
        raise NotFound()
    whole = sa.select(Talent).options(joinedload(Talent.account))
    return entry, session.scalars(whole.where(Talent.id == entry.talent_id)).one()


def open_entry(session: Session, public_id: str, purpose: str, *, by: Account) -> None:
    """Write down that the office opens the entry and its proof. Raises NotFound, Invalid, and
    Forbidden for one's own."""
    entry, talent = find_waiting(session, public_id)
    if purpose not in PURPOSES:
        raise Invalid({"purpose": _l("选一个打开的理由，会记入日志并告诉本人。")})
    opened = record_opening(
        session,
        talent,
        viewer=by,
        organisation=None,
        purpose=purpose,
        level=OpeningLevel.FILE,
        subject=("entry", entry.public_id),
    )
    if not opened:
        raise Forbidden(_l("不能核验自己的档案，请由另一位同事处理。"))


def was_opened(session: Session, entry: TalentEntry, by: Account) -> bool:
    """Whether `by` has opened the entry since it was asked for."""
    rows = sa.select(ProfileOpening.id).where(
        ProfileOpening.talent_id == entry.talent_id,
        ProfileOpening.viewer_id == by.id,
        ProfileOpening.subject_type == "entry",
        ProfileOpening.subject_id == entry.public_id,
        ProfileOpening.at >= entry.asked_at,
    )
    return session.scalar(sa.select(rows.exists())) is True


def answer(
    session: Session,
    public_id: str,
    verdict: str,
    *,
    reason: str = "",
    text: str = "",
    asked_at: str,
    by: Account,
    actor: Actor,
) -> None:
    """Verify the entry, or return it with a reason and words the person reads.

    `asked_at`: of the request that was read (ISO); a changed entry is a new request. Raises
    NotFound, Invalid, and Conflict when the entry was not opened, answered or changed meanwhile.
    """
    if verdict == "return":
        text = require_reason(reason, text, "entry_reason")
    read, talent = find_waiting(session, public_id)
    editing.begin(session, talent)  # from here on neither the person nor a colleague changes it
    session.expire(read)
    entry = find_entry(session, talent, public_id)
    since = entry.asked_at
    if entry.verification is not S.IN_REVIEW or since is None or since.isoformat() != asked_at:
        raise Conflict()
    if not was_opened(session, entry, by):
        raise Conflict(_l("先打开扫描件核对，再给出结论。"), code="not-opened")
    claim_again(entry)
    if verdict == "verify":
        entry.verification, entry.verified_at = S.VERIFIED, clock.now()
        entry.verified_by = actor.account
    else:
        entry.verification = S.REFUSED
        entry.return_reason, entry.return_text = reason, text
    _finish(session, talent, entry, "entry_verification", actor, S.IN_REVIEW, reason or None)
    _tell(session, talent, entry, since)


def _finish(
    session: Session,
    talent: Talent,
    entry: TalentEntry,
    verb: str,
    actor: Actor,
    before: S,
    reason: str | None = None,
) -> None:
    editing.finish(
        session,
        talent,
        verb,
        actor=actor,
        from_state=before,
        to_state=entry.verification,
        reason=reason,
        entry=entry.public_id,
    )


def _tell(session: Session, talent: Talent, entry: TalentEntry, since: datetime) -> None:
    said: dict[str, Any] = {
        "title": entry.title or entry.subject or entry.organisation,
        "kind": {"word": ["entry", str(entry.kind)]},
    }
    code = "entry.verified"
    if entry.verification is S.REFUSED:
        code = "entry.returned"
        said |= {
            "reason": {"word": ["entry_reason", entry.return_reason]},
            "text": entry.return_text,
        }
    notify(
        session,
        talent.account_id,
        code,
        said,
        link=f"/me/entries/{entry.public_id}",
        key=f"{code}:{entry.public_id}:{since.isoformat()}",
    )
