"""One unit of work: everything in it is stored, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from talentmarket.core.db import COUNTING, db, writing


@contextmanager
def unit_of_work(*, counting: bool = False) -> Iterator[Session]:
    """Open a writing transaction, commit at the end, roll back on any error.

    On SQLite the transaction begins IMMEDIATE. A read transaction that is open is ended first,
    so rows loaded before are read again inside and decisions rest on what is there now. Inside
    another unit it joins that one: the outermost commits. `counting`: nothing but counters is
    raised, so that what this process read before is as new as it was (:func:`db.commits`).
    """
    session = db.session()
    if writing.get():
        yield session
        session.flush()
        return
    if session.in_transaction():
        session.rollback()
    token = writing.set(True)
    session.info[COUNTING] = counting
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        writing.reset(token)
