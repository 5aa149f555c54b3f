"""Seven rules, each broken in the product: with any of them the machine has to fail.

Each takes pytest's monkeypatch and says what the failure must name, which acts come more often so
that it is found soon, and which indexes of the database stand aside (where it holds the rule too).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from talentmarket.exchange import moves, snapshots
from talentmarket.exchange.brokering.books import posting
from talentmarket.exchange.brokering.referring import asking, consenting
from talentmarket.exchange.brokering.referring import moves as referral_moves
from talentmarket.exchange.stages import Move, Stages
from talentmarket.members.models import Consent, Organisation


@dataclass(frozen=True)
class Broken:
    """What was broken. `said`: a pattern for the failure."""

    said: str
    often: tuple[str, ...]
    without: tuple[str, ...] = ()


Mutant = Callable[[pytest.MonkeyPatch], Broken]
MUTANTS: dict[str, Mutant] = {}
_ASKING = ("ask", "interest", "consent")
_HIRING = (
    *(*_ASKING, "send", "say_new", "offer"),
    *("application_accept", "application_start", "application_confirm"),
)


def _mutant(make: Mutant) -> Mutant:
    MUTANTS[make.__name__] = make
    return make


@_mutant
def consent_names_more_than_was_read(patch: pytest.MonkeyPatch) -> Broken:
    give = consenting.give

    def to_all(session: Any, referral: Any, given: Any, at: Any) -> None:
        give(session, referral, given, at)
        row = session.scalars(
            sa.select(Consent).where(Consent.subject_id == referral.public_id).limit(1)
        ).one()
        for other in session.scalars(sa.select(Organisation.public_id)):
            values = {
                column.key: getattr(row, column.key)
                for column in Consent.__table__.columns
                if column.key not in ("id", "public_id", "receiver_id")
            }
            session.add(Consent(**values, receiver_id=other))
        session.flush()

    patch.setattr(consenting, "give", to_all)
    return Broken("stands for one who was given|names somebody else", _ASKING)


@_mutant
def two_firms_may_claim_one_person(patch: pytest.MonkeyPatch) -> Broken:
    patch.setattr(asking, "claimed", lambda *_given: False)
    often = (*_ASKING, "send", "say_new", "application_reject")
    return Broken("two claims in force", often, ("uq_referrals_claim", "uq_referrals_consented"))


@_mutant
def the_books_are_told_again(patch: pytest.MonkeyPatch) -> Broken:
    """Lines have no key of their own: a placement counts as often as something happens to it."""
    write, turn = posting._write, itertools.count()

    def always(session: Any, key: str, *given: Any, **named: Any) -> Any:
        return write(session, f"{key}:{next(turn)}", *given, **named)

    patch.setattr(posting, "_write", always)
    return Broken("the books say", (*_HIRING, "leave", "dispute"))


@_mutant
def an_entry_leaves_out_the_tax(patch: pytest.MonkeyPatch) -> Broken:
    told = posting._moves

    def without_tax(sides: Any, line: Any) -> Any:
        return [one for one in told(sides, line) if one[1] is not posting.K.TAX]

    patch.setattr(posting, "_moves", without_tax)
    patch.setattr(posting, "unbalanced", lambda *_given: [])
    return Broken("does not sum to zero", _HIRING)


@_mutant
def a_referral_moves_from_anywhere(patch: pytest.MonkeyPatch) -> Broken:
    class Loose(Stages[Any]):
        def find(self, name: str, state: Any, by: Any) -> Move[Any]:
            return next(move for move in self.moves if move.name == name)

    patch.setattr(referral_moves, "REFERRAL", Loose(referral_moves.REFERRAL.moves))
    return Broken("→", ("ask", "decline", "recall", "interest"))


@_mutant
def who_left_a_mandate_may_go_on(patch: pytest.MonkeyPatch) -> Broken:
    for room in (asking, consenting):
        patch.setattr(room, "check_works", lambda *_given: None)
    return Broken("without a part", ("join_leave", "join_exclude", "ask", "interest", "consent"))


@_mutant
def what_was_taken_back_stays_open(patch: pytest.MonkeyPatch) -> Broken:
    def nothing(*_given: Any, **_named: Any) -> None:
        return None

    for room in (consenting.snapshots, moves.snapshots, snapshots):
        patch.setattr(room, "take_back_all", nothing)
    often = (*_ASKING, "send", "say_new", "withdraw_consent")
    return Broken("stands for one who was given|is given|sees", often)
