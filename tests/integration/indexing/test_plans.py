"""SQLite reads the rows of documents by their ids and keys, never all of a state."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.fields import Kind
from talentmarket.indexing import documents
from talentmarket.indexing.differences import versions, walk
from tests.factories import make_job
from tests.fixtures.databases import on_sqlite

TABLES = {Kind.JOB: "jobs", Kind.ORGANISATION: "organisations"}
pytestmark = on_sqlite


@pytest.mark.parametrize("kind", TABLES)
def test_documents_are_read_by_id_and_walked_by_key(session: Session, kind: Kind) -> None:
    job = make_job()
    ids = [{Kind.JOB: job, Kind.ORGANISATION: job.organisation}[kind].public_id]
    plans: list[str] = []

    def noted(connection, _cursor, statement, parameters, *_rest):  # type: ignore[no-untyped-def]
        """The step that reads the documents' own table, of each statement that begins there."""
        if re.search(rf"\bFROM {TABLES[kind]}\b(?! AS)", statement):
            explained = connection.connection.driver_connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            plans.append(next(row[3] for row in explained if row[1] == 0))

    sa.event.listen(session.get_bind(), "before_cursor_execute", noted)
    documents.load(session, kind, ids)
    versions(session, kind, ids)
    by_id, plans[:] = plans[:], []
    pages = list(walk(session, kind, 10))
    sa.event.remove(session.get_bind(), "before_cursor_execute", noted)
    assert [list(page) for page in pages] == [ids]
    assert {"(public_id=?)" in step for step in by_id} == {True}, by_id
    assert {"INTEGER PRIMARY KEY (rowid>?)" in step for step in plans} == {True}, plans
