"""Models: a row says which one serves, the instance folder holds its files.

Files are skops archives with a closed list of types and a checksum in the row; a file that was
tampered with is refused, and the site says that there is no model.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core import clock
from talentmarket.core.db import Row, text_enum
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.uow import unit_of_work


class ModelKind(StrEnum):
    """What a model is of. One of each kind serves."""

    SKILL_SPACE = "skill_space"
    CATEGORIES = "categories"
    WEIGHTS = "weights"
    TAGS = "tags"


class _Class(NamedTuple):
    """The class of a kind's models, the attribute whose length is that of the names beside it,
    how its files and versions begin, and what else its files may hold."""

    module: str
    name: str
    counted: str
    file: str
    version: str
    parts: tuple[str, ...] = ()

    @property
    def trusted(self) -> list[str]:
        """All types that may stand in a file; any other one is refused."""
        return [f"{self.module}.{self.name}", *self.parts]


_CLASSES = {
    ModelKind.SKILL_SPACE: _Class(
        "talentmarket.matching.space", "SkillSpace", "idf_", "space", "m"
    ),
    ModelKind.CATEGORIES: _Class(
        "talentmarket.matching.categories",
        "CategoryModel",
        "classes_",
        "categories",
        "c",
        ("scipy.sparse._csr.csr_matrix",),
    ),
    ModelKind.WEIGHTS: _Class(
        "talentmarket.matching.outcomes.ranker", "OutcomeRanker", "points_", "weights", "w"
    ),
    ModelKind.TAGS: _Class(
        "talentmarket.matching.tagging.model",
        "TagModel",
        "tags_",
        "tags",
        "g",
        (
            "scipy.sparse._csr.csr_matrix",
            "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
            "talentmarket.matching.tagging.features.TagFeatures",
            "talentmarket.matching.tagging.features._pairs",
            "talentmarket.matching.tagging.reading.Mentions",
            "talentmarket.matching.tagging.scoring.TagScores",
            "talentmarket.matching.tagging.scoring._as_it_is",
        ),
    ),
}


class ModelState(StrEnum):
    """Whether a model serves."""

    CANDIDATE = "candidate"
    CHAMPION = "champion"
    RETIRED = "retired"


_CHAMPION = sa.text("state = 'champion'")


class Model(Row):
    """A trained model. `card` says what it was made from and how good it is."""

    __tablename__ = "models"
    __table_args__ = (
        sa.Index(
            "uq_models_champion",
            "kind",
            unique=True,
            sqlite_where=_CHAMPION,
            postgresql_where=_CHAMPION,
        ),
    )

    kind: Mapped[str] = mapped_column(sa.String(20), default="skill_space")
    version: Mapped[str] = mapped_column(sa.String(40), unique=True)
    file: Mapped[str] = mapped_column(sa.String(120))
    checksum: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[ModelState] = mapped_column(text_enum(ModelState), default=ModelState.CANDIDATE)
    card: Mapped[dict[str, Any]] = mapped_column(default=dict)
    trained_at: Mapped[datetime]
    champion_at: Mapped[datetime | None]


class ModelRefused(Exception):
    """A model file that must not be loaded; the message says why."""


class NothingToLearn(Exception):
    """There is nothing yet that a skill space could be fitted on."""

    def __init__(self) -> None:
        super().__init__("no jobs or profiles with skills yet")


def folder() -> Path:
    """Where this site's models lie."""
    found: Path = current_app.extensions["talentmarket_settings"].instance / "models"
    return found


def save(
    artifact: Any,
    names: Sequence[str],
    card: dict[str, Any],
    kind: ModelKind = ModelKind.SKILL_SPACE,
) -> Model:
    """Write the files, then the row, as a candidate. `names`: what its columns or classes are."""
    from skops.io import dump  # seconds to import: only where a model is written or read

    folder().mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder(), suffix=".part")
    os.close(handle)
    dump(artifact, name)
    checksum = _checksum(Path(name).read_bytes(), names)
    made = _CLASSES[kind]
    file = f"{made.file}-{checksum[:16]}.skops"
    (folder() / f"{file}.json").write_text(json.dumps(list(names)), "utf-8")
    os.replace(name, folder() / file)
    at = clock.now()
    stamp = f"{made.version}-{clock.local(at):%Y.%m}.{checksum[:6]}"
    with unit_of_work() as session:
        known = session.scalar(sa.select(Model).where(Model.version == stamp))
        if known is not None:
            known.card = card
            known.trained_at = at
            return known
        model = Model(
            kind=kind.value,
            version=stamp,
            file=file,
            checksum=checksum,
            card=card,
            trained_at=at,
        )
        session.add(model)
    return model


