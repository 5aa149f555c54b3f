"""Mandates of a firm: begun from the client's credit code, prepared by the consultant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean_line
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import agreement, documents
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateState
from talentmarket.exchange.brokering.mandating.moving import hold, require_state
from talentmarket.exchange.brokering.mandating.stages import PREPARED
from talentmarket.exchange.models import Entrustment, EntrustmentState
from talentmarket.members.credit_code import read as read_code
from talentmarket.members.identities import identify
from talentmarket.members.models import Account, Organisation

LONGEST = timedelta(days=3 * 366)
MOST_HEADCOUNT = 9999


@dataclass(frozen=True, slots=True)
class MandateValues:
    """What the firm writes of the mandate itself; the terms stand apart."""

    client_uscc: str = ""
    client_name: str = ""
    title: str = ""
    headcount: int | None = 1
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Handler:
    """Who acts for the client. `number`: the identity number; only its mask is kept."""

    name: str = ""
    contact: str = ""
    number: str = ""


# --- reading -----------------------------------------------------------------------------------
def find_own(session: Session, organisation: Organisation, public_id: str) -> Mandate:
    """The firm's mandate with this id. Raises NotFound for another's."""
    found = session.scalar(
        sa.select(Mandate).where(
            Mandate.public_id == public_id, Mandate.organisation_id == organisation.id
        )
    )
    if found is None:
        raise NotFound()
    return found


def find_as_client(session: Session, organisation: Organisation, public_id: str) -> Mandate:
    """The mandate an employer gave or is asked to give; drafts are the firm's. Raises NotFound."""
    found = session.scalar(
        sa.select(Mandate).where(
            Mandate.public_id == public_id,
            Mandate.client_id == organisation.id,
            Mandate.activated_at.is_not(None)
            | (Mandate.state == MandateState.AWAITING_COUNTERSIGNATURE),
        )
    )
    if found is None:
        raise NotFound()
    return found


def list_own(
    session: Session,
    organisation: Organisation,
    states: Iterable[MandateState] = (),
    limit: int = 200,
) -> list[Mandate]:
    """The firm's mandates, last moved first."""
    query = (
        sa.select(Mandate)
        .where(Mandate.organisation_id == organisation.id)
        .options(joinedload(Mandate.consultant), joinedload(Mandate.reviewer))
        .order_by(Mandate.moved_at.desc(), Mandate.id.desc())
        .limit(limit)
    )
    if chosen := tuple(states):
        query = query.where(Mandate.state.in_(chosen))
    return list(session.scalars(query))


def list_as_client(session: Session, organisation: Organisation) -> list[Mandate]:
    """The mandates an employer gave or is asked to give, last moved first."""
    return list(
        session.scalars(
            sa.select(Mandate)
            .where(
                Mandate.client_id == organisation.id,
                Mandate.activated_at.is_not(None)
                | (Mandate.state == MandateState.AWAITING_COUNTERSIGNATURE),
            )
            .options(joinedload(Mandate.organisation))
            .order_by(Mandate.moved_at.desc(), Mandate.id.desc())
            .limit(200)
        )
    )


def letters_taken(session: Session, organisation: Organisation) -> set[int]:
    """Keys of the firm's letters that have a mandate."""
    query = sa.select(Mandate.entrustment_id).where(Mandate.organisation_id == organisation.id)
    return {key for key in session.scalars(query) if key is not None}


# --- beginning ---------------------------------------------------------------------------------
def start(
    session: Session,
    firm: Organisation,
    values: MandateValues,
    *,
    consultant: Account,
    actor: Actor,
    letter: Entrustment | None = None,
) -> Mandate:
    """A new draft, also for a client that is not on the site. Raises Invalid, Forbidden, Conflict.

    `letter`: an accepted letter of the firm's that the mandate takes over; its client and end hold.
    """
    standing.require(session, firm)
    if letter is not None:
        values = _of_letter(session, firm, letter, values)
    values, client = _checked(session, firm, values)
    at = clock.now()
    mandate = Mandate(
        organisation_id=firm.id,
        client_id=client.id if client else None,
        client_name=client.name if client else values.client_name,
        client_uscc=values.client_uscc,
        title=values.title,
        headcount=values.headcount,
        valid_until=values.valid_until,
        entrustment_id=letter.id if letter else None,
        consultant_id=consultant.id,
        state=MandateState.DRAFT,
        moved_at=at,
        created_at=at,
    )
    session.add(mandate)
    session.flush()
    if letter is not None and letter.file_id is not None:
        documents.take_over_letter(session, mandate, letter.file_id)
    record(
        session,
        "mandate",
        mandate.public_id,
        "start",
        actor=actor,
        to_state=mandate.state,
        organisation=firm.public_id,
        client=client.public_id if client else None,
        letter=letter.public_id if letter else None,
    )
    return mandate


