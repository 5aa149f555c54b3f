"""What a list costs to be put in order: scores in arrays beside the explained score, pair by pair."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from talentmarket.matching.facts import START_DAYS, Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.score import score
from talentmarket.matching.space import SkillSpace
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.vector import score_all
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy

YEAR = 2026
PEOPLE, SKILLS_HELD, SKILLS_ASKED = 1_000, 10, 9
PLACES = ("510100", "510700", "511500", "510000")
PROOF = (Evidence("certificate", "-", True),)


@benchmark("score_1000")
def score_1000(options: Options) -> Iterator[Row]:
    """Microseconds of processor time a pair, one job with a thousand people, best round of each.

    The reference is the same list scored with its explanations, which must give the same points.
    """
    taxonomy, chance = get_taxonomy(), random.Random(7)
    people = [_person(taxonomy, chance, number) for number in range(PEOPLE)]
    job = _job(taxonomy, chance)
    kinship = _trained(taxonomy, people)
    columns, posting = people_of(people), jobs_of([job])

    def arrays() -> list[int | None]:
        scores = score_all(posting, columns, kinship, YEAR)
        return [one.total for one in scores.standings()]

    def explained() -> list[int | None]:
        return [score(job, one, kinship, YEAR, "").total for one in people]

    if arrays() != explained():
        raise AssertionError("the two scores differ")
    ours = _best(arrays, options.size(20, 5)) / PEOPLE
    theirs = _best(explained, options.size(5, 2)) / PEOPLE
    progress(f"score_1000: {ours:.1f} µs a pair in arrays, {theirs:.0f} µs explained")
    yield row("score_1000", ours, "µs", reference=theirs, target=0.1)


def drawn_list(taxonomy: Taxonomy) -> list[TalentFacts]:
    """A thousand people as a recall gives them; the same each time."""
    chance = random.Random(7)
    return [_person(taxonomy, chance, number) for number in range(PEOPLE)]


def _best(work: Callable[[], object], rounds: int) -> float:
    """Microseconds of processor time: what else runs can only slow a round down."""
    took = []
    for _ in range(rounds):
        start = time.process_time_ns()
        work()
        took.append((time.process_time_ns() - start) / 1000)
    return min(took)


def _some_skills(taxonomy: Taxonomy, chance: random.Random, count: int) -> list[str]:
    """Mostly of one occupation, as people and jobs have them."""
    own = list(taxonomy.skills_of(chance.choice(sorted(taxonomy.occupations))))
    near = chance.sample(own, min(len(own), count - 2))
    far = chance.sample(sorted(taxonomy.skills), count - len(near))
    return list(dict.fromkeys([*near, *far]))


def _person(taxonomy: Taxonomy, chance: random.Random, number: int) -> TalentFacts:
    skills = _some_skills(taxonomy, chance, SKILLS_HELD)
    return TalentFacts(
        id=f"person-{number:06}",
        held=tuple(
            Held(
                code,
                chance.choice((None, 1, 2, 3, 4)),
                chance.choice((None, 10, 25, 60)),
                chance.choice((None, YEAR, YEAR - 5, YEAR - 8)),
                PROOF if chance.random() < 0.2 else (),
            )
            for code in skills
        ),
        occupations=(chance.choice(sorted(taxonomy.occupations)),),
        education_rank=chance.choice((None, 3, 4, 5, 6)),
        years_tenths=chance.randrange(150),
        places=(chance.choice(PLACES),),
        moves=chance.choice((None, True, False)),
        pay_low=chance.randrange(5, 40) * 100_000,
        availability=chance.choice((None, *START_DAYS)),
    )


def _job(taxonomy: Taxonomy, chance: random.Random) -> JobFacts:
    skills = _some_skills(taxonomy, chance, SKILLS_ASKED)
    return JobFacts(
        id="job",
        wanted=tuple(
            Wanted(code, chance.random() < 0.6, chance.choice((None, 2, 3)), chance.choice((0, 3)))
            for code in skills
        ),
        occupation=sorted(taxonomy.occupations)[0],
        education_rank=5,
        years_min=3,
        places=("510116", "510100", "510000"),
        pay_low=1_500_000,
        pay_high=2_500_000,
    )


def _trained(taxonomy: Taxonomy, people: list[TalentFacts]) -> Kinship:
    skills = sorted(taxonomy.skills)
    column = {code: number for number, code in enumerate(skills)}
    seen = np.zeros((len(people), len(skills)))
    for number, one in enumerate(people):
        seen[number, [column[code] for code in one.by_skill]] = 1.0
    return Kinship(taxonomy, SkillSpace(min_df=2).fit(seen), skills)
