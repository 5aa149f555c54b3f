"""What recognising a text gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from talentmarket.taxonomy.years import Years


class Mention(NamedTuple):
    """A concept at a place of the original text.

    `kind`: skill, occupation, region, education or years. `id`: the concept's code (for years the
    text of the span). `level`: 1 了解 … 4 精通, None when nothing is said. `wish`: 优先, 加分.
    `years`: the span asked for, on `years` mentions and on skills it belongs to. `title`: the code
    of the job title an occupation was recognised by.
    """

    kind: str
    id: str
    start: int
    end: int
    name: str
    negated: bool = False
    wish: bool = False
    level: int | None = None
    years: Years | None = None
    title: str | None = None


class SkillDemand(NamedTuple):
    """All mentions of one skill drawn together."""

    id: str
    wish: bool
    level: int | None
    years: Years | None
    mentions: int
    start: int
    end: int


@dataclass(frozen=True)
class Recognition:
    """What was recognised, in the order of the text."""

    text: str
    mentions: tuple[Mention, ...]

    def of(self, kind: str, *, negated: bool = False) -> list[Mention]:
        """The mentions of a kind that are not negated (or all that are)."""
        return [m for m in self.mentions if m.kind == kind and m.negated is negated]

    def ids(self, kind: str) -> list[str]:
        """Codes of a kind in order, each once, without the negated."""
        return list(dict.fromkeys(m.id for m in self.of(kind)))

    @property
    def skills(self) -> list[str]:
        """Codes of the skills."""
        return self.ids("skill")

    @property
    def occupations(self) -> list[str]:
        """Codes of the occupations."""
        return self.ids("occupation")

    @property
    def regions(self) -> list[str]:
        """Codes of the regions."""
        return self.ids("region")

    @cached_property
    def demands(self) -> list[SkillDemand]:
        """One row per skill that is asked for: highest level, a wish only if always a wish."""
        found: dict[str, SkillDemand] = {}
        for m in self.of("skill"):
            old = found.get(m.id)
            if old is None:
                found[m.id] = SkillDemand(m.id, m.wish, m.level, m.years, 1, m.start, m.end)
            else:
                found[m.id] = old._replace(
                    wish=old.wish and m.wish,
                    level=max((v for v in (old.level, m.level) if v), default=None),
                    years=old.years or m.years,
                    mentions=old.mentions + 1,
                )
        return list(found.values())
