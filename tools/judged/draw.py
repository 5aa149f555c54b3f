"""Freeze the published jobs and the findable people of a demo site as documents to be judged.

::

    python -m tools.judged.draw FOLDER

Run once against a freshly loaded demo; the documents then stay as they are, whatever becomes of
the demo. Ids are short and in the order of the rows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from talentmarket import create_app
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.exchange.models import Job, JobState
from talentmarket.members.models import Organisation, Talent, TalentState, Visibility

_JOB = (
    *("title", "occupation_code", "description", "headcount", "education_rank", "years_min"),
    *("years_max", "region_code", "benefits", "pay_low", "pay_high", "pay_months", "base_pay"),
    *("month_low", "month_high", "reply_days", "hours", "contract_months", "probation_months"),
    *("kind", "channel", "work_mode", "rest_days", "insurance", "contract", "pay_unit"),
)
_ORGANISATION = ("name", "kind", "nature", "size", "industry", "region_code")
_TALENT = (
    *("headline", "summary", "education_rank", "years_tenths", "pay_low", "pay_high"),
    *("work_mode", "rest_days", "availability", "willing_to_move"),
)
_ENTRY = (
    *("kind", "title", "subject", "level", "start_month", "end_month", "text"),
    *("organisation_industry", "organisation_size"),
)


def _plain(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """The named columns of a row, without those that say nothing."""
    found = {name: getattr(row, name) for name in names}
    return {
        name: getattr(value, "value", value)
        for name, value in found.items()
        if value is not None and value not in ("", [])
    }


def jobs() -> Iterator[dict[str, Any]]:
    """Published jobs, oldest row first."""
    wanted = sa.select(Job).where(Job.state == JobState.PUBLISHED, Job.listed.is_(True))
    for number, job in enumerate(db.session.scalars(wanted.order_by(Job.id)), 1):
        assert job.published_at is not None
        yield {
            "id": f"j{number}",
            **_plain(job, _JOB),
            "days": (clock.now() - job.published_at).days,
            "employer": job.employer.name if job.employer else None,
            "publisher": job.organisation.name,
            "skills": [[one.skill_id, one.must, one.level, one.years] for one in job.skills],
        }


def organisations() -> Iterator[dict[str, Any]]:
    """All of them; the documents name them."""
    for row in db.session.scalars(sa.select(Organisation).order_by(Organisation.id)):
        yield _plain(row, _ORGANISATION)


def talents() -> Iterator[dict[str, Any]]:
    """People whom organisations can find."""
    wanted = sa.select(Talent).where(
        Talent.state == TalentState.ACTIVE,
        Talent.visibility.in_((Visibility.ORGANISATIONS, Visibility.PUBLIC)),
    )
    for number, talent in enumerate(db.session.scalars(wanted.order_by(Talent.id)), 1):
        yield {
            "id": f"t{number}",
            **_plain(talent, _TALENT),
            "occupations": [one.occupation_code for one in talent.occupations],
            "regions": [one.region_code for one in talent.regions],
            "entries": [_plain(one, _ENTRY) for one in talent.entries],
            "skills": [
                [one.skill_id, one.level, one.years_tenths, one.last_used] for one in talent.skills
            ],
        }


def main() -> None:
    """Write the three files."""
    folder = Path(sys.argv[1])
    with create_app().app_context():
        for name, rows in (
            ("organisations", organisations()),
            ("jobs", jobs()),
            ("talents", talents()),
        ):
            lines = [json.dumps(row, ensure_ascii=False) for row in rows]
            (folder / f"{name}.jsonl").write_text("".join(f"{one}\n" for one in lines), "utf-8")
            sys.stderr.write(f"{name}: {len(lines)}\n")


if __name__ == "__main__":
    main()
