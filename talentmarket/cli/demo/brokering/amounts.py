"""How much of brokering a demo has, by the size of the market. Pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

#: Where nothing else is said, and the market is large enough.
USUAL = (12, 60, 400)
#: So many jobs and so many people stand behind a mandate and a person asked.
JOBS_A_MANDATE, PEOPLE_A_REFERRAL = 25, 5


@dataclass(frozen=True)
class Amounts:
    """Firms that broker, mandates and referrals. `more`: firms are added where too few are there."""

    firms: int
    mandates: int
    referrals: int
    more: bool = False


def of(
    *, talents: int, jobs: int, firms: int | None, mandates: int | None, referrals: int | None
) -> Amounts:
    """What was asked for; what was not is usual, and less in a small market."""
    usual_mandates = min(USUAL[1], jobs // JOBS_A_MANDATE)
    asked = (mandates if mandates is not None else usual_mandates) if talents and jobs else 0
    wanted = referrals if referrals is not None else min(USUAL[2], talents // PEOPLE_A_REFERRAL)
    return Amounts(
        firms=min(USUAL[0], asked) if firms is None else firms,
        mandates=asked,
        referrals=wanted if asked else 0,
        more=firms is not None,
    )


def is_for_referrals(job: int, person: int) -> bool:
    """Whether a person meets a job with a mandate through a firm rather than by applying, so that
    nobody does both."""
    return bool(zlib.crc32(f"{job}:{person}".encode()) & 1)
