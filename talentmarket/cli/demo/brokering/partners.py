"""Other firms on an opened mandate: who joined it, from when on, and what its share becomes. Pure,
but for the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from talentmarket.cli.demo.brokering.commissions import Commission
from talentmarket.cli.demo.brokering.facts import Placed
from talentmarket.cli.demo.dice import Dice
from talentmarket.cli.demo.firms import Firm
from talentmarket.exchange.brokering.fees import LineKind
from talentmarket.exchange.brokering.joining.models import Joining, JoiningState

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import FirmKeys, Loader

TEXTS = (
    "本机构两年内为同类岗位推荐过三十余人，手上有合适的人选，愿按条款分成。",
    "我们在这一领域有自己的人才库，可以在一周内带来首批人选。",
    "本机构与客户同城，熟悉这一行业，申请一起为这个岗位找人。",
)
#: Opened mandates that another firm has joined; of the people asked for such a one, whom it asked.
JOINED, BROUGHT = 0.8, 0.45
#: Days a firm needs on a mandate before anything shows.
LEAST = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Partner:
    """A firm that joined a mandate. `made`: the mandate as it stands for it, open from its joining
    on."""

    firm: Firm
    keys: FirmKeys
    made: Commission
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What the holder paid of a share: when it said so, when the other firm confirmed it."""

    amount: int
    said_at: datetime
    received_at: datetime | None


def find(loader: Loader, made: Commission, wanted: int | None) -> Partner | None:
    """The firm that joined this mandate. `wanted`: place of a firm among those that broker, for
    mandates that are shown; else chance says whether there is one and which."""
    if not made.terms.opened or made.at("countersign") is None or len(loader.brokers) < 2:
        return None
    dice = Dice.of(loader.plan.seed, "partner", made.number)
    others = [one for one in loader.brokers if one != made.firm.number]
    if wanted is not None:
        number = loader.brokers[wanted % len(loader.brokers)]
    elif dice.chance(JOINED):
        number = dice.choice(others)
    else:
        return None
    firm = loader.firm(number)
    asked = dice.office(made.ready + timedelta(hours=dice.randint(2, 30)))
    joined = dice.office(asked + timedelta(hours=dice.randint(1, 20)))
    old = firm.verified_at is not None and firm.verified_at < asked
    if number == made.firm.number or not old or made.until - joined < LEAST:
        return None
    return Partner(firm, loader.firms[number], replace(made, ready=joined), asked)


def write(
    loader: Loader, mandate: int, holder: FirmKeys, partner: Partner
) -> list[tuple[datetime, dict[str, Any]]]:
    """The row of the joining; given back are the events of the mandate: the request, the answer."""
    made, store = partner.made, loader.store
    dice = Dice.of(loader.plan.seed, "joining", made.number)
    public_id = dice.public_id()
    store.add(
        Joining, public_id=public_id, mandate_id=mandate, firm_id=partner.keys.organisation,
        consultant_id=partner.keys.recruiter.key, text=dice.choice(TEXTS),
        state=JoiningState.JOINED, reason_text="", asked_at=partner.asked_at,
        answered_at=made.ready, ended_at=None,
    )  # fmt: skip
    steps = (
        ("joining_ask", partner.asked_at, partner.keys, partner.firm, None, JoiningState.ASKED),
        ("joining_accept", made.ready, holder, made.firm, JoiningState.ASKED, JoiningState.JOINED),
    )
    return [
        (at, {
            "verb": verb, "actor": keys.recruiter.public_id, "acting_for": firm.public_id,
            "data": {
                "firm": partner.firm.public_id, "joining": public_id,
                "joining_from": str(before) if before else None, "joining_to": str(after),
            },
        })
        for verb, at, keys, firm, before, after in steps
    ]  # fmt: skip


def settled(placed: Placed, public_id: str, now: datetime) -> Settled | None:
    """What became of the share once the employer had paid: said to be paid, and mostly confirmed.
    Nothing where the fee changed before."""
    if placed.paid_at is None or not placed.lines or not placed.lines[0].share:
        return None
    dice = Dice(f"share:{public_id}")
    said = dice.office(placed.paid_at + timedelta(days=dice.randint(2, 9)))
    changed = any(at <= said for at in placed.told[1:])
    if said >= now or changed or placed.lines[0].kind is not LineKind.FEE:
        return None
    received = dice.office(said + timedelta(days=dice.randint(1, 6)))
    heard = received < now and dice.chance(0.85)
    return Settled(placed.lines[0].share, said, received if heard else None)
