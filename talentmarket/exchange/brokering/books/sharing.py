"""What one firm of a split has of another: who says it paid, who says it has it, what is open.

The payer says "paid": that is on its way, and still open. The receiver says "received", of what the
payer said or by itself: that settles it, for nobody else knows its bank account. What never came
the receiver denies; who recorded a thing takes its own mistake back. All of it are entries of the
books, so both firms read the same amounts, and nothing is edited. The employer countersigned the
split and owes one fee whatever becomes of it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.books import shared, telling, vouchers
from talentmarket.exchange.brokering.books.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    Posting,
)
from talentmarket.exchange.brokering.books.posting import Sides, post_share, reverse
from talentmarket.exchange.brokering.books.shared import PaidState
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.money import yuan
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members.models import Organisation

K = AccountKind
#: Why an entry is taken back; who did not get what another says it paid can say nothing else.
NOT_RECEIVED = "not_received"
MISTAKES = ("wrong_amount", "wrong_placement", "wrong_day")
#: What the keys of entries begin with: said by its payer, recorded by its receiver.
_SAID, _HAS = "said", "has"


def record(
    session: Session,
    firm: Organisation,
    placement_id: str,
    amount: int,
    *,
    paid: bool,
    day: date | None,
    reference: str,
    actor: Actor,
) -> LedgerEntry:
    """`firm` says that it `paid` the other `amount` fen, or that it received them. The same voucher
    of one firm counts once.

    Raises Invalid at `placement`, `direction`, `amount`, `day`, `reference`; NotFound for a
    placement whose fee it has no part in.
    """
    placement, sides = _sides(session, firm, placement_id)
    reference = reference.strip()
    prefix = f"{_SAID if paid else _HAS}:{firm.public_id}"
    key, stands = vouchers.standing(session, prefix, reference)
    comes = -amount if paid else amount
    if stands is None:
        share = next(iter(shared.shares(session, firm, placement=placement_id)), None)
        if wrong := _wrong(placement, share, amount, paid=paid, day=day, reference=reference):
            raise Invalid(wrong)
        assert day is not None
        signed = comes if firm.id != sides.owner.id else -comes
        kind = EntryKind.SHARE_SAID if paid else EntryKind.SHARE_PAID
        stands = post_share(session, sides, signed, day, key=key, kind=kind, actor=actor)
        code = "share.said" if paid else "share.received"
        telling.tell_share(session, placement, firm, code, stands, amount, reference)
    if (stands.subject_id, _comes(session, stands, firm), stands.day) != (placement_id, comes, day):
        raise Invalid({"reference": _l("这个凭证号已经登记过，请核对；登记错了的先冲销。")})
    return stands


def _wrong(
    placement: Placement,
    share: shared.Share | None,
    amount: int,
    *,
    paid: bool,
    day: date | None,
    reference: str,
) -> dict[str, Any]:
    """What cannot be, by field."""
    wrong: dict[str, Any] = {}
    if share is None or not share.unsaid:
        wrong["placement"] = _l("这次入职没有未付的分成。")
    elif share.pays is not paid:
        wrong["direction"] = (
            _l("这一笔由对方支付，本机构登记收到。")
            if paid
            else _l("这一笔由本机构支付，收到由对方登记。")
        )
    elif amount > abs(share.unsaid):
        wrong["amount"] = _l("未付的分成只有 %(open)s 元。", open=yuan(abs(share.unsaid)))
    if amount <= 0:
        wrong["amount"] = _l("金额要大于 0。")
    if day is None or not (clock.local(placement.offer.made_at).date() <= day <= clock.today()):
        wrong["day"] = _l("填写发出录用以后、今天以前的收付日期。")
    if not vouchers.REFERENCE.fullmatch(reference):
        wrong["reference"] = _l("填写银行凭证号，1 到 30 个字母、数字或汉字，可以有 - . / _。")
    return wrong


def confirm(session: Session, firm: Organisation, entry_id: str, *, actor: Actor) -> LedgerEntry:
    """`firm` has what the other said it paid. Raises NotFound, Conflict where it is taken back or
    confirmed already."""
    said, placement, sides = _found(session, firm, entry_id)
    comes = _comes(session, said, firm)
    if said.kind is not EntryKind.SHARE_SAID or comes <= 0:
        raise NotFound()
    if session.scalar(sa.select(LedgerEntry.id).where(LedgerEntry.reversal_of == said.id)):
        raise Conflict(_l("这一笔已经冲销，没有可确认的。"), code="reversed-already")
    key, stands = _confirmation(session, said)
    if stands is not None:
        raise Conflict(_l("这一笔已经确认收到。"), code="received-already")
    entry = post_share(
        session,
        sides,
        comes if firm.id != sides.owner.id else -comes,
        clock.today(),
        key=key,
        kind=EntryKind.SHARE_PAID,
        said_before=True,
        actor=actor,
    )
    number = vouchers.number_in(said.key)
    telling.tell_share(session, placement, firm, "share.received", entry, comes, number)
    return entry


def take_back(
    session: Session,
    firm: Organisation,
    entry_id: str,
    reason: str,
    *,
    actor: Actor,
    seen: str = "",
) -> LedgerEntry:
    """Take a payment back: what was said by either firm, what was received by its receiver alone. A
    confirmation that is taken back leaves the payer's word, which can then be denied.

    `seen`: the state in which it was read. A form that is sent twice takes the confirmation back,
    and not the payer's word after it. Raises NotFound where it is not this firm's, Invalid without a
    reason that fits, Conflict the second time and where it is not as it was seen.
    """
    entry, placement, _sides = _found(session, firm, entry_id)
    comes = _comes(session, entry, firm)
    said = entry.kind is EntryKind.SHARE_SAID
    confirmed = _confirmation(session, entry)[1] if said else None
    target = confirmed or entry
    state = PaidState.SAID if target.kind is EntryKind.SHARE_SAID else PaidState.RECEIVED
    if seen and seen != state:
        raise Conflict(code="moved-meanwhile")
    if target.kind is EntryKind.SHARE_PAID and comes < 0:
        raise NotFound()
    if reason not in reasons(waits=target.kind is EntryKind.SHARE_SAID and comes > 0):
        raise Invalid({"reason": _l("请选择冲销的原因。")})
    found = reverse(session, target, reason, day=clock.today(), actor=actor)
    number = vouchers.number_in(entry.key)
    telling.tell_share(session, placement, firm, "share.taken_back", found, abs(comes), number)
    return found


def reasons(*, waits: bool) -> tuple[str, ...]:
    """The reasons to choose from. `waits`: the payer's word is denied."""
    return (NOT_RECEIVED,) if waits else (*MISTAKES, NOT_RECEIVED)


