"""Notices about shares between firms, written with the entry they tell of."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering.books.models import LedgerEntry
from talentmarket.exchange.brokering.money import yuan
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import Organisation
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

register(
    "share.said",
    _l("%(firm)s 登记已付分成 %(amount)s 元"),
    _l(
        "入职 %(number)s 的分成：%(firm)s 登记已付 %(amount)s 元，凭证号 %(reference)s。"
        "到账后请确认收到；没有到账的，请写明没有收到。"
    ),
)
register(
    "share.received",
    _l("%(firm)s 登记收到分成 %(amount)s 元"),
    _l("入职 %(number)s 的分成：%(firm)s 登记收到 %(amount)s 元，凭证号 %(reference)s。"),
)
register(
    "share.taken_back",
    _l("%(firm)s 冲销了一笔分成 %(amount)s 元"),
    _l(
        "入职 %(number)s 的分成：%(firm)s 冲销了 %(amount)s 元的一笔，凭证号 %(reference)s。"
        "原因写在收付页。"
    ),
)


def tell_share(
    session: Session,
    placement: Placement,
    firm: Organisation,
    code: str,
    entry: LedgerEntry,
    amount: int,
    reference: str,
) -> None:
    """Tell owners and finance of the other firm what `firm` recorded; `amount` in fen."""
    referral = placement.referral
    owner = session.get_one(Organisation, referral.mandate.organisation_id)
    other = referral.firm if firm.id == owner.id else owner
    said = {
        "firm": firm.name,
        "number": referral.number,
        "amount": yuan(amount),
        "reference": reference,
    }
    link = f"/org/{other.public_id}/fees/payments#shares"
    for account in accounts_with(session, other, OrgRole.OWNER, OrgRole.FINANCE):
        notify(session, account, code, said, link=link, key=f"{code}:{entry.public_id}:{account}")
