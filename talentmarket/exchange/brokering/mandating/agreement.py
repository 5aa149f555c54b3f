"""Versions of the terms: proposed by the firm, confirmed by both, compared.

Whoever confirms says which version and which text (its digest); a version that is no longer the
newest, or says something else, cannot be confirmed. The second confirmation puts it in force.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean_line
from talentmarket.exchange.brokering.mandating import moving
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateLink,
    MandateState,
    MandateTerms,
    Party,
    TermsConfirmation,
)
from talentmarket.exchange.brokering.mandating.stages import PREPARED
from talentmarket.exchange.brokering.mandating.terms import Terms, problems, settled
from talentmarket.exchange.brokering.standing import charges
from talentmarket.members.credit_code import read as read_code
from talentmarket.members.models import Account

#: Stages in which new terms may be proposed.
OPEN_TO_TERMS = (*PREPARED, MandateState.ACTIVE, MandateState.PAUSED)


@dataclass(frozen=True, slots=True)
class Version:
    """A version with who has confirmed it."""

    row: MandateTerms
    confirmed: frozenset[Party]

    @property
    def agreed(self) -> bool:
        """Whether both sides confirmed."""
        return self.confirmed == frozenset(Party)


def versions(session: Session, mandate: Mandate) -> list[Version]:
    """All versions, oldest first."""
    rows = session.scalars(
        sa.select(MandateTerms)
        .where(MandateTerms.mandate_id == mandate.id)
        .options(selectinload(MandateTerms.confirmations))
        .order_by(MandateTerms.number)
        .execution_options(populate_existing=True)
    )
    return [Version(row, frozenset(one.party for one in row.confirmations)) for row in rows]


def newest(session: Session, mandate: Mandate) -> MandateTerms | None:
    """The version proposed last."""
    return session.scalar(
        sa.select(MandateTerms)
        .where(MandateTerms.mandate_id == mandate.id)
        .order_by(MandateTerms.number.desc())
        .limit(1)
    )


def find(session: Session, mandate: Mandate, number: int) -> MandateTerms:
    """A version by its number. Raises NotFound."""
    row = session.scalar(
        sa.select(MandateTerms).where(
            MandateTerms.mandate_id == mandate.id, MandateTerms.number == number
        )
    )
    if row is None:
        raise NotFound()
    return row


def parties(session: Session, row: MandateTerms) -> frozenset[Party]:
    """Who has confirmed a version."""
    return frozenset(
        session.scalars(
            sa.select(TermsConfirmation.party).where(TermsConfirmation.terms_id == row.id)
        )
    )


def require_open(mandate: Mandate) -> None:
    """Raises Conflict for a mandate whose terms cannot be agreed anew."""
    moving.require_state(mandate, MandateState.ACTIVE, MandateState.PAUSED)


def in_force(session: Session, mandate: Mandate) -> MandateTerms | None:
    """The version both have confirmed last; None before the first."""
    if mandate.terms_number is None:
        return None
    return find(session, mandate, mandate.terms_number)


def cleaned(mandate: Mandate, terms: Terms) -> Terms:
    """The terms as they are stored. Raises Invalid with the fields that are wrong.

    The employer of record is the client where nothing else is said.
    """
    terms = settled(
        terms.but(
            record_name=clean_line(terms.record_name)[:160] or mandate.client_name,
            record_uscc=_code("record_uscc", terms.record_uscc),
            host_name=clean_line(terms.host_name)[:160],
            host_uscc=_code("host_uscc", terms.host_uscc),
        )
    )
    if terms.record_name == mandate.client_name:
        terms = terms.but(record_uscc=mandate.client_uscc)
    wrong = problems(terms, free=not charges(mandate.organisation))
    if terms.host_uscc and not terms.host_name:
        wrong["host_name"] = _l("写明实际用工单位的全称。")
    if wrong:
        raise Invalid(wrong)
    return terms


def _code(name: str, given: str) -> str:
    if not clean_line(given):
        return ""
    try:
        return read_code(given).value
    except Invalid as error:
        raise Invalid({name: next(iter(error.errors.values()))}) from error


def propose(
    session: Session, mandate: Mandate, terms: Terms, *, by: Account, actor: Actor
) -> MandateTerms:
    """Write a new version; open links lead to nothing any more. Raises Invalid, Conflict.

    Conflict also where the version says what the newest says already.
    """
    moving.hold(session, mandate)
    moving.require_state(mandate, *OPEN_TO_TERMS)
    terms = cleaned(mandate, terms)
    last = newest(session, mandate)
    if last is not None and last.digest == terms.digest():
        raise Conflict(_l("这些条款与最新版本相同，没有新版本。"), code="same-terms")
    row = MandateTerms(
        mandate_id=mandate.id,
        number=last.number + 1 if last else 1,
        **{name: getattr(terms, name) for name in terms.__slots__},
        digest=terms.digest(),
        proposed_by=by.id,
        proposed_at=clock.now(),
    )
    session.add(row)
    session.flush()
    revoke_links(session, mandate)
    record(
        session,
        "mandate",
        mandate.public_id,
        "propose_terms",
        actor=actor,
        number=row.number,
        digest=row.digest,
    )
    return row


def revoke_links(session: Session, mandate: Mandate) -> None:
    """Make every link of the mandate that was not used worthless."""
    session.execute(
        sa.update(MandateLink)
        .where(
            MandateLink.mandate_id == mandate.id,
            MandateLink.used_at.is_(None),
            MandateLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def confirm(
    session: Session,
    mandate: Mandate,
    party: Party,
    number: int,
    digest: str,
    *,
    account: Account | None = None,
    link: MandateLink | None = None,
    actor: Actor,
) -> bool:
    """One side's yes. True when the version is in force with it.

    The caller holds the mandate. Raises Conflict for a version that is not the newest, says
    something else than was shown, or was confirmed by this side already; Forbidden where the firm's
    yes would come from who proposed it (four eyes).
    """
    row = newest(session, mandate)
    if row is None or row.number != number or row.digest != digest:
        raise Conflict(_l("条款已有新版本，请看过新版本再确认。"), code="other-terms")
    if party is Party.FIRM and account is not None and account.id == row.proposed_by:
        raise Forbidden(
            _l("提出条款的人不能自己代表机构确认，请由另一位成员确认。"), code="same-eyes"
        )
    confirmation = TermsConfirmation(
        terms_id=row.id,
        party=party,
        account_id=account.id if account else None,
        link_id=link.id if link else None,
        confirmed_at=clock.now(),
    )
    try:
        session.add(confirmation)
        session.flush()
    except IntegrityError as error:
        raise Conflict(_l("这个版本已经确认过。"), code="confirmed-already") from error
    record(
        session,
        "mandate",
        mandate.public_id,
        "confirm_terms",
        actor=actor,
        party=str(party),
        number=row.number,
        digest=row.digest,
        link=link.public_id if link else None,
    )
    session.flush()
    if parties(session, row) != frozenset(Party):
        return False
    mandate.terms_number = row.number
    session.flush()
    record(session, "mandate", mandate.public_id, "terms_in_force", actor=actor, number=row.number)
    return True
