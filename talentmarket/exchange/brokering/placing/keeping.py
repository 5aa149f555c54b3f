"""What a person's copy holds of a disputed start, and what goes with the person."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock, tasks
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.placing.cases import StartCase, StartParty
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members import privacy
from talentmarket.members.models import Account, Talent
from talentmarket.members.takeout import plain


def _of(account: Account) -> sa.Select[tuple[int]]:
    own = sa.select(Talent.id).where(Talent.account_id == account.id)
    placed = sa.select(Placement.id).join(Referral, Referral.id == Placement.referral_id)
    return placed.where(Referral.talent_id.in_(own))


@privacy.exports("start_cases")
def cases_of(session: Session, account: Account) -> list[dict[str, Any]]:
    """What was filed, answered and decided about the person's starts."""
    rows = sa.select(StartCase).where(StartCase.placement_id.in_(_of(account)))
    return [plain(one) for one in session.scalars(rows.order_by(StartCase.id))]


@privacy.erases("start_cases")
def erase_person(session: Session, account: Account, actor: Actor) -> None:
    """All words about the person go, whoever wrote them; that it was decided, and how, stays. The
    person's own file goes with their other files (`members/privacy.py`)."""
    rows = session.scalars(sa.select(StartCase).where(StartCase.placement_id.in_(_of(account))))
    for case in rows.all():
        own = case.party is StartParty.PERSON
        case.text = case.answer = case.reasons = ""
        if not own and case.file is not None and case.file.erased_at is None:
            case.file.erased_at, case.file.name = clock.now(), ""
            # The bytes go once this is stored, as everywhere (`members/privacy.py`).
            key = case.file.key
            tasks.put(session, "erase-file", {"key": key}, key=f"erase-file:{key}")
    session.flush()
