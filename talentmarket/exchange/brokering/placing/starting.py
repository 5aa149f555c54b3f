"""The start of a placement, said by employer and person, each once, on whatever day.

The second word is the confirmation (`exchange/stages.py`). It is said on the site or by a link
without login (:mod:`.links`); a side that is silent is asked (:mod:`.reminding`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, record
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.models import Application, ApplicationState, Side
from talentmarket.exchange.stages import By, confirming_side

S = ApplicationState
#: Hour of the offered day, in Shanghai, from which a word on the start is awaited.
FIRST_HOUR = 9
#: How a side is called in events and links.
SIDES = {By.ORGANISATION: "employer", By.TALENT: "person"}


class Said(StrEnum):
    """What became of a word."""

    FIRST = "first"  # the other side has to say it, too
    BOTH = "both"  # the start is confirmed
    BEFORE = "before"  # this side had said it already


def missing(application: Application) -> tuple[By, ...]:
    """The sides that have not said the start yet."""
    if application.state is S.ACCEPTED:
        return (By.ORGANISATION, By.TALENT)
    if application.state is not S.STARTED:
        return ()
    by_organisation = application.moved_by_side is Side.ORGANISATION
    return (confirming_side(By.ORGANISATION if by_organisation else By.TALENT),)


def say(
    session: Session, application: Application, by: By, *, actor: Actor, by_link: bool = False
) -> Said:
    """`by` says that the person started. Says the same once, whoever asks twice.

    Raises Conflict where there is nothing to confirm, and where somebody moved the application at
    this moment: ask again then, in a new unit of work.
    """
    if by not in missing(application):
        if application.state in (S.STARTED, S.CONFIRMED):
            return Said.BEFORE
        raise Conflict(_l("这份录用现在不需要确认入职。"), code="no-start-awaited")
    placement = placements.of_application(session, application)
    if placement is not None and by_link:
        record(
            session, "placement", placement.public_id, "say_by_link", actor=actor, side=SIDES[by]
        )
    first = application.state is S.ACCEPTED
    moves.move(session, application, "start" if first else "confirm", by=by, actor=actor)
    return Said.FIRST if first else Said.BOTH


def first_asked(placement: Placement) -> datetime:
    """From when a word is awaited: the morning of the offered day."""
    return clock.start_of_day(placement.offer.start_on) + timedelta(hours=FIRST_HOUR)


def silent_since(placement: Placement) -> datetime:
    """From when silence counts: the offered day, or the last word where that came later."""
    return max(placement.application.moved_at, first_asked(placement))
