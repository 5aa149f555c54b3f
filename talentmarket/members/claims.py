"""Second claims on a credit code: the owner answers first, then the operator decides."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock, files
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.members import organisation_texts  # noqa: F401  the words of the codes used here
from talentmarket.members.memberships import accounts_with, add, close_invitations, hold
from talentmarket.members.models import (
    Account,
    ClaimState,
    Membership,
    Organisation,
    OrganisationClaim,
    OrganisationKind,
)
from talentmarket.members.proofs import PROOF_TYPES
from talentmarket.members.verification import tell_owners
from talentmarket.notices.send import notify

_S = ClaimState
#: Working days for the owner, then for the operator.
OWNER_DAYS = 5
OPERATOR_DAYS = 5


def file_claim(
    session: Session,
    organisation: Organisation,
    account: Account,
    *,
    text: str,
    data: bytes,
    file_name: str,
    actor: Actor,
) -> OrganisationClaim:
    """Claim an organisation with a proof. Without an owner it goes to the operator at once.

    Raises Invalid, Conflict for a member and for a second open claim of one person.
    """
    text = clean(text)
    wrong: dict[str, Any] = {}
    if not 10 <= len(text) <= 1000:
        wrong["text"] = _l("说明您与单位的关系，10 到 1000 个字。")
    if not data:
        wrong["file"] = _l("上传经办人授权书或其他能证明关系的材料。")
    if wrong:
        raise Invalid(wrong)
    if organisation.kind is OrganisationKind.SOURCE:
        raise NotFound()
    if account.id in accounts_with(session, organisation):
        raise Conflict(_l("您已经是这个单位的成员。"), code="member-already")
    kept = files.keep(
        session,
        data,
        file_name,
        owner_type="claim",
        owner_id=account.public_id,
        purpose="claim",
        uploaded_by=actor.account,
        allowed=PROOF_TYPES,
    )
    owned = bool(accounts_with(session, organisation, OrgRole.OWNER))
    at = clock.now()
    claim = OrganisationClaim(
        organisation_id=organisation.id,
        account_id=account.id,
        text=text,
        file_id=kept.id,
        state=_S.AT_OWNER if owned else _S.AT_OPERATOR,
        created_at=at,
        due_at=calendar.due(at, OWNER_DAYS if owned else OPERATOR_DAYS),
    )
    session.add(claim)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(_l("您的认领还在处理，不用再次提交。"), code="claimed-already") from error
    _note(session, claim, organisation, "file", actor, None, claim.state)
    tell_owners(
        session,
        organisation,
        "claim.to_owner",
        claim.public_id,
        page="claims",
        deadline=claim.due_at,
        until={"moment": claim.due_at.isoformat()},
    )
    return claim


def of_organisation(session: Session, organisation: Organisation) -> list[OrganisationClaim]:
    """The claims on an organisation, newest first."""
    return list(
        session.scalars(
            sa.select(OrganisationClaim)
            .where(OrganisationClaim.organisation_id == organisation.id)
            .order_by(OrganisationClaim.id.desc())
            .limit(100)
        )
    )


def of_account(
    session: Session, organisation: Organisation, account: Account
) -> OrganisationClaim | None:
    """The person's newest claim on the organisation."""
    return session.scalar(
        sa.select(OrganisationClaim)
        .where(
            OrganisationClaim.organisation_id == organisation.id,
            OrganisationClaim.account_id == account.id,
        )
        .order_by(OrganisationClaim.id.desc())
        .limit(1)
    )


def queue(session: Session, limit: int = 200) -> list[OrganisationClaim]:
    """Claims that wait for the operator, the one due first on top."""
    return list(
        session.scalars(
            sa.select(OrganisationClaim)
            .where(OrganisationClaim.state == _S.AT_OPERATOR)
            .order_by(OrganisationClaim.due_at, OrganisationClaim.id)
            .limit(limit)
        )
    )


def find(
    session: Session, public_id: str, organisation: Organisation | None = None
) -> OrganisationClaim:
    """A claim, or only one on `organisation`. Raises NotFound."""
    query = sa.select(OrganisationClaim).where(OrganisationClaim.public_id == public_id)
    if organisation is not None:
        query = query.where(OrganisationClaim.organisation_id == organisation.id)
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def file_of(session: Session, claim: OrganisationClaim) -> files.StoredFile:
    """The proof of a claim. Raises NotFound."""
    file = session.get(files.StoredFile, claim.file_id) if claim.file_id else None
    if file is None:
        raise NotFound()
    return file


def answer_as_owner(
    session: Session,
    organisation: Organisation,
    claim: OrganisationClaim,
    *,
    accepted: bool,
    actor: Actor,
) -> None:
    """The owner accepts, and the claimant becomes an owner; or objects, and the operator rules."""
    if accepted:
        _accept(session, claim, organisation, _S.AT_OWNER, actor)
    else:
        _to_operator(session, claim, organisation, actor)


