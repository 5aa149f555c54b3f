"""A consultant's whole desk handed to another member: mandates, referrals, parts in others' mandates,
and the people of the firm's book, in one act with one event.

The day's list of the taker follows by itself: it is made of these rows. What is over stays with who
did it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, record
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering.joining.models import OPEN, Joining
from talentmarket.exchange.brokering.mandating import reviewing
from talentmarket.exchange.brokering.mandating.models import OVER, Mandate
from talentmarket.exchange.brokering.mandating.stages import RUNNING as MANDATES_RUNNING
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.exchange.brokering.referring.models import LIVE_CLAIMS, RUNNING, Referral
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import Account, Organisation
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

register(
    "desk.taken",
    _l("您接手了 %(giver)s 的工作"),
    _l(
        "%(firm)s 把 %(giver)s 名下的 %(mandates)s 份委托、%(referrals)s 个推荐、%(joinings)s 份合作"
        "委托和人才库里的 %(people)s 人移交给您。请看今天的待办。"
    ),
)
register(
    "desk.given",
    _l("您的工作已移交给 %(taker)s"),
    _l("%(firm)s 把您名下未结束的委托、推荐和人才库移交给 %(taker)s。"),
)
register(
    "desk.changed",
    _l("%(firm)s 更换了经办顾问"),
    _l("贵单位委托 %(firm)s 招聘“%(job)s”，经办顾问已更换。条款和进展不变。"),
)


@dataclass(frozen=True, slots=True)
class Handed:
    """How many of each changed hands."""

    mandates: int = 0
    referrals: int = 0
    joinings: int = 0
    people: int = 0

    @property
    def all(self) -> int:
        """All together."""
        return self.mandates + self.referrals + self.joinings + self.people


def _in_work() -> dict[str, tuple[Any, Any, sa.ColumnElement[bool]]]:
    """Kind → (table, whose column, what is in work)."""
    running = sa.or_(Referral.state.in_(RUNNING), Referral.claim.in_(LIVE_CLAIMS))
    return {
        "mandates": (Mandate, Mandate.organisation_id, Mandate.state.not_in(OVER)),
        "referrals": (Referral, Referral.firm_id, running),
        "joinings": (Joining, Joining.firm_id, Joining.state.in_(OPEN)),
        "people": (FirmPerson, FirmPerson.organisation_id, sa.true()),
    }


def desks(session: Session, firm: Organisation) -> list[tuple[Account | None, Handed]]:
    """Who has how much that is in work, also members who have left; None: nobody has it."""
    counts: dict[int | None, dict[str, int]] = defaultdict(dict)
    for name, (table, whose, in_work) in _in_work().items():
        rows = session.execute(
            sa.select(table.consultant_id, sa.func.count())
            .where(whose == firm.id, in_work)
            .group_by(table.consultant_id)
        )
        for key, count in rows:
            counts[key][name] = count
    keys = [key for key in counts if key is not None]
    people = {
        one.id: one for one in session.scalars(sa.select(Account).where(Account.id.in_(keys)))
    }
    ordered = sorted(counts, key=lambda key: (key is None, key or 0))
    return [(people.get(key) if key else None, Handed(**counts[key])) for key in ordered]


def hand_over(
    session: Session, firm: Organisation, giver: str, taker: str, *, actor: Actor
) -> Handed:
    """Give all that a consultant (public id; empty: nobody) has in work to another member.

    Raises NotFound, Forbidden for a taker whose role handles no mandates, Conflict where there is
    nothing (somebody was first).
    """
    by = session.scalar(sa.select(Account).where(Account.public_id == giver)) if giver else None
    moving = _running_of(session, firm, by)
    mandates = reviewing.hand_over_desk(session, firm, giver, taker, actor=actor)
    to = session.scalars(sa.select(Account).where(Account.public_id == taker)).one()
    counts: dict[str, Any] = {"mandates": mandates}
    for name, (table, whose, in_work) in _in_work().items():
        if name == "mandates":
            continue
        had = table.consultant_id == by.id if by else table.consultant_id.is_(None)
        done = session.execute(
            sa.update(table)
            .where(whose == firm.id, had, in_work)
            .values(consultant_id=to.id)
            .execution_options(synchronize_session=False)
        )
        counts[name] = done.rowcount  # type: ignore[attr-defined]
    session.expire_all()
    handed = Handed(**counts)
    if not handed.all:
        raise Conflict(_l("这里已经没有未结束的工作。"), code="nothing-there")
    event = record(
        session,
        "organisation",
        firm.public_id,
        "hand_over_desk",
        actor=actor,
        giver=giver or None,
        taker=taker,
        **counts,
    )
    session.flush()
    _tell(session, firm, by, to, counts, str(event.id))
    for mandate in moving:
        _tell_client(session, mandate, str(event.id))
    return handed


def _running_of(session: Session, firm: Organisation, giver: Account | None) -> list[Mandate]:
    """The running mandates that are about to change hands: their clients are told."""
    had = Mandate.consultant_id == giver.id if giver else Mandate.consultant_id.is_(None)
    return list(
        session.scalars(
            sa.select(Mandate).where(
                Mandate.organisation_id == firm.id,
                had,
                Mandate.state.in_(MANDATES_RUNNING),
                Mandate.client_id.is_not(None),
            )
        )
    )


def _tell(
    session: Session,
    firm: Organisation,
    giver: Account | None,
    taker: Account,
    counts: dict[str, int],
    key: str,
) -> None:
    said = {
        "firm": firm.name,
        "giver": giver.name if giver else "—",
        "taker": taker.name,
        **counts,
    }
    link = f"/org/{firm.public_id}/mandates/"
    notify(session, taker.id, "desk.taken", said, link=link, key=f"desk.taken:{key}")
    if giver is not None and giver.id in accounts_with(session, firm):
        notify(session, giver.id, "desk.given", said, link=link, key=f"desk.given:{key}")


def _tell_client(session: Session, mandate: Mandate, key: str) -> None:
    client = mandate.client
    if client is None:
        return
    for account in accounts_with(session, client, OrgRole.OWNER, OrgRole.RECRUITER):
        notify(
            session,
            account,
            "desk.changed",
            {"firm": mandate.organisation.name, "job": mandate.title},
            link=f"/org/{client.public_id}/mandates/given/{mandate.public_id}",
            key=f"desk.changed:{key}:{mandate.public_id}:{account}",
        )
