"""Notices about firms that join a mandate, written with the change they tell of."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering.joining.models import Joining
from talentmarket.members.memberships import accounts_with
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

register(
    "joining.asked",
    _l("%(firm)s 申请加入委托“%(job)s”"),
    _l("%(firm)s 申请加入贵机构持有的委托“%(job)s”，带来人选按条款分成。请同意，或写明原因谢绝。"),
)
register(
    "joining.accepted",
    _l("已加入委托“%(job)s”"),
    _l("%(owner)s 同意贵机构加入委托“%(job)s”。现在可以按这份委托询问人才。"),
)
register(
    "joining.refused",
    _l("加入委托“%(job)s”未获同意"),
    _l("%(owner)s 没有同意贵机构加入委托“%(job)s”：%(text)s"),
)
register(
    "joining.joined",
    _l("%(firm)s 加入了委托“%(job)s”"),
    _l("%(owner)s 持有的委托“%(job)s”有新的机构加入：%(firm)s。服务费不变，由两家机构分成。"),
)
register(
    "joining.left",
    _l("%(firm)s 不再参与委托“%(job)s”"),
    _l("%(firm)s 不再参与委托“%(job)s”：%(text)s 已推荐的人选照常办理，归属和分成不变。"),
)
register(
    "joining.excluded",
    _l("贵机构不再参与委托“%(job)s”"),
    _l(
        "%(owner)s 结束了贵机构在委托“%(job)s”里的参与：%(text)s "
        "尚未推荐的询问已撤回，已推荐的归属和分成不变。"
    ),
)


def tell_owner(session: Session, joining: Joining, code: str) -> None:
    """Tell the consultant of the mandate, or the owners of its firm where there is none."""
    mandate = joining.mandate
    link = f"/org/{mandate.organisation.public_id}/mandates/{mandate.public_id}/firms"
    present = accounts_with(session, mandate.organisation, OrgRole.OWNER, OrgRole.CONSULTANT)
    keys = [mandate.consultant_id] if mandate.consultant_id in present else []
    owners = accounts_with(session, mandate.organisation, OrgRole.OWNER)
    _tell(session, joining, code, keys or owners, link)


def tell_firm(session: Session, joining: Joining, code: str) -> None:
    """Tell the consultant who asked to join, or the owners of that firm."""
    link = f"/org/{joining.firm.public_id}/opened/{joining.mandate.public_id}"
    present = accounts_with(session, joining.firm, *OrgRole)
    keys = [joining.consultant_id] if joining.consultant_id in present else []
    owners = accounts_with(session, joining.firm, OrgRole.OWNER)
    _tell(session, joining, code, keys or owners, link)


def tell_client(session: Session, joining: Joining, code: str) -> None:
    """Tell the employer's owners and recruiters: who works for it is no secret from it."""
    client = joining.mandate.client
    if client is None:
        return
    keys = accounts_with(session, client, OrgRole.OWNER, OrgRole.RECRUITER)
    link = f"/org/{client.public_id}/mandates/given/{joining.mandate.public_id}"
    _tell(session, joining, code, keys, link)


def _tell(
    session: Session, joining: Joining, code: str, accounts: Iterable[int | None], link: str
) -> None:
    said = {
        "firm": joining.firm.name,
        "owner": joining.mandate.organisation.name,
        "job": joining.mandate.title,
        "text": joining.reason_text,
    }
    for account_id in accounts:
        if account_id is not None:
            key = f"{code}:{joining.public_id}:{joining.state}:{account_id}"
            notify(session, account_id, code, said, link=link, key=key)
