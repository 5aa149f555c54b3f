"""The four documents of a mandate: kept encrypted; the handler's identity for the reviewer alone.

The identity is sensitive (个人信息保护法 arts. 28–31): only the reviewer opens it, each opening is
an event, and it goes when its time is over: three years after a mandate that was in force ended
(what an entrant showed is kept as long as the service records, 网络招聘服务管理规定 arts. 25–26),
thirty days after one that never came into force.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock, files, tasks
from talentmarket.core.errors import Forbidden, NotFound
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateDocument,
    MandateDocumentKind,
    MandateLink,
)
from talentmarket.exchange.brokering.mandating.moving import hold, require_state
from talentmarket.exchange.brokering.mandating.stages import PREPARED
from talentmarket.members.models import Account
from talentmarket.members.proofs import PROOF_TYPES

#: Without these nothing is examined (国令700号 art. 26).
NEEDED = tuple(MandateDocumentKind)
IDENTITY = MandateDocumentKind.HANDLER_IDENTITY
KEPT_YEARS = 3
KEPT_WITHOUT_FORCE = timedelta(days=30)


def current(session: Session, mandate: Mandate) -> list[MandateDocument]:
    """The documents that count, with their files, in the order of the law."""
    rows = session.scalars(
        sa.select(MandateDocument)
        .where(MandateDocument.mandate_id == mandate.id, MandateDocument.replaced_at.is_(None))
        .options(joinedload(MandateDocument.file))
    )
    return sorted(rows, key=lambda row: NEEDED.index(row.kind))


def add(
    session: Session,
    mandate: Mandate,
    kind: MandateDocumentKind,
    data: bytes,
    name: str,
    *,
    actor: Actor,
) -> MandateDocument:
    """Keep a document in place of the one before. Raises Invalid for the file, Conflict."""
    hold(session, mandate)
    require_state(mandate, *PREPARED)
    kept = files.keep(
        session,
        data,
        str(kind) if kind is IDENTITY else name,  # the file's own name often holds the number
        owner_type="mandate",
        owner_id=mandate.public_id,
        purpose=f"mandate-{kind}",
        uploaded_by=actor.account,
        allowed=PROOF_TYPES,
    )
    document = _put(session, mandate, kind, kept.id)
    record(
        session,
        "mandate",
        mandate.public_id,
        "add_document",
        actor=actor,
        kind=str(kind),
        document=document.public_id,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return document


def take_over_letter(session: Session, mandate: Mandate, file_id: int) -> None:
    """The letter the office has accepted is the mandate's letter."""
    _put(session, mandate, MandateDocumentKind.LETTER, file_id)


def take_over(session: Session, mandate: Mandate, kind: MandateDocumentKind, file_id: int) -> None:
    """A document of the client's that another mandate of its has already."""
    _put(session, mandate, kind, file_id)


def _put(
    session: Session, mandate: Mandate, kind: MandateDocumentKind, file_id: int
) -> MandateDocument:
    before = session.scalar(
        sa.select(MandateDocument).where(
            MandateDocument.mandate_id == mandate.id,
            MandateDocument.kind == kind,
            MandateDocument.replaced_at.is_(None),
        )
    )
    at = clock.now()
    if before is not None:
        before.replaced_at = at
        if kind is IDENTITY:
            _erase(session, before)
        session.flush()
    document = MandateDocument(mandate_id=mandate.id, kind=kind, file_id=file_id, uploaded_at=at)
    session.add(document)
    session.flush()
    return document


def digests(session: Session, mandate: Mandate) -> dict[str, str]:
    """Which documents were examined: kind → public id, for the event of the signature."""
    return {str(one.kind): one.public_id for one in current(session, mandate)}


def open_for(
    session: Session, mandate: Mandate, document_id: str, account: Account, *, actor: Actor
) -> files.StoredFile:
    """The file of a document. The identity opens for the named reviewer alone, as an event.

    Raises NotFound (erased too), Forbidden.
    """
    document = session.scalar(
        sa.select(MandateDocument)
        .where(MandateDocument.mandate_id == mandate.id, MandateDocument.public_id == document_id)
        .options(joinedload(MandateDocument.file))
    )
    if document is None or document.file.erased_at is not None:
        raise NotFound()
    if document.kind is IDENTITY:
        if mandate.reviewer_id != account.id:
            raise Forbidden(_l("经办人身份证明只有审核人可以打开。"), code="not-the-reviewer")
        record(
            session,
            "mandate",
            mandate.public_id,
            "open_identity",
            actor=actor,
            document=document.public_id,
        )
    return document.file


# --- erasing -----------------------------------------------------------------------------------
def end(session: Session, mandate: Mandate) -> None:
    """Say when the handler's identity goes, now that the mandate is over; without a document what
    is known of the handler goes at once."""
    kept = session.execute(
        sa.update(MandateDocument)
        .where(
            MandateDocument.mandate_id == mandate.id,
            MandateDocument.kind == IDENTITY,
            MandateDocument.replaced_at.is_(None),
        )
        .values(erase_on=erase_day(clock.today(), in_force=mandate.activated_at is not None))
        .execution_options(synchronize_session=False)
    )
    if not kept.rowcount:  # type: ignore[attr-defined]
        _forget_handler(session, mandate)


def _forget_handler(session: Session, mandate: Mandate) -> None:
    mandate.handler_name = mandate.handler_contact = mandate.handler_number = None
    session.flush()
    session.execute(
        sa.update(MandateLink)
        .where(MandateLink.mandate_id == mandate.id)
        .values(receiver=None)
        .execution_options(synchronize_session=False)
    )


def erase_day(ended: date, *, in_force: bool) -> date:
    """The day on which the identity goes, for a mandate that ended on `ended`."""
    if not in_force:
        return ended + KEPT_WITHOUT_FORCE
    try:
        return ended.replace(year=ended.year + KEPT_YEARS)
    except ValueError:  # the 29th of February
        return date(ended.year + KEPT_YEARS, 3, 1)


def _erase(session: Session, document: MandateDocument) -> None:
    file = document.file
    file.erased_at, file.name = clock.now(), ""
    document.erase_on = None
    # The bytes go once this is stored: a file must not be lost to a transaction that failed.
    tasks.put(session, "erase-file", {"key": file.key}, key=f"erase-file:{file.key}")
    session.flush()


def erase_due(limit: int = 200) -> int:
    """The worker's part: erase identities whose time is over, and with them what the mandate says
    of the handler. Returns how many."""
    with unit_of_work() as session:
        rows = session.scalars(
            sa.select(MandateDocument)
            .where(MandateDocument.erase_on <= clock.today())
            .options(joinedload(MandateDocument.file))
            .order_by(MandateDocument.id)
            .limit(limit)
        ).all()
        for document in rows:
            mandate = session.get_one(Mandate, document.mandate_id)
            _erase(session, document)
            _forget_handler(session, mandate)
            record(
                session,
                "mandate",
                mandate.public_id,
                "erase_identity",
                actor=SYSTEM,
                document=document.public_id,
            )
    return len(rows)
