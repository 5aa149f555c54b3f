"""Verification of organisations: handed in, answered, renewed, lapsed, suspended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.folding import clean, clean_line, fold, pinyin_key
from talentmarket.core.roles import OrgRole
from talentmarket.core.words import WORDS
from talentmarket.members import organisation_texts  # noqa: F401  the words of the codes used here
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import (
    DocumentKind,
    Organisation,
    OrganisationDocument,
    OrganisationState,
)
from talentmarket.members.organisations import changed
from talentmarket.members.verification_states import (
    ANSWER_DAYS,
    MONTHS,
    Party,
    months_after,
    step,
)
from talentmarket.notices.send import notify

S = OrganisationState
REASONS = tuple(WORDS["organisation_reason"])
TEXT_MOST = 1000
#: Proofs without which nothing is reviewed.
NEEDED = (DocumentKind.REGISTRATION, DocumentKind.HANDLER_LETTER)


def missing(session: Session, organisation: Organisation) -> list[DocumentKind]:
    """Proofs that are still to be handed in."""
    held = set(
        session.scalars(
            sa.select(OrganisationDocument.kind).where(
                OrganisationDocument.organisation_id == organisation.id
            )
        )
    )
    return [kind for kind in NEEDED if kind not in held]


def move(
    session: Session,
    organisation: Organisation,
    name: str,
    by: Party,
    /,
    *,
    actor: Actor = SYSTEM,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
    target: S | None = None,
    **values: Any,
) -> None:
    """Make one step of the table and set `values` with it; won once.

    `target` stands for the table's where that leaves it open. Raises Conflict, Forbidden.
    """
    found = step(name, organisation.state, by)
    if found.reason and not reason:
        raise Conflict(code="reason-missing", move=name)
    before = organisation.state
    after = found.target or target or before
    # A second answer to the same submission finds another `submitted_at` and loses.
    won = session.execute(
        sa.update(Organisation)
        .where(
            Organisation.id == organisation.id,
            Organisation.state == before,
            Organisation.submitted_at.is_(None)
            if organisation.submitted_at is None
            else Organisation.submitted_at == organisation.submitted_at,
        )
        .values(state=after, updated_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(move=name)
    session.refresh(organisation)
    record(
        session,
        "organisation",
        organisation.public_id,
        name,
        actor=actor,
        from_state=before,
        to_state=after,
        reason=reason,
        **(data or {}),
    )
    changed(session, organisation)


# --- by the organisation -----------------------------------------------------------------------
def submit(session: Session, organisation: Organisation, *, actor: Actor) -> None:
    """Hand in for review; a renewal keeps its state. Raises Invalid without the proofs."""
    if missing(session, organisation):
        raise Invalid({"file": _l("还缺营业执照（或设立批准文件）或经办人授权书，请先上传。")})
    if not organisation.handler_name:
        raise Invalid({"handler_name": _l("请在单位资料里填写经办人姓名。")})
    if organisation.submitted_at is not None:
        raise Conflict(code="submitted-already")
    renewing = organisation.state in (S.RENEWAL_DUE, S.LAPSED)
    move(
        session,
        organisation,
        "renew" if renewing else "submit",
        Party.ORGANISATION,
        actor=actor,
        submitted_at=clock.now(),
        state_reason=None,
        state_text="",
    )


def recall(session: Session, organisation: Organisation, *, actor: Actor) -> None:
    """Take a first submission back, to correct it."""
    move(session, organisation, "recall", Party.ORGANISATION, actor=actor, submitted_at=None)


# --- by the operator ---------------------------------------------------------------------------
def waits(organisation: Organisation) -> bool:
    """Whether the operator owes an answer."""
    return organisation.state in (S.IN_REVIEW, S.RENEWAL_DUE, S.LAPSED) and (
        organisation.submitted_at is not None
    )


def answer_due(organisation: Organisation) -> Any:
    """When the operator's answer is due; None when nothing was handed in."""
    at = organisation.submitted_at
    return calendar.due(at, ANSWER_DAYS) if at else None


def queue(session: Session, limit: int = 200) -> list[Organisation]:
    """Organisations that wait for an answer, the oldest first."""
    return list(
        session.scalars(
            sa.select(Organisation)
            .where(
                Organisation.submitted_at.is_not(None),
                Organisation.state.in_((S.IN_REVIEW, S.RENEWAL_DUE, S.LAPSED)),
            )
            .order_by(Organisation.submitted_at, Organisation.id)
            .limit(limit)
        )
    )


