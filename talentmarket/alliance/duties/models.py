"""Records the office keeps by law. What was signed is written once: the database refuses to change it.

Who signed stands there as a key, never as a name: the name is the account's and goes with it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.appending import append_only
from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.members.models import Account


class Handling(StrEnum):
    """Handling of personal information that is assessed before it begins (个人信息保护法 art. 55)."""

    AUTOMATED = "automated"  # decisions made by machine
    PROVIDING = "providing"  # entrusted, given to others, published
    SENSITIVE = "sensitive"
    ABROAD = "abroad"
    OTHER = "other"  # else of weight for persons


class Conclusion(StrEnum):
    """What an assessment comes to."""

    ACCEPTABLE = "acceptable"
    WITH_MEASURES = "with_measures"
    STOP = "stop"


def _signer() -> Mapped[int]:
    return mapped_column(Key, sa.ForeignKey("accounts.id"))


class Assessment(Row):
    """One signed version of an impact assessment (个人信息保护法 arts. 55, 56)."""

    __tablename__ = "impact_assessments"
    __table_args__ = (sa.UniqueConstraint("handling", "number"),)

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    handling: Mapped[Handling] = mapped_column(text_enum(Handling))
    number: Mapped[int]  # of the version, from 1
    kinds: Mapped[list[str]] = mapped_column(default=list)  # codes of "personal_data"
    purposes: Mapped[str] = mapped_column(sa.Text)
    effect: Mapped[str] = mapped_column(sa.Text)
    measures: Mapped[str] = mapped_column(sa.Text)
    conclusion: Mapped[Conclusion] = mapped_column(text_enum(Conclusion))
    duty: Mapped[str] = mapped_column(sa.String(60))  # as what it was signed
    signed_by: Mapped[int] = _signer()
    signed_at: Mapped[datetime]
    next_due: Mapped[date]

    signer: Mapped[Account] = relationship()


class Mishap(StrEnum):
    """What happened, or may have happened, to personal information (个人信息保护法 art. 57)."""

    LEAK = "leak"
    TAMPERING = "tampering"
    LOSS = "loss"


class Incident(Row):
    """What happened or may have happened to personal information, as far as it is known by now.

    `people`: how many are concerned, None while unknown. `authority_due`, `persons_due`: by when both
    are told. `spared`: why persons were not told, where the measures averted the harm.
    """

    __tablename__ = "incidents"
    __table_args__ = (sa.Index("ix_incidents_open", "closed_at", "authority_due"),)

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(sa.String(20))
    mishap: Mapped[Mishap] = mapped_column(text_enum(Mishap))
    certain: Mapped[bool]
    happened_at: Mapped[datetime | None]
    found_at: Mapped[datetime]
    kinds: Mapped[list[str]] = mapped_column(default=list)  # codes of "personal_data"
    people: Mapped[int | None]
    what: Mapped[str] = mapped_column(sa.Text)
    cause: Mapped[str] = mapped_column(sa.Text, default="")
    harm: Mapped[str] = mapped_column(sa.Text, default="")
    measures: Mapped[str] = mapped_column(sa.Text, default="")
    advice: Mapped[str] = mapped_column(sa.Text, default="")
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    revision: Mapped[int] = mapped_column(default=1)
    authority_due: Mapped[datetime]
    authority_told_at: Mapped[datetime | None]
    persons_due: Mapped[datetime]
    persons_told_at: Mapped[datetime | None]
    spared: Mapped[str] = mapped_column(sa.Text, default="")
    closed_at: Mapped[datetime | None]

    steps: Mapped[list[IncidentStep]] = relationship(
        order_by="IncidentStep.id", back_populates="incident"
    )


class StepKind(StrEnum):
    """A step in an incident's log."""

    RECORDED = "recorded"
    CHANGED = "changed"  # more is known
    CONTAINED = "contained"
    AUTHORITY = "authority"
    PERSONS = "persons"
    NOT_PERSONS = "not_persons"
    NOTE = "note"
    CLOSED = "closed"


class IncidentStep(Row):
    """One line of an incident's log: when it was done (`at`) and when it was written down."""

    __tablename__ = "incident_steps"

    incident_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("incidents.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(text_enum(StepKind))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    told: Mapped[int | None]  # how many people the site itself told
    noted_at: Mapped[datetime]
    noted_by: Mapped[int] = _signer()

    incident: Mapped[Incident] = relationship(back_populates="steps")
    signer: Mapped[Account] = relationship()


class SelfCheck(Row):
    """A signed yearly self-check (网络招聘服务管理规定 art. 21). `results`: item → result and note."""

    __tablename__ = "self_checks"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    checked_on: Mapped[date] = mapped_column(unique=True)
    results: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[str] = mapped_column(sa.Text)
    duty: Mapped[str] = mapped_column(sa.String(60))
    signed_by: Mapped[int] = _signer()
    signed_at: Mapped[datetime]

    signer: Mapped[Account] = relationship()
    findings: Mapped[list[CheckFinding]] = relationship(
        order_by="CheckFinding.id", back_populates="check"
    )


class CheckFinding(Row):
    """A danger that a self-check found, with the day by which it is removed and how it was."""

    __tablename__ = "self_check_findings"
    __table_args__ = (sa.UniqueConstraint("self_check_id", "item"),)

    self_check_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("self_checks.id"))
    item: Mapped[str] = mapped_column(sa.String(40))
    text: Mapped[str] = mapped_column(sa.Text)
    due_on: Mapped[date]
    fixed_at: Mapped[datetime | None]
    fixed_text: Mapped[str] = mapped_column(sa.Text, default="")
    fixed_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )

    check: Mapped[SelfCheck] = relationship(back_populates="findings")


for _table in (Assessment, IncidentStep, SelfCheck):
    append_only(_table.__table__)  # type: ignore[arg-type]
