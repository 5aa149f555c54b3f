"""Profiles like the one that is looked at: anonymous cards for an organisation with a purpose."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from search.errors import SearchError
from talentmarket.discovery.talents import cards
from talentmarket.matching.similar import Similar, similar_people
from talentmarket.members.blocks import Binding, binding
from talentmarket.members.models import Organisation, Talent

MOST = 4


@dataclass(frozen=True)
class Alike:
    """A card (its id for this organisation), the profile behind it, and how alike it is."""

    card: str
    talent: Talent
    similar: Similar


def alike(
    session: Session, organisation: Organisation, talent: Talent, bound: Binding | None = None
) -> list[Alike]:
    """At most `MOST` people like this one whom the organisation may find; none while the engine is
    off. Blocks and suspensions are asked of the rows again. `bound`: whose blocks bind it, where that
    was asked before."""
    bound = bound or binding(session, organisation)
    try:
        # Twice as many: some may have blocked the organisation since the index heard of them.
        found = similar_people(session, talent.public_id, not_blocking=bound.keys, most=2 * MOST)
    except SearchError:
        return []
    by_id = {one.talent: one for one in found}
    rows = cards(session, organisation, list(by_id), bound)[:MOST] if by_id else ()
    return [Alike(card, one, by_id[one.public_id]) for card, one in rows]
