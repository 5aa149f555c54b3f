"""A million people as columns, drawn in arrays: skills by occupation and by a power law, the rest as
profiles have it, with what people leave out left out.

Each person has one occupation of the taxonomy. Three skills in four come from those of that
occupation, the others from all; within either the n-th skill is drawn with a chance of 1/n, so that
some are held by a tenth of all people and most by hardly anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from talentmarket.matching.facts import MODES, START_DAYS, JobFacts, Wanted
from talentmarket.matching.tables import Flags, Floats, Ints, Lists, People
from talentmarket.taxonomy.model import Taxonomy

YEAR = 2026
FEWEST, MOST_SKILLS = 10, 16
NEAR_SHARE = 0.75
#: Where people want to work, and how many of a hundred do; the rest does not say.
PLACES = {"510100": 55, "510700": 8, "511500": 6, "510500": 5, "510600": 5, "510000": 13}
CITIES = ("510100", "510116", "510107", "510700", "511500", "510500", "510600")


@dataclass(frozen=True)
class _Drawing:
    """The skills in one order for all, and each occupation's own."""

    names: tuple[str, ...]
    own: tuple[Ints, ...]


def _drawing(taxonomy: Taxonomy, draw: np.random.Generator) -> _Drawing:
    names = tuple(str(one) for one in draw.permutation(sorted(taxonomy.skills)))
    number = {code: n for n, code in enumerate(names)}
    own = tuple(
        np.array(sorted(number[code] for code in taxonomy.skills_of(one)), dtype=np.int64)
        for one in sorted(taxonomy.occupations)
    )
    return _Drawing(names, own)


def _rank(draw: np.random.Generator, count: int, most: Ints | int) -> Ints:
    """Ranks below `most`, each with a chance of 1/rank."""
    return np.minimum((most + 1.0) ** draw.random(count) - 1.0, np.asarray(most) - 1.0).astype(
        np.int64
    )


def _skills(made: _Drawing, draw: np.random.Generator, occupation: Ints) -> Lists:
    """Distinct skills of each person; of those drawn about a quarter is drawn twice."""
    size, every = len(occupation), len(made.names)
    drawn = draw.integers(FEWEST, MOST_SKILLS + 1, size)
    row = np.repeat(np.arange(size), drawn)
    sizes = np.array([len(one) for one in made.own], dtype=np.int64)
    first = np.concatenate(([0], np.cumsum(sizes)))[:-1]
    job = occupation[row]
    near = np.concatenate(made.own)[first[job] + _rank(draw, len(row), sizes[job])]
    far = _rank(draw, len(row), every)
    code = np.where(draw.random(len(row)) < NEAR_SHARE, near, far)
    held = np.sort(row * every + code)
    held = held[np.concatenate(([True], np.diff(held) > 0))]
    row, code = held // every, held % every
    start = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=size))))
    return Lists(start, code, made.names)


def _or_nothing(draw: np.random.Generator, values: Floats, share: float) -> Floats:
    return np.where(draw.random(len(values)) < share, np.nan, values)


def people(taxonomy: Taxonomy, size: int, seed: int) -> People:
    """So many people; the same for the same seed."""
    draw = np.random.default_rng(seed)
    occupations = tuple(sorted(taxonomy.occupations))
    made = _drawing(taxonomy, np.random.default_rng(1))
    occupation = draw.integers(0, len(occupations), size)
    skills = _skills(made, draw, occupation)
    held = len(skills.codes)
    years = np.rint(150 * draw.random(size) ** 1.5)
    skill_years = np.rint(years[skills.rows] * draw.random(held))
    places = tuple(PLACES)
    shares = np.array([*PLACES.values(), 100 - sum(PLACES.values())]) / 100
    place = draw.choice(len(places) + 1, size, p=shares)
    says = place < len(places)
    days = np.array(list(START_DAYS.values()), dtype=np.float64)
    return People(
        ids=tuple(map("p{:09}".format, range(size))),
        education=_or_nothing(
            draw, draw.choice([3.0, 4.0, 5.0, 6.0], size, p=[0.2, 0.35, 0.35, 0.1]), 0.1
        ),
        education_verified=draw.random(size) < 0.2,
        years=_or_nothing(draw, years, 0.1),
        years_verified=draw.random(size) < 0.15,
        moves=_or_nothing(draw, (draw.random(size) < 0.3).astype(np.float64), 0.4),
        pay=_or_nothing(draw, np.rint(draw.gamma(6.0, 2.0, size)) * 100_000, 0.3),
        start_days=_or_nothing(draw, days[draw.integers(0, len(days), size)], 0.3),
        occupations=Lists(np.arange(size + 1), occupation, occupations),
        mode=np.random.default_rng([seed, 1]).choice(
            [0.0, 1.0, 2.0, np.nan], size, p=[0.5, 0.2, 0.1, 0.2]
        ),
        places=Lists(np.concatenate(([0], np.cumsum(says))), place[says], places),
        skills=skills,
        level=_or_nothing(draw, draw.integers(1, 5, held).astype(np.float64), 0.3),
        skill_years=_or_nothing(draw, skill_years, 0.4),
        last_used=_or_nothing(draw, YEAR - np.floor(12 * draw.random(held) ** 3), 0.4),
        verified=_verified(draw, held),
    )


def _verified(draw: np.random.Generator, held: int) -> Flags:
    return np.asarray(draw.random(held) < 0.15)


def jobs(taxonomy: Taxonomy, size: int, seed: int) -> list[JobFacts]:
    """Jobs whose skills are drawn as those of people: 4–8 that are a must, 1–4 wishes."""
    draw = np.random.default_rng(seed)
    occupations = sorted(taxonomy.occupations)
    made = _drawing(taxonomy, np.random.default_rng(1))
    aims = draw.integers(0, len(occupations), size)
    skills = _skills(made, draw, aims)
    ways = np.random.default_rng([seed, 1])
    return [
        _job(taxonomy, draw, ways, f"j{n:09}", occupations[aims[n]],
             [made.names[code] for code in draw.permutation(skills.codes[start:end])])
        for n, (start, end) in enumerate(zip(skills.start[:-1].tolist(), skills.start[1:].tolist(), strict=True))
    ]  # fmt: skip


def _job(
    taxonomy: Taxonomy,
    draw: np.random.Generator,
    ways: np.random.Generator,
    name: str,
    occupation: str,
    skills: list[str],
) -> JobFacts:
    must = int(draw.integers(4, 9))
    levels, years = (None, 2, 3), (None, None, 2, 3)
    pay = int(draw.integers(8, 30)) * 100_000
    return JobFacts(
        id=name,
        wanted=tuple(
            Wanted(
                code,
                _must(taxonomy, code, n, must),
                levels[draw.integers(3)],
                years[draw.integers(4)],
            )
            for n, code in enumerate(skills[: must + int(draw.integers(1, 5))])
        ),
        occupation=occupation,
        education_rank=int(draw.integers(4, 6)),
        years_min=int(draw.integers(1, 6)),
        places=taxonomy.place_chain(str(draw.choice(CITIES))),
        pay_low=pay,
        pay_high=pay * 3 // 2,
        mode=str(ways.choice(list(MODES), p=[0.7, 0.2, 0.1])),
    )


def _must(taxonomy: Taxonomy, code: str, number: int, most: int) -> bool:
    """Of certificates only one that stands first: about one job in twelve asks for a licence."""
    certificate = taxonomy.skills[code].kind == "certificate"
    return number < most and (number == 0 or not certificate)
