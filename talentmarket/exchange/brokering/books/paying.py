"""What was paid for a placement and what is open: payments are recorded, and reversed, never edited.

The firm that owns the mandate records what came in, or what it paid back, with the number of the
bank's voucher; the employer sees the same entries. A mistake is taken back by a counter-entry, and
told again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased

from talentmarket.core import clock
from talentmarket.core.errors import Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.books import vouchers
from talentmarket.exchange.brokering.books.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    Posting,
)
from talentmarket.exchange.brokering.books.posting import post_payment, reverse
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.money import yuan
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members.models import Organisation

K = AccountKind
#: Why a payment is taken back: codes of :data:`core.words.WORDS` ``payment_error``.
REASONS = ("wrong_amount", "wrong_placement", "wrong_day", "not_received")
#: Rows of a page; the table to take along has all.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Balance:
    """What one placement costs and what of it is open, with tax, fen. `held` is the part of `open`
    that waits for a ruling. `other`: the employer for the firm, the firm for the employer."""

    placement: str
    number: str
    other: str
    started_on: date | None
    by_decision: bool
    due: int
    paid: int
    held: int

    @property
    def open(self) -> int:
        """What is still to be paid; below zero: to be paid back."""
        return self.due - self.paid


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. `amount` below zero: paid back to the employer. `reversed_on`: taken back."""

    id: str
    day: date
    at: datetime
    number: str
    other: str
    reference: str
    amount: int
    reversed_on: date | None
    reason: str | None


def owner_of(session: Session, firm: Organisation, public_id: str) -> Placement:
    """A placement whose fee this firm is owed. Raises NotFound for any other."""
    found = session.scalar(
        sa.select(Placement)
        .join(Referral, Referral.id == Placement.referral_id)
        .where(
            Placement.public_id == public_id,
            Referral.mandate.has(organisation_id=firm.id),
            Placement.started_on.is_not(None),
        )
    )
    if found is None:
        raise NotFound()
    return found


def record_payment(
    session: Session,
    firm: Organisation,
    placement_id: str,
    amount: int,
    *,
    back: bool,
    day: date | None,
    reference: str,
    actor: Actor,
) -> LedgerEntry:
    """The employer paid `amount` fen, or was paid it `back`. The same voucher counts once.

    Raises Invalid at `placement`, `amount`, `day`, `reference`; NotFound for another's placement.
    """
    placement = owner_of(session, firm, placement_id)
    _lock(session, placement)
    employer = placement.referral.employer.public_id
    reference = reference.strip()
    key, standing = vouchers.standing(session, f"payment:{firm.public_id}", reference)
    signed = -amount if back else amount
    if standing is not None:
        if _same(session, standing, placement, signed, day):
            return standing
        raise Invalid({"reference": _l("这个凭证号已经登记过，请核对；登记错了的先冲销。")})
    found = next(iter(balances(session, firm, placement=placement_id)), None)
    if found is None:
        raise Invalid({"placement": _l("这次入职没有服务费。")})
    wrong: dict[str, Any] = {}
    if day is None or not (clock.local(placement.offer.made_at).date() <= day <= clock.today()):
        wrong["day"] = _l("填写发出录用以后、今天以前的收付日期。")
    if not vouchers.REFERENCE.fullmatch(reference):
        wrong["reference"] = _l("填写银行凭证号，1 到 30 个字母、数字或汉字，可以有 - . / _。")
    most = -found.open if back else found.open
    if amount <= 0:
        wrong["amount"] = _l("金额要大于 0。")
    elif amount > most:
        wrong["amount"] = (
            _l("应退的只有 %(open)s 元。", open=yuan(max(0, most)))
            if back
            else _l("未付的只有 %(open)s 元。", open=yuan(max(0, most)))
        )
    if wrong:
        raise Invalid(wrong)
    assert day is not None
    entry = post_payment(
        session,
        firm,
        employer,
        signed,
        day,
        placement=placement_id,
        reference=key.removeprefix(f"payment:{firm.public_id}:"),
        actor=actor,
    )
    if not _same(session, entry, placement, signed, day):  # recorded elsewhere at this moment
        raise Invalid({"reference": _l("这个凭证号已经登记过，请核对；登记错了的先冲销。")})
    return entry


def _lock(session: Session, placement: Placement) -> None:
    """Two who record at once are one after the other, so that each sees what is open."""
    session.execute(sa.select(Placement.id).where(Placement.id == placement.id).with_for_update())


def _same(
    session: Session, entry: LedgerEntry, placement: Placement, amount: int, day: date | None
) -> bool:
    """Whether it says the same: the form was sent twice."""
    paid = session.scalar(
        sa.select(sa.func.sum(Posting.amount))
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(Posting.entry_id == entry.id, LedgerAccount.kind == K.PAID)
    )
    return (entry.subject_id, int(paid or 0), entry.day) == (placement.public_id, amount, day)


