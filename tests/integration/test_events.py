"""The chain of events, made before the transaction that stores it."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentmarket.core import events
from talentmarket.core.uow import unit_of_work


def test_links_are_stored_at_once_and_only_once(session: Session) -> None:
    with unit_of_work() as unit:
        for number in range(12):
            events.record(unit, "site", f"part{number}", "tried", number=number)
    found = events.links(session, 100)
    session.rollback()
    assert len(found) == 12
    with unit_of_work() as unit:
        events.append(unit, found)
    assert events.links(session, 100) == []
    assert events.verify(session) is None
    session.rollback()
    with pytest.raises(IntegrityError), unit_of_work() as unit:  # a second worker, too late
        events.append(unit, found)
