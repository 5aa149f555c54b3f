"""Links by which employer and person say the start without signing in.

A link is signed for one placement and its offer, one side and one receiver, and ends. Opening it
changes nothing; using it twice, or beside the page, says the same thing once. Nothing of it is
stored: it ends with its day, with another offer, and when another is the one to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock, secrecy, signing
from talentmarket.core.errors import Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.exchange import telling
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.placing.starting import SIDES, S, Said, missing, say
from talentmarket.exchange.stages import By
from talentmarket.members.identifiers import main_identity
from talentmarket.members.identities import Identity, held_by, identify
from talentmarket.members.models import Account, AccountState

LIFE = timedelta(days=14)
#: A longer text is no token of ours.
LONGEST = 400
_PURPOSE = "start-link"
_OVER = _l("这个链接已失效或已过期。请登录后在申请或入职页面确认。")
_BY = {name: side for side, name in SIDES.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is for: whose word on which placement, and until when."""

    placement: Placement
    side: By
    until: datetime

    @property
    def open(self) -> bool:
        """Whether this side's word is awaited."""
        return self.side in missing(self.placement.application)

    @property
    def said(self) -> bool:
        """Whether this side has said it."""
        return not self.open and self.placement.application.state in (S.STARTED, S.CONFIRMED)

    @property
    def both(self) -> bool:
        """Whether both sides have."""
        return self.placement.application.state is S.CONFIRMED


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a side is asked, in which language, and the account behind it if any."""

    identity: Identity
    locale: str
    account_id: int | None = None


def receivers(session: Session, placement: Placement, side: By) -> list[Receiver]:
    """The person; or the mandate's handler, else those who work on the job."""
    if side is By.ORGANISATION and (handler := _handler(placement)):
        return [Receiver(handler, "zh")]
    found = []
    for account in _accounts(session, placement, side):
        identity = main_identity(session, account)
        if identity is not None:
            found.append(Receiver(identity, account.locale, account.id))
    return found


def _holders(session: Session, placement: Placement, side: By) -> set[str]:
    """All numbers and addresses at which a link of this side may have been received."""
    if side is By.ORGANISATION and (handler := _handler(placement)):
        return {handler.value}
    accounts = _accounts(session, placement, side)
    rows = [row for account in accounts for row in held_by(session, account)]
    return {row.value for row in rows if row.value and row.verified_at}


def _accounts(session: Session, placement: Placement, side: By) -> list[Account]:
    referral = placement.referral
    keys = [referral.talent.account_id]
    if side is By.ORGANISATION:
        keys = telling.desk_accounts(session, referral.job)
    active = Account.state == AccountState.ACTIVE
    return list(session.scalars(sa.select(Account).where(Account.id.in_(keys), active)))


def _handler(placement: Placement) -> Identity | None:
    """Who acts for the client by the mandate, where the firm named one."""
    contact = placement.referral.mandate.handler_contact
    try:
        return identify(contact) if contact else None
    except Invalid:
        return None


def token_of(placement: Placement, side: By, receiver: str, until: datetime) -> str:
    """The last part of a link's address: good for this side of this offer, for who reads at
    `receiver`, until then."""
    said = [placement.public_id, SIDES[side], placement.offer_id, mark_of(receiver)]
    return str(signing.serializer(_PURPOSE).dumps([*said, int(until.timestamp())]))


def mark_of(receiver: str) -> str:
    """What a link knows of its receiver, and a mail's key."""
    return secrecy.digest(_PURPOSE, receiver)[:16]


def find(session: Session, token: str) -> Asked:
    """What the link asks for. Raises NotFound for one that was changed or has ended, whose offer
    was replaced, or whose receiver is no longer the one to ask."""
    try:
        if len(token) > LONGEST:
            raise NotFound(_OVER)
        public_id, side, offer, mark, until = signing.serializer(_PURPOSE).loads(token)
        ends = datetime.fromtimestamp(until, tz=UTC)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound(_OVER) from error
    placement = session.scalar(
        sa.select(Placement)
        .options(joinedload(Placement.application), joinedload(Placement.referral))
        .where(Placement.public_id == public_id)
    )
    if placement is None or ends <= clock.now() or placement.offer_id != offer:
        raise NotFound(_OVER)
    if placement.state is PlacementState.NOT_STARTED:
        raise NotFound(_OVER)
    asked = Asked(placement, _BY[side], ends)
    held = _holders(session, placement, asked.side)
    if mark not in {found for one in held for found in _marks(one)}:
        raise NotFound(_OVER)
    return asked


def _marks(receiver: str) -> list[str]:
    return [found[:16] for found in secrecy.digests(_PURPOSE, receiver)]


def say_by_link(session: Session, token: str) -> Said:
    """The word of who holds the link. Raises NotFound, Conflict."""
    asked = find(session, token)
    referral = asked.placement.referral
    actor = Actor(None, referral.employer.public_id)
    if asked.side is By.TALENT:
        actor = Actor(referral.talent.account.public_id)
    return say(session, asked.placement.application, asked.side, actor=actor, by_link=True)
