"""What a placement costs, and who gets what of it. Pure: terms, placement and events in, lines out.

The employer pays, never the person: no line has the person as a side (the exchange's own published
rule; 网络招聘服务管理规定 art. 19 forbids deposits, 人力资源服务机构管理规定 fees beyond the published
ones). Public employment services charge nothing (国令700号 art. 15): their terms have no fee.

All amounts are integer fen and none is negative; a line's kind says which way it goes. The fee is
`net`; tax comes on top, half up. Of the net fee the firm that brought the person has its share,
half up, and the owner of the mandate what is left. Whatever is taken back, share and tax are always
those of the net fee that remains, so nobody gives back more than they had.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from talentmarket.core.errors import Conflict, Invalid
from talentmarket.exchange.brokering.mandating.terms import WHOLE, FeeBasis, Remedy, Terms


class Cause(StrEnum):
    """Who or what was the cause that the person left."""

    EMPLOYER = "employer"
    PERSON = "person"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement. `start`: the first day of work; `yearly_pay`: a year's pay before tax, fen.

    `shared`: another firm than the owner of the mandate brought the person. `covered`: the person
    takes the place of another who left, so that the fee of that placement is the only one.
    """

    start: date
    yearly_pay: int
    shared: bool = False
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """Both sides confirmed the start (or the operator decided so) on this day."""

    on: date


@dataclass(frozen=True, slots=True)
class Left:
    """The person left; `on` is the last day of work."""

    on: date
    cause: Cause


@dataclass(frozen=True, slots=True)
class Replaced:
    """The firm brought another person, without a second fee."""

    on: date


@dataclass(frozen=True, slots=True)
class Refunded:
    """The fee goes back as the terms say. `failed`: after a replacement that left in its turn."""

    on: date
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Disputed:
    """A part of the fee is in dispute; `amount` is net. Only this part waits."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Ruled:
    """The dispute is decided: of what waits, `waived` (net) falls away and the rest is due. Below
    zero: an appeal was upheld, and so much of what fell away before is due again."""

    on: date
    waived: int


Happened = Started | Left | Replaced | Refunded | Disputed | Ruled


class LineKind(StrEnum):
    """What a line does."""

    FEE = "fee"  # the employer owes
    HOLD = "hold"  # of that, waits
    RELEASE = "release"  # waits no longer
    WAIVE = "waive"  # falls away by a ruling
    REFUND = "refund"  # goes back to the employer


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `base`: what `net` was reckoned from. `own` + `share` = `net`; all in fen."""

    kind: LineKind
    on: date
    base: int
    net: int
    tax: int
    own: int
    share: int

    @property
    def gross(self) -> int:
        """With tax: what the employer pays, or gets back."""
        return self.net + self.tax


def part(amount: int, of: int, whole: int = WHOLE) -> int:
    """`amount` × `of` / `whole` in whole fen, half up. None of them negative."""
    return (2 * amount * of + whole) // (2 * whole)


def fee(terms: Terms, yearly_pay: int) -> int:
    """The net fee, fen. Raises Invalid for a yearly pay that is none."""
    if terms.fee_basis is FeeBasis.NONE:
        return 0
    if terms.fee_basis is FeeBasis.AMOUNT:
        return terms.fee_amount
    if yearly_pay <= 0:
        raise Invalid(code="no-pay")
    return part(yearly_pay, terms.fee_share)


def guaranteed_until(terms: Terms, start: date) -> date | None:
    """The last day of the guarantee, the day of the start being its first; None without one."""
    if terms.guarantee_days <= 0 or terms.remedy is Remedy.NONE:
        return None
    return start + timedelta(days=terms.guarantee_days - 1)


def in_guarantee(terms: Terms, placed: Placed, left: Left) -> bool:
    """Whether leaving on this day, for this cause, obliges the firm."""
    until = guaranteed_until(terms, placed.start)
    return until is not None and left.cause is not Cause.EMPLOYER and left.on <= until


def refund(terms: Terms, placed: Placed, left: Left, remaining: int) -> int:
    """What goes back of the net fee that `remaining` is, fen.

    Where the terms say replacement and none was brought, the whole fee: the firm gave nothing.
    """
    if not in_guarantee(terms, placed, left):
        return 0
    if terms.remedy is not Remedy.REFUND_BY_DAYS:
        return remaining
    worked = max(0, (left.on - placed.start).days + 1)
    return part(remaining, terms.guarantee_days - worked, terms.guarantee_days)


def reckon(terms: Terms, placed: Placed, events: Iterable[Happened]) -> tuple[Line, ...]:
    """The lines of one placement, in the order of its events.

    Raises Conflict for an event that cannot follow on the ones before (a start twice, a refund of
    who has not left), Invalid for an amount in dispute that is more than is due.
    """
    account = _Account(terms, placed)
    for event in events:
        account.take(event)
    return tuple(account.lines)


