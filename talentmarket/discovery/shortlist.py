"""The shortlist of a mandate: the firm's own people by the match with its job, beside people of the
exchange.

Records of the book are scored by the rules by which a profile that was sent is scored; what a
record does not say is unknown, never agreement. People of the exchange are the anonymous cards
they are in every list, and only for a mandate that runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from search.errors import SearchError
from talentmarket.core.errors import NotFound
from talentmarket.discovery.recommended import known_of
from talentmarket.discovery.talents import cards, hindrance
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.people import asking as askable
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.exchange.models import Job
from talentmarket.matching.score import Match
from talentmarket.matching.service import match_talents, score_snapshots, stand_snapshots
from talentmarket.members.models import Account, Organisation, Talent, TalentState, Visibility
from talentmarket.members.talents import OPENNESS

PAGE = 30
MOST_OTHERS = 20


@dataclass(frozen=True)
class Own:
    """A person of the book. `talent`: where they joined; `may_be_asked`: their card is open to the
    firm; `referral`: the firm asked already."""

    person: FirmPerson
    match: Match | None
    talent: Talent | None = None
    may_be_asked: bool = False
    referral: str | None = None


@dataclass(frozen=True)
class OwnPeople:
    """A page of them. `failing`: how many fail a condition of the job that is hard; `unranked`: how
    many say too little for a score or switched ranking off (they stand last). `whole`: False where
    the book is larger than what is ranked at once."""

    rows: tuple[Own, ...]
    total: int
    failing: int
    unranked: int
    model: str | None
    whole: bool = True


@dataclass(frozen=True)
class Other:
    """Somebody of the exchange: the card's id for the firm, the profile, the match."""

    card: str
    talent: Talent
    match: Match


def own_people(
    session: Session, firm: Organisation, mandate: Mandate, job: Job, page: int = 1
) -> OwnPeople:
    """The firm's own people for the job, best first; those without a score after them."""
    rows = askable.beside(session, firm, mandate, job)
    profiles = {one.public_id: one.profile for one in rows if one.ranked}
    stand = stand_snapshots(job, profiles) if profiles else {}
    failing = {key for key, one in stand.items() if one.hard_failed}
    known = sorted(
        (one for key, one in stand.items() if key not in failing and one.total is not None),
        key=lambda one: one.order,
    )
    ranked = [one.talent for one in known]
    settled = failing.union(ranked)
    others = [one.public_id for one in rows if one.public_id not in settled]
    ids = [*ranked, *others]
    shown = ids[(page - 1) * PAGE : page * PAGE]
    matches = score_snapshots(job, {one: profiles[one] for one in shown if one in stand})
    found = _whole(session, firm, job, shown, matches)
    return OwnPeople(
        tuple(found),
        len(ids),
        len(failing),
        len(others),
        next((str(one.model) for one in matches.values()), None),
        len(rows) < askable.MOST_RANKED,
    )


def _whole(
    session: Session,
    firm: Organisation,
    job: Job,
    ids: list[str],
    matches: Mapping[str, Match],
) -> list[Own]:
    people = {
        one.public_id: one
        for one in session.scalars(
            sa.select(FirmPerson)
            .options(joinedload(FirmPerson.account))
            .where(FirmPerson.organisation_id == firm.id, FirmPerson.public_id.in_(ids))
        )
    }
    accounts = [one.account_id for one in people.values() if one.account_id]
    talents = {
        one.account_id: one
        for one in session.scalars(sa.select(Talent).where(Talent.account_id.in_(accounts)))
    }
    asked = askable.asked_already(session, firm, job)
    found = []
    for one in (people[key] for key in ids if key in people):
        talent = talents.get(one.account_id) if one.account_id else None
        match = matches.get(one.public_id)
        found.append(
            Own(
                one,
                match if match is not None and match.total is not None else None,
                talent,
                talent is not None and _open(talent),
                asked.get(talent.id) if talent is not None else None,
            )
        )
    return found


def _open(talent: Talent) -> bool:
    """Whether verified organisations may find the person; blocks are asked before."""
    enough = OPENNESS[talent.visibility] >= OPENNESS[Visibility.ORGANISATIONS]
    return talent.state is TalentState.ACTIVE and enough


def pair(
    session: Session, firm: Organisation, mandate: Mandate, job: Job, person: FirmPerson
) -> Match | None:
    """How one person of the book stands for the job; None where they are not ranked. Raises
    NotFound for whoever cannot stand in the shortlist."""
    bound = askable.bound_by(session, firm, mandate)
    if person.account_id is not None:
        out = askable.unaskable(firm, mandate, job, bound)
        held = sa.select(Talent.id).where(
            Talent.account_id == person.account_id, Talent.id.in_(out)
        )
        if session.scalar(held) is not None:
            raise NotFound()
        if not session.get_one(Account, person.account_id).personal_ranking:
            return None
    return score_snapshots(job, {person.public_id: person.profile}).get(person.public_id)


def others(
    session: Session, firm: Organisation, mandate: Mandate, job: Job
) -> tuple[list[Other], bool]:
    """(people of the exchange for the job, best first; whether the engine answered).

    None while the firm may not search people for the job. Who is in the firm's own list, applied,
    was asked or blocks one of those concerned is not among them.
    """
    if hindrance(session, firm, job) is not None:
        return [], True
    bound = askable.bound_by(session, firm, mandate)
    linked = sa.select(Talent.public_id).where(
        Talent.account_id.in_(
            sa.select(FirmPerson.account_id).where(
                FirmPerson.organisation_id == firm.id, FirmPerson.account_id.is_not(None)
            )
        )
    )
    asked = askable.asked_already(session, firm, job)
    out = sa.select(Talent.public_id).where(
        sa.or_(Talent.id.in_(askable.unaskable(firm, mandate, job, bound)), Talent.id.in_(asked))
    )
    without = {
        *session.scalars(linked),
        *session.scalars(known_of(firm, job)),
        *session.scalars(out),
    }
    try:
        ranking = match_talents(
            session, job, not_blocking=bound.keys, without=without, limit=MOST_OTHERS
        )
    except SearchError:
        return [], False
    matches = {match.talent: match for match in ranking.matches}
    return [
        Other(card, talent, matches[talent.public_id])
        for card, talent in cards(session, firm, list(matches), bound)
    ], True
