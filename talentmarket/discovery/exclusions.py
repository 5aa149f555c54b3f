"""What a person never wants to see, as conditions: one value for search, counts, lists, alerts.

`excluded_by` reads it; `filters` says it to the engine and `clauses` to the database. Filters carry
no group, so that every facet is counted under them. With it goes what nobody may see although an
engine may still hold it (`held_back`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.requests import MAX_CLAUSES, AllOf, Filter, Not, Terms
from talentmarket.core.db import AnySession
from talentmarket.core.folding import fold
from talentmarket.exchange import exclusions
from talentmarket.exchange.models import Channel, Exclusion, Insurance, Job, Origin
from talentmarket.exchange.suspended import lately
from talentmarket.members.blocks import blocked_employers
from talentmarket.members.models import Account, Organisation, RestDays, Talent

#: The key under which the person's blocked employers are lifted, beside the codes of `Exclusion`.
BLOCKED = "blocked"


@dataclass(frozen=True)
class Excluded:
    """What one person never wants to see.

    `codes`: as chosen; `firms`: public ids of blocked employers that are on the exchange, with
    their groups; `names`: the names of all blocked ones. `suspended`: public ids of organisations
    that an engine is to leave out for everybody, `unsaid`: their folded names, which reprinted
    postings may not carry; nobody chose or lifts them, and rows read from the database need no
    such word.
    """

    codes: frozenset[Exclusion] = frozenset()
    firms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    suspended: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What there is to lift, in a fixed order."""
        found = [one.value for one in Exclusion if one in self.codes]
        return (*found, BLOCKED) if self.names else tuple(found)

    def without(self, lifted: Iterable[str]) -> Excluded:
        """The same with some of it lifted."""
        off = set(lifted)
        codes = frozenset(one for one in self.codes if one.value not in off)
        if BLOCKED in off:
            return replace(self, codes=codes, firms=(), names=())
        return replace(self, codes=codes)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What an engine is asked besides."""
        found: list[Filter] = []
        if self.codes:
            found += [_FILTERS[one] for one in Exclusion if one in self.codes]
        for firms in (self.firms, self.suspended):
            if firms:
                found += [Not(Terms("employer", firms)), Not(Terms("publisher", firms))]
        if self.unsaid:
            reprinted = Terms("origin", (Origin.REFERENCE.value,))
            found.append(Not(AllOf((reprinted, Terms("employer_key", self.unsaid)))))
        if self.names:
            found.append(Not(Terms("employer_key", tuple(fold(name) for name in self.names))))
        return tuple(found)

    @property
    def clauses(self) -> tuple[sa.ColumnElement[bool], ...]:
        """The same for a select of jobs."""
        found = [_clauses()[one] for one in Exclusion if one in self.codes]
        if self.firms:
            keys = sa.select(Organisation.id).where(Organisation.public_id.in_(self.firms))
            found.append(Job.organisation_id.not_in(keys))
            found.append(sa.or_(Job.employer_id.is_(None), Job.employer_id.not_in(keys)))
        if self.names:
            found.append(Job.employer_name.not_in(self.names))
        return tuple(found)


NOTHING = Excluded()


def held_back(session: AnySession, excluded: Excluded = NOTHING) -> Excluded:
    """The same, and without the organisations that are suspended and may still be in the index."""
    gone = lately(session)
    if not gone and not excluded.suspended and not excluded.unsaid:
        return excluded
    return replace(
        excluded,
        suspended=tuple(one.public_id for one in gone),
        unsaid=tuple(one.name for one in gone),
    )


#: "Only" hides what does not say: a person asked to see nothing else.
_FILTERS: dict[Exclusion, Filter] = {
    Exclusion.OUTSOURCED: Not(Terms("channel", (Channel.OUTSOURCED.value,))),
    Exclusion.DISPATCHED: Not(Terms("channel", (Channel.DISPATCHED.value,))),
    Exclusion.AGENCY: Not(Terms("channel", (Channel.AGENCY.value,))),
    Exclusion.REFERENCE: Not(Terms("origin", (Origin.REFERENCE.value,))),
    Exclusion.ONLY_TWO_DAYS: AllOf((Terms("rest_days", (RestDays.TWO.value,)),)),
    Exclusion.ONLY_INSURED: AllOf((Terms("benefits", (Insurance.FULL_AND_FUND.value,)),)),
}


@lru_cache(maxsize=1)
def _clauses() -> dict[Exclusion, sa.ColumnElement[bool]]:
    return {
        Exclusion.OUTSOURCED: Job.channel != Channel.OUTSOURCED,
        Exclusion.DISPATCHED: Job.channel != Channel.DISPATCHED,
        Exclusion.AGENCY: Job.channel != Channel.AGENCY,
        Exclusion.REFERENCE: Job.origin != Origin.REFERENCE,
        Exclusion.ONLY_TWO_DAYS: Job.rest_days == RestDays.TWO,
        Exclusion.ONLY_INSURED: Job.insurance == Insurance.FULL_AND_FUND,
    }


def excluded_by(session: Session, account: Account, talent: Talent | None) -> Excluded:
    """What this person never wants to see. Search, counts, lists and alerts all ask here."""
    codes = exclusions.chosen(session, account)
    if talent is None or not talent.blocks:
        return Excluded(codes)
    firms = sorted(one.public_id for one in blocked_employers(session, talent))
    return Excluded(codes, tuple(firms[:MAX_CLAUSES]), tuple(block.name for block in talent.blocks))
