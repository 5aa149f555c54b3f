"""The taxonomy's tables: what foreign keys and reports stand on.

Codes are the keys and never change. A concept that leaves the data files keeps its row and gets
`retired_at`, so that what was written with it can still be read.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talentmarket.core.db import Base, text_enum


class Marker(StrEnum):
    """S: digital occupation; L/S: digital and green."""

    DIGITAL = "S"
    DIGITAL_GREEN = "L/S"


class RegionKind(StrEnum):
    """What a region is."""

    PROVINCE = "province"
    ZONE = "zone"
    CITY = "city"
    COUNTY = "county"
    AREA = "area"


class EdgeKind(StrEnum):
    """How one skill stands to another."""

    BROADER = "broader"
    RELATED = "related"


class ConceptRow(Base):
    """What all concept tables have."""

    __abstract__ = True

    name_zh: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(160))
    retired_at: Mapped[datetime | None]


class OccupationRow(ConceptRow):
    """A digital occupation."""

    __tablename__ = "occupations"

    code: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    marker: Mapped[Marker] = mapped_column(text_enum(Marker))
    sub_class_code: Mapped[str] = mapped_column(sa.String(16), index=True)
    sub_class_zh: Mapped[str] = mapped_column(sa.String(120))
    sub_class_en: Mapped[str] = mapped_column(sa.String(160))
    batch: Mapped[str] = mapped_column(sa.String(8))
    digital_engineer: Mapped[bool]


class SkillRow(ConceptRow):
    """A skill."""

    __tablename__ = "skills"

    code: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16), index=True)


class SkillName(Base):
    """A spelling of a skill by its folded form, which belongs to one skill only."""

    __tablename__ = "skill_names"

    folded: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    skill_code: Mapped[str] = mapped_column(sa.ForeignKey("skills.code"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    ambiguous: Mapped[bool]


class SkillEdge(Base):
    """A step from a skill to a broader or related one; related pairs stand both ways."""

    __tablename__ = "skill_edges"

    skill_code: Mapped[str] = mapped_column(sa.ForeignKey("skills.code"), primary_key=True)
    other_code: Mapped[str] = mapped_column(
        sa.ForeignKey("skills.code"), primary_key=True, index=True
    )
    kind: Mapped[EdgeKind] = mapped_column(text_enum(EdgeKind), primary_key=True)


class SkillOccupation(Base):
    """A skill belongs to an occupation."""

    __tablename__ = "skill_occupations"

    skill_code: Mapped[str] = mapped_column(sa.ForeignKey("skills.code"), primary_key=True)
    occupation_code: Mapped[str] = mapped_column(
        sa.ForeignKey("occupations.code"), primary_key=True, index=True
    )


class JobTitleRow(ConceptRow):
    """A job title and its occupation."""

    __tablename__ = "job_titles"

    code: Mapped[str] = mapped_column(sa.String(96), primary_key=True)
    occupation: Mapped[str] = mapped_column(sa.ForeignKey("occupations.code"), index=True)


class RegionRow(ConceptRow):
    """A place. `parent` and `zone` are codes of the same table."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    short_zh: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[RegionKind] = mapped_column(text_enum(RegionKind), index=True)
    parent: Mapped[str | None] = mapped_column(sa.ForeignKey("regions.code"), index=True)
    zone: Mapped[str | None] = mapped_column(sa.ForeignKey("regions.code"), index=True)


class CodeItemRow(ConceptRow):
    """A row of a code table or a rung of a ladder; `extra` is stored and read whole."""

    __tablename__ = "code_items"

    table: Mapped[str] = mapped_column("code_table", sa.String(40), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    position: Mapped[int]
    extra: Mapped[dict[str, Any]]


class TaxonomyVersion(Base):
    """Each version of the data files that was loaded, and when."""

    __tablename__ = "taxonomy_versions"

    version: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    loaded_at: Mapped[datetime]
