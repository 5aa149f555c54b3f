"""A mandate is examined by a named member of the firm who is not its consultant (国令700号 art. 26)."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import agreement, documents, telling
from talentmarket.exchange.brokering.mandating.models import OVER, Mandate, MandateState, Party
from talentmarket.exchange.brokering.mandating.moving import hold, move, require_state
from talentmarket.exchange.stages import By
from talentmarket.members.memberships import accounts_with, find_member
from talentmarket.members.models import Account, Organisation

#: Members who can examine another's mandate.
REVIEWERS = (OrgRole.OWNER, OrgRole.CONSULTANT, OrgRole.RECRUITER)


def missing(session: Session, mandate: Mandate) -> list[str]:
    """What is still to be done before a review: codes of documents, `handler`, `terms`."""
    held = {one.kind for one in documents.current(session, mandate)}
    wanted = [str(kind) for kind in documents.NEEDED if kind not in held]
    if not mandate.handler_name or not mandate.handler_contact:
        wanted.append("handler")
    if agreement.newest(session, mandate) is None:
        wanted.append("terms")
    return wanted


def reviewers(session: Session, mandate: Mandate) -> list[Account]:
    """Members who may examine it: not the consultant, not who proposed the newest terms."""
    last = agreement.newest(session, mandate)
    barred = {mandate.consultant_id, last.proposed_by if last else None}
    keys = [
        key for key in accounts_with(session, mandate.organisation, *REVIEWERS) if key not in barred
    ]
    rows = session.scalars(sa.select(Account).where(Account.id.in_(keys)).order_by(Account.id))
    return list(rows)


def submit(session: Session, mandate: Mandate, reviewer_id: str, *, actor: Actor) -> None:
    """Hand it to the named reviewer. Raises Invalid for what is missing or a reviewer who may not,
    Forbidden without a licence."""
    hold(session, mandate)
    standing.require(session, mandate.organisation)
    if mandate.state is MandateState.DRAFT:
        move(session, mandate, "prepare", By.ORGANISATION, actor=actor)
    require_state(mandate, MandateState.DOCUMENTS, MandateState.RETURNED)
    if missing(session, mandate):
        raise Invalid({"reviewer": _l("四份材料、经办人和条款齐全后才能送审。")})
    if mandate.valid_until < clock.today():
        raise Invalid({"reviewer": _l("委托的有效期已过，请先改有效期。")})
    chosen = [one for one in reviewers(session, mandate) if one.public_id == reviewer_id]
    if not chosen:
        raise Invalid({"reviewer": _l("选择一位审核人：不是承办顾问，也不是提出条款的人。")})
    move(
        session,
        mandate,
        "submit",
        By.ORGANISATION,
        actor=actor,
        data={"reviewer": chosen[0].public_id},
        reviewer_id=chosen[0].id,
        reviewed_at=None,
    )
    telling.tell(session, mandate, "mandate.to_review", [chosen[0].id])


def require_reviewer(mandate: Mandate, account: Account) -> None:
    """Raises Forbidden for anybody but the named reviewer."""
    if mandate.reviewer_id != account.id or mandate.consultant_id == account.id:
        raise Forbidden(_l("只有这份委托的审核人可以做这一步。"), code="not-the-reviewer")


def sign(
    session: Session, mandate: Mandate, digest: str, *, reviewer: Account, actor: Actor
) -> None:
    """The named reviewer has examined the four documents and signs; with it the firm confirms the
    terms. `digest`: of the terms that were shown. Raises Forbidden, Conflict."""
    hold(session, mandate)
    require_reviewer(mandate, reviewer)
    standing.require(session, mandate.organisation)
    terms = agreement.newest(session, mandate)
    number = terms.number if terms else 0
    move(
        session,
        mandate,
        "sign",
        By.REVIEWER,
        actor=actor,
        data={"terms": number, "documents": documents.digests(session, mandate)},
        reviewed_at=clock.now(),
    )
    if terms is None or Party.FIRM not in agreement.parties(session, terms):
        agreement.confirm(
            session, mandate, Party.FIRM, number, digest, account=reviewer, actor=actor
        )
    telling.tell_consultant(session, mandate, "mandate.signed")
    telling.tell_client(session, mandate, "mandate.to_countersign")


def answer(
    session: Session,
    mandate: Mandate,
    verdict: str,
    text: str,
    *,
    reviewer: Account,
    actor: Actor,
) -> None:
    """Return it (`return`: what is missing) or refuse it (`refuse`), with words. Raises Forbidden,
    Invalid, Conflict, KeyError."""
    code = {"return": "mandate.returned", "refuse": "mandate.refused"}[verdict]
    hold(session, mandate)
    require_reviewer(mandate, reviewer)
    move(
        session,
        mandate,
        verdict,
        By.REVIEWER,
        actor=actor,
        text=text,
        reviewed_at=clock.now(),
    )
    if verdict == "refuse":
        documents.end(session, mandate)
    telling.tell_consultant(session, mandate, code, text=mandate.reason_text)


# --- a consultant's desk -----------------------------------------------------------------------
def hand_over(
    session: Session, firm: Organisation, giver: int | None, taker: Account, *, actor: Actor
) -> int:
    """Give all mandates of a consultant (account key; None: those nobody has) that are not over to
    another member. Mandates that the taker is to examine go back to their documents: nobody
    examines their own. Returns how many."""
    rows = session.scalars(
        sa.select(Mandate)
        .where(
            Mandate.organisation_id == firm.id,
            Mandate.consultant_id.is_(None) if giver is None else Mandate.consultant_id == giver,
            Mandate.state.not_in(OVER),
        )
        .order_by(Mandate.id)
        .with_for_update()
    ).all()
    for mandate in rows:
        if mandate.state is MandateState.IN_REVIEW and mandate.reviewer_id == taker.id:
            move(session, mandate, "recall", By.ORGANISATION, actor=actor, reviewer_id=None)
        mandate.consultant_id = taker.id
        session.flush()
        record(
            session,
            "mandate",
            mandate.public_id,
            "hand_over",
            actor=actor,
            taker=taker.public_id,
        )
    return len(rows)


def hand_over_desk(
    session: Session, firm: Organisation, giver: str, taker: str, *, actor: Actor
) -> int:
    """:func:`hand_over` by public ids; an empty `giver` for mandates nobody has. Raises NotFound,
    Forbidden for a taker whose role handles no mandates."""
    to = find_member(session, firm, taker)
    if to.role not in REVIEWERS:
        raise Forbidden(_l("这位成员的角色不能承办委托。"), code="no-consultant")
    key = None
    if giver:
        key = session.scalar(sa.select(Account.id).where(Account.public_id == giver))
        if key is None:
            raise NotFound()
    return hand_over(session, firm, key, to.account, actor=actor)
