"""The models that serve in this process: looked for every few seconds, swapped whole.

A model that is refused, or none, is a stated state and no fault: skills are then related by the
taxonomy alone, and postings are sorted under no category.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from talentmarket.core.db import db
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.outcomes.kinds import KINDS, weights_of
from talentmarket.matching.store import ModelKind, ModelRefused, champion, read
from talentmarket.matching.weights import Weights, table
from talentmarket.taxonomy.model import get_taxonomy

if TYPE_CHECKING:
    from talentmarket.matching.categories import CategoryModel
    from talentmarket.matching.posting import Posting
    from talentmarket.matching.tagging.model import TagModel

LOOK_EVERY = 3.0  # seconds; a new champion serves within five
log = structlog.get_logger(__name__)
Served = TypeVar("Served")


class ModelHandle(ABC, Generic[Served]):
    """What the champion of one kind is made into, and its version; remade when that changes."""

    kind: ModelKind

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked = 0.0
        self._served: tuple[Served] | None = None
        self._version: str | None = None
        self._refused: str | None = None

    @abstractmethod
    def make(self, artifact: Any, names: list[str]) -> Served:
        """What serves; `artifact` None without a model. May raise ModelRefused."""

    def current(self) -> tuple[Served, str | None]:
        """What serves, and the version of its model; None without one."""
        with self._lock:
            if self._served is None or time.monotonic() - self._looked >= LOOK_EVERY:
                self._look()
                self._looked = time.monotonic()
            assert self._served is not None
            return self._served[0], self._version

    def reset(self) -> None:
        """Look again on the next use."""
        with self._lock:
            self._served, self._version, self._refused = None, None, None

    def state(self) -> str:
        """`ok`, or why there is no model: `none`, `refused`."""
        self.current()
        return "refused" if self._refused else "ok" if self._version else "none"

    def _look(self) -> None:
        try:
            found = champion(db.session(), self.kind)
        except SQLAlchemyError:
            db.session.rollback()
            found = None
        version = found.version if found is not None else None
        if self._served is not None and version == (self._version or self._refused):
            return  # a refused one is not read again and again
        artifact, names = None, list[str]()
        self._refused = None
        if found is not None:
            try:
                artifact, names = read(found)
                self._served = (self.make(artifact, names),)
            except ModelRefused as error:
                log.error("model refused", model=version, reason=str(error))
                self._refused, version = version, None
        if version is None:
            self._served = (self.make(None, []),)
        self._version = version


class SpaceHandle(ModelHandle[Kinship]):
    """Nearness of skills; without a model that of the taxonomy's edges."""

    kind = ModelKind.SKILL_SPACE

    def make(self, artifact: Any, names: list[str]) -> Kinship:
        """The taxonomy's edges together with the space."""
        return Kinship(get_taxonomy(), artifact, names)


class CategoryHandle(ModelHandle["CategoryModel | None"]):
    """What is known of recruiters' categories, if anything is."""

    kind = ModelKind.CATEGORIES

    def make(self, artifact: Any, names: list[str]) -> CategoryModel | None:
        """The model as it was stored."""
        found: CategoryModel | None = artifact
        return found


class TagHandle(ModelHandle["TagModel | None"]):
    """What employers name for such a posting, if that was learned."""

    kind = ModelKind.TAGS

    def make(self, artifact: Any, names: list[str]) -> TagModel | None:
        """The model as it was stored."""
        found: TagModel | None = artifact
        return found


class WeightsHandle(ModelHandle[Weights]):
    """What requirements are worth; without a model by the table."""

    kind = ModelKind.WEIGHTS

    def make(self, artifact: Any, names: list[str]) -> Weights:
        """The learned numbers as weights of the score's map."""
        if artifact is None:
            return table()
        if tuple(names) != KINDS:
            raise ModelRefused("these weights are of other requirements than the score has")
        try:
            return weights_of(artifact.points_)
        except ValueError as error:
            raise ModelRefused("these are no weights") from error


class Models(NamedTuple):
    """What scores: nearness of skills, weights, and the version to show for both together."""

    kinship: Kinship
    weights: Weights
    version: str


def register(app: Flask) -> None:
    """Give the app its handles, and `/readyz` the model's state."""
    handle = SpaceHandle()
    app.extensions["talentmarket_model"] = handle
    app.extensions["talentmarket_model_state"] = handle.state
    app.extensions["talentmarket_category_model"] = CategoryHandle()
    app.extensions["talentmarket_tag_model"] = TagHandle()
    app.extensions["talentmarket_weights"] = WeightsHandle()
    app.extensions["talentmarket_categories"] = sorted_under


def models() -> Models:
    """What scores now in this app. The version names the learned weights too, where there are."""
    space: SpaceHandle = current_app.extensions["talentmarket_model"]
    learned: WeightsHandle = current_app.extensions["talentmarket_weights"]
    kinship, version = space.current()
    weights, by = learned.current()
    version = version or "t-" + get_taxonomy().version
    return Models(kinship, weights, version if by is None else f"{version}+{by}")


def current() -> tuple[Kinship, str]:
    """The app's present nearness of skills, and the version to show for a score."""
    kinship, _weights, version = models()
    return kinship, version


def categories() -> CategoryModel | None:
    """The app's present model of categories."""
    found: CategoryHandle = current_app.extensions["talentmarket_category_model"]
    return found.current()[0]


def sorted_under(postings: Sequence[Posting]) -> list[dict[str, int]]:
    """For each posting its categories in quarters; an empty list where none were learned."""
    model = categories()
    return [] if model is None or not postings else model.codes(postings)
