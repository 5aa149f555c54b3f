"""An employer moves a mandate to another firm: the old one ends, the new begins with its data.

It may do so whenever it may end a mandate, and is led here when the firm's licence has ended. What
the old firm sent is finished and its claims stay: they are owed by the employer, not by the mandate.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean_line, fold
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import agreement, documents, mandates, running
from talentmarket.exchange.brokering.mandating.mandates import MandateValues
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateDocumentKind
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Terms
from talentmarket.exchange.stages import By
from talentmarket.members.licences import licensed_firms
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import TRUSTED, Account, Organisation
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

#: A mandate that ends within these days begins anew with this many.
LEAST_DAYS = 30
#: Documents of the client itself: they are the same for the next firm. The letter names the old one.
_CLIENTS = (MandateDocumentKind.BRIEF, MandateDocumentKind.REGISTRATION)
MOST = 20

register(
    "mandate.moved_here",
    _l("%(client)s 请贵机构承办一份委托"),
    _l(
        "%(client)s 把招聘“%(job)s”的委托改由贵机构承办。草稿、条款和单位材料已按原委托填好，"
        "请核对、补齐后送审；不接受可以放弃。"
    ),
)


def firms_for(session: Session, mandate: Mandate, words: str = "") -> list[Organisation]:
    """Firms that may take it over today: those whose name or code has `words`, by name."""
    query = (
        sa.select(Organisation)
        .where(
            Organisation.kind.in_(standing.BROKERS),
            Organisation.state.in_(TRUSTED),
            Organisation.id != mandate.organisation_id,
            Organisation.id != mandate.client_id,
        )
        .order_by(Organisation.name_pinyin, Organisation.id)
    )
    if words := clean_line(words):
        named = Organisation.name_folded.contains(fold(words), autoescape=True)
        query = query.where(sa.or_(named, Organisation.uscc == words.upper()))
    licensed, found = licensed_firms(session, clock.today()), []
    for one in session.scalars(query.execution_options(yield_per=100)):
        if one.id in licensed or not standing.charges(one):
            found.append(one)
        if len(found) == MOST:
            break
    return found


def move_elsewhere(
    session: Session, mandate: Mandate, firm: Organisation, text: str, *, by: Account, actor: Actor
) -> Mandate:
    """End the mandate and begin it with `firm`, as that firm's draft. Raises Conflict where it
    cannot be ended or the firm may not take it, Invalid without words, Forbidden without a licence.
    """
    if firm.id in (mandate.organisation_id, mandate.client_id):
        raise Conflict(_l("请选择另一家机构。"), code="same-firm")
    standing.require(session, firm)
    takers = accounts_with(session, firm, OrgRole.OWNER)
    if not takers:
        raise Conflict(_l("这家机构现在没有负责人，请选择另一家。"), code="nobody-there")
    terms = agreement.in_force(session, mandate)
    running.change(session, mandate, "end", By.CLIENT, text, actor=actor)
    made = mandates.start(
        session,
        firm,
        MandateValues(
            mandate.client_uscc,
            mandate.client_name,
            mandate.title,
            mandate.headcount,
            _until(mandate.valid_until),
        ),
        consultant=session.get_one(Account, takers[0]),
        actor=actor,
    )
    made.job_id = mandate.job_id
    made.handler_name, made.handler_contact = mandate.handler_name, mandate.handler_contact
    made.handler_number = mandate.handler_number
    session.flush()
    for one in documents.current(session, mandate):
        if one.kind in _CLIENTS and one.file.erased_at is None:
            documents.take_over(session, made, one.kind, one.file_id)
    if terms is not None:
        agreement.propose(session, made, _terms(firm, terms.terms), by=by, actor=actor)
    record(session, "mandate", made.public_id, "moved_here", actor=actor, before=mandate.public_id)
    _tell(session, made, takers)
    return made


def _terms(firm: Organisation, terms: Terms) -> Terms:
    """The same terms; without a fee where the new firm may ask none (国令700号 art. 15)."""
    if standing.charges(firm) or terms.fee_basis is FeeBasis.NONE:
        return terms
    return terms.but(fee_basis=FeeBasis.NONE)


def _until(day: date) -> date:
    return max(day, clock.today() + timedelta(days=LEAST_DAYS))


def _tell(session: Session, made: Mandate, takers: list[int]) -> None:
    for account in takers:
        notify(
            session,
            account,
            "mandate.moved_here",
            {"client": made.client_name, "job": made.title},
            link=f"/org/{made.organisation.public_id}/mandates/{made.public_id}",
            key=f"moved_here:{made.public_id}:{account}",
        )
