"""Lists by the match beside lists for both sides, on all people and jobs at hand.

::

    python -m tools.mutual

Reads the site of the settings. A line of JSON each way: the Gini of how often people stand among the
first ten of jobs, the share of jobs with five good people who answer (`served`; good: sixty points of
both sides together), the mean match and wish of the first ten, and the Gini of how often jobs stand
among the first ten of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean

import sqlalchemy as sa

from talentmarket import create_app
from talentmarket.cli.workshop import tell
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.discovery.evaluating.exposure import SEEN, Place, gini, mutual_lists, served
from talentmarket.exchange.models import Job
from talentmarket.exchange.showing import named_and_published
from talentmarket.matching import serving
from talentmarket.matching.batch import TOP
from talentmarket.matching.everybody import read_everybody
from talentmarket.matching.mutual import Mutual, Offer, Wishes, ahead_of, paired, ranked
from talentmarket.matching.reading import read_jobs
from talentmarket.matching.vector import Standing, score_all
from talentmarket.matching.wishes import offers_of, wishes_of

#: As many people as the page puts in order; good for both sides from so many points.
CANDIDATES, GOOD = 400, 60
Lists = Mapping[str, Sequence[Mutual]]


def compare() -> None:
    """Make both kinds of lists and tell."""
    session = db.session()
    kinship, weights, _version = serving.models()
    people, _keys = read_everybody(session)
    ids = session.scalars(
        sa.select(Job.public_id).where(named_and_published()).order_by(Job.id)
    ).all()
    year = clock.today().year
    of_job: dict[str, list[Standing]] = {}
    of_person: dict[str, list[Standing]] = {one: [] for one in people.ids}
    for job in ids:
        found = score_all(read_jobs(session, [job]), people, kinship, year, weights)
        stand = [one for one in found.standings() if one.total and not one.hard_failed]
        for one in stand:
            of_person[one.talent].append(one)
        of_job[job] = sorted(stand, key=lambda one: one.order)[:CANDIDATES]
    for some in of_person.values():
        some.sort(key=lambda one: one.order)
        del some[CANDIDATES:]
    offers, wishes = offers_of(session, ids), wishes_of(session, people.ids)
    plain, plain_jobs = (
        {
            reader: [paired(one, offers[one.job], wishes[one.talent], 0) for one in some[:SEEN]]
            for reader, some in lists.items()
        }
        for lists in (of_job, of_person)
    )
    mutual = mutual_lists(of_job, offers, wishes)
    # Of a job as many places are known as its kept list has; a person's line is who stands there.
    mutual_jobs = _for_people(of_person, of_job, offers, wishes)
    for name, lists, jobs in (("match", plain, plain_jobs), ("mutual", mutual, mutual_jobs)):
        _tell(name, lists, jobs, people.ids, ids)


def _for_people(
    of_person: Mapping[str, Sequence[Standing]],
    of_job: Mapping[str, Sequence[Standing]],
    offers: Mapping[str, Offer],
    wishes: Mapping[str, Wishes],
) -> Lists:
    known = {job: [one.exact for one in some[:TOP]] for job, some in of_job.items()}
    return {
        person: ranked(some, offers, wishes, ahead_of(some, known, "job"), SEEN)
        for person, some in of_person.items()
    }


def _tell(name: str, lists: Lists, jobs: Lists, people: Sequence[str], ids: Sequence[str]) -> None:
    seen = Counter(one.standing.talent for some in lists.values() for one in some)
    shown = Counter(one.standing.job for some in jobs.values() for one in some)
    rows = [one for some in lists.values() for one in some]
    places = {
        job: [Place(one.standing.talent, one.both >= GOOD, float(one.both)) for one in some]
        for job, some in lists.items()
    }
    tell(
        list=name,
        gini_people=round(gini([seen[one] for one in people]), 3),
        most=max(seen.values(), default=0),
        never=round(fmean(seen[one] == 0 for one in people), 3),
        served=round(served(places), 3),
        match=round(fmean(one.match for one in rows), 1),
        wish=round(fmean(one.wish or 0 for one in rows), 1),
        gini_jobs=round(gini([shown[one] for one in ids]), 3),
        match_jobs=round(fmean(one.match for some in jobs.values() for one in some), 1),
        wish_jobs=round(fmean(one.wish or 0 for some in jobs.values() for one in some), 1),
    )


if __name__ == "__main__":
    with create_app().app_context():
        compare()
