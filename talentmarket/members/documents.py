"""The text of an uploaded résumé: PDF and Word, NFKC-folded, within limits."""

from __future__ import annotations

import io
import zipfile
import zlib

import pypdfium2
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from flask_babel import lazy_gettext as _l

from talentmarket.core.errors import Invalid
from talentmarket.core.files import DOCX, MAX_BYTES, type_of
from talentmarket.core.folding import fold_width

MAX_SIGNS = 100_000
MAX_PAGES = 60
#: What a Word file may unpack to; a few kilobytes can unpack to gigabytes.
MAX_UNPACKED = 60 * 1024 * 1024


def text_of(data: bytes) -> str:
    """The text of a PDF or Word (docx) file; raises :class:`Invalid` for what holds none."""
    if not data:
        raise Invalid({"file": _l("没有选文件，或选的文件是空的。")})
    if len(data) > MAX_BYTES:
        raise Invalid({"file": _l("文件超过 10 MB，请压缩后再传。")})
    content_type, _extension = type_of(data)
    if content_type == "application/pdf":
        text = _pdf(data)
    elif content_type == DOCX:
        text = _docx(data)
    else:
        raise Invalid({"file": _l("请上传 PDF 或 Word（docx）文件，或直接粘贴文字。")})
    text = fold_width(text).replace("\r\n", "\n").strip()
    if not text:
        raise Invalid({"file": _l("这个文件里没有文字（可能是扫描件）。请把文字粘贴到文本框。")})
    return text[:MAX_SIGNS]


def _pdf(data: bytes) -> str:
    broken = Invalid({"file": _l("这个 PDF 打不开（可能有密码或已损坏）。")})
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise broken from error
    try:
        pages = []
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            words = page.get_textpage()
            pages.append(words.get_text_bounded())
            words.close()
            page.close()
        return "\n".join(pages)
    except pypdfium2.PdfiumError as error:
        raise broken from error
    finally:
        document.close()


#: What reading a packed file of XML raises when packing, encryption, XML or parts are broken.
_BROKEN_DOCX = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError),
    *(PackageNotFoundError, SyntaxError, KeyError, ValueError, AttributeError),
)


def _docx(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                raise Invalid({"file": _l("这个文件展开后太大。")})
        return _docx_text(data)
    except _BROKEN_DOCX as error:
        raise Invalid({"file": _l("这个 Word 文件打不开。")}) from error


def _docx_text(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    lines = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
                lines.append("  ".join(cell for cell in cells if cell))
        else:
            lines.append(block.text)
    return "\n".join(lines)
