"""Who may work on a mandate today: its own firm, and those that joined while it is open."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock
from talentmarket.core.errors import Forbidden
from talentmarket.exchange.brokering.joining.models import Joining, JoiningState
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateTerms
from talentmarket.exchange.brokering.mandating.stages import AT_WORK
from talentmarket.members.models import Organisation


def opened_now() -> sa.ColumnElement[bool]:
    """Mandates (in a question about :class:`Mandate`) whose terms in force open them to others.

    Terms come into force by both sides' yes alone, so the employer has countersigned this.
    """
    return sa.exists().where(
        MandateTerms.mandate_id == Mandate.id,
        MandateTerms.number == Mandate.terms_number,
        MandateTerms.opened.is_(True),
    )


def part_of(session: Session, mandate: Mandate, firm: Organisation) -> Joining | None:
    """The firm's part in another's mandate, the last one where there were several."""
    return session.scalar(
        sa.select(Joining)
        .where(Joining.mandate_id == mandate.id, Joining.firm_id == firm.id)
        .order_by(Joining.id.desc())
        .limit(1)
    )


def check_works(session: Session, mandate: Mandate, firm: Organisation) -> None:
    """Raises Forbidden for a firm that may ask nobody new under this mandate: not its own, and not
    joined, or the terms no longer open it."""
    if mandate.organisation_id == firm.id:
        return
    part = part_of(session, mandate, firm)
    if part is None or part.state is not JoiningState.JOINED:
        raise Forbidden(_l("本机构没有加入这份委托，不能询问或推荐人才。"), code="not-joined")
    if not session.scalar(sa.select(opened_now().where(Mandate.id == mandate.id))):
        raise Forbidden(_l("这份委托已不对其他机构开放，不能询问新的人才。"), code="not-opened")


def check_may_send(
    session: Session, mandate: Mandate, firm: Organisation, states: tuple[JoiningState, ...]
) -> None:
    """Raises Forbidden where the firm's part is in none of `states` and the mandate is not its own."""
    if mandate.organisation_id == firm.id:
        return
    part = part_of(session, mandate, firm)
    if part is None or part.state not in states:
        raise Forbidden(_l("本机构已不在这份委托里，不能推荐人才。"), code="not-joined")


def mandates_at_work(session: Session, firm: Organisation) -> list[Mandate]:
    """The mandates under which the firm may ask people today: its own and those it joined."""
    joined = sa.select(Joining.mandate_id).where(
        Joining.firm_id == firm.id, Joining.state == JoiningState.JOINED
    )
    return list(
        session.scalars(
            sa.select(Mandate)
            .options(joinedload(Mandate.job))
            .where(
                sa.or_(
                    Mandate.organisation_id == firm.id,
                    sa.and_(Mandate.id.in_(joined), opened_now()),
                ),
                Mandate.state.in_(AT_WORK),
                Mandate.valid_until >= clock.today(),
                Mandate.job_id.is_not(None),
            )
            .order_by(Mandate.id.desc())
            .limit(200)
        )
    )
