"""What the two sides of a placement are told of its moves; people by number, never by name."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.exchange import telling
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring.asking import tell_firm
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

_FIRM, _EMPLOYER = "firm", "employer"
#: The move → whom it is news to besides the one who made it.
_TOLD = {
    "agree": (_FIRM,),
    "cancel": (_FIRM,),
    "start": (_FIRM, _EMPLOYER),
    "guarantee": (_FIRM, _EMPLOYER),
    "leave": (_FIRM, _EMPLOYER),
    "replace": (_FIRM,),
    "refund": (_EMPLOYER,),
}
register(
    "placement.agree",
    _l("%(number)s 接受了录用"),
    _l("%(number)s 接受了“%(job)s”的录用，约定 %(start)s 入职。双方确认入职后服务费才计算。"),
)
register(
    "placement.cancel",
    _l("%(number)s 没有入职"),
    _l("%(number)s 没有入职“%(job)s”，这次不计服务费。"),
)
register(
    "placement.start",
    _l("%(number)s 已入职"),
    _l("双方已确认 %(number)s 入职“%(job)s”，服务费已计入账目，保证期至 %(until)s。"),
)
register(
    "placement.guarantee",
    _l("%(number)s 的保证期已满"),
    _l("%(number)s 在“%(job)s”的保证期已满，服务费不再变动。"),
)
register(
    "placement.leave",
    _l("%(number)s 在保证期内离职"),
    _l("%(number)s 在保证期内离开“%(job)s”，原因和按条款应补人或退费的数额见入职页面。"),
)
register(
    "placement.replace",
    _l("已为 %(number)s 补人"),
    _l("用人单位确认已为“%(job)s”的 %(number)s 补人。"),
)
register(
    "placement.refund",
    _l("%(number)s 的服务费已退"),
    _l("机构确认已按条款退还“%(job)s”%(number)s 的服务费。"),
)


def tell(session: Session, placement: Placement, move: str) -> None:
    """Tell of a move, once: the revision stands in the key."""
    referral = placement.referral
    until = placement.guarantee_until
    said: dict[str, Any] = {
        "start": {"day": placement.offer.start_on.isoformat()},
        "until": {"day": until.isoformat()} if until else "—",
    }
    key = f"placement.{move}:{placement.public_id}:{placement.revision}"
    for side in _TOLD.get(move, ()):
        if side == _FIRM:
            tell_firm(session, referral, f"placement.{move}", key=f"{key}:firm", **said)
            continue
        for account in telling.desk_accounts(session, referral.job, referral.employer_id):
            notify(
                session,
                account,
                f"placement.{move}",
                {"job": referral.job.title, "number": referral.number, **said},
                link=f"/org/{referral.employer.public_id}/placements/{placement.public_id}",
                key=f"{key}:employer:{account}",
            )