# --- whose, and how much -------------------------------------------------------------------------


def _sides(session: Session, firm: Organisation, placement_id: str) -> tuple[Placement, Sides]:
    """The placement with its two firms, held until the end of the transaction, so that of two who
    record at once each sees what is open. Raises NotFound."""
    placement = session.scalar(
        sa.select(Placement)
        .join(Referral, Referral.id == Placement.referral_id)
        .join(Mandate, Mandate.id == Referral.mandate_id)
        .where(
            Placement.public_id == placement_id,
            Placement.started_on.is_not(None),
            Referral.firm_id != Mandate.organisation_id,
            sa.or_(Referral.firm_id == firm.id, Mandate.organisation_id == firm.id),
        )
    )
    if placement is None:
        raise NotFound()
    session.execute(sa.select(Placement.id).where(Placement.id == placement.id).with_for_update())
    referral = placement.referral
    owner = session.get_one(Organisation, referral.mandate.organisation_id)
    return placement, Sides(placement_id, owner, referral.employer.public_id, referral.firm)


def _found(
    session: Session, firm: Organisation, entry_id: str
) -> tuple[LedgerEntry, Placement, Sides]:
    """An entry that one of the two firms recorded; a confirmation is found by what it confirms.
    Raises NotFound."""
    entry = session.scalar(
        sa.select(LedgerEntry).where(
            LedgerEntry.public_id == entry_id, LedgerEntry.kind.in_(shared.KINDS), shared.recorded()
        )
    )
    if entry is None:
        raise NotFound()
    return (entry, *_sides(session, firm, entry.subject_id))


def _confirmation(session: Session, said: LedgerEntry) -> tuple[str, LedgerEntry | None]:
    """The key of the next confirmation of what was said, and the one that stands. It is no number of
    a bank's voucher: however often it was taken back, both firms can go on."""
    first = f"{shared.CONFIRMS}:{said.public_id}:said"
    back = aliased(LedgerEntry)
    rows = session.execute(
        sa.select(LedgerEntry, back.id)
        .outerjoin(back, back.reversal_of == LedgerEntry.id)
        .where(
            LedgerEntry.subject_type == said.subject_type,
            LedgerEntry.subject_id == said.subject_id,
            LedgerEntry.key.startswith(first, autoescape=True),
        )
        .order_by(LedgerEntry.id)
    ).all()
    stands = next((entry for entry, reversed_by in rows if reversed_by is None), None)
    return f"{first}#{len(rows) + 1}" if rows else first, stands


def _comes(session: Session, entry: LedgerEntry, firm: Organisation) -> int:
    """What an entry brings the firm, fen; below zero: what it pays."""
    kind = K.ON_WAY if entry.kind is EntryKind.SHARE_SAID else K.SETTLED
    amount = session.scalar(
        sa.select(sa.func.sum(Posting.amount))
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(
            Posting.entry_id == entry.id,
            LedgerAccount.organisation_id == firm.id,
            LedgerAccount.kind == kind,
        )
    )
    return int(amount or 0)
