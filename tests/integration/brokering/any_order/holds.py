"""What must hold after every act, whoever acted: read back from the database and the services.

The tables of moves are copied here when this is read, so a test that breaks a rule of the product
does not break the rule it is measured by.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from talentmarket.core.db import db
from talentmarket.core.events import Event
from talentmarket.exchange import applications, messages, snapshots
from talentmarket.exchange.brokering.books.models import (
    LedgerAccount,
    LedgerEntry,
    Posting,
)
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.brokering.placing.models import Offer, PlacementEvent
from talentmarket.exchange.brokering.placing.placements import PLACEMENT
from talentmarket.exchange.brokering.referring import consenting
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.brokering.referring.stages import CLAIM, REFERRAL
from talentmarket.exchange.models import Application, Side
from talentmarket.exchange.stages import APPLICATION
from talentmarket.exchange.visibility import Reader
from talentmarket.members.models import Consent, Organisation
from tests.integration.brokering.any_order.acts import Given, Run
from tests.integration.brokering.any_order.fees_again import expected
from tests.integration.brokering.any_order.world import Seen

#: Claims in force: at most one per employer, job and person.
IN_FORCE = frozenset({"pending", "standing", "known", "disputed", "dormant"})


class Broken(AssertionError):
    """A rule does not hold."""


def _steps(table: Any, prefix: str = "") -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (f"{prefix}{move.name}", str(source), str(move.target))
        for move in table.moves
        for source in move.sources
    )


_TABLES = {
    "referral": _steps(REFERRAL) | _steps(CLAIM, "claim_"),
    "placement": _steps(PLACEMENT),
    "mandate": _steps(MANDATE),
    "application": _steps(APPLICATION),
}
#: How each begins.
_BEGIN = {
    "referral": ("ask", "asked"),
    "placement": ("agree", "agreed"),
    "application": ("submit", "submitted"),
}
#: Every kind of move there is, as it is counted: (subject, verb).
KINDS = frozenset((subject, step[0]) for subject, steps in _TABLES.items() for step in steps)


class Watch:
    """Goes through the rules after each act of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.last_event = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
        self.stands: dict[tuple[str, str], str] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        self._money: tuple[int, ...] = (0, 0)
        self._before: Seen | None = None
        self._erased: set[int] = set()

    def after(self, seen: Seen) -> None:
        """Raise :class:`Broken` where a rule does not hold."""
        self._moves_are_in_the_tables(seen)
        self._one_claim(seen)
        self._placements_count_once(seen)
        self._books(seen)
        self._nobody_has_what_was_not_given(seen)

    # --- no move outside the tables ---

    def _moves_are_in_the_tables(self, seen: Seen) -> None:
        rows = db.session.execute(
            sa.select(
                Event.id,
                Event.subject_type,
                Event.subject_id,
                Event.verb,
                Event.from_state,
                Event.to_state,
                Event.data,
            )
            .where(Event.id > self.last_event)
            .order_by(Event.id)
        ).all()
        for row in rows:
            self.last_event = row.id
            if row.subject_type == "ledger_entry":
                self.counts["ledger_entry", row.to_state] += 1
            if row.subject_type in _TABLES:
                self._step(row, seen)
        self._rows_stand_where_events_say(seen)

    def _step(self, row: Any, seen: Seen) -> None:
        subject, verb = row.subject_type, row.verb
        if row.to_state is None or verb.startswith("interview_") or row.from_state == row.to_state:
            return
        track = "claim" if verb.startswith("claim_") else subject
        key = (track, row.subject_id)
        before = self.stands.get(key)
        if verb == "undo":
            forward = {(source, target) for _n, source, target in _TABLES[subject]}
            allowed = (row.to_state, row.from_state) in forward
        elif row.from_state is None and subject in _BEGIN:
            allowed = (verb, row.to_state) == _BEGIN[subject] and before is None
        else:
            allowed = (verb, row.from_state, row.to_state) in _TABLES[subject]
        if not allowed or (before is not None and before != row.from_state):
            raise Broken(f"{subject} {verb}: {row.from_state} → {row.to_state}, stood {before}")
        self.stands[key] = row.to_state
        self.counts[subject, verb] += 1
        if verb == "send" and not self._claimed_before(row.subject_id, seen):
            self.stands["claim", row.subject_id] = "pending"

    def _claimed_before(self, public_id: str, seen: Seen) -> bool:
        """Whether the firm's own claim from before goes on: then sending again makes no other."""
        sent = next(one for one in seen.referrals.values() if one.public_id == public_id)
        return any(
            one.id != sent.id
            and one.claim in IN_FORCE
            and (one.firm_id, one.job_id, one.talent_id)
            == (sent.firm_id, sent.job_id, sent.talent_id)
            for one in seen.referrals.values()
        )

    def _rows_stand_where_events_say(self, seen: Seen) -> None:
        for track, rows, column in (
            ("referral", seen.referrals, "state"),
            ("claim", seen.referrals, "claim"),
            ("application", seen.applications, "state"),
            ("placement", seen.placements, "state"),
            ("mandate", seen.mandates, "state"),
        ):
            for row in rows.values():
                stands = getattr(row, column)
                told = self.stands.get((track, row.public_id))
                if told is None and track == "mandate":
                    self.stands[track, row.public_id] = str(stands)
                elif (None if stands is None else str(stands)) != told:
                    raise Broken(f"{track} stands at {stands}, its events at {told}")

    # --- claims and placements ---

    def _one_claim(self, seen: Seen) -> None:
        held = Counter(
            (one.employer_id, one.job_id, one.talent_id)
            for one in seen.referrals.values()
            if one.claim in IN_FORCE
        )
        if any(count > 1 for count in held.values()):
            raise Broken("two claims in force on one person for one job")
        open_now = {one.referral_id for one in seen.disputes.values() if one.ruling is None}
        lost = {
            one.referral_id: one.ruling
            for one in sorted(seen.disputes.values(), key=lambda one: one.id)
            if one.referral_id not in open_now
        }
        for key, ruling in lost.items():
            claim = seen.referrals[key].claim
            if ruling == "refused" and claim not in ("refused", "expired"):
                raise Broken(f"a claim that was refused is {claim}")

    def _placements_count_once(self, seen: Seen) -> None:
        by_application = Counter(one.application_id for one in seen.placements.values())
        counted = Counter(
            one.referral_id for one in seen.placements.values() if one.started_on is not None
        )
        if any(count > 1 for count in (*by_application.values(), *counted.values())):
            raise Broken("a placement counts twice")
        for one in seen.placements.values():
            state = seen.applications[one.application_id].state
            if one.state != "not_started" and (one.started_on is not None) != (
                state == "confirmed"
            ):
                raise Broken(f"a placement {one.state} whose application is {state}")
        for one in seen.referrals.values():
            self._hired_is_placed(seen, one)

    def _hired_is_placed(self, seen: Seen, referral: Any) -> None:
        """Who was hired through a firm whose claim stands is its placement."""
        application = seen.applications.get(referral.application_id)
        if application is None or referral.claim != "standing":
            return
        if application.state in ("accepted", "started", "confirmed"):
            placed = [
                one.state
                for one in seen.placements.values()
                if one.application_id == application.id
            ]
            if placed in ([], ["not_started"]):
                raise Broken("hired under a claim that stands, and no placement")

    # --- the books ---

    def _books(self, seen: Seen) -> None:
        session = db.session()
        money = seen.counts[3:5]
        if money == self._money:
            return
        self._money = money
        rows = session.execute(
            sa.select(
                Posting.entry_id,
                LedgerAccount.organisation_id,
                LedgerAccount.kind,
                LedgerEntry.key,
                LedgerEntry.subject_id,
                Posting.amount,
            )
            .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
            .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        ).all()
        sums: Counter[tuple[int, int]] = Counter()
        posted: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
        for row in rows:
            sums[row.entry_id, row.organisation_id] += row.amount
            if row.key.startswith("placement:"):
                posted[row.subject_id][row.organisation_id, str(row.kind)] += row.amount
        if any(sums.values()):
            raise Broken("an entry does not sum to zero")
        for placement in seen.placements.values():
            told = {key: sum_ for key, sum_ in posted[placement.public_id].items() if sum_}
            should = {key: sum_ for key, sum_ in self._should(seen, placement).items() if sum_}
            if told != should:
                raise Broken(f"the books say {told}, the events {should}")

    def _should(self, seen: Seen, placement: Any) -> dict[tuple[int, str], int]:
        session = db.session()
        referral = seen.referrals[placement.referral_id]
        events = session.scalars(
            sa.select(PlacementEvent)
            .where(PlacementEvent.placement_id == placement.id)
            .order_by(PlacementEvent.id)
        ).all()
        row = session.get_one(Referral, referral.id)
        version = next(one for one in row.mandate.versions if one.id == referral.terms_id)
        owner = row.mandate.organisation_id
        partner = referral.firm_id if referral.firm_id != owner else None
        pay = session.get_one(Offer, placement.offer_id).yearly_pay
        return expected(version.terms, pay, placement.started_on, events, owner, partner)

    # --- who has what of a person ---

    def _nobody_has_what_was_not_given(self, seen: Seen) -> None:
        session, before, self._before = db.session(), self._before, seen
        for key, row in seen.applications.items():
            if self._touched(before, seen, row.talent_id):
                self._desk_sees(session, session.get_one(Application, key), seen)
        for key, row in seen.referrals.items():
            if self._touched(before, seen, row.talent_id):
                self._named_alone(session, session.get_one(Referral, key), seen)

    def _touched(self, before: Seen | None, seen: Seen, talent: int) -> bool:
        """Whether time has passed, or something of this person has changed."""
        if before is None or seen.now - before.now > timedelta(minutes=1):
            return True
        if self.run.person(talent).erased != (talent in self._erased):
            self._erased.add(talent)
            return True
        rows: tuple[tuple[Any, Any], ...] = (
            (before.applications, seen.applications),
            (before.referrals, seen.referrals),
        )
        return any(
            old.get(key) != row
            for old, new in rows
            for key, row in new.items()
            if row.talent_id == talent
        )

    def _desk_sees(self, session: Any, row: Application, seen: Seen) -> None:
        may, has = self.run.of_employer(seen, row.id), snapshots.given(session, row)
        if not has <= may:
            raise Broken(f"{set(has)} is given, {set(may)} was said")
        for reader in (Reader.DESK, Reader.MANAGER):
            sight = applications.sight_of(session, row, reader)
            shown = {name for name in ("snapshot", "name", "phone", "mail") if getattr(sight, name)}
            person = snapshots.person_of(row.snapshot, sight)
            shown |= {name for name in ("name", "phone", "mail") if getattr(person, name)}
            if not shown <= may or (reader is not Reader.DESK and sight.contact):
                raise Broken(f"{reader} sees {shown}, {set(may)} was given")
            if reader is Reader.DESK and not sight.contact:
                lines = messages.thread(session, row, reader=Side.ORGANISATION, open_contact=False)
                phone = self.run.person(row.talent_id).phone[-11:]
                if any(phone in line.text for line in lines):
                    raise Broken("a number stands in the thread")

    def _named_alone(self, session: Any, referral: Referral, seen: Seen) -> None:
        agreed = self.run.agreed.get(referral.id)
        receivers = set(
            session.scalars(
                sa.select(Consent.receiver_id).where(Consent.subject_id == referral.public_id)
            )
        )
        named = {self.run.parties.public[key] for key, what in _items(agreed) if what}
        if not receivers - {None} <= named:
            raise Broken("a consent names somebody else")
        for key in self.run.parties.public if receivers else ():
            may = agreed.now(key, seen.now) if agreed else frozenset()
            has = consenting.standing(session, referral, session.get_one(Organisation, key))
            if not has <= may:
                raise Broken(f"{set(has)} stands for one who was given {set(may)}")


def _items(agreed: Given | None) -> list[tuple[int, frozenset[str]]]:
    return list(agreed.to.items()) if agreed is not None else []
