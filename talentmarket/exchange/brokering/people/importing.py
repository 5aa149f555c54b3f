"""A table into the book: looked at first, then taken in, each row once however often it is sent.

The file lies encrypted between the two and is gone when it was taken, or after a day. Rows are
stored in batches, each in a transaction of its own in which the firm is held: two imports at once
follow each other, and one that was killed is simply run again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock, tasks
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.files import MAX_BYTES, XLSX, StoredFile, store
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.people.models import (
    FirmImport,
    LegalBasis,
)
from talentmarket.exchange.brokering.people.opening import Looked, lines_of
from talentmarket.exchange.brokering.people.sheets import Line
from talentmarket.exchange.brokering.people.storing import (
    content_of,
    count,
    sorted_out,
    store_lines,
)
from talentmarket.exchange.brokering.people.values import PersonValues
from talentmarket.exchange.importing.sources import FileRefused
from talentmarket.members.memberships import hold
from talentmarket.members.models import Account, Organisation

BATCH = 200
LIFE = timedelta(days=1)


def send(
    session: Session,
    firm: Organisation,
    data: bytes,
    name: str,
    *,
    defaults: PersonValues,
    sender: Account,
    actor: Actor,
) -> FirmImport:
    """Keep a file and look at it. Raises Forbidden without a licence; Invalid for what is no table."""
    standing.require(session, firm)
    if not data or len(data) > MAX_BYTES:
        code = "too-large" if data else "empty"
        raise Invalid({"file": word("book_file", code)})
    looked = look(session, firm, data, name, defaults)
    if looked.refusal:
        raise Invalid({"file": word("book_file", looked.refusal)})
    at = clock.now()
    sheet = data.startswith(b"PK\x03\x04")
    file = StoredFile(
        key=store().put(data),
        name="book.xlsx" if sheet else "book.csv",
        content_type=XLSX if sheet else "text/csv",
        size=len(data),
        owner_type="firm_import",
        owner_id=firm.public_id,
        purpose="import",
        uploaded_by=sender.public_id,
        uploaded_at=at,
    )
    session.add(file)
    session.flush()
    row = FirmImport(
        organisation_id=firm.id,
        sender_id=sender.id,
        file_id=file.id,
        name=Path(name.replace("\\", "/")).name[:160],
        source=defaults.source,
        basis=defaults.basis,
        obtained_on=defaults.obtained_on,
        preview=asdict(looked),
        created_at=at,
        expires_at=at + LIFE,
    )
    session.add(row)
    session.flush()
    record(session, "firm_import", row.public_id, "send", actor=actor, firm=firm.public_id)
    return row


def find(session: Session, firm: Organisation, public_id: str) -> FirmImport:
    """An import of the firm. Raises NotFound for another's."""
    found = session.scalar(
        sa.select(FirmImport).where(
            FirmImport.organisation_id == firm.id, FirmImport.public_id == public_id
        )
    )
    if found is None:
        raise NotFound()
    return found


def look(
    session: Session, firm: Organisation, data: bytes, name: str, defaults: PersonValues
) -> Looked:
    """What taking the file in would do; nothing is written."""
    looked = Looked()
    try:
        lines = list(lines_of(data, name, defaults, looked))
    except FileRefused as refused:
        return Looked(refusal=refused.code)
    for some in _batches(lines):
        for one, known in sorted_out(session, firm, some, looked):
            count(looked, one, known, content_of(firm, one))
    return looked


def take(public_id: str, org: str, *, actor: Actor) -> Looked:
    """Take a file in, batch by batch. Raises NotFound, Forbidden; Conflict once it was taken or its
    time is over. Each row is stored once, whoever else imports meanwhile."""
    with unit_of_work() as session:
        firm, row = _whole(session, org, public_id)
        standing.require(session, firm)
        if row.done_at is not None or row.file is None or row.expires_at <= clock.now():
            raise Conflict(code="import-over")
        data, name = store().get(row.file.key), row.file.name
        defaults = PersonValues(source=row.source, basis=row.basis, obtained_on=row.obtained_on)
        sender = row.sender_id
    looked = Looked()
    try:
        lines = list(lines_of(data, name, defaults, looked))
    except FileRefused as refused:
        raise Conflict(word("book_file", refused.code), code="import-over") from refused
    for some in _batches(lines):
        with unit_of_work() as session:
            firm, _row = _whole(session, org, public_id)
            hold(session, [firm.id])
            store_lines(session, firm, some, looked, sender)
    with unit_of_work() as session:
        firm, row = _whole(session, org, public_id)
        if row.done_at is None:
            row.done_at, row.result = clock.now(), asdict(looked)
            forget_file(session, row)
            counts = {key: getattr(looked, key) for key in ("rows", "new", "changed", "refused")}
            record(
                session,
                "firm_import",
                row.public_id,
                "import",
                actor=actor,
                firm=firm.public_id,
                **counts,
            )
    return looked


def _whole(session: Session, org: str, public_id: str) -> tuple[Organisation, FirmImport]:
    firm = session.scalars(sa.select(Organisation).where(Organisation.public_id == org)).one()
    return firm, find(session, firm, public_id)


def forget_file(session: Session, row: FirmImport) -> None:
    """The bytes go once this is stored."""
    if row.file is not None:
        row.file.erased_at = clock.now()
        tasks.put(session, "erase-file", {"key": row.file.key}, key=f"erase-file:{row.file.key}")
        row.file_id = None


def defaults_of(source: str, basis: LegalBasis | None, obtained_on: date | None) -> PersonValues:
    """What rows without these of their own are said to have. Raises Invalid for a day ahead."""
    if obtained_on is not None and not date(1990, 1, 1) <= obtained_on <= clock.today():
        raise Invalid({"obtained_on": _l("日期应在今天或以前。")})
    return PersonValues(source=source, basis=basis, obtained_on=obtained_on)


def _batches(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    return (lines[start : start + BATCH] for start in range(0, len(lines), BATCH))