def _of_letter(
    session: Session, firm: Organisation, letter: Entrustment, values: MandateValues
) -> MandateValues:
    taken = session.scalar(sa.select(Mandate.id).where(Mandate.entrustment_id == letter.id))
    usable = letter.state is EntrustmentState.ACCEPTED and letter.valid_until >= clock.today()
    if letter.organisation_id != firm.id or not usable or taken is not None:
        raise Conflict(_l("这份委托书已有委托，或已不在有效期内。"), code="letter-not-free")
    return MandateValues(
        letter.client_uscc, letter.client_name, values.title, values.headcount, letter.valid_until
    )


def _checked(
    session: Session, firm: Organisation, values: MandateValues
) -> tuple[MandateValues, Organisation | None]:
    wrong: dict[str, Any] = {}
    code = ""
    try:
        code = read_code(values.client_uscc).value
    except Invalid as error:
        wrong["client_uscc"] = next(iter(error.errors.values()))
    if code and code == firm.uscc:
        wrong["client_uscc"] = _l("委托单位不能是本单位；自己招聘请选“直招”。")
    client = session.scalar(sa.select(Organisation).where(Organisation.uscc == code))
    name = client.name if client else clean_line(values.client_name)
    if not 2 <= len(name) <= 160:
        wrong["client_name"] = _l("这个代码不在平台上，请填写委托单位的全称。")
    title = clean_line(values.title)
    if not 2 <= len(title) <= 120:
        wrong["title"] = _l("填写岗位名称，2 到 120 个字。")
    if values.headcount is None or not 1 <= values.headcount <= MOST_HEADCOUNT:
        wrong["headcount"] = _l("招聘人数应在 1 到 9999 之间。")
    today = clock.today()
    if values.valid_until is None or not today <= values.valid_until <= today + LONGEST:
        wrong["valid_until"] = _l("有效期须在今天之后、三年以内。")
    if wrong:
        raise Invalid(wrong)
    return MandateValues(code, name, title, values.headcount, values.valid_until), client


def edit(session: Session, mandate: Mandate, values: MandateValues, *, actor: Actor) -> None:
    """Change what stands in a mandate before it is examined. The client stays: another client is
    another mandate. Raises Invalid, Conflict."""
    hold(session, mandate)
    require_state(mandate, *PREPARED)
    letter = mandate.entrustment
    values = MandateValues(
        mandate.client_uscc,
        mandate.client_name,
        values.title,
        values.headcount,
        letter.valid_until if letter else values.valid_until,
    )
    values, _client = _checked(session, mandate.organisation, values)
    mandate.title, mandate.headcount = values.title, values.headcount or 1
    mandate.valid_until = values.valid_until  # type: ignore[assignment]
    session.flush()
    record(session, "mandate", mandate.public_id, "edit", actor=actor)


def name_handler(session: Session, mandate: Mandate, handler: Handler, *, actor: Actor) -> None:
    """Say who acts for the client: kept sealed, of the identity number only the mask.

    Raises Invalid (the number's check digit by GB 11643 too), Conflict.
    """
    hold(session, mandate)
    require_state(mandate, *PREPARED)
    wrong: dict[str, Any] = {}
    name, number = clean_line(handler.name), clean_line(handler.number).upper()
    if not 2 <= len(name) <= 40:
        wrong["name"] = _l("填写经办人的姓名。")
    contact = ""
    try:
        contact = identify(handler.contact).value
    except Invalid as error:
        wrong["contact"] = next(iter(error.errors.values()))
    if not number and mandate.handler_number and name == mandate.handler_name:
        masked = mandate.handler_number
    else:
        masked = mask(number)
        if not is_identity_number(number):
            wrong["number"] = _l("身份证号码有误，请核对 18 位号码。")
    if wrong:
        raise Invalid(wrong)
    mandate.handler_name, mandate.handler_contact = name, contact
    mandate.handler_number = masked
    session.flush()
    agreement.revoke_links(session, mandate)
    record(session, "mandate", mandate.public_id, "name_handler", actor=actor)


def is_identity_number(number: str) -> bool:
    """Whether the length, check digit and birth date of an identity number fit (GB 11643). Places
    are not looked up: districts come and go, and numbers of residence permits have others."""
    if len(number) != 18 or not (number[:-1].isascii() and number[:-1].isdigit()):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return bool(ric.calc_check_digit(number) == number[-1])


def mask(number: str) -> str:
    """An identity number with its birth date and most of the rest hidden: 510***********021X."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else ""
