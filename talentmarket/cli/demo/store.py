"""Rows on their way into the database: keys given out here, many rows in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.events import Event
from talentmarket.core.files import StoredFile
from talentmarket.exchange import models as exchange
from talentmarket.exchange.brokering.books.models import LedgerAccount, LedgerEntry, Posting
from talentmarket.exchange.brokering.joining.models import Joining
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateDocument,
    MandateTerms,
    TermsConfirmation,
)
from talentmarket.exchange.brokering.placing.cases import StartCase
from talentmarket.exchange.brokering.placing.models import Offer, Placement, PlacementEvent
from talentmarket.exchange.brokering.referring.models import Dispute, Referral
from talentmarket.members import models as members
from talentmarket.notices.models import Notice

#: Tables in the order in which rows go in: what is referred to comes first.
ORDER: tuple[Any, ...] = (
    members.Account, members.Identifier, members.Consent, StoredFile, members.Organisation,
    members.OrganisationDocument, members.Licence, members.Membership, members.Talent,
    members.TalentOccupation, members.TalentRegion, members.TalentEntry, members.TalentSkill,
    members.TalentSkillEvidence, members.TalentBlock, exchange.Entrustment, exchange.Job,
    exchange.JobSkill, exchange.SavedJob, exchange.Application, exchange.Snapshot,
    exchange.Invitation, exchange.Message, exchange.Interview, exchange.Note, exchange.Report,
    Mandate, MandateDocument, MandateTerms, TermsConfirmation, Joining, Referral, Dispute, Offer,
    Placement,
    PlacementEvent, StartCase, LedgerAccount, LedgerEntry, Posting, members.ProfileOpening, Notice, Event,
)  # fmt: skip


class Store:
    """Collects rows by table; :meth:`write` puts them into the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._next: dict[Any, int] = {}
        self._rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        self.waiting = 0
        taken = sa.select(members.Account.public_id).where(members.Account.is_operator)
        self._accounts = set(session.scalars(taken))
        for table in ORDER:
            last = session.scalar(sa.select(sa.func.max(table.id)))
            self._next[table] = (last or 0) + 1

    def add(self, table: Any, **values: Any) -> int:
        """Keep a row and give it the next key, which is returned."""
        key = self._next[table]
        self._next[table] = key + 1
        self._rows[table].append({"id": key, **values})
        self.waiting += 1
        return key

    def is_taken(self, public_id: str) -> bool:
        """Whether an account with this public id is there already."""
        return public_id in self._accounts

    def peek(self, table: Any) -> int:
        """The key the next row of a table will get."""
        return self._next[table]

    def event(
        self,
        at: datetime,
        subject: tuple[str, str],
        verb: str,
        *,
        actor: str | None = None,
        acting_for: str | None = None,
        states: tuple[StrEnum | str | None, StrEnum | str | None] = (None, None),
        reason: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """One event, in the words of :func:`talentmarket.core.events.record`."""
        before, after = states
        self.add(
            Event,
            at=at,
            actor=actor,
            acting_for=acting_for,
            request_id=None,
            subject_type=subject[0],
            subject_id=subject[1],
            verb=verb,
            from_state=None if before is None else str(before),
            to_state=None if after is None else str(after),
            reason=reason,
            data=dict(data or {}),
        )

    def write(self, session: Session) -> None:
        """Insert what was kept."""
        for table in ORDER:
            rows = self._rows.pop(table, None)
            if rows:
                session.execute(sa.insert(table.__table__), rows)
        self.waiting = 0

    def finish(self, session: Session) -> None:
        """Let PostgreSQL count on from the keys given out here (SQLite does so by itself)."""
        if session.get_bind().dialect.name != "postgresql":
            return
        for table in ORDER:
            name = table.__tablename__
            session.execute(
                sa.text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                    f"GREATEST((SELECT max(id) FROM {name}), 1))"
                )
            )
