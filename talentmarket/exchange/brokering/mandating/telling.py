"""Notices about mandates, written with the change they tell of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.members.memberships import accounts_with
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

register(
    "mandate.to_review",
    _l("%(client)s的委托等您审核"),
    _l("您是%(client)s委托招聘“%(job)s”的审核人。请核对四份材料和条款，签署或退回。"),
)
register(
    "mandate.signed",
    _l("%(client)s的委托已通过内部审核"),
    _l("审核人已签署%(client)s委托招聘“%(job)s”的材料，等委托单位会签。"),
)
register(
    "mandate.returned",
    _l("%(client)s的委托需要补充"),
    _l("%(client)s委托招聘“%(job)s”的材料退回补充：%(text)s"),
)
register(
    "mandate.refused",
    _l("%(client)s的委托未通过"),
    _l("%(client)s委托招聘“%(job)s”未通过：%(text)s"),
)
register(
    "mandate.to_countersign",
    _l("%(firm)s请您单位会签一份委托"),
    _l("%(firm)s受您单位委托招聘“%(job)s”，条款和材料已备齐，请核对后会签，或写明原因退回。"),
)
register(
    "mandate.active",
    _l("%(client)s的委托已生效"),
    _l("%(client)s与%(firm)s都已签署招聘“%(job)s”的委托，有效至 %(until)s。"),
)
register(
    "mandate.moved",
    _l("%(client)s的委托：%(state)s"),
    _l("%(client)s委托%(firm)s招聘“%(job)s”，现在的状态：%(state)s。%(text)s"),
)
register(
    "mandate.new_terms",
    _l("%(client)s的委托有新条款"),
    _l("%(client)s委托%(firm)s招聘“%(job)s”有第 %(number)s 版条款，双方确认后生效，此前按原条款。"),
)
register(
    "mandate.terms_agreed",
    _l("%(client)s的委托：新条款已生效"),
    _l("%(client)s与%(firm)s都已确认第 %(number)s 版条款，从现在起的推荐按新条款。"),
)
register(
    "mandate.link",
    _l("%(firm)s请您会签招聘委托"),
    _l(
        "%(firm)s受%(client)s委托招聘“%(job)s”，请您作为经办人核对并会签：%(address)s "
        "链接只能用一次，有效至 %(until)s。不是您经办的，请不要理会。"
    ),
    secret=True,
)

_DESK = (OrgRole.OWNER, OrgRole.CONSULTANT)


def arguments(mandate: Mandate, **more: Any) -> dict[str, Any]:
    """What every text of a mandate can say."""
    return {
        "client": mandate.client_name,
        "firm": mandate.organisation.name,
        "job": mandate.title,
        "until": {"day": mandate.valid_until.isoformat()},
        "state": {"word": ["mandate", str(mandate.state)]},
        "text": "",
        **more,
    }


def tell(
    session: Session, mandate: Mandate, code: str, accounts: Iterable[int], **more: Any
) -> None:
    """Tell members of the firm."""
    link = f"/org/{mandate.organisation.public_id}/mandates/{mandate.public_id}"
    _tell(session, mandate, code, accounts, link, more)


def tell_consultant(session: Session, mandate: Mandate, code: str, **more: Any) -> None:
    """Tell the consultant, or the owners where there is none."""
    keys = [mandate.consultant_id] if mandate.consultant_id else []
    present = accounts_with(session, mandate.organisation, *_DESK)
    keys = [key for key in keys if key in present]
    owners = accounts_with(session, mandate.organisation, OrgRole.OWNER)
    tell(session, mandate, code, keys or owners, **more)


def tell_client(session: Session, mandate: Mandate, code: str, **more: Any) -> None:
    """Tell the client's owners and recruiters, where it is on the site."""
    client = mandate.client
    if client is None:
        return
    keys = accounts_with(session, client, OrgRole.OWNER, OrgRole.RECRUITER)
    link = f"/org/{client.public_id}/mandates/given/{mandate.public_id}"
    _tell(session, mandate, code, keys, link, more)


def tell_both(session: Session, mandate: Mandate, code: str, **more: Any) -> None:
    """Tell the consultant and the client."""
    tell_consultant(session, mandate, code, **more)
    tell_client(session, mandate, code, **more)


def _tell(
    session: Session,
    mandate: Mandate,
    code: str,
    accounts: Iterable[int],
    link: str,
    more: dict[str, Any],
) -> None:
    said = arguments(mandate, **more)
    for account_id in accounts:
        notify(
            session,
            account_id,
            code,
            said,
            link=link,
            key=f"{code}:{mandate.public_id}:{mandate.moved_at.isoformat()}:"
            f"{more.get('number', '')}:{account_id}",
        )
