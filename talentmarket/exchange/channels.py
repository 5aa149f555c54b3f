"""Who stands between the person and the employer, and what each way needs.

Direct: an employer for itself or its branches. Agency: a firm with a valid licence and an accepted
letter of entrustment (国令700号 arts. 18, 26); a public employment service needs no licence.
Outsourced: posted by the employer of record, the client's site named (art. 30). Dispatched: a
licence for labour dispatch of its own, the unit where the work is done named (劳动合同法 arts. 57–59).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.stages import NOT_CARRYING
from talentmarket.exchange.models import Channel, Entrustment, EntrustmentState
from talentmarket.exchange.posting import Posting
from talentmarket.members.licences import DISPATCH, licensed_until
from talentmarket.members.models import (
    Organisation,
    OrganisationKind,
    OrganisationState,
)


def channels_of(kind: OrganisationKind) -> tuple[Channel, ...]:
    """The ways an organisation of this kind can post."""
    if kind is OrganisationKind.HR_FIRM:
        return tuple(Channel)
    if kind is OrganisationKind.PUBLIC_SERVICE:
        return (Channel.DIRECT, Channel.AGENCY)
    return (Channel.DIRECT, Channel.OUTSOURCED)


def employers_of(session: Session, organisation: Organisation) -> list[Organisation]:
    """Itself and its branches."""
    branches = session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.parent_id == organisation.id,
            Organisation.state.not_in((OrganisationState.SUSPENDED, OrganisationState.REFUSED)),
        )
        .order_by(Organisation.name_pinyin, Organisation.id)
    )
    return [organisation, *branches]


def entrustments_of(session: Session, organisation: Organisation) -> list[Entrustment]:
    """Accepted letters that are still valid and whose mandate, where they have one, runs."""
    return list(
        session.scalars(
            sa.select(Entrustment)
            .outerjoin(Mandate, Mandate.entrustment_id == Entrustment.id)
            .where(
                Mandate.id.is_(None) | Mandate.state.not_in(NOT_CARRYING),
                Entrustment.organisation_id == organisation.id,
                Entrustment.state == EntrustmentState.ACCEPTED,
                Entrustment.valid_until >= clock.today(),
            )
            .order_by(Entrustment.client_name, Entrustment.id)
        )
    )


def resolve(session: Session, organisation: Organisation, posting: Posting) -> Posting:
    """The posting with the employer that its channel leads to; what does not belong is dropped."""
    if posting.channel is Channel.AGENCY:
        letter = _letter(session, organisation, posting.entrustment_id)
        return posting.but(
            entrustment_id=letter.id if letter else None,
            employer_id=letter.client_id if letter else None,
            employer_name=letter.client_name if letter else "",
            client_name="",
        )
    employers = {one.id: one for one in employers_of(session, organisation)}
    employer = organisation
    if posting.channel is Channel.DIRECT:
        employer = employers.get(posting.employer_id or organisation.id, organisation)
    return posting.but(
        entrustment_id=None,
        employer_id=employer.id,
        employer_name=employer.name,
        client_name="" if posting.channel is Channel.DIRECT else posting.client_name,
    )


def problems(
    session: Session, organisation: Organisation, posting: Posting, today: date
) -> dict[str, Any]:
    """Field → message for what the channel needs and is not there. After :func:`resolve`."""
    wrong: dict[str, Any] = {}
    channel = posting.channel
    if channel not in channels_of(organisation.kind):
        wrong["channel"] = _l("代招和派遣只能由持证的人力资源服务机构发布。")
        return wrong
    if organisation.kind is OrganisationKind.HR_FIRM:
        until = licensed_until(session, organisation, today)
        if until is None:
            wrong["channel"] = _l("人力资源服务机构发布岗位需要有效的人力资源服务许可证。")
        elif posting.valid_until and until < posting.valid_until:
            wrong["valid_until"] = _l(
                "岗位有效期不能晚于许可证的有效期（%(day)s）。", day=until.isoformat()
            )
    if channel is Channel.DISPATCHED and "channel" not in wrong:
        wrong |= _dispatch_problems(session, organisation, posting, today)
    if channel is Channel.AGENCY:
        letter = _letter(session, organisation, posting.entrustment_id)
        if letter is None:
            wrong["entrustment_id"] = _l("选择一份审核通过且在有效期内的委托书。")
        elif posting.valid_until and letter.valid_until < posting.valid_until:
            wrong["valid_until"] = _l("岗位有效期不能晚于委托书的有效期。")
    return wrong


def _dispatch_problems(
    session: Session, organisation: Organisation, posting: Posting, today: date
) -> dict[str, Any]:
    until = licensed_until(session, organisation, today, DISPATCH)
    if until is None:
        return {
            "channel": _l(
                "派遣岗位需要有效的劳务派遣经营许可证。请先在“许可证”页提交，服务范围勾选“劳务派遣”。"
            )
        }
    if posting.valid_until and until < posting.valid_until:
        return {
            "valid_until": _l(
                "岗位有效期不能晚于劳务派遣经营许可证的有效期（%(day)s）。", day=until.isoformat()
            )
        }
    return {}


def _letter(
    session: Session, organisation: Organisation, entrustment_id: int | None
) -> Entrustment | None:
    if entrustment_id is None:
        return None
    return next(
        (one for one in entrustments_of(session, organisation) if one.id == entrustment_id), None
    )
