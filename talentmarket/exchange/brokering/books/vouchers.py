"""Numbers of the bank's vouchers: the same one counts once, and again after it was taken back."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased

from talentmarket.core.errors import Invalid
from talentmarket.exchange.brokering.books.models import LedgerEntry

#: What a number may look like.
REFERENCE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff./_-]{0,29}")
#: How often one number may be recorded, all but the last time having been taken back.
_TIMES = 9


def standing(session: Session, prefix: str, reference: str) -> tuple[str, LedgerEntry | None]:
    """The key of the next entry of this voucher after `prefix`, and the entry that stands under it.

    Raises Invalid at `reference` where it was taken back too often.
    """
    first = f"{prefix}:{reference}"
    keys = [first, *(f"{first}#{again}" for again in range(2, _TIMES + 1))]
    back = aliased(LedgerEntry)
    rows = session.execute(
        sa.select(LedgerEntry, back.id)
        .outerjoin(back, back.reversal_of == LedgerEntry.id)
        .where(LedgerEntry.key.in_(keys))
        .order_by(LedgerEntry.id)
    ).all()
    for entry, reversed_by in rows:
        if reversed_by is None:
            return entry.key, entry
    if len(rows) == len(keys):
        raise Invalid({"reference": _l("这个凭证号冲销过多次，请换一个写法。")})
    return keys[len(rows)], None


def number_in(key: str) -> str:
    """The voucher's number in the key of an entry: ``payment:<firm>:<number>#2`` → number."""
    return key.split(":", 2)[2].partition("#")[0]