def promote(version: str, actor: Actor = SYSTEM, verb: str = "promote") -> None:
    """Make this model the one that serves; the one before it retires, and an event says who did it.
    All or nothing. Raises :class:`ModelRefused`."""
    with unit_of_work() as session:
        model = session.scalar(sa.select(Model).where(Model.version == version))
        if model is None:
            raise ModelRefused(f"there is no model {version}")
        if model.state is ModelState.CHAMPION:
            return
        read(model)
        before = champion(session, ModelKind(model.kind))
        if before is not None:
            before.state = ModelState.RETIRED
            session.flush()  # one of a kind serves: the index does not look at the end alone
        model.state = ModelState.CHAMPION
        model.champion_at = clock.now()
        _record(session, verb, actor, model.kind, version, before)


def rollback(kind: ModelKind, actor: Actor = SYSTEM) -> str | None:
    """Let the model serve that served before, and say which; None: the table, before the first
    learned weights. Raises :class:`ModelRefused` where there is nothing to go back to."""
    with unit_of_work() as session:
        before = previous(session, kind)
        version = before.version if before is not None else None
    if version is not None:
        promote(version, actor, "rollback")
    elif kind is not ModelKind.WEIGHTS or not retire(kind, actor):
        raise ModelRefused("there is no model to go back to")
    return version


def retire(kind: ModelKind, actor: Actor = SYSTEM) -> bool:
    """Let no model of this kind serve; whether one did."""
    with unit_of_work() as session:
        before = champion(session, kind)
        if before is None:
            return False
        before.state = ModelState.RETIRED
        _record(session, "rollback", actor, kind, None, before)
        return True


def _record(
    session: Session,
    verb: str,
    actor: Actor,
    kind: str,
    version: str | None,
    before: Model | None,
) -> None:
    replaced = before.version if before is not None else None
    record(
        session, "site", "model", verb, actor=actor, kind=kind, version=version, replaced=replaced
    )


def champion(session: Session, kind: ModelKind = ModelKind.SKILL_SPACE) -> Model | None:
    """The model of a kind that serves."""
    return session.scalar(
        sa.select(Model).where(Model.kind == kind.value, Model.state == ModelState.CHAMPION)
    )


def newest(session: Session, kind: ModelKind = ModelKind.SKILL_SPACE) -> Model | None:
    """The model of a kind that was trained last, whether it serves or not."""
    return session.scalar(
        sa.select(Model)
        .where(Model.kind == kind.value)
        .order_by(Model.trained_at.desc(), Model.id.desc())
        .limit(1)
    )


def previous(session: Session, kind: ModelKind = ModelKind.SKILL_SPACE) -> Model | None:
    """The model that served before, for going back."""
    return session.scalar(
        sa.select(Model)
        .where(
            Model.kind == kind.value,
            Model.state == ModelState.RETIRED,
            Model.champion_at.is_not(None),
        )
        .order_by(Model.champion_at.desc())
        .limit(1)
    )


def note(version: str, name: str, value: Any) -> None:
    """Write something into the card of a model."""
    with unit_of_work() as session:
        model = session.scalars(sa.select(Model).where(Model.version == version)).one()
        model.card = {**model.card, name: value}


def read(model: Model) -> tuple[Any, list[str]]:
    """Load a model's files: the fitted estimator and its names. Raises :class:`ModelRefused`."""
    from skops.io import load

    made = _CLASSES.get(ModelKind(model.kind)) if model.kind in set(ModelKind) else None
    if made is None:
        raise ModelRefused(f"{model.version} is of no kind that is known here")
    path = folder() / model.file
    try:
        content = path.read_bytes()
        names = json.loads((folder() / f"{model.file}.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelRefused(f"the files of {model.version} cannot be read") from error
    if _checksum(content, names) != model.checksum:
        raise ModelRefused(f"the files of {model.version} are not those that were trained")
    expected = getattr(importlib.import_module(made.module), made.name)
    artifact = load(path, trusted=made.trusted)
    if not isinstance(artifact, expected) or len(getattr(artifact, made.counted)) != len(names):
        raise ModelRefused(f"{model.version} holds something else")
    if not expected().get_params().keys() <= vars(artifact).keys():
        raise ModelRefused(f"{model.version} is of an older program: train it anew")
    return artifact, names


def _checksum(content: bytes, names: Sequence[str]) -> str:
    return hashlib.sha256(content + "\n".join(names).encode()).hexdigest()
