"""Keeping searches: saved, listed, renamed, given another frequency, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.ids import new_public_id
from talentmarket.discovery.alerts import known, texts  # noqa: F401  says the codes that stand in the rows
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import (
    URGENCY,
    Frequency,
    JobAlert,
    SavedSearch,
    SearchedKind,
    TalentAlert,
)
from talentmarket.members import privacy
from talentmarket.members.models import Account, Organisation
from talentmarket.members.takeout import plain

#: Searches a person may keep, those for organisations included.
MOST_SAVED = 50
LONGEST_NAME = 60


@dataclass(frozen=True)
class Desk:
    """Where people are searched: the organisation, and the public id of the job they are for.
    `known`: who passes already, as :func:`.known.found_now` says."""

    organisation: Organisation
    purpose: str | None = None
    known: bytes | None = None


def save(
    session: Session,
    account: Account,
    asked: Asked,
    *,
    name: str,
    frequency: Frequency,
    desk: Desk | None = None,
    by_match: bool = False,
) -> tuple[SavedSearch, bool]:
    """Keep a search for jobs, or with `desk` one for people; the row, and whether it is new.

    `by_match`: nothing is searched; what suits the person, or the job of the desk, is told. An equal one that is there stays as it is. Raises Conflict above the limit.
    """
    # Held until the end, so that two saved at once do not both take the last place.
    session.execute(sa.select(Account.id).where(Account.id == account.id).with_for_update())
    kind = SearchedKind.TALENT if desk else SearchedKind.JOB
    whose = (desk.organisation.public_id, desk.purpose or "") if desk else ()
    key = asked.key("match" if by_match else kind, *whose)
    same = sa.select(SavedSearch).where(
        SavedSearch.account_id == account.id, SavedSearch.query_key == key
    )
    if (found := session.scalar(same)) is not None:
        return found, False
    count = sa.select(sa.func.count()).where(SavedSearch.account_id == account.id)
    if (session.scalar(count) or 0) >= MOST_SAVED:
        raise Conflict(
            _l("最多保存 %(most)s 个搜索。请先删除不再需要的。", most=MOST_SAVED),
            code="too-many-searches",
        )
    at = clock.now()
    session.execute(
        insert_for(session)(SavedSearch)
        .values(
            public_id=new_public_id(),
            account_id=account.id,
            organisation_id=desk.organisation.id if desk else None,
            kind=kind,
            name=name[:LONGEST_NAME],
            query=asked.stored(),
            query_key=key,
            purpose=desk.purpose if desk else None,
            frequency=frequency,
            by_match=by_match,
            feed_version=0,
            created_at=at,
            seen_at=at,
        )
        .on_conflict_do_nothing(index_elements=["account_id", "query_key"])
    )
    saved = session.scalars(same).one()
    if desk is not None:
        known.remember(session, saved.id, desk.known)
    return saved, True


def of_account(
    session: Session, account: Account, organisation: Organisation | None = None
) -> list[SavedSearch]:
    """The person's saved searches for jobs, or those for people in an organisation; newest first."""
    return list(
        session.scalars(
            sa.select(SavedSearch)
            .where(*_own(account, organisation))
            .order_by(SavedSearch.id.desc())
        )
    )


def find(
    session: Session, account: Account, public_id: str, organisation: Organisation | None = None
) -> SavedSearch:
    """One of them. Raises NotFound, also for another's."""
    found = session.scalar(
        sa.select(SavedSearch).where(
            SavedSearch.public_id == public_id, *_own(account, organisation)
        )
    )
    if found is None:
        raise NotFound()
    return found


def _own(
    account: Account, organisation: Organisation | None
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    where = (
        SavedSearch.organisation_id.is_(None)
        if organisation is None
        else SavedSearch.organisation_id == organisation.id
    )
    return SavedSearch.account_id == account.id, where


def change(session: Session, saved: SavedSearch, *, name: str, frequency: Frequency) -> None:
    """Another name, another frequency. What waits is told by the new frequency; off drops it."""
    saved.name = name[:LONGEST_NAME]
    if saved.frequency is not frequency:
        saved.frequency = frequency
        for table in (JobAlert, TalentAlert):
            waiting = (table.search_id == saved.id, table.told_at.is_(None))
            statement: Any = (
                sa.delete(table).where(*waiting)
                if frequency is Frequency.OFF
                else sa.update(table).where(*waiting).values(urgency=URGENCY[frequency])
            )
            session.execute(statement.execution_options(synchronize_session=False))
    session.flush()


def remove(session: Session, saved: SavedSearch) -> None:
    """Delete it. That something was told stays known, so that it is not told again."""
    for table in (JobAlert, TalentAlert):
        session.execute(
            sa.delete(table)
            .where(table.search_id == saved.id, table.told_at.is_(None))
            .execution_options(synchronize_session=False)
        )
    session.delete(saved)
    session.flush()


def seen(session: Session, saved: SavedSearch) -> None:
    """The person looks at it now: what is new is counted from here."""
    saved.seen_at = clock.now()
    session.flush()


# -- the copy and the end of a person's data -----------------------------------------------------
@privacy.exports("saved_searches")
def export(session: Session, account: Account) -> list[dict[str, Any]]:
    """The searches of the copy."""
    rows = session.scalars(
        sa.select(SavedSearch).where(SavedSearch.account_id == account.id).order_by(SavedSearch.id)
    )
    return [plain(row) for row in rows]


@privacy.exports("alerts")
def export_alerts(session: Session, account: Account) -> dict[str, Any]:
    """What was found for the person; people found for an organisation only by number."""
    rows = session.scalars(
        sa.select(JobAlert).where(JobAlert.account_id == account.id).order_by(JobAlert.id)
    )
    people = sa.select(sa.func.count()).where(TalentAlert.account_id == account.id)
    return {"jobs": [plain(row) for row in rows], "people": session.scalar(people) or 0}


@privacy.erases("saved_searches")
def erase(session: Session, account: Account, _actor: Actor) -> None:
    """The end of it, and of the person's being found by others."""
    talent = privacy.talent_of(session, account)
    gone: list[sa.Delete] = [
        sa.delete(JobAlert).where(JobAlert.account_id == account.id),
        sa.delete(TalentAlert).where(TalentAlert.account_id == account.id),
        sa.delete(SavedSearch).where(SavedSearch.account_id == account.id),
    ]
    if talent is not None:
        gone.append(sa.delete(TalentAlert).where(TalentAlert.talent_id == talent.id))
    for statement in gone:
        session.execute(statement.execution_options(synchronize_session=False))