def decide(
    session: Session,
    claim: OrganisationClaim,
    *,
    accepted: bool,
    text: str = "",
    replace_owners: bool = False,
    actor: Actor,
) -> None:
    """The operator's ruling. `replace_owners`: the former owners lose the organisation."""
    organisation = session.get_one(Organisation, claim.organisation_id)
    if accepted:
        hold(session, [organisation.id])
        if replace_owners:
            _remove_owners(session, organisation, claim, actor)
        _accept(session, claim, organisation, _S.AT_OPERATOR, actor)
        owners = accounts_with(session, organisation, OrgRole.OWNER)
        for account_id in set(owners) - {claim.account_id}:
            notify(
                session,
                account_id,
                "claim.decided",
                {"organisation": organisation.name},
                link=f"/org/{organisation.public_id}/members",
                key=f"claim.decided:{claim.public_id}:{account_id}",
            )
        return
    text = clean(text)[:1000]
    if len(text) < 5:
        raise Invalid({"text": _l("写明理由，至少 5 个字，认领人会看到。")})
    _move(session, claim, organisation, _S.AT_OPERATOR, _S.REFUSED, "refuse", actor)
    notify(
        session,
        claim.account_id,
        "claim.refused",
        {"organisation": organisation.name, "text": text},
        key=f"claim.refused:{claim.public_id}",
    )


def run_due(limit: int = 100) -> int:
    """Give claims the owner did not answer in time to the operator; returns how many."""
    with unit_of_work() as session:
        rows = session.scalars(
            sa.select(OrganisationClaim)
            .where(OrganisationClaim.state == _S.AT_OWNER, OrganisationClaim.due_at <= clock.now())
            .order_by(OrganisationClaim.id)
            .limit(limit)
        ).all()
        for claim in rows:
            organisation = session.get_one(Organisation, claim.organisation_id)
            _to_operator(session, claim, organisation, SYSTEM)
        return len(rows)


def _accept(
    session: Session,
    claim: OrganisationClaim,
    organisation: Organisation,
    source: ClaimState,
    actor: Actor,
) -> None:
    _move(session, claim, organisation, source, _S.ACCEPTED, "accept", actor)
    account = session.get_one(Account, claim.account_id)
    membership = session.scalar(
        sa.select(Membership).where(
            Membership.organisation_id == organisation.id,
            Membership.account_id == account.id,
            Membership.removed_at.is_(None),
        )
    )
    if membership is None:
        add(session, organisation, account, OrgRole.OWNER)
    else:
        membership.role = OrgRole.OWNER
        session.flush()
    notify(
        session,
        claim.account_id,
        "claim.accepted",
        {"organisation": organisation.name},
        link=f"/org/{organisation.public_id}/",
        key=f"claim.accepted:{claim.public_id}",
    )


def _remove_owners(
    session: Session, organisation: Organisation, claim: OrganisationClaim, actor: Actor
) -> None:
    at = clock.now()
    for account_id in accounts_with(session, organisation, OrgRole.OWNER):
        if account_id == claim.account_id:
            continue
        session.execute(
            sa.update(Membership)
            .where(
                Membership.organisation_id == organisation.id,
                Membership.account_id == account_id,
                Membership.removed_at.is_(None),
            )
            .values(removed_at=at)
        )
        close_invitations(session, organisation.id, account_id)
        public_id = session.get_one(Account, account_id).public_id
        record(
            session,
            "organisation",
            organisation.public_id,
            "remove_member",
            actor=actor,
            from_state=OrgRole.OWNER,
            member=public_id,
            claim=claim.public_id,
        )
        notify(session, account_id, "member.removed", {"organisation": organisation.name})


def _to_operator(
    session: Session, claim: OrganisationClaim, organisation: Organisation, actor: Actor
) -> None:
    due = calendar.due(clock.now(), OPERATOR_DAYS)
    _move(session, claim, organisation, _S.AT_OWNER, _S.AT_OPERATOR, "pass_on", actor, due_at=due)
    notify(
        session,
        claim.account_id,
        "claim.at_operator",
        {"organisation": organisation.name, "until": {"moment": due.isoformat()}},
        key=f"claim.at_operator:{claim.public_id}",
    )


def _move(
    session: Session,
    claim: OrganisationClaim,
    organisation: Organisation,
    source: ClaimState,
    target: ClaimState,
    verb: str,
    actor: Actor,
    **values: Any,
) -> None:
    if target in (_S.ACCEPTED, _S.REFUSED):
        values["answered_at"] = clock.now()
    won = session.execute(
        sa.update(OrganisationClaim)
        .where(OrganisationClaim.id == claim.id, OrganisationClaim.state == source)
        .values(state=target, **values)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(code="answered-already")
    session.refresh(claim)
    _note(session, claim, organisation, verb, actor, source, target)


def _note(
    session: Session,
    claim: OrganisationClaim,
    organisation: Organisation,
    verb: str,
    actor: Actor,
    source: ClaimState | None,
    target: ClaimState,
) -> None:
    record(
        session,
        "claim",
        claim.public_id,
        verb,
        actor=actor,
        from_state=source,
        to_state=target,
        organisation=organisation.public_id,
    )
