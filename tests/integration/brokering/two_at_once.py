"""Two who act in the same moment, in threads of their own: on the server both have read before
either writes; on files the one write lock makes the second wait."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError
from talentmarket.core.events import Event
from talentmarket.core.uow import unit_of_work
from talentmarket.notices.models import Notice

#: (model, key) → the row; (session, row) → whatever.
Deed = Callable[[Any, Any], object]
SECONDS = 60


@dataclass
class Outcome:
    """What the two were told, and what is there that was not there before."""

    done: list[object]
    refused: list[DomainError]
    events: list[Event]
    notices: list[Notice]

    def verbs(self) -> list[tuple[str, str]]:
        """(subject, verb) of the new events."""
        return [(one.subject_type, one.verb) for one in self.events]


def at_once(app: Any, kind: str, model: Any, key: int, first: Deed, second: Deed) -> Outcome:
    """Have both do their deed on the row at the same moment."""
    before = _last(Event), _last(Notice)
    db.session.rollback()  # the session of the test is read with after this
    begin, read = threading.Barrier(2), threading.Barrier(2)
    done: list[object] = []
    refused: list[DomainError] = []
    faults: list[BaseException] = []

    def act(deed: Deed) -> None:
        with app.app_context():
            try:
                begin.wait(SECONDS)
                with unit_of_work() as session:
                    row = session.get_one(model, key)
                    if kind == "postgresql":
                        read.wait(SECONDS)
                    deed(session, row)
                done.append(deed)
            except DomainError as error:
                refused.append(error)
            except BaseException as error:
                faults.append(error)
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=contextvars.Context().run, args=(act, deed))
        for deed in (first, second)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(2 * SECONDS)
    assert not faults, faults
    assert len(done) + len(refused) == 2
    session = db.session()
    return Outcome(
        done,
        refused,
        list(session.scalars(sa.select(Event).where(Event.id > before[0]).order_by(Event.id))),
        list(session.scalars(sa.select(Notice).where(Notice.id > before[1]))),
    )


def _last(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.max(model.id))) or 0
