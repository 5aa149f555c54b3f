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
from talentmarket.exchange.brokering.joining.stages import JOINING
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.brokering.placing.models import Offer, PlacementEvent
from talentmarket.exchange.brokering.placing.placements import PLACEMENT
from talentmarket.exchange.brokering.referring import awaiting, consenting
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.brokering.referring.stages import CLAIM, REFERRAL
from talentmarket.exchange.models import Application, Side
from talentmarket.exchange.stages import APPLICATION
from talentmarket.exchange.visibility import Reader
from talentmarket.members.models import Consent, Organisation
from tests.integration.brokering.any_order.acts import Run
from tests.integration.brokering.any_order.fees_again import expected
from tests.integration.brokering.any_order.holds_firms import Broken, Firms
from tests.integration.brokering.any_order.world import Seen

#: Claims in force: at most one per employer, job and person.
IN_FORCE = frozenset({"pending", "standing", "known", "disputed", "dormant"})


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
    "joining": _steps(JOINING),
}
#: How each begins.
_BEGIN = {
    "referral": {("ask", "asked"), ("apply", "consented")},
    "placement": {("agree", "agreed")},
    "application": {("submit", "submitted")},
    "joining": {("ask", "asked")},
}
#: What is told of a placement and of a firm besides its moves.
_TOLD = frozenset(
    {("placement", verb) for verb in ("say_by_link", "file_proof", "answer_proof", "appeal_start")}
    | {("placement", "rule_start")}
    | {("organisation", f"measure_{verb}") for verb in ("taken", "appealed", "lifted", "stands")}
)
#: Every kind of move there is, as it is counted: (subject, verb).
KINDS = (
    frozenset((subject, step[0]) for subject, steps in _TABLES.items() for step in steps)
    | {(subject, verb) for subject, begins in _BEGIN.items() for verb, _state in begins}
    | _TOLD
)


class Watch:
    """Goes through the rules after each act of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.last_event = db.session.scalar(sa.select(sa.func.max(Event.id))) or 0
        self.stands: dict[tuple[str, str], str] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        self.firms = Firms(run)
        self._money: tuple[int, ...] = (0, 0)
        self._before: Seen | None = None
        self._erased: set[int] = set()

    def after(self, seen: Seen) -> None:
        """Raise :class:`Broken` where a rule does not hold."""
        self._moves_are_in_the_tables(seen)
        self._one_claim(seen)
        self.firms.after(seen)
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
            if (row.subject_type, row.verb) in _TOLD:
                self.counts[row.subject_type, row.verb] += 1
            if row.verb.startswith("joining_"):
                self._part_moves(row)
            elif row.subject_type in _TABLES:
                self._step(row, seen)
            self.firms.follow(row, seen)
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
            allowed = (verb, row.to_state) in _BEGIN[subject] and before is None
        else:
            allowed = (verb, row.from_state, row.to_state) in _TABLES[subject]
        if not allowed or (before is not None and before != row.from_state):
            raise Broken(f"{subject} {verb}: {row.from_state} → {row.to_state}, stood {before}")
        self.stands[key] = row.to_state
        self.counts[subject, verb] += 1
        if verb == "send" and not self._claimed_before(row.subject_id, seen):
            self.stands["claim", row.subject_id] = "pending"

    def _part_moves(self, row: Any) -> None:
        """A firm's part in another's mandate: told with the mandate."""
        name, key = row.verb.removeprefix("joining_"), ("joining", row.data["joining"])
        source, target, before = row.data["joining_from"], row.data["joining_to"], None
        before = self.stands.get(key, source)
        begins = source is None and (name, target) in _BEGIN["joining"]
        if before != source or not (begins or (name, source, target) in _TABLES["joining"]):
            raise Broken(f"a part {name}: {source} → {target}, stood {before}")
        self.stands[key] = target
        self.counts["joining", name] += 1

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
            ("joining", seen.joinings, "state"),
        ):
            for row in rows.values():
                stands = getattr(row, column)
                told = self.stands.get((track, row.public_id))
                if told is None and track in ("mandate", "joining"):
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
            decided = [x.ruling for x in seen.cases.values() if x.placement_id == one.id]
            if one.by_decision and (not decided or decided[-1] != "started"):
                raise Broken("a start by decision that nobody decided")
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
        self._consents(session, seen)
        for key, row in seen.applications.items():
            if self._touched(before, seen, key, row):
                self._desk_sees(session, session.get_one(Application, key), seen)
        for key, row in seen.referrals.items():
            if before is None or before.referrals.get(key) != row:
                self._stands_as_agreed(session, session.get_one(Referral, key), seen)
        self._erased = {one.talent for one in self.run.parties.people if one.erased}

    def _consents(self, session: Any, seen: Seen) -> None:
        """Every consent in force, whoever receives by it, is one that was given."""
        rows = session.execute(
            sa.select(Consent.subject_type, Consent.subject_id, Consent.receiver_id, Consent.data)
            .where(
                Consent.subject_type.in_(("referral", "application")),
                Consent.withdrawn_at.is_(None),
                sa.or_(Consent.until.is_(None), Consent.until > seen.now),
            )
            .order_by(Consent.id)
        ).all()
        key_of = {
            one.public_id: one.id for one in (*seen.referrals.values(), *seen.applications.values())
        }
        organisation_of = {public: key for key, public in self.run.parties.public.items()}
        for row in rows:
            if row.receiver_id is None:
                continue
            receiver = organisation_of.get(row.receiver_id)
            if receiver is None:
                raise Broken("a consent names somebody else")
            key = key_of[row.subject_id]
            if row.subject_type == "referral":
                agreed = self.run.agreed.get(key)
                may = agreed.now(receiver, seen.now) if agreed else frozenset()
            else:
                mine = receiver == self.run.parties.employer
                may = self.run.of_employer(seen, key) if mine else frozenset()
            has = set(row.data.get("fields", ()))
            if not has <= may:
                raise Broken(f"{has} stands for one who was given {set(may)}")

    def _touched(self, before: Seen | None, seen: Seen, key: int, row: Any) -> bool:
        """Whether time has passed, or something of this application or its person has changed."""
        if before is None or seen.now - before.now > timedelta(minutes=1):
            return True
        erased = self.run.person(row.talent_id).erased and row.talent_id not in self._erased
        return (
            erased
            or before.applications.get(key) != row
            or before.referral_of(key) != seen.referral_of(key)
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

    def _stands_as_agreed(self, session: Any, referral: Referral, seen: Seen) -> None:
        """What the product says that stands, for each organisation there is."""
        agreed = self.run.agreed.get(referral.id)
        for key in self.run.parties.public:
            may = agreed.now(key, seen.now) if agreed else frozenset()
            has = consenting.standing(session, referral, session.get_one(Organisation, key))
            if not has <= may:
                raise Broken(f"{set(has)} stands for one who was given {set(may)}")
        firm = agreed.now(referral.firm_id, seen.now) if agreed else frozenset()
        if awaiting.seen_by_firm(session, referral) is not None and "snapshot" not in firm:
            raise Broken("the firm reads a profile that is not given to it")
