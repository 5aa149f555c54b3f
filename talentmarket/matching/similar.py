"""People like one person: a profile laid out as if it were a job, and who suits that.

So what is near is near by the same rules, proofs and space as everywhere, on either engine; where
somebody lives, what they want to earn and when they could start is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.matching import recall, serving
from talentmarket.matching.facts import JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.loading import ranked_talents
from talentmarket.matching.reading import read_people
from talentmarket.matching.service import FINDABLE
from talentmarket.matching.tables import jobs_of
from talentmarket.matching.vector import score_all
from talentmarket.matching.weights import Weights

#: Skills, occupation and years, schooling: of a hundred. The parts a profile has no say in have none.
LIKE = Weights((70.0, 0.0, 20.0, 10.0, 0.0, 0.0), 0.6, 0.4, 0.5)
SHARED = 4  # skills of both that are named, the most telling ones


@dataclass(frozen=True)
class Similar:
    """Somebody like a person: public id, whole points of a hundred, and skills that both show."""

    talent: str
    points: int
    shared: tuple[str, ...]


def similar_people(
    session: Session, public_id: str, *, not_blocking: Iterable[str] = (), most: int = 4
) -> list[Similar]:
    """Those most like this person as verified organisations see both, the most alike first.

    Nobody who may not be ranked is in it, and there is none of somebody who may not. Raises
    SearchError while recall has no engine. `not_blocking`: tokens of the reader and of those it
    acts for.
    """
    found = ranked_talents(session, [public_id]).get(public_id)
    if found is None or not (found.held or found.occupations):
        return []
    kinship, _weights, _version = serving.models()
    like = as_job(found, kinship)
    request = recall.talents_for(
        like, kinship, visibility=FINDABLE, not_blocking=tuple(not_blocking)
    )
    search = current_app.extensions["talentmarket_search"]
    ids = [one.id for one in search.call(lambda backend: backend.recall(request))]
    people = read_people(session, [one for one in ids if one != public_id])
    scores = score_all(jobs_of([like]), people, kinship, clock.today().year, LIKE)
    best = sorted((one for one in scores.standings() if one.total), key=lambda one: one.order)[
        :most
    ]
    others = ranked_talents(session, [one.talent for one in best])
    return [
        Similar(
            one.talent,
            one.total or 0,
            tuple(
                sorted(
                    found.by_skill.keys() & others[one.talent].by_skill.keys(),
                    key=lambda skill: (-kinship.weight(skill), skill),
                )[:SHARED]
            ),
        )
        for one in best
        if one.talent in others
    ]


def as_job(person: TalentFacts, kinship: Kinship) -> JobFacts:
    """A job that asks for what the person shows: skills at their levels, the first occupation, full
    years and schooling."""
    return JobFacts(
        "",
        tuple(
            # A certificate that is no must: nobody like this person is ruled out by it.
            Wanted(one.skill, not kinship.is_certificate(one.skill), one.level)
            for one in person.held
        ),
        person.occupations[0] if person.occupations else None,
        person.education_rank,
        None if person.years_tenths is None else person.years_tenths // 10,
    )
