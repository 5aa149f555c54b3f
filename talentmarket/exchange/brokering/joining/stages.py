"""The stages of a firm's part in another's mandate, and what becomes of its work. Pure.

By whom: :data:`By.ORGANISATION` is the firm that holds the mandate, :data:`By.PARTNER` the one that
joins. The rules below are the exchange's own and published; no law has any.
"""

from __future__ import annotations

from talentmarket.exchange.brokering.joining.models import JoiningState as J
from talentmarket.exchange.brokering.referring.models import ReferralState as R
from talentmarket.exchange.stages import By, Move, Stages

_OWN, _PAR = frozenset({By.ORGANISATION}), frozenset({By.PARTNER})

JOINING: Stages[J] = Stages(
    (
        Move("accept", frozenset({J.ASKED}), J.JOINED, _OWN),
        Move("refuse", frozenset({J.ASKED}), J.REFUSED, _OWN, reason=True),
        Move("withdraw", frozenset({J.ASKED}), J.WITHDRAWN, _PAR),
        Move("leave", frozenset({J.JOINED}), J.LEFT, _PAR, reason=True),
        Move("exclude", frozenset({J.JOINED}), J.EXCLUDED, _OWN, reason=True),
    )
)

#: Days in which a firm that was refused may not ask again; who was excluded may not at all.
REFUSED_REST_DAYS = 30

#: What is taken back when the firm goes, by how it goes. The rest is carried on: who leaves may
#: still send whom the person's yes names, within its time; who is excluded may not. What was sent
#: keeps its claim and the share that was fixed with the consent.
TAKEN_BACK: dict[J, tuple[R, ...]] = {
    J.LEFT: (R.ASKED, R.INTERESTED),
    J.EXCLUDED: (R.ASKED, R.INTERESTED, R.CONSENTED),
}
#: Parts under which a consent that was given before may still be sent.
MAY_SEND = (J.JOINED, J.LEFT)