def approve(
    session: Session, organisation: Organisation, *, name: str | None = None, actor: Actor
) -> None:
    """Verify for six months. `name`: as the proof has it, where it differs."""
    _require_submitted(organisation)
    at = clock.now()
    name = clean_line(name or "") or organisation.name
    renamed: dict[str, Any] = {}
    if name != organisation.name:
        renamed = {"name": name[:160], "name_folded": fold(name), "name_pinyin": pinyin_key(name)}
    move(
        session,
        organisation,
        "approve",
        Party.OPERATOR,
        actor=actor,
        submitted_at=None,
        verified_at=at,
        renewal_due_at=months_after(at, MONTHS),
        state_reason=None,
        state_text="",
        data={"renamed": bool(renamed)},
        **renamed,
    )
    until = organisation.renewal_due_at
    assert until is not None
    tell_owners(session, organisation, "organisation.verified", at.isoformat(), until=day(until))


def return_(
    session: Session, organisation: Organisation, reason: str, text: str, *, actor: Actor
) -> None:
    """Give it back with what is missing; a renewal stays in its state."""
    _answer(session, organisation, "return", "organisation.returned", reason, text, actor)


def refuse(
    session: Session, organisation: Organisation, reason: str, text: str, *, actor: Actor
) -> None:
    """Refuse, with the reason."""
    _answer(session, organisation, "refuse", "organisation.refused", reason, text, actor)


def reopen(
    session: Session, organisation: Organisation, reason: str, text: str, *, actor: Actor
) -> None:
    """Let a refused organisation hand in again."""
    text = require_reason(reason, text)
    move(
        session,
        organisation,
        "reopen",
        Party.OPERATOR,
        actor=actor,
        reason=reason,
        state_reason=reason,
        state_text=text,
    )
    said = {"word": ["organisation_reason", reason]}
    tell_owners(session, organisation, "organisation.returned", _stamp(), reason=said, text=text)


def _require_submitted(organisation: Organisation) -> None:
    if not waits(organisation):
        raise Conflict(code="not-submitted")


def _answer(
    session: Session,
    organisation: Organisation,
    name: str,
    code: str,
    reason: str,
    text: str,
    actor: Actor,
) -> None:
    text = require_reason(reason, text)
    _require_submitted(organisation)
    move(
        session,
        organisation,
        name,
        Party.OPERATOR,
        actor=actor,
        reason=reason,
        submitted_at=None,
        state_reason=reason,
        state_text=text,
    )
    said = {"word": ["organisation_reason", reason]}
    tell_owners(session, organisation, code, _stamp(), reason=said, text=text)


def require_reason(reason: str, text: str, kind: str = "organisation_reason") -> str:
    """The text, cleaned. Raises Invalid without a known reason and words for the reader."""
    text = clean(text)[:TEXT_MOST]
    wrong: dict[str, Any] = {}
    if reason not in WORDS[kind]:
        wrong["reason"] = _l("选一个原因。")
    if len(text) < 5:
        wrong["text"] = _l("写明哪里不符合、怎样改，至少 5 个字，对方会看到。")
    if wrong:
        raise Invalid(wrong)
    return text


def suspend(
    session: Session, organisation: Organisation, reason: str, text: str, *, actor: Actor
) -> None:
    """Take the organisation and all that is its out of sight, now."""
    text = require_reason(reason, text)
    move(
        session,
        organisation,
        "suspend",
        Party.OPERATOR,
        actor=actor,
        reason=reason,
        state_before_suspension=str(organisation.state),
        state_reason=reason,
        state_text=text,
    )
    said = {"word": ["organisation_reason", reason]}
    tell_owners(session, organisation, "organisation.suspended", _stamp(), reason=said, text=text)


def lift(session: Session, organisation: Organisation, *, actor: Actor) -> None:
    """Give a suspended organisation back the state it had; its clocks ran on meanwhile."""
    before = S(organisation.state_before_suspension or S.UNVERIFIED)
    move(
        session,
        organisation,
        "lift",
        Party.OPERATOR,
        actor=actor,
        target=before,
        state_before_suspension=None,
        state_reason=None,
        state_text="",
    )
    tell_owners(session, organisation, "organisation.lifted", _stamp())


def tell_owners(
    session: Session,
    organisation: Organisation,
    code: str,
    key: str,
    *,
    deadline: Any = None,
    page: str = "documents",
    **arguments: Any,
) -> None:
    """Tell the owners of an organisation; once per `key`."""
    for account_id in accounts_with(session, organisation, OrgRole.OWNER):
        notify(
            session,
            account_id,
            code,
            {"organisation": organisation.name, **arguments},
            link=f"/org/{organisation.public_id}/{page}",
            key=f"{code}:{organisation.public_id}:{key}:{account_id}"[:120],
            deadline=deadline,
        )


def _stamp() -> str:
    return clock.now().isoformat()


def day(at: datetime) -> dict[str, str]:
    """A notice's argument for the day of a moment."""
    return {"day": clock.local(at).date().isoformat()}
