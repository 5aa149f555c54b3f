"""What an offer says, the placement that begins when it is accepted, and what happens to it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Fen, Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models.applications import Application


class PlacementState(StrEnum):
    """Stages of a placement; the moves are in :mod:`talentmarket.exchange.brokering.placing.placements`."""

    AGREED = "agreed"
    IN_GUARANTEE = "in_guarantee"
    GUARANTEED = "guaranteed"
    LEFT = "left"
    REPLACED = "replaced"
    REFUNDED = "refunded"
    NOT_STARTED = "not_started"


class HappenedKind(StrEnum):
    """What the fee is reckoned from besides the terms, in the order it happened."""

    STARTED = "started"
    LEFT = "left"
    REPLACED = "replaced"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    RULED = "ruled"


class Offer(Row):
    """The terms of an offer: written once; another one takes its place. Money in fen a month."""

    __tablename__ = "offers"
    __table_args__ = (sa.Index("ix_offers_application", "application_id", "id"),)

    application_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("applications.id", ondelete="CASCADE")
    )
    pay_month: Mapped[int] = mapped_column(Fen)
    pay_months: Mapped[int]
    start_on: Mapped[date]
    region_code: Mapped[str] = mapped_column(sa.String(6))
    #: Months of the labour contract; None for one without an end.
    contract_months: Mapped[int | None]
    probation_months: Mapped[int]
    made_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    made_at: Mapped[datetime]

    @property
    def yearly_pay(self) -> int:
        """A year's pay before tax, fen."""
        return self.pay_month * self.pay_months


class Placement(Row):
    """A person a firm brought and the employer took. One per application, so it counts once."""

    __tablename__ = "placements"
    __table_args__ = (
        sa.Index("ix_placements_referral", "referral_id"),
        sa.Index("ix_placements_guarantee", "state", "guarantee_until"),
        sa.Index("ix_placements_remind", "remind_at"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    application_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("applications.id"), unique=True)
    referral_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("referrals.id"))
    offer_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("offers.id"))
    state: Mapped[PlacementState] = mapped_column(
        text_enum(PlacementState), default=PlacementState.AGREED
    )
    agreed_at: Mapped[datetime]
    started_on: Mapped[date | None]
    guarantee_until: Mapped[date | None]
    #: The operator decided that the start took place; counted apart.
    by_decision: Mapped[bool] = mapped_column(default=False)
    left_on: Mapped[date | None]
    cause: Mapped[Cause | None] = mapped_column(text_enum(Cause))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    #: The placement whose fee is this one's as well: its person left, this one came in their place.
    replaces_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("placements.id"), unique=True
    )
    #: When a side that has not said the start is asked next; None while nobody is. `reminded`: how
    #: often it was since the stage of the application changed.
    remind_at: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(default=0, server_default="0")

    application: Mapped[Application] = relationship()
    referral: Mapped[Referral] = relationship()
    offer: Mapped[Offer] = relationship()
    replaces: Mapped[Placement | None] = relationship(remote_side="Placement.id")
    happened: Mapped[list[PlacementEvent]] = relationship(order_by="PlacementEvent.id")


class PlacementEvent(Row):
    """One thing the fee is reckoned from. Once per kind, but for disputes and rulings."""

    __tablename__ = "placement_events"
    __table_args__ = (sa.UniqueConstraint("placement_id", "key"),)

    placement_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("placements.id"))
    #: What may happen once: the kind, for a dispute with its id.
    key: Mapped[str] = mapped_column(sa.String(48))
    kind: Mapped[HappenedKind] = mapped_column(text_enum(HappenedKind))
    on: Mapped[date] = mapped_column("happened_on")
    cause: Mapped[Cause | None] = mapped_column(text_enum(Cause, "event_cause"))
    amount: Mapped[int] = mapped_column(Fen, default=0)
