"""Files in the thread of an application: what is taken, who opens them when, and how they go.

Numbers in a file cannot be masked. So what a person sends is held back from the organisation until
name and a way to reach the person are open to it by the who-sees-what table, and closes with them;
before that it reads kind and size only. What an organisation sends opens to the person at once.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock, files, tasks
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.files import DOCX, StoredFile
from talentmarket.core.masking import mask
from talentmarket.exchange.models import Application, Message, MessageFile, Side
from talentmarket.members.models import Account

#: Files with one message, and of one side in the thread of an application.
MOST_AT_ONCE, MOST_OF_SIDE = 3, 20
KINDS = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    DOCX: "Word",
}
PURPOSE = "message"
#: What a Word file may unpack to.
_UNPACKED = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as one side reads of it. `name`: empty while held back; `gone`: it was deleted."""

    public_id: str
    name: str
    kind: str
    size: int
    open: bool
    gone: bool


def check(given: Sequence[Given]) -> None:
    """Raises Invalid for what is not taken: kind by content, whole, size and number."""
    if len(given) > MOST_AT_ONCE:
        raise _wrong(_l("一条消息最多带 3 个文件。"))
    for one in given:
        if not one.data:
            raise _wrong(_l("选的文件是空的。"))
        if len(one.data) > files.MAX_BYTES:
            raise _wrong(_l("文件超过 10 MB，请压缩后再传。"))
        _check_content(one.data)


def _check_content(data: bytes) -> None:
    try:
        content_type, _extension = files.type_of(data)
    except Invalid as error:
        raise _wrong(_KINDS_SAID) from error
    if content_type not in KINDS:
        raise _wrong(_KINDS_SAID)
    if content_type == "application/pdf":
        _check_pdf(data)
    elif content_type == DOCX:
        _check_docx(data)


_KINDS_SAID = _l("只接收 PDF、PNG、JPEG 和 Word（docx）文件。")


def _wrong(message: Any) -> Invalid:
    return Invalid({"files": message})


def _check_pdf(data: bytes) -> None:
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
        document.close()
    except pypdfium2.PdfiumError as error:
        raise _wrong(_l("这个 PDF 打不开（可能有密码或已损坏）。")) from error
    if not pages:
        raise _wrong(_l("这个 PDF 里没有页面。"))


def _check_docx(data: bytes) -> None:
    broken = _wrong(_l("这个 Word 文件打不开。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            size = sum(part.file_size for part in parts)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise broken from error
    if "word/document.xml" not in names:
        raise broken
    if size > _UNPACKED:
        raise _wrong(_l("这个文件展开后太大。"))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _wrong(_l("不接收带宏的 Word 文件。"))


def keep(
    session: Session,
    application: Application,
    message_id: int,
    side: Side,
    given: Sequence[Given],
    author_id: int,
) -> None:
    """Store checked files with a line. Raises Conflict past the number of files of this side.

    A person's are the person's own: they are in the copy of the data and go with the account.
    """
    if not given:
        return
    there = session.scalar(
        sa.select(sa.func.count())
        .select_from(MessageFile)
        .join(Message, Message.id == MessageFile.message_id)
        .where(Message.application_id == application.id, Message.side == side)
    )
    if int(there or 0) + len(given) > MOST_OF_SIDE:
        raise Conflict(_l("这次对话里每一方最多 20 个文件。"), code="too-many-files")
    author = session.get_one(Account, author_id)
    own = side is Side.TALENT
    for one in given:
        kept = files.keep(
            session,
            one.data,
            one.name,
            owner_type="account" if own else "organisation",
            owner_id=author.public_id if own else application.organisation.public_id,
            purpose=PURPOSE,
            uploaded_by=author.public_id,
        )
        session.add(MessageFile(message_id=message_id, file_id=kept.id))
    session.flush()


def lines_of(message: Message, reader: Side, *, held: bool, masked: bool) -> tuple[FileLine, ...]:
    """The files of a line as `reader` reads of them. `held`: the person's are held back from the
    organisation; `masked`: numbers in names are not shown yet."""
    return tuple(_line(row, message.side, reader, held, masked) for row in message.files)


def _line(row: MessageFile, side: Side, reader: Side, held: bool, masked: bool) -> FileLine:
    file, own = row.file, side is reader
    gone = file.erased_at is not None
    closed = held and reader is Side.ORGANISATION and not own
    name = "" if gone or closed else file.name if own or not masked else mask(file.name)
    kind = KINDS.get(file.content_type, "")
    return FileLine(row.public_id, name, kind, file.size, not gone and not closed, gone)


def find(
    session: Session, application: Application, public_id: str, reader: Side, *, held: bool
) -> tuple[StoredFile, Side]:
    """A file of this thread that `reader` may open now, and whose it is. Raises NotFound for one
    of another thread, held back or deleted."""
    row = session.execute(
        sa.select(MessageFile, Message.side)
        .join(Message, Message.id == MessageFile.message_id)
        .options(joinedload(MessageFile.file))
        .where(MessageFile.public_id == public_id, Message.application_id == application.id)
    ).first()
    if row is None or row[0].file.erased_at is not None:
        raise NotFound()
    if held and reader is Side.ORGANISATION and row[1] is Side.TALENT:
        raise NotFound()
    return row[0].file, row[1]


def erase(session: Session, messages: sa.Select[Any]) -> int:
    """Erase the files of the lines whose keys `messages` selects; the bytes go once this is stored.
    Returns how many."""
    rows = session.scalars(
        sa.select(StoredFile)
        .join(MessageFile, MessageFile.file_id == StoredFile.id)
        .where(MessageFile.message_id.in_(messages), StoredFile.erased_at.is_(None))
    ).all()
    for file in rows:
        file.erased_at, file.name = clock.now(), ""
        tasks.put(session, "erase-file", {"key": file.key}, key=f"erase-file:{file.key}")
    session.flush()
    return len(rows)