def take_back(
    session: Session, firm: Organisation, entry_id: str, reason: str, *, actor: Actor
) -> LedgerEntry:
    """Reverse a payment whole. Raises NotFound for none of this firm's, Invalid without a reason,
    Conflict the second time."""
    if reason not in REASONS:
        raise Invalid({"reason": _l("请选择冲销的原因。")})
    entry = session.scalar(
        sa.select(LedgerEntry).where(
            LedgerEntry.public_id == entry_id,
            LedgerEntry.kind == EntryKind.PAYMENT,
            LedgerEntry.postings.any(Posting.account.has(organisation_id=firm.id)),
        )
    )
    if entry is None:
        raise NotFound()
    return reverse(session, entry, reason, day=clock.today(), actor=actor)


# --- reading -----------------------------------------------------------------------------------


def _mine(organisation: Organisation, *, employer: bool) -> sa.ColumnElement[bool]:
    if not employer:
        return LedgerAccount.organisation_id == organisation.id
    codes = [one for one in (organisation.public_id, organisation.uscc) if one]
    return LedgerAccount.with_whom.in_(codes)


def balances(
    session: Session,
    organisation: Organisation,
    *,
    employer: bool = False,
    placement: str | None = None,
) -> list[Balance]:
    """All placements with fees between the organisation and the other side, open ones first.
    `employer`: what it owes; else what it is owed as the owner of mandates. `placement`: only this."""
    wanted = [] if placement is None else [LedgerEntry.subject_id == placement]

    def sum_of(*kinds: AccountKind) -> sa.ColumnElement[int]:
        matching = sa.case((LedgerAccount.kind.in_(kinds), Posting.amount), else_=0)
        return sa.func.coalesce(sa.func.sum(matching), 0)

    rows = session.execute(
        sa.select(
            LedgerEntry.subject_id,
            sum_of(K.EMPLOYER, K.HELD).label("open"),
            sum_of(K.PAID).label("paid"),
            sum_of(K.HELD).label("held"),
        )
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(
            _mine(organisation, employer=employer),
            LedgerAccount.kind.in_((K.EMPLOYER, K.HELD, K.PAID)),
            *wanted,
        )
        .group_by(LedgerEntry.subject_id)
    ).all()
    names = _placements(session, [one.subject_id for one in rows], employer=employer)
    found = []
    for one in rows:
        number, other, started_on, decided = names.get(one.subject_id, _unknown(one.subject_id))
        sums = (int(one.open) + int(one.paid), int(one.paid), int(one.held))
        found.append(Balance(one.subject_id, number, other, started_on, decided, *sums))
    return sorted(found, key=lambda one: (one.open == 0, one.started_on or date.max, one.number))


def _unknown(placement: str) -> tuple[str, str, date | None, bool]:
    return placement, "", None, False


def _placements(
    session: Session, ids: list[str], *, employer: bool
) -> dict[str, tuple[str, str, date | None, bool]]:
    """(number, name of the other side, start, by decision) of each placement."""
    other = aliased(Organisation)
    found: dict[str, tuple[str, str, date | None, bool]] = {}
    for at in range(0, len(ids), 500):
        query = (
            sa.select(
                Placement.public_id,
                Referral.number,
                other.name,
                Placement.started_on,
                Placement.by_decision,
            )
            .join(Referral, Referral.id == Placement.referral_id)
            .where(Placement.public_id.in_(ids[at : at + 500]))
        )
        if employer:
            query = query.join(Mandate, Mandate.id == Referral.mandate_id)
            query = query.join(other, other.id == Mandate.organisation_id)
        else:
            query = query.join(other, other.id == Referral.employer_id)
        for public_id, number, name, started_on, by_decision in session.execute(query):
            found[public_id] = (number, name, started_on, by_decision)
    return found


def payments(
    session: Session,
    organisation: Organisation,
    *,
    employer: bool = False,
    limit: int | None = None,
) -> list[Payment]:
    """What was paid and paid back, the newest first, with what was taken back."""
    back = aliased(LedgerEntry)
    rows = session.execute(
        sa.select(
            LedgerEntry.public_id,
            LedgerEntry.day,
            LedgerEntry.at,
            LedgerEntry.subject_id,
            LedgerEntry.key,
            Posting.amount,
            back.day.label("reversed_on"),
            back.reason,
        )
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .outerjoin(back, back.reversal_of == LedgerEntry.id)
        .where(
            LedgerEntry.kind == EntryKind.PAYMENT,
            LedgerAccount.kind == K.PAID,
            _mine(organisation, employer=employer),
        )
        .order_by(LedgerEntry.id.desc())
        .limit(limit)
    ).all()
    names = _placements(session, sorted({one.subject_id for one in rows}), employer=employer)
    found = []
    for one in rows:
        number, other, _started, _decided = names.get(one.subject_id, _unknown(one.subject_id))
        voucher = vouchers.number_in(one.key)
        taken = (one.reversed_on, one.reason)
        said = (number, other, voucher, int(one.amount))
        found.append(Payment(one.public_id, one.day, one.at, *said, *taken))
    return found
