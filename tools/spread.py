"""How far scores lie apart: all pairs of people and jobs at hand that pass the hard conditions.

::

    python -m tools.spread

Reads the site of the settings. One line of JSON: pairs, those without a score, the first, fifth and
ninth tenth of the scores, and the span of the middle 80 %.
"""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa

from talentmarket import create_app
from talentmarket.cli.workshop import tell
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.exchange.models import Job
from talentmarket.exchange.showing import named_and_published
from talentmarket.matching import serving
from talentmarket.matching.reading import read_jobs, read_people
from talentmarket.matching.vector import score_all
from talentmarket.members.models import Talent


def spread() -> None:
    """Score every pair and tell."""
    session = db.session()
    kinship, weights, version = serving.models()
    people = read_people(session, list(session.scalars(sa.select(Talent.public_id))))
    ids = session.scalars(sa.select(Job.public_id).where(named_and_published())).all()
    found, unknown = [], 0
    for one in ids:
        scores = score_all(read_jobs(session, [one]), people, kinship, clock.today().year, weights)
        total = scores.total[~scores.hard_failed]
        unknown += int((total < 0).sum())
        found.append(total[total >= 0])
    low, middle, high = np.percentile(np.concatenate(found), (10, 50, 90)).tolist()
    tell(
        pairs=sum(map(len, found)),
        without=unknown,
        p10=low,
        p50=middle,
        p90=high,
        span=high - low,
        model=version,
    )


if __name__ == "__main__":
    with create_app().app_context():
        spread()
