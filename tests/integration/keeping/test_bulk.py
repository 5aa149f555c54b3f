"""Many rows at once come out as few do, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from talentmarket.core.bulk import MANY, insert_many
from talentmarket.core.outbox import IndexState, OutboxRow, changed
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.importing.storing import source_ids
from talentmarket.exchange.models import Channel, Job, JobKind, JobSkill, JobState, Origin, PayUnit

AT = datetime(2026, 11, 29, 8, 30, 0, 125, timezone(timedelta(hours=8)))
TEXTS = ('第一行\n"引号"', "back\\slash, {curly}", "'; --", "𠮷🙂\t", "%(name)s", "null", "", "[1]")


def posting(source, number):
    """A row with every type that a table of ours has."""
    return {
        "public_id": f"bulk{number:012d}",
        "organisation_id": source,
        "external_id": f"{number % 15}",
        "origin": Origin.REFERENCE,
        "title": "工程师",
        "employer_name": "",
        "client_name": "",
        "address": "",
        "hours": "",
        "description": TEXTS[number % len(TEXTS)],
        "kind": JobKind.FULL,
        "channel": Channel.DIRECT,
        "benefits": ["五险,一金", '"', "null"] if number % 2 else [],
        "pay_unit": PayUnit.MONTH,
        "pay_low": 2**40 + number,
        "pay_high": None,
        "pay_months": 12,
        "reply_days": 3,
        "listed": bool(number % 2),
        "state": JobState.PUBLISHED,
        "valid_until": date(2027, 2, 27),
        "published_at": AT,
        "closed_at": None,
        "review_text": "",
        "applications_count": 0,
        "revision": 1,
        "created_at": AT,
        "updated_at": AT,
    }


def kept_by(insert):
    return insert.on_conflict_do_nothing().returning(Job.__table__.c.public_id)


@pytest.mark.parametrize("count", [1, MANY - 1, MANY, 15])
def test_rows_are_stored_as_they_are_and_in_their_order(session, count):
    source = source_ids(["站"])["站"]
    rows = [posting(source, number) for number in range(count)]
    with unit_of_work() as unit:
        stored = insert_many(unit, Job.__table__, rows, kept_by).scalars().all()
    assert sorted(stored) == [row["public_id"] for row in rows]
    jobs = session.scalars(sa.select(Job).order_by(Job.id)).all()
    wanted = [row | {"published_at": AT.astimezone(UTC), "work_mode": None} for row in rows]
    assert [{name: getattr(job, name) for name in wanted[0]} for job in jobs] == [
        row | {"created_at": AT.astimezone(UTC), "updated_at": AT.astimezone(UTC)} for row in wanted
    ]


def test_of_rows_that_are_there_the_others_are_stored(session):
    source = source_ids(["站"])["站"]
    with unit_of_work() as unit:
        insert_many(unit, Job.__table__, [posting(source, 3)])
        rows = [posting(source, number) for number in range(16, 16 + MANY)]  # 18 has the id of 3
        stored = insert_many(unit, Job.__table__, rows, kept_by).scalars().all()
    assert sorted(stored) == [row["public_id"] for row in rows if row["external_id"] != "3"]
    assert len(stored) == MANY - 1


def test_what_breaks_a_rule_stores_nothing(session):
    source = source_ids(["站"])["站"]
    skill = {"skill_id": "spark", "must": True, "level": 1, "years": None, "position": 0}
    with unit_of_work() as unit:
        (job,) = insert_many(
            unit,
            Job.__table__,
            [posting(source, 1)],
            lambda insert: insert.returning(Job.__table__.c.id),
        ).scalars()
    rows = [{**skill, "job_id": job, "skill_id": f"geheim-{n}"} for n in range(MANY)]
    with pytest.raises(sa.exc.IntegrityError) as raised, unit_of_work() as unit:
        insert_many(unit, JobSkill.__table__, [*rows, {**rows[0], "level": 9}])
    assert "geheim" not in str(raised.value.orig)
    assert session.scalar(sa.select(sa.func.count()).select_from(JobSkill)) == 0


@pytest.mark.parametrize("count", [3, 620])
def test_each_change_raises_the_version_of_each_document(session, count):
    ids = [f"document{number:08d}" for number in range(count)]
    with unit_of_work() as unit:
        changed(unit, "job", *ids[1:])
        changed(unit, "job", *reversed(ids), ids[0])
    states = session.execute(
        sa.select(IndexState.document_id, IndexState.version, IndexState.shown).order_by(
            IndexState.document_id
        )
    ).all()
    assert states == [(one, 1 if one == ids[0] else 2, False) for one in ids]
    rows = session.execute(
        sa.select(OutboxRow.document_id, OutboxRow.version, OutboxRow.attempts)
    ).all()
    assert sorted(rows) == sorted([(one, 1, 0) for one in ids] + [(one, 2, 0) for one in ids[1:]])
