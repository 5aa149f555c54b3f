"""Whether a firm may broker today: its kind, its verification, its licence.

职业介绍 needs a licence (国令700号 art. 18), on the net one whose scope contains 开展网络招聘服务
(网络招聘服务管理规定 arts. 9-11). The last day of a licence is a day of Asia/Shanghai and still
counts. A public employment service needs no licence and may not charge (国令700号 art. 15).
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Forbidden
from talentmarket.members.licences import has_valid_licence
from talentmarket.members.models import TRUSTED, Organisation, OrganisationKind

#: Kinds of organisations that broker.
BROKERS = (OrganisationKind.HR_FIRM, OrganisationKind.PUBLIC_SERVICE)

_SAID = {
    "kind": _l("只有人力资源服务机构和公共就业服务机构可以受托招聘。"),
    "unverified": _l("单位通过核验后才能受托招聘。"),
    "licence": _l(
        "没有有效的人力资源服务许可证，或服务范围不含“开展网络招聘服务”：不能发布岗位、接受委托、"
        "推荐或搜索人才。已发出的照常办完。"
    ),
}


def brokers(organisation: Organisation) -> bool:
    """Whether this is an organisation that takes mandates."""
    return organisation.kind in BROKERS


def charges(organisation: Organisation) -> bool:
    """Whether it may ask a fee of employers."""
    return organisation.kind is OrganisationKind.HR_FIRM


def hindrance(session: Session, organisation: Organisation) -> str | None:
    """Why it may ask or send nothing new today, as a code; None when it may."""
    if not brokers(organisation):
        return "kind"
    if organisation.state not in TRUSTED:
        return "unverified"
    if charges(organisation) and not has_valid_licence(session, organisation, clock.today()):
        return "licence"
    return None


def require(session: Session, organisation: Organisation) -> None:
    """Raises Forbidden, with the reason's code, when nothing new may be asked or sent today."""
    if code := hindrance(session, organisation):
        raise Forbidden(_SAID[code], code=f"broker-{code}")


def unlicensed(session: Session, organisation: Organisation) -> bool:
    """Whether this is a firm without a licence in force: its page and desk are read-only."""
    return organisation.kind is OrganisationKind.HR_FIRM and not has_valid_licence(
        session, organisation, clock.today()
    )


def require_licence(session: Session, organisation: Organisation) -> None:
    """Raises Forbidden for a firm whose licence is not in force; other kinds need none."""
    if unlicensed(session, organisation):
        raise Forbidden(_SAID["licence"], code="broker-licence")