class _Account:
    """What is due of one placement while its events are gone through."""

    def __init__(self, terms: Terms, placed: Placed) -> None:
        self.lines: list[Line] = []
        self._terms, self._placed = terms, placed
        self._shared = placed.shared and terms.opened
        self._due = self._held = self._waived = 0
        self._started = self._over = self._refunded = False
        self._left: Left | None = None

    def take(self, event: Happened) -> None:
        if isinstance(event, Started):
            self._start(event)
        elif not self._started:
            raise Conflict(code="not-started")
        elif isinstance(event, Left):
            if self._left is not None:
                raise Conflict(code="left-already")
            self._left = event
        elif isinstance(event, Disputed):
            self._dispute(event)
        elif isinstance(event, Ruled):
            self._rule(event)
        else:
            self._remedy(event)

    def _start(self, event: Started) -> None:
        if self._started:
            raise Conflict(code="started-already")
        self._started = True
        net = 0 if self._placed.covered else fee(self._terms, self._placed.yearly_pay)
        shared = self._terms.fee_basis is FeeBasis.SHARE
        self._change(LineKind.FEE, event.on, self._placed.yearly_pay if shared else net, net)

    def _dispute(self, event: Disputed) -> None:
        if self._held:
            raise Conflict(code="in-dispute")
        if not 0 < event.amount <= self._due:
            raise Invalid(code="more-than-due")
        self._held = event.amount
        self.lines.append(self._line(LineKind.HOLD, event.on, self._due, event.amount))

    def _rule(self, event: Ruled) -> None:
        if event.waived < 0:
            self._restore(event)
            return
        if not self._held:
            raise Conflict(code="not-in-dispute")
        if not 0 <= event.waived <= self._held:
            raise Invalid(code="more-than-held")
        held, self._held = self._held, 0
        self.lines.append(self._line(LineKind.RELEASE, event.on, self._due, held))
        self._waived += event.waived
        self._change(LineKind.WAIVE, event.on, held, -event.waived)

    def _restore(self, event: Ruled) -> None:
        if self._held or self._waived + event.waived < 0:
            raise Conflict(code="not-waived")
        self._waived += event.waived
        self._change(LineKind.FEE, event.on, -event.waived, -event.waived)
        if self._refunded and self._left is not None:  # what is due again goes back as the rest did
            back = refund(self._terms, self._placed, self._left, -event.waived)
            self._change(LineKind.REFUND, event.on, -event.waived, -back)

    def _remedy(self, event: Replaced | Refunded) -> None:
        if self._left is None:
            raise Conflict(code="not-left")
        failed = isinstance(event, Refunded) and event.failed and not self._refunded
        if self._over and not failed:
            raise Conflict(code="settled-already")
        if self._held:
            raise Conflict(code="in-dispute")  # first the ruling, then the remedy
        self._over = True
        if isinstance(event, Refunded):
            self._refunded = True
            back = refund(self._terms, self._placed, self._left, self._due)
            self._change(LineKind.REFUND, event.on, self._due, -back)

    def _change(self, kind: LineKind, on: date, base: int, by: int) -> None:
        """Raise or lower what is due; the line is the difference. Nothing for nothing."""
        before = self._due
        self._due += by
        low, high = sorted((before, self._due))
        if low != high:
            tax = self._tax(high) - self._tax(low)
            share = self._share(high) - self._share(low)
            self.lines.append(Line(kind, on, base, high - low, tax, high - low - share, share))

    def _line(self, kind: LineKind, on: date, base: int, net: int) -> Line:
        """A part of what is due, from its top: what falls away is taken from there, too."""
        rest = base - net
        tax, share = self._tax(base) - self._tax(rest), self._share(base) - self._share(rest)
        return Line(kind, on, base, net, tax, net - share, share)

    def _tax(self, net: int) -> int:
        return part(net, self._terms.tax_rate)

    def _share(self, net: int) -> int:
        return part(net, self._terms.split) if self._shared else 0


#: Which way a line goes for the employer; what waits goes neither way.
_SIGNS = {LineKind.FEE: 1, LineKind.WAIVE: -1, LineKind.REFUND: -1}


def due(lines: Iterable[Line]) -> int:
    """What the employer has to pay in the end, with tax, fen; what waits is not taken off."""
    return sum(_SIGNS.get(line.kind, 0) * line.gross for line in lines)


def due_net(lines: Iterable[Line]) -> int:
    """The same without tax."""
    return sum(_SIGNS.get(line.kind, 0) * line.net for line in lines)
