"""Files of members: typed by content, encrypted at rest, reached by short-lived signed links.

A file's row says what it is and who it belongs to; its bytes lie under a random key in a
:class:`FileStore` (a local folder first). Nothing is ever served by path.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentmarket.core import clock, signing
from talentmarket.core.db import PublicId, Row
from talentmarket.core.errors import DomainError, Invalid, NotFound
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import fernet

MAX_BYTES = 10 * 1024 * 1024
LINK_SECONDS = 300
_LINK = "file-link"

#: Content types by their first bytes; nothing else is taken.
SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileLost(DomainError):
    """The bytes of a file are gone or cannot be opened with any key."""

    code = "file-lost"
    status = 500
    message = _l("这份文件暂时读不出来，秘书处已收到通知。")


class StoredFile(Row):
    """What a file is; `key` is where its bytes lie."""

    __tablename__ = "files"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    content_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    owner_type: Mapped[str] = mapped_column(sa.String(32))
    owner_id: Mapped[str] = mapped_column(PublicId, index=True)
    purpose: Mapped[str] = mapped_column(sa.String(40))
    uploaded_by: Mapped[str | None] = mapped_column(PublicId)
    uploaded_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class FileStore(Protocol):
    """Where bytes lie. Keys are made by the store and are random."""

    def put(self, data: bytes) -> str:
        """Store and return the key; the bytes are on disk when this returns."""

    def get(self, key: str) -> bytes:
        """The bytes; raises :class:`FileLost`."""

    def delete(self, key: str) -> None:
        """Remove; no error when it is not there."""


class LocalFileStore:
    """A folder of encrypted files, two letters of fan-out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Encrypt, write beside, sync, rename."""
        key = secrets.token_hex(16)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as out:
            out.write(fernet().encrypt(data))
            out.flush()
            os.fsync(out.fileno())
        beside.rename(path)
        return key

    def get(self, key: str) -> bytes:
        """Read and decrypt with whichever key fits."""
        try:
            return fernet().decrypt(self._path(key).read_bytes())
        except (OSError, InvalidToken) as error:
            raise FileLost() from error

    def delete(self, key: str) -> None:
        """Unlink."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not key.isalnum():
            raise FileLost()
        return self.folder / key[:2] / key


def store() -> FileStore:
    """The app's file store."""
    given: FileStore = current_app.extensions["talentmarket_files"]
    return given


def type_of(data: bytes) -> tuple[str, str]:
    """(content type, extension) by content; raises :class:`Invalid` for anything not taken."""
    for head, content_type, extension in SIGNATURES:
        if data.startswith(head):
            return content_type, extension
    if data.startswith(b"PK\x03\x04"):
        if b"word/" in data[:8192] or b"word/document.xml" in data:
            return DOCX, "docx"
        if b"xl/" in data[:8192] or b"xl/workbook.xml" in data:
            return XLSX, "xlsx"
    raise Invalid({"file": _l("只接收 PDF、PNG、JPEG、Word（docx）和 Excel（xlsx）文件。")})


def _type_among(data: bytes, allowed: tuple[str, ...]) -> tuple[str, str]:
    found = next((one for one in SIGNATURES if data.startswith(one[0])), None)
    if found is None or found[1] not in allowed:
        kinds = " / ".join(one[2].upper() for one in SIGNATURES if one[1] in allowed)
        raise Invalid({"file": _l("这里只接收 %(kinds)s 文件。", kinds=kinds)})
    return found[1], found[2]


def keep(
    session: Session,
    data: bytes,
    name: str,
    *,
    owner_type: str,
    owner_id: str,
    purpose: str,
    uploaded_by: str | None,
    allowed: tuple[str, ...] | None = None,
) -> StoredFile:
    """Check, store and register an uploaded file. `allowed` narrows the content types."""
    if not data:
        raise Invalid({"file": _l("没有选文件，或选的文件是空的。")})
    if len(data) > MAX_BYTES:
        raise Invalid({"file": _l("文件超过 10 MB，请压缩后再传。")})
    content_type, extension = _type_among(data, allowed) if allowed else type_of(data)
    stem = Path(name.replace("\\", "/")).stem
    clean = "".join(sign for sign in stem if sign.isprintable())[:150] or "file"
    row = StoredFile(
        key=store().put(data),
        name=f"{clean}.{extension}",
        content_type=content_type,
        size=len(data),
        owner_type=owner_type,
        owner_id=owner_id,
        purpose=purpose,
        uploaded_by=uploaded_by,
        uploaded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def sign(file: StoredFile, viewer: str) -> str:
    """A token that opens this file for this viewer (account public id) for five minutes."""
    return str(signing.timed(_LINK).dumps([file.public_id, viewer]))


def open_signed(session: Session, token: str, viewer: str) -> tuple[StoredFile, bytes]:
    """The file behind a token made for this viewer; raises :class:`NotFound` otherwise."""
    try:
        public_id, holder = signing.timed(_LINK).loads(token, max_age=LINK_SECONDS)
    except (BadSignature, ValueError) as error:
        raise NotFound() from error
    row = session.scalar(sa.select(StoredFile).where(StoredFile.public_id == public_id))
    if holder != viewer or row is None or row.erased_at is not None:
        raise NotFound()
    return row, store().get(row.key)
