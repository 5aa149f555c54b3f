"""Models: a row says which one serves, the instance folder holds its files.

Files are skops archives with a closed list of types and a checksum in the row; a file that was
tampered with is refused, and the site says that there is no model.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core import clock
from talentmarket.core.db import Row, db, text_enum
from talentmarket.core.uow import unit_of_work
from talentmarket.matching.kinship import Kinship
from talentmarket.taxonomy.model import get_taxonomy

if TYPE_CHECKING:
    from talentmarket.matching.space import SkillSpace

TRUSTED = ["talentmarket.matching.space.SkillSpace"]
LOOK_EVERY = 3.0  # seconds; a new champion serves within five
log = structlog.get_logger(__name__)


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


def folder() -> Path:
    """Where this site's models lie."""
    found: Path = current_app.extensions["talentmarket_settings"].instance / "models"
    return found


def save(space: SkillSpace, skills: Sequence[str], card: dict[str, Any]) -> Model:
    """Write the files, then the row, as a candidate."""
    from skops.io import dump  # seconds to import: only where a model is written or read

    folder().mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder(), suffix=".part")
    os.close(handle)
    dump(space, name)
    content = Path(name).read_bytes()
    checksum = hashlib.sha256(content + "\n".join(skills).encode()).hexdigest()
    file = f"space-{checksum[:16]}.skops"
    (folder() / f"{file}.json").write_text(json.dumps(list(skills)), "utf-8")
    os.replace(name, folder() / file)
    at = clock.now()
    stamp = f"m-{clock.local(at):%Y.%m}.{checksum[:6]}"
    with unit_of_work() as session:
        known = session.scalar(sa.select(Model).where(Model.version == stamp))
        if known is not None:
            known.card = card
            return known
        model = Model(version=stamp, file=file, checksum=checksum, card=card, trained_at=at)
        session.add(model)
    return model


def promote(version: str) -> None:
    """Make this model the one that serves; the one before it retires. Both or none."""
    with unit_of_work() as session:
        model = session.scalar(sa.select(Model).where(Model.version == version))
        if model is None:
            raise ModelRefused(f"there is no model {version}")
        if model.state is ModelState.CHAMPION:
            return
        read(model)
        session.execute(
            sa.update(Model)
            .where(Model.kind == model.kind, Model.state == ModelState.CHAMPION)
            .values(state=ModelState.RETIRED)
        )
        model.state = ModelState.CHAMPION
        model.champion_at = clock.now()


def champion(session: Session) -> Model | None:
    """The model that serves."""
    return session.scalar(sa.select(Model).where(Model.state == ModelState.CHAMPION))


def previous(session: Session) -> Model | None:
    """The model that served before, for going back."""
    return session.scalar(
        sa.select(Model)
        .where(Model.state == ModelState.RETIRED, Model.champion_at.is_not(None))
        .order_by(Model.champion_at.desc())
        .limit(1)
    )


def read(model: Model) -> tuple[SkillSpace, list[str]]:
    """Load a model's files. Raises :class:`ModelRefused`."""
    from skops.io import load

    from talentmarket.matching.space import SkillSpace

    path = folder() / model.file
    try:
        content = path.read_bytes()
        skills = json.loads((folder() / f"{model.file}.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelRefused(f"the files of {model.version} cannot be read") from error
    if hashlib.sha256(content + "\n".join(skills).encode()).hexdigest() != model.checksum:
        raise ModelRefused(f"the files of {model.version} are not those that were trained")
    space = load(path, trusted=TRUSTED)
    if not isinstance(space, SkillSpace) or len(space.idf_) != len(skills):
        raise ModelRefused(f"{model.version} holds something else")
    return space, skills


class ModelHandle:
    """The champion of this process: looked for every few seconds, swapped whole."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked = -LOOK_EVERY
        self._version: str | None = None
        self._kinship: Kinship | None = None
        self._refused: str | None = None

    def current(self) -> tuple[Kinship, str]:
        """Nearness of skills and the version to show; without a model the taxonomy's edges."""
        with self._lock:
            if self._kinship is None or time.monotonic() - self._looked >= LOOK_EVERY:
                self._look()
                self._looked = time.monotonic()
            assert self._kinship is not None
            return self._kinship, self._version or "t-" + get_taxonomy().version

    def reset(self) -> None:
        """Look again on the next use."""
        with self._lock:
            self._kinship, self._version, self._refused = None, None, None

    def state(self) -> str:
        """`ok`, or why there is no model: `none`, `refused`."""
        self.current()
        return "refused" if self._refused else "ok" if self._version else "none"

    def _look(self) -> None:
        try:
            found = champion(db.session())
        except SQLAlchemyError:
            db.session.rollback()
            found = None
        version = found.version if found is not None else None
        if self._kinship is not None and version == self._version:
            return
        space, skills = None, list[str]()
        self._refused = None
        if found is not None:
            try:
                space, skills = read(found)
            except ModelRefused as error:
                log.error("model refused", model=version, reason=str(error))
                self._refused, version = version, None
        self._kinship = Kinship(get_taxonomy(), space, skills)
        self._version = version


def register(app: Flask) -> None:
    """Give the app its handle, and `/readyz` the model's state."""
    handle = ModelHandle()
    app.extensions["talentmarket_model"] = handle
    app.extensions["talentmarket_model_state"] = handle.state


def current() -> tuple[Kinship, str]:
    """The app's present nearness of skills, and the model version."""
    found: ModelHandle = current_app.extensions["talentmarket_model"]
    return found.current()
