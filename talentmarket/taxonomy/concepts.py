"""The things a taxonomy is made of. Values only; they never change after loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Concept:
    """What all have: a stable code and a name in both languages."""

    code: str
    name_zh: str
    name_en: str

    def name(self, locale: str = "zh") -> str:
        """The name in the reader's language; any locale that is not Chinese reads English."""
        return self.name_zh if str(locale).lower().startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Occupation(Concept):
    """A digital occupation of the national classification (2022 edition and its additions).

    `marker` is "S" (digital) or "L/S" (also green); `batch` the year it entered the list;
    `digital_engineer` says that the digital technology engineer project has a standard for it.
    """

    marker: str
    sub_class_code: str
    sub_class_zh: str
    sub_class_en: str
    batch: str
    digital_engineer: bool

    def sub_class(self, locale: str = "zh") -> str:
        """The name of the sub-class (小类) above it."""
        return self.sub_class_zh if str(locale).lower().startswith("zh") else self.sub_class_en


@dataclass(frozen=True, slots=True)
class Skill(Concept):
    """A skill; `code` is its slug. `broader` and `related` hold skill codes."""

    aliases: tuple[str, ...]
    kind: str
    broader: tuple[str, ...]
    related: tuple[str, ...]
    occupations: tuple[str, ...]
    ambiguous: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All spellings, each once."""
        return tuple(dict.fromkeys((self.name_zh, self.name_en, *self.aliases)))


@dataclass(frozen=True, slots=True)
class Title(Concept):
    """A job title as posts write it; `code` is its slug, `occupation` where it belongs."""

    occupation: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region(Concept):
    """A place. `kind`: province, zone, city, county or area.

    `parent` is the code above (county → city → province; area → city; zone → province),
    `zone` one of Sichuan's five, `counties` what an area touches, `short_zh` what people write.
    """

    short_zh: str
    kind: str
    parent: str
    zone: str
    counties: tuple[str, ...]
    aliases: tuple[str, ...]

    def short(self, locale: str = "zh") -> str:
        """The short name: 成都, Chengdu."""
        return self.short_zh if str(locale).lower().startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class CodeItem(Concept):
    """One row of a code table or rung of a ladder; `extra` holds what its table adds."""

    table: str
    position: int
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """Order for comparing (higher is more); rows without one stand by position."""
        return int(self.extra.get("rank", self.position))
