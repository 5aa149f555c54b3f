"""Impact assessments of the handling of personal information (个人信息保护法 arts. 55, 56).

One for each kind of handling that the law names, in versions: each is signed once and never changed
or deleted (the law asks three years; the database keeps them for good). The exchange decides by
machine (matching) and gives data to employers and firms: for these two there must be one. A
version holds at most a year, the exchange's own rule: the law wants one *before* the handling, and
handling changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from talentmarket.alliance.duties import common
from talentmarket.alliance.duties.models import Assessment, Conclusion, Handling
from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.members.models import Account

#: Handling that takes place on every site of this kind.
NEEDED = (Handling.AUTOMATED, Handling.PROVIDING)
#: Days after which a version has to be looked at again at the latest.
LONGEST = 366
#: Years for which the report is kept at least (个人信息保护法 art. 56).
KEPT_YEARS = 3


@dataclass(frozen=True, slots=True)
class Assessed:
    """What an assessment says. The three texts are the three things art. 56 asks."""

    kinds: tuple[str, ...]
    purposes: str
    effect: str
    measures: str
    conclusion: str
    duty: str
    next_due: date | None


def _checked(given: Assessed) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    today = clock.today()
    values = {
        "kinds": common.kinds_of(given.kinds, wrong),
        **{
            name: common.text_of(getattr(given, name), name, wrong)
            for name in ("purposes", "effect", "measures")
        },
        "duty": common.duty_of(given.duty, wrong),
        "next_due": given.next_due,
    }
    if given.conclusion not in set(Conclusion):
        wrong["conclusion"] = _l("请选择结论。")
    else:
        values["conclusion"] = Conclusion(given.conclusion)
    due = given.next_due
    if due is None or not today < due <= today + timedelta(days=LONGEST):
        wrong["next_due"] = _l("填写下次评估的日期，在明天和一年之内。")
    if wrong:
        raise Invalid(wrong)
    return values


def sign(
    session: Session,
    handling: Handling,
    given: Assessed,
    *,
    after: int,
    signer: Account,
    actor: Actor,
) -> Assessment:
    """Sign the version after `after` (0: the first). Raises Invalid, Conflict when a colleague
    signed one meanwhile."""
    values = _checked(given)
    before = latest(session).get(handling)
    if (before.number if before else 0) != after:
        raise Conflict(_l("同事刚刚签署了新的版本，请先看新版本。"), code="version-meanwhile")
    made = Assessment(
        handling=handling,
        number=after + 1,
        signed_by=signer.id,
        signed_at=clock.now(),
        **values,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise Conflict(
            _l("同事刚刚签署了新的版本，请先看新版本。"), code="version-meanwhile"
        ) from error
    record(
        session,
        "assessment",
        made.public_id,
        "sign",
        actor=actor,
        to_state=made.conclusion,
        handling=str(handling),
        number=made.number,
    )
    return made


def latest(session: Session) -> Mapping[Handling, Assessment]:
    """The version that stands for each kind of handling that was assessed."""
    newest = (
        sa.select(Assessment.handling, sa.func.max(Assessment.number).label("number"))
        .group_by(Assessment.handling)
        .subquery()
    )
    rows = session.scalars(
        sa.select(Assessment)
        .options(joinedload(Assessment.signer))
        .join(
            newest,
            sa.and_(newest.c.handling == Assessment.handling, newest.c.number == Assessment.number),
        )
    )
    return {one.handling: one for one in rows}


def find(session: Session, public_id: str) -> Assessment:
    """One version. Raises NotFound."""
    found = session.scalar(
        sa.select(Assessment)
        .options(joinedload(Assessment.signer))
        .where(Assessment.public_id == public_id)
    )
    if found is None:
        raise NotFound()
    return found


def versions(session: Session, handling: Handling) -> list[Assessment]:
    """All versions, the newest first."""
    return list(
        session.scalars(
            sa.select(Assessment)
            .options(joinedload(Assessment.signer))
            .where(Assessment.handling == handling)
            .order_by(Assessment.number.desc())
        )
    )


def due(session: Session) -> dict[Handling, date]:
    """By when each kind is to be assessed next: today where one is needed and there is none."""
    return with_missing({one: row.next_due for one, row in latest(session).items()})


def with_missing(known: Mapping[Handling, date]) -> dict[Handling, date]:
    """The days that are `known`, and today for what is needed and was never assessed."""
    return {one: clock.today() for one in NEEDED if one not in known} | dict(known)


def days() -> sa.Select[tuple[Handling, date]]:
    """Each kind with the day by which the version that stands is to be followed."""
    later = sa.orm.aliased(Assessment)
    newer = sa.exists().where(
        later.handling == Assessment.handling, later.number > Assessment.number
    )
    return sa.select(Assessment.handling, Assessment.next_due).where(~newer)
