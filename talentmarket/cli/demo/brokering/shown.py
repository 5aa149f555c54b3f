"""What the listed accounts find of brokering: every stage of a mandate, of a referral, of a claim.

The firm that can sign in has its mandates with the employer that can sign in, so that both sides,
the person and the office see the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from talentmarket.cli.demo.brokering.roads import Script
from talentmarket.exchange.brokering.mandating.models import MandateState
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Reach, Remedy, Terms
from talentmarket.exchange.brokering.placing.models import PlacementState
from talentmarket.exchange.brokering.referring.models import KnownAnswer

S, A = MandateState, KnownAnswer
NEW, KNOWN = A.NEW, A.KNOWN


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the first mandates. `broker`: which of the firms that broker, 0 the one that can sign
    in; `job`: number of one of the employer's jobs, None for any other; `first`: how the person
    who can sign in stands to it; `placed`: what became of those who were hired first; `partner`:
    which other firm joined it, and brought those."""

    broker: int
    job: int | None
    state: MandateState
    first: Script | None = None
    scripts: tuple[Script, ...] = ()
    placed: tuple[PlacementState, ...] = ()
    partner: int | None = None


TERMS = Terms(
    fee_basis=FeeBasis.SHARE, fee_share=2_000, guarantee_days=30, remedy=Remedy.REFUND_BY_DAYS,
    ownership_days=180, reach=Reach.COPIES,
)  # fmt: skip

#: Of the fee, what another firm has that brings the person to one of these (basis points).
SPLIT = 4_000

#: Referrals for the employer's data engineer: one in each stage, claims and disputes included.
STAGES = (
    Script(1.4),
    Script(3.2),
    Script(5.5, interest=2.6),
    Script(6.5, interest=5.4, consent=1.3),
    Script(5.6, interest=4.4, consent=2.6, send=1.3),
    Script(8.5, interest=7.3, consent=5.4, send=4.5, answer=(4.2, NEW), moves=(("shortlist", 3.3),)),
    Script(14.5, interest=13.3, consent=10.6, send=9.5, answer=(9.3, NEW),
           moves=(("shortlist", 8.6), ("interview", 7.5))),
    # The employer knew the person; the firm contests it.
    Script(9.5, interest=8.4, consent=7.3, send=6.5, answer=(5.4, KNOWN), dispute=3.4,
           moves=(("shortlist", 4.7),)),
    # Hired within days; the employer objects in time, and the disputed fee waits.
    Script(12.5, interest=11.6, consent=10.4, send=9.7, answer=(9.5, NEW), dispute=4.6,
           moves=(("shortlist", 9.2), ("offer", 8.4), ("accept", 7.5), ("start", 4.3),
                  ("confirm", 3.4))),
    # In guarantee.
    Script(20.5, interest=19.6, consent=18.4, send=17.7, answer=(17.5, NEW),
           moves=(("shortlist", 16.6), ("offer", 14.4), ("accept", 12.5), ("start", 8.5),
                  ("confirm", 7.4))),
    # Started, the employer says; the person is silent, and proof is with the office.
    Script(20.4, interest=19.7, consent=19.2, send=18.6, answer=(18.4, NEW),
           moves=(("shortlist", 17.6), ("offer", 16.4), ("accept", 15.5), ("start", 12.5))),
    Script(8.6, decline=7.3),
    Script(17.5),
    # Consent taken back in the middle: the claim rests.
    Script(12.4, interest=11.4, consent=9.6, send=8.5, answer=(8.2, NEW),
           moves=(("shortlist", 7.4), ("withdraw", 2.5))),
    Script(6.6, interest=5.6, recall=2.4),
)  # fmt: skip

MANDATES: tuple[Shown, ...] = (
    Shown(0, 0, S.ACTIVE, Script(4.5, interest=3.3), STAGES),
    Shown(0, 3, S.ACTIVE, placed=(PlacementState.GUARANTEED, PlacementState.REFUNDED,
                                  PlacementState.GUARANTEED), partner=1),
    Shown(0, 1, S.AWAITING_COUNTERSIGNATURE),
    Shown(0, None, S.IN_REVIEW),
    Shown(0, None, S.ACTIVE),
    Shown(0, None, S.DOCUMENTS),
    Shown(0, None, S.RETURNED),
    Shown(0, None, S.ENDED),
    Shown(1, 2, S.ACTIVE, Script(5.4, interest=4.3, consent=2.4, send=1.4),
          placed=(PlacementState.GUARANTEED, PlacementState.GUARANTEED), partner=0),
    Shown(2, 0, S.ACTIVE, Script(1.6)),
    Shown(0, None, S.DRAFT),
    Shown(1, None, S.PAUSED),
    Shown(2, None, S.FROZEN),
    Shown(3, None, S.EXPIRED),
    Shown(4, None, S.REFUSED),
)  # fmt: skip
