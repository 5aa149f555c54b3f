"""Papers that were handed out, so that a code printed on one can be held against it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talentmarket.core.appending import append_only
from talentmarket.core.db import PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id


class PaperKind(StrEnum):
    """What a paper is."""

    LETTER = "letter"  # 委托书
    RECEIPT = "receipt"  # 推荐回执
    STATEMENT = "statement"  # 服务费对账单


class Paper(Row):
    """A paper as it was handed out. Append-only.

    `facts`: what it says, as flat names and values; ids, codes, amounts and names of organisations
    only, never a person's, so that erasing a person needs no change here. `content`: SHA-256 of
    them; the same content is one paper however often it is asked for. `code`: what is printed.
    """

    __tablename__ = "papers"
    __table_args__ = (sa.Index("ix_papers_subject", "subject_type", "subject_id"),)

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    kind: Mapped[PaperKind] = mapped_column(text_enum(PaperKind))
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[str] = mapped_column(PublicId)
    organisation: Mapped[str] = mapped_column(PublicId)  # public id of who hands it out
    issued_at: Mapped[datetime]
    issued_by: Mapped[str | None] = mapped_column(PublicId)
    facts: Mapped[dict[str, Any]]
    content: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)


append_only(Paper.__table__)  # type: ignore[arg-type]
