"""What an offer says: pay, start, county, term and probation; checked against the law, then made.

The probation is bounded by the term of the contract (劳动合同法 art. 19): none under three months, one
month under a year, two under three years, six from there on and without an end.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Invalid
from talentmarket.core.events import Actor
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.placing.models import Offer
from talentmarket.exchange.models import Application
from talentmarket.exchange.posting import longest_probation
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account
from talentmarket.taxonomy.model import get_taxonomy

PAY_MONTHS = (12, 24)
PAY_MOST = 1_000_000_00  # fen a month: more is a slip of the pen
START_LATEST = timedelta(days=365)
CONTRACT_MONTHS_MOST = 120


@dataclass(frozen=True, slots=True)
class OfferValues:
    """What the employer offers. Money in fen a month before tax; `contract_months` None: no end."""

    pay_month: int | None
    pay_months: int | None
    start_on: date | None
    region_code: str
    contract_months: int | None
    probation_months: int


def problems(values: OfferValues, today: date) -> dict[str, Any]:
    """Field → message for what cannot be offered."""
    wrong: dict[str, Any] = {}
    if values.pay_month is None or not 0 < values.pay_month <= PAY_MOST:
        wrong["pay_month"] = _l("填写月薪（元），大于 0、不超过 100 万。")
    least, most = PAY_MONTHS
    if values.pay_months is None or not least <= values.pay_months <= most:
        wrong["pay_months"] = _l("一年发薪月数为 12 到 24。")
    if values.start_on is None or not today <= values.start_on <= today + START_LATEST:
        wrong["start_on"] = _l("入职日期须在今天起一年之内。")
    if values.region_code not in get_taxonomy().regions:
        wrong["region_code"] = _l("选择工作所在的区县。")
    term = values.contract_months
    if term is not None and not 1 <= term <= CONTRACT_MONTHS_MOST:
        wrong["contract_months"] = _l("合同期限为 1 到 120 个月；无固定期限请留空。")
    elif not 0 <= values.probation_months <= longest_probation(term):
        wrong["probation_months"] = _l(
            "这样的合同期限，试用期最长 %(months)s 个月（劳动合同法第十九条）。",
            months=longest_probation(term),
        )
    return wrong


def make(
    session: Session,
    application: Application,
    values: OfferValues,
    *,
    revision: int | None = None,
    author: Account,
    actor: Actor,
) -> Offer:
    """Offer: the terms are kept and the application moves on. Raises Invalid, Conflict."""
    if wrong := problems(values, clock.today()):
        raise Invalid(wrong)
    offer = Offer(
        application_id=application.id, made_by=author.id, made_at=clock.now(), **asdict(values)
    )
    session.add(offer)
    session.flush()
    moves.move(session, application, "offer", by=By.ORGANISATION, actor=actor, revision=revision)
    return offer


def current(session: Session, application: Application) -> Offer | None:
    """The offer that stands: the last one made."""
    return session.scalar(
        sa.select(Offer)
        .where(Offer.application_id == application.id)
        .order_by(Offer.id.desc())
        .limit(1)
    )
