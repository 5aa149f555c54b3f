"""The product's matching on a planted market: who is found for a job, which jobs for a person.

The same steps as the site: the skill space is fitted on what profiles and postings say, candidates
come from the search engine, scores from the arrays. Beside it stand two usual ways that know skills
and nothing else, so that a figure says something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from search.backend import SearchBackend
from search.documents import Document
from search.embedded.backend import EmbeddedBackend
from search.fields import Kind
from search.requests import RecallRequest
from talentmarket.discovery.evaluating import exposure
from talentmarket.discovery.evaluating.planted import Market, Side, World, market
from talentmarket.matching import recall, training
from talentmarket.matching.facts import Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.mutual import Offer, Wishes
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.taking import take, take_jobs
from talentmarket.matching.vector import Scores, Standing, score_all
from talentmarket.taxonomy.model import Taxonomy

FIRST = 20
KNOWN = 50  # people of a job that a list for both sides chooses from
LSA = 64  # dimensions of the second of the usual ways
SOME = 250  # rows compared with all others at once
YEAR, TODAY = 2026, 0
Grades = NDArray[np.int8]
Ranks = NDArray[np.int64]


@dataclass(frozen=True)
class Both:
    """Rows of people and rows of jobs. As lists of the first twenty: people for each job asked, jobs
    for each person asked, -1 where a list is shorter."""

    people: Ranks
    jobs: Ranks


def grades(market: Market, right: float) -> Grades:
    """Jobs × people: 0 not right, 1 right, 2 and 3 where a third or two thirds of what is left to
    all that the job needs is there too."""
    step = (1.0 - right) / 3
    found = np.zeros(market.fit.shape, dtype=np.int8)
    for grade in range(3):
        found += market.fit >= np.float32(right + grade * step)
    return found


# -- the usual ways --------------------------------------------------------------------------------
def usual(market: Market, asked: Both) -> dict[str, Both]:
    """Exact skills by TF-IDF, and the same after a truncated SVD (latent semantic analysis)."""
    people, jobs = (said(side, market.names) for side in (market.people, market.jobs))
    weighted = TfidfTransformer().fit(sp.vstack([people, jobs]))
    people, jobs = weighted.transform(people), weighted.transform(jobs)
    space = TruncatedSVD(LSA, random_state=0).fit(sp.vstack([people, jobs]))
    near_people, near_jobs = (normalize(space.transform(side)) for side in (people, jobs))
    return {
        "tfidf": Both(_nearest(jobs[asked.jobs], people), _nearest(people[asked.people], jobs)),
        "lsa": Both(
            _nearest(near_jobs[asked.jobs], near_people),
            _nearest(near_people[asked.people], near_jobs),
        ),
    }


def said(side: Side, names: int) -> sp.csr_matrix:
    """Documents × skill names."""
    ones = np.ones(len(side.skill))
    return sp.csr_matrix((ones, (side.document, side.skill)), shape=(side.size, names))


def _nearest(ones: sp.csr_matrix, others: sp.csr_matrix) -> Ranks:
    found = []
    for start in range(0, ones.shape[0], SOME):
        near = ones[start : start + SOME] @ others.T
        near = near.toarray() if sp.issparse(near) else near
        found.append(np.argsort(-near, axis=1, kind="stable")[:, :FIRST])
    return np.concatenate(found)


# -- the product -----------------------------------------------------------------------------------
def facts(market: Market) -> tuple[list[JobFacts], list[TalentFacts]]:
    """Both sides as the score reads them. Row n has the id "n"."""
    wanted: list[list[Wanted]] = [[] for _ in range(market.jobs.size)]
    for row, skill, level, must in _rows(market.jobs):
        wanted[row].append(Wanted(_name(skill), must, level))
    held: list[list[Held]] = [[] for _ in range(market.people.size)]
    for row, skill, level, _ in _rows(market.people):
        held[row].append(Held(_name(skill), level))
    return (
        [JobFacts(str(row), tuple(some)) for row, some in enumerate(wanted)],
        [TalentFacts(str(row), tuple(some)) for row, some in enumerate(held)],
    )


def _rows(side: Side) -> Iterator[tuple[int, int, int | None, bool]]:
    columns = (side.document, side.skill, side.level, side.must)
    for row, skill, level, must in zip(*(column.tolist() for column in columns), strict=True):
        yield row, skill, level or None, must


def _name(skill: int) -> str:
    return f"s{skill}"


def kinship_of(market: Market) -> Kinship:
    """The skill space of what both sides say, without a vocabulary that relates skills."""
    people, jobs = (said(side, market.names) for side in (market.people, market.jobs))
    seen = sp.vstack([jobs, people], format="csr")
    apart = np.arange(seen.shape[0]) % training.HELD_OUT == training.WHICH
    asked = training.some_of(seen[apart])
    space = training.fit(seen[~apart], asked)
    nothing = Taxonomy((), (), (), (), {}, "planted")
    return Kinship(nothing, space, [_name(skill) for skill in range(market.names)])


@contextmanager
def engine(
    folder: Path, jobs: Sequence[JobFacts], people: Sequence[TalentFacts]
) -> Iterator[SearchBackend]:
    """The embedded engine with both sides."""
    backend = EmbeddedBackend(folder, "planted", writable=True)
    try:
        with backend.rebuild(Kind.TALENT) as writer:
            writer.write(
                Document(
                    one.id, 1, {"skills": [it.skill for it in one.held], "visibility": ["all"]}
                )
                for one in people
            )
        with backend.rebuild(Kind.JOB) as writer:
            writer.write(Document(one.id, 1, _asked(one)) for one in jobs)
        yield backend
    finally:
        backend.close()


def _asked(job: JobFacts) -> dict[str, list[str]]:
    return {
        "skills": [item.skill for item in job.wanted if item.must],
        "wish_skills": [item.skill for item in job.wanted if not item.must],
    }


def ranked(
    backend: SearchBackend,
    kinship: Kinship,
    jobs: Sequence[JobFacts],
    people: Sequence[TalentFacts],
    asked: Both,
    tell: Callable[[str], None],
) -> tuple[Both, dict[str, list[Standing]]]:
    """The first twenty as the site finds them: candidates by recall, then exact scores. `asked`: the
    rows of the jobs that are asked for people, and of the people that are asked for jobs. Besides
    for each job asked the first `KNOWN` people."""
    lists: dict[str, list[Standing]] = {}
    postings, persons = jobs_of(jobs), people_of(people)
    for_jobs = np.full((len(asked.jobs), FIRST), -1)
    for row, number in enumerate(asked.jobs.tolist()):
        found = _recall(backend, recall.talents_for(jobs[number], kinship, visibility=("all",)))
        some = take(persons, found)
        scores = score_all(take_jobs(postings, np.array([number])), some, kinship, YEAR)
        lists[jobs[number].id] = first = _best(scores, KNOWN)
        best = [int(one.talent) for one in first[:FIRST]]
        for_jobs[row, : len(best)] = best
        if row % 500 == 499:
            tell(f"{row + 1} jobs asked")
    for_people = np.full((len(asked.people), FIRST), -1)
    for row, number in enumerate(asked.people.tolist()):
        found = _recall(backend, recall.jobs_for(people[number], kinship, today=TODAY))
        one_person = take(persons, np.array([number]))
        scores = score_all(take_jobs(postings, found), one_person, kinship, YEAR)
        best = [int(one.job) for one in _best(scores, FIRST)]
        for_people[row, : len(best)] = best
        if row % 500 == 499:
            tell(f"{row + 1} people asked")
    return Both(people=for_jobs, jobs=for_people), lists


def attention(lists: dict[str, list[Standing]], judged: Grades) -> dict[str, float]:
    """How plain lists and lists for both sides share people's attention out. Nobody wishes for anything
    here, so what differs is exposure. `judged`: jobs × people, by whose numbers ids are named."""
    people = sorted({one.talent for some in lists.values() for one in some})
    both = exposure.mutual_lists(
        lists,
        {job: Offer(job) for job in lists},
        {person: Wishes(person) for person in people},
    )
    found: dict[str, float] = {}
    for name, made in (
        ("", {job: some[: exposure.SEEN] for job, some in lists.items()}),
        (" mutual", {job: [one.standing for one in some] for job, some in both.items()}),
    ):
        seen = np.zeros(judged.shape[1])
        places = {}
        for job, some in made.items():
            right = [judged[int(job), int(one.talent)] > 0 for one in some]
            for one in some:
                seen[int(one.talent)] += 1
            places[job] = [
                exposure.Place(one.talent, bool(good), one.exact)
                for one, good in zip(some, right, strict=True)
            ]
        good = sum(place.good for some in places.values() for place in some)
        found[f"p@10{name}"] = round(good / (exposure.SEEN * len(places)), 4)
        found[f"gini{name}"] = round(exposure.gini(seen), 4)
        found[f"served{name}"] = round(exposure.served(places), 4)
    return found


def _recall(backend: SearchBackend, request: RecallRequest) -> Ranks:
    found = backend.recall(request) if request.clauses else ()
    return np.array([int(one.id) for one in found], dtype=np.int64)


def _best(scores: Scores, most: int) -> list[Standing]:
    """The first in the order of the site's lists."""
    kept = (scores.total >= 0) & ~scores.hard_failed
    if kept.sum() > most:  # those below the last need no place
        kept &= scores.exact >= np.sort(scores.exact[kept])[-most] - 1e-6
    standings = (one for one, stays in zip(scores.standings(), kept.tolist(), strict=True) if stays)
    return sorted(standings, key=lambda one: one.order)[:most]


