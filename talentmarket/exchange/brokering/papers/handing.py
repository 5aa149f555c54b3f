"""Handing out papers: gather what one says, give it a check code, draw it. Each one is an event.

`where`: the address of the page that checks codes, as it is printed at the foot.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor, record
from talentmarket.exchange.brokering.books.statement import Statement, statement
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateTerms
from talentmarket.exchange.brokering.papers import codes, letter, monthly, receipt
from talentmarket.exchange.brokering.papers.models import Paper, PaperKind
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members import cards, licences
from talentmarket.members.models import Organisation


def letter_of(session: Session, mandate: Mandate, *, where: str, actor: Actor) -> bytes:
    """The letter of entrustment of a mandate, by the version of the terms that is in force, or the
    latest proposed. Raises Conflict before terms were written down."""
    said = letter_facts(session, mandate)
    paper = codes.issue(
        session,
        PaperKind.LETTER,
        ("mandate", mandate.public_id),
        said.facts(),
        organisation=mandate.organisation.public_id,
        actor=actor,
    )
    return letter.draw(said, at=paper.issued_at, foot=foot(paper, where))


def letter_facts(session: Session, mandate: Mandate) -> letter.Letter:
    """What the letter of this mandate says now. Raises Conflict without terms."""
    versions = {one.number: one for one in mandate.versions}
    number = mandate.terms_number or max(versions, default=0)
    if number not in versions:
        raise Conflict(code="no-terms")
    firm = mandate.organisation
    licence = licences.valid_licence(session, firm, clock.today())
    return letter.Letter(
        number=mandate.public_id,
        firm=firm.name,
        firm_uscc=firm.uscc or "",
        licence=licence.number if licence else "",
        client=mandate.client_name,
        client_uscc=mandate.client_uscc,
        handler=mandate.handler_name or "",
        title=mandate.title,
        headcount=mandate.headcount,
        valid_until=mandate.valid_until,
        terms=versions[number].terms,
        terms_number=number,
    )


def receipt_of(session: Session, referral: Referral, *, where: str, actor: Actor) -> bytes:
    """The receipt of a referral, as it stands now. Raises Conflict before it was sent."""
    said = receipt_facts(session, referral)
    paper = codes.issue(
        session,
        PaperKind.RECEIPT,
        ("referral", referral.public_id),
        said.facts(),
        organisation=referral.firm.public_id,
        actor=actor,
    )
    return receipt.draw(said, at=paper.issued_at, foot=foot(paper, where))


def receipt_facts(session: Session, referral: Referral) -> receipt.Receipt:
    """What the receipt of this referral says now: the person by the number that the employer sees,
    which says nothing after an erasure. Raises Conflict before it was sent."""
    if referral.sent_at is None or referral.claim_until is None or referral.terms_id is None:
        raise Conflict(code="not-sent")
    mandate = session.get_one(Mandate, referral.mandate_id)
    terms = session.get_one(MandateTerms, referral.terms_id)
    employer = referral.employer
    return receipt.Receipt(
        number=referral.number,
        mandate=mandate.public_id,
        firm=referral.firm.name,
        firm_uscc=referral.firm.uscc or "",
        client=employer.name,
        client_uscc=employer.uscc or "",
        title=referral.job.title,
        card=cards.number_of(cards.card_of(referral.talent, employer.public_id)),
        sent_at=referral.sent_at,
        answer=str(referral.answer or ""),
        answered_at=referral.answered_at,
        owned_until=referral.claim_until,
        terms_number=terms.number,
        terms_digest=terms.digest,
    )


def statement_of(
    session: Session, firm: Organisation, month: date, *, where: str, actor: Actor
) -> bytes:
    """The firm's statement of a month as PDF; an export, and so an event of its own."""
    found = statement(session, firm, month)
    code = firm.uscc or ""
    paper = codes.issue(
        session,
        PaperKind.STATEMENT,
        ("statement", f"{firm.public_id}-{month:%Y%m}"),
        monthly.facts(found, firm.name, code),
        organisation=firm.public_id,
        actor=actor,
    )
    _exported(session, firm, found, "pdf", actor)
    return monthly.draw(found, firm.name, code, at=paper.issued_at, foot=foot(paper, where))


def book_of(session: Session, firm: Organisation, month: date, *, actor: Actor) -> bytes:
    """The same as XLSX."""
    found = statement(session, firm, month)
    _exported(session, firm, found, "xlsx", actor)
    return monthly.book(found)


def foot(paper: Paper, where: str) -> str:
    """The line at the foot of each page."""
    return f"校验码 {codes.grouped(paper.code)} · 核对网址 {where}"


def _exported(
    session: Session, firm: Organisation, found: Statement, form: str, actor: Actor
) -> None:
    record(
        session,
        "organisation",
        firm.public_id,
        "export",
        actor=actor,
        what="statement",
        month=f"{found.month:%Y-%m}",
        form=form,
        rows=len(found.rows),
    )
