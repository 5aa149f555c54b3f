"""How often one may try: by account and by network address, shared by all processes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from talentmarket.core.counters import limit
from talentmarket.core.secrecy import digest

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

#: act → (window, most) by account or receiver, and by network address.
LIMITS: dict[str, tuple[tuple[tuple[timedelta, int], ...], tuple[tuple[timedelta, int], ...]]] = {
    "send": (((MINUTE, 1), (DAY, 10)), ((HOUR, 60),)),
    "code": (((DAY, 50),), ((HOUR, 120),)),
    "password": (((QUARTER, 10),), ((QUARTER, 60),)),
    "second": (((QUARTER, 8),), ((HOUR, 60),)),
    "prove": (((QUARTER, 10),), ((HOUR, 120),)),
}


def attempt(session: Session, act: str, subject: str, address: str | None) -> None:
    """Count one try of `act` at `subject` (a digest or public id) from a network `address`.

    Raises :class:`TooMany`. Must be committed before the try itself, so that a failed try still
    counts. Addresses are kept as digests.
    """
    by_subject, by_address = LIMITS[act]
    for window, most in by_subject:
        limit(session, _name(act, "s", subject, window), window, most)
    if address:
        for window, most in by_address:
            name = _name(act, "a", digest("address", address), window)
            limit(session, name, window, most)


def _name(act: str, kind: str, subject: str, window: timedelta) -> str:
    return f"{act}:{kind}:{subject[:64]}:{int(window.total_seconds())}"
