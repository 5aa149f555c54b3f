"""What a firm may not do now because of a step against it; asked before it joins or asks."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Forbidden
from talentmarket.exchange.brokering.firms.models import FirmMeasure, MeasureRuling
from talentmarket.exchange.brokering.firms.steps import ORDER, Step, holds
from talentmarket.members.models import Organisation

_SAID = {
    Step.NO_JOINING: _l("因违反平台规则，本机构暂不能加入开放的委托。原因和申诉见“规则与处置”。"),
    Step.NO_ASKING: _l("因违反平台规则，本机构暂不能询问新的人才。原因和申诉见“规则与处置”。"),
}


def in_force(session: Session, firm: Organisation) -> list[FirmMeasure]:
    """The steps that hold now, the furthest first."""
    rows = session.scalars(
        sa.select(FirmMeasure).where(
            FirmMeasure.organisation_id == firm.id,
            sa.or_(FirmMeasure.until.is_(None), FirmMeasure.until > clock.now()),
            sa.or_(FirmMeasure.ruling.is_(None), FirmMeasure.ruling != MeasureRuling.LIFTED),
        )
    )
    return sorted(rows, key=lambda one: ORDER.index(one.step), reverse=True)


def require(session: Session, firm: Organisation, lost: Step) -> None:
    """Raises Forbidden where a step against the firm takes this away now."""
    if any(holds(one.step, lost) for one in in_force(session, firm)):
        raise Forbidden(_SAID[lost], code=f"measure-{lost}")
