"""What a person never wants to see among jobs, said once (长期条件).

Blocked employers are of the kind as well; they stand in :mod:`talentmarket.members.blocks`.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import insert_for
from talentmarket.core.events import Actor
from talentmarket.exchange.models import Exclusion, JobExclusion
from talentmarket.members import privacy
from talentmarket.members.models import Account


def chosen(session: Session, account: Account) -> frozenset[Exclusion]:
    """What the person chose."""
    return frozenset(
        session.scalars(
            sa.select(JobExclusion.exclusion).where(JobExclusion.account_id == account.id)
        )
    )


def choose(session: Session, account: Account, wanted: Iterable[Exclusion]) -> None:
    """Keep exactly these."""
    kept = sorted(set(wanted))
    session.execute(
        sa.delete(JobExclusion)
        .where(JobExclusion.account_id == account.id, JobExclusion.exclusion.not_in(kept))
        .execution_options(synchronize_session=False)
    )
    for one in kept:
        add(session, account, one)


def add(session: Session, account: Account, one: Exclusion) -> None:
    """Choose one more; a second time changes nothing."""
    session.execute(
        insert_for(session)(JobExclusion)
        .values(account_id=account.id, exclusion=one, created_at=clock.now())
        .on_conflict_do_nothing(index_elements=["account_id", "exclusion"])
    )


def drop(session: Session, account: Account, one: Exclusion) -> None:
    """Choose one no longer."""
    session.execute(
        sa.delete(JobExclusion)
        .where(JobExclusion.account_id == account.id, JobExclusion.exclusion == one)
        .execution_options(synchronize_session=False)
    )


@privacy.exports("job_exclusions")
def export(session: Session, account: Account) -> list[str]:
    """The part of the copy of a person's data."""
    return sorted(one.value for one in chosen(session, account))


@privacy.erases("job_exclusions")
def erase(session: Session, account: Account, _actor: Actor) -> None:
    """The end of it."""
    choose(session, account, ())
