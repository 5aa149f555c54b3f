"""The stages of a referral and of the claim it leaves: who may move what, and their clocks.

Pure tables beside those of :mod:`talentmarket.exchange.stages`. The separate yes that names every
receiver is asked by 个人信息保护法 arts. 14, 23; what an employer must answer and within which time, and
for how long a claim is owned, are the exchange's own published rules.
"""

from __future__ import annotations

from datetime import date, timedelta

from talentmarket.exchange.brokering.referring.models import ReferralClaim as C
from talentmarket.exchange.brokering.referring.models import ReferralState as R
from talentmarket.exchange.stages import By, Move, Stages

_FIRM, _TAL, _OPR, _SYS = By.ORGANISATION, By.TALENT, By.OPERATOR, By.SYSTEM


def _move(name: str, sources: tuple[R, ...], target: R, *by: By, reason: bool = False) -> Move[R]:
    return Move(name, frozenset(sources), target, frozenset(by), reason)


#: `By.ORGANISATION` is the firm that refers; the employer moves the claim and the application.
REFERRAL: Stages[R] = Stages(
    (
        _move("interest", (R.ASKED,), R.INTERESTED, _TAL),
        _move("decline", (R.ASKED, R.INTERESTED), R.DECLINED, _TAL),
        _move("consent", (R.INTERESTED,), R.CONSENTED, _TAL),
        _move("send", (R.CONSENTED,), R.SENT, _FIRM),
        _move("withdraw", (R.CONSENTED, R.SENT), R.WITHDRAWN, _TAL),
        _move("refuse", (R.CONSENTED,), R.LAPSED, _FIRM, reason=True),
        _move("recall", (R.ASKED, R.INTERESTED, R.CONSENTED), R.LAPSED, _FIRM),
        _move("lapse", (R.ASKED, R.INTERESTED, R.CONSENTED), R.LAPSED, _SYS),
    )
)

#: By whom a claim is moved: the employer is `By.ORGANISATION` here, a dispute may be either's.
CLAIM: Stages[C] = Stages(
    (
        Move("new", frozenset({C.PENDING}), C.STANDING, frozenset({By.ORGANISATION, _SYS})),
        Move("known", frozenset({C.PENDING}), C.KNOWN, frozenset({By.ORGANISATION})),
        Move(
            "dispute",
            frozenset({C.STANDING, C.KNOWN, C.REFUSED}),
            C.DISPUTED,
            frozenset({By.ORGANISATION}),
        ),
        Move("uphold", frozenset({C.DISPUTED}), C.STANDING, frozenset({_OPR})),
        # One that came to rest while it was disputed is refused as well: no hire revives it.
        Move("refuse", frozenset({C.DISPUTED, C.DORMANT}), C.REFUSED, frozenset({_OPR})),
        Move(
            "rest",
            frozenset({C.PENDING, C.STANDING, C.KNOWN, C.DISPUTED}),
            C.DORMANT,
            frozenset({_TAL}),
        ),
        Move("revive", frozenset({C.DORMANT}), C.STANDING, frozenset({_SYS})),
        Move("expire", frozenset({C.STANDING, C.KNOWN, C.DORMANT}), C.EXPIRED, frozenset({_SYS})),
    )
)

#: Working days in which the person may answer step one, and then step two.
ASKED_WORKING_DAYS = 10
#: Working days the firm has to send what was consented.
SEND_WORKING_DAYS = 5
#: Working days the employer has to say whether the person is new to it; silence counts as new.
ANSWER_WORKING_DAYS = 2
#: Working days for one objection, for the ruling, and for the appeal against it.
OBJECT_WORKING_DAYS = 5
RULING_WORKING_DAYS = 5
APPEAL_WORKING_DAYS = 5
#: Days for which a consent is asked, at most.
CONSENT_DAYS = 180


def owned_until(sent_on: date, ownership_days: int) -> date:
    """The last day on which a hire by the employer counts as brought by the firm."""
    return sent_on + timedelta(days=ownership_days)
