"""The taxonomy in memory: look-ups, and the ways between concepts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from talentmarket.taxonomy import files
from talentmarket.taxonomy.concepts import CodeItem, Occupation, Region, Skill, Title
from talentmarket.taxonomy.folding import fold_name

SICHUAN = "510000"
#: Kinds of skills that name a technique or tool; the rest says little about what a person does.
TECHNICAL_KINDS = frozenset(
    {
        *("language", "framework", "library", "database", "platform", "tool"),
        *("protocol", "method", "hardware", "design", "operations", "security"),
    }
)


class Taxonomy:
    """All concepts of one version of the data files.

    Dictionaries `occupations`, `skills`, `titles`, `regions` go from code to concept in file
    order; `codes[table]` from code to row. A code that is not there raises KeyError; the
    `find_…` methods give None instead.
    """

    def __init__(
        self,
        occupations: Iterable[Occupation],
        skills: Iterable[Skill],
        titles: Iterable[Title],
        regions: Iterable[Region],
        code_tables: dict[str, list[CodeItem]],
        version: str,
    ) -> None:
        self.version = version
        self.occupations = {item.code: item for item in occupations}
        self.skills = {item.code: item for item in skills}
        self.titles = {item.code: item for item in titles}
        self.regions = {item.code: item for item in regions}
        self.codes = {name: {it.code: it for it in rows} for name, rows in code_tables.items()}
        self._broader = {skill.code: skill.broader for skill in self.skills.values()}
        self._ancestors: dict[str, dict[str, int]] = {}
        self._narrower = _reverse((s.code, s.broader) for s in self.skills.values())
        self._skills_of = _reverse((s.code, s.occupations) for s in self.skills.values())
        self._titles_of = _reverse((t.code, (t.occupation,)) for t in self.titles.values())
        self._children = _reverse((r.code, (r.parent,)) for r in self.regions.values())
        self._skill_by_name = {
            fold_name(name): skill.code for skill in self.skills.values() for name in skill.names
        }
        self._title_by_name = {
            fold_name(name): title.code
            for title in self.titles.values()
            for name in (title.name_zh, title.name_en, *title.aliases)
        }
        self._occupation_by_name = {
            fold_name(name): item.code
            for item in self.occupations.values()
            for name in (item.name_zh, item.name_en)
        }

    # names -----------------------------------------------------------------------------------
    def find_skill(self, name: str) -> Skill | None:
        """The skill of a code or of any spelling of its names."""
        code = name if name in self.skills else self._skill_by_name.get(fold_name(name))
        return self.skills[code] if code else None

    def find_title(self, name: str) -> Title | None:
        """The job title of any spelling."""
        code = self._title_by_name.get(fold_name(name))
        return self.titles[code] if code else None

    def find_occupation(self, name: str) -> Occupation | None:
        """The occupation of a code, its name, or a job title that belongs to it."""
        if name in self.occupations:
            return self.occupations[name]
        if code := self._occupation_by_name.get(fold_name(name)):
            return self.occupations[code]
        title = self.find_title(name)
        return self.occupations[title.occupation] if title else None

    def item(self, table: str, code: str | None) -> CodeItem | None:
        """A row of a code table, None when there is none."""
        return self.codes[table].get(code) if code is not None else None

    def choices(self, table: str, locale: str = "zh") -> list[tuple[str, str]]:
        """(code, name) of a code table in its order, for select fields."""
        return [(item.code, item.name(locale)) for item in self.codes[table].values()]

    # skills ----------------------------------------------------------------------------------
    def ancestors(self, code: str) -> Mapping[str, int]:
        """All broader skills with the least number of steps to each. Not to be changed."""
        found = self._ancestors.get(code)
        if found is None:
            found = self._walk(code, self._broader)
            if code in self._broader:
                self._ancestors[code] = found
        return found

    def descendants(self, code: str) -> dict[str, int]:
        """All narrower skills with the least number of steps to each."""
        return self._walk(code, self._narrower)

    def narrower(self, code: str) -> tuple[str, ...]:
        """Skills one step below."""
        return self._narrower.get(code, ())

    def related(self, code: str) -> tuple[str, ...]:
        """Skills a recruiter takes as near; symmetric, never an ancestor."""
        return self.skills[code].related

    def skills_of(self, occupation: str) -> tuple[str, ...]:
        """Skills that belong to an occupation, in file order."""
        return self._skills_of.get(occupation, ())

    def titles_of(self, occupation: str) -> tuple[str, ...]:
        """Job titles of an occupation, in file order."""
        return self._titles_of.get(occupation, ())

    @staticmethod
    def _walk(code: str, edges: dict[str, tuple[str, ...]]) -> dict[str, int]:
        steps: dict[str, int] = {}
        edge_codes, distance = edges.get(code, ()), 1
        while edge_codes:
            fresh = [key for key in dict.fromkeys(edge_codes) if key not in steps]
            steps.update(dict.fromkeys(fresh, distance))
            edge_codes = tuple(key for parent in fresh for key in edges.get(parent, ()))
            distance += 1
        return steps

    # places ----------------------------------------------------------------------------------
    def city_of(self, code: str | None) -> Region | None:
        """The city a county or area lies in; a city itself; None for wider places."""
        region = self.regions.get(code or "")
        while region is not None and region.kind in ("county", "area"):
            region = self.regions.get(region.parent)
        return region if region is not None and region.kind == "city" else None

    def zone_of(self, code: str | None) -> Region | None:
        """The economic zone of a place in Sichuan; None elsewhere and for the province."""
        region = self.regions.get(code or "")
        if region is None or region.kind == "zone":
            return region
        return self.regions.get(region.zone) if region.zone else None

    def province_of(self, code: str | None) -> Region | None:
        """The province a place lies in."""
        region = self.regions.get(code or "")
        while region is not None and region.parent:
            region = self.regions.get(region.parent)
        return region

    def place_chain(self, code: str) -> tuple[str, ...]:
        """Codes from the place itself up to its province, the zone among them."""
        chain, region = [code], self.regions[code]
        while region.parent:
            if region.kind == "city" and region.zone:
                chain.append(region.zone)
            region = self.regions[region.parent]
            chain.append(region.code)
        return tuple(chain)

    def within(self, code: str) -> frozenset[str]:
        """The place and every place in it (an area: the counties it touches)."""
        region = self.regions[code]
        if region.kind == "zone":
            cities = [r.code for r in self.regions.values() if r.zone == code and r.kind == "city"]
            return frozenset({code}.union(*(self.within(city) for city in cities)))
        found = {code, *region.counties}
        for child in self._children.get(code, ()):
            found |= self.within(child) if self.regions[child].kind != "area" else {child}
        return frozenset(found)

    def regions_of_kind(self, kind: str, parent: str | None = None) -> list[Region]:
        """Places of a kind in code order, below `parent` when it is given."""
        return [
            region
            for region in self.regions.values()
            if region.kind == kind and (parent is None or region.parent == parent)
        ]

    def place_name(self, code: str, locale: str = "zh") -> str:
        """A place with its city: 成都·武侯区, "Wuhou District, Chengdu"."""
        region, city = self.regions[code], self.city_of(code)
        if city is None or city.code == code:
            return region.short(locale)
        if str(locale).lower().startswith("zh"):
            return f"{city.short_zh}·{region.name_zh}"
        return f"{region.name_en}, {city.name_en}"


def _reverse(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code, targets in pairs:
        for target in targets:
            found[target].append(code)
    return {target: tuple(codes) for target, codes in found.items()}


def load(folder: Path = files.DATA) -> Taxonomy:
    """Read a taxonomy from a folder of data files."""
    return Taxonomy(
        files.read_occupations(folder),
        files.read_skills(folder),
        files.read_titles(folder),
        files.read_regions(folder),
        files.read_code_tables(folder),
        files.version(folder),
    )


@lru_cache(maxsize=1)
def get_taxonomy() -> Taxonomy:
    """The taxonomy of the program's own data files, read once per process."""
    return load()
