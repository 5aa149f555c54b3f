"""Notices about a start that is proved instead of confirmed; by numbers, never by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.exchange import telling
from talentmarket.exchange.brokering.placing.cases import StartCase, StartParty
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.telling import moment, word_of
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

register(
    "start.may_prove",
    _l("对方仍未确认入职：%(job)s"),
    _l(
        "%(number)s 入职“%(job)s”的确认，对方 10 个工作日没有答复。您可以提交证明，由联盟在 5 个工作日内裁定。"
    ),
)
register(
    "start.proof_filed",
    _l("对方提交了入职证明：%(job)s"),
    _l(
        "%(number)s 入职“%(job)s”，对方提交了证明或申诉。您可以确认入职或写明情况，联盟在 %(due)s 前裁定。"
    ),
)
register(
    "start.ruled",
    _l("入职裁定：%(ruling)s（%(job)s）"),
    _l(
        "%(number)s 入职“%(job)s”，联盟裁定：%(ruling)s，理由见页面。"
        "不服的一方可在期限内申诉一次，期满后执行；各方仍可向法院起诉。"
    ),
)


def may_file(session: Session, placement: Placement, said: StartParty) -> None:
    """Who said the start, and the firm, may file what shows it."""
    for party in {said, StartParty.FIRM}:
        _tell(session, placement, party, "start.may_prove", f"may_prove:{placement.public_id}")


def filed(session: Session, case: StartCase) -> None:
    """The other side is told, with the day of the ruling."""
    placement = case.placement
    for party in StartParty:
        if party is not case.party:
            _tell(
                session,
                placement,
                party,
                "start.proof_filed",
                f"filed:{case.public_id}",
                deadline=case.due_at,
                due=moment(case.due_at),
            )


def ruled(session: Session, case: StartCase) -> None:
    """All are told."""
    said = word_of("start_ruling", case.ruling)
    for party in StartParty:
        key = f"ruled:{case.public_id}"
        until = case.takes_effect_at
        _tell(session, case.placement, party, "start.ruled", key, deadline=until, ruling=said)


def _tell(
    session: Session,
    placement: Placement,
    party: StartParty,
    code: str,
    key: str,
    *,
    deadline: datetime | None = None,
    **more: Any,
) -> None:
    referral, person = placement.referral, party is StartParty.PERSON
    side = referral.firm if party is StartParty.FIRM else referral.employer
    page = f"/org/{side.public_id}/placements/{placement.public_id}/start"
    if person:
        page = f"/me/applications/{placement.application.public_id}/start"
    said = {
        "job": referral.job.shown_title if person else referral.job.title,
        "number": placement.application.number,
        **more,
    }
    for account_id in _accounts(session, placement, party):
        notify(
            session,
            account_id,
            code,
            said,
            link=page,
            key=f"start.{key}:{account_id}",
            deadline=deadline,
        )


def _accounts(session: Session, placement: Placement, party: StartParty) -> list[int]:
    referral = placement.referral
    if party is StartParty.PERSON:
        return [referral.talent.account_id]
    if party is StartParty.EMPLOYER:
        return telling.desk_accounts(session, referral.job)
    if referral.consultant_id:
        return [referral.consultant_id]
    return telling.owners(session, referral.firm_id)