# -- measures --------------------------------------------------------------------------------------
def measures(lists: Ranks, judged: Grades) -> tuple[float, float]:
    """P@20 and nDCG@20 of lists (-1: nothing) against grades, the means over their rows."""
    padded = np.concatenate((judged, np.zeros((len(judged), 1), dtype=np.int8)), axis=1)
    got = np.take_along_axis(padded, lists, axis=1)
    discount = 1.0 / np.log2(np.arange(2, FIRST + 2))
    best = -np.sort(-judged, axis=1)[:, :FIRST]
    gained, most = ((2.0**some - 1) @ discount for some in (got, best))
    gain = np.divide(gained, most, out=np.zeros_like(gained), where=most > 0)
    return float((got > 0).mean()), float(gain.mean())


def evaluate(seed: int, world: World, people: int, tell: Callable[[str], None]) -> dict[str, float]:
    """All jobs and so many people of a planted market asked: the closing line of the command."""
    planted = market(seed, world)
    tell(f"{world.people} people, {world.jobs} jobs")
    chosen = np.random.default_rng([seed, 1]).permutation(world.people)[:people]
    asked = Both(people=np.sort(chosen), jobs=np.arange(world.jobs))
    lists = usual(planted, asked)
    tell("TF-IDF and LSA asked")
    jobs, persons = facts(planted)
    kinship = kinship_of(planted)
    tell("skill space fitted")
    with (
        TemporaryDirectory(prefix="shucai-evaluate-") as folder,
        engine(Path(folder), jobs, persons) as backend,
    ):
        tell("indexed")
        lists[""], first = ranked(backend, kinship, jobs, persons, asked, tell)
    judged = grades(planted, world.right)
    found = attention(first, judged)
    for way, rows in (("", judged), (" jobs", judged[:, asked.people].T)):
        for name in ("", "tfidf", "lsa"):
            precision, gain = measures(getattr(lists[name], "jobs" if way else "people"), rows)
            found[f"{name}_p@20{way}".lstrip("_")] = round(precision, 4)
            if not name:
                found[f"ndcg@20{way}"] = round(gain, 4)
    return found
