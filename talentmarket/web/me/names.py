"""Codes and values of a profile in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _

from talentmarket.core.language import language
from talentmarket.members.models import EntryKind, TalentEntry
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.me.forms import years as as_years
from talentmarket.web.years import plain


def table_name(table: str, code: str | None) -> str:
    """A row of a code table in the reader's language."""
    item = get_taxonomy().item(table, code)
    return item.name(language()) if item else ""


def years_text(tenths: int | None) -> str:
    """Tenths of a year as words."""
    if tenths is None:
        return ""
    return plain(as_years(tenths))


def span_text(start: str | None, end: str | None, *, current: bool) -> str:
    """Two months as words; an open end of an experience means today."""
    start, end = (start or "").replace("-", "."), (end or "").replace("-", ".")
    if start and (end or current):
        return f"{start}–{end or _('今')}"
    return start or end


def entry_line(entry: TalentEntry) -> str:
    """An entry in one line, as the person wrote it: where, what, months."""
    current = entry.kind is EntryKind.EXPERIENCE
    parts = (
        entry.organisation if entry.kind is not EntryKind.CERTIFICATE else "",
        entry.title or entry.subject,
        span_text(entry.start_month, entry.end_month, current=current),
    )
    return " · ".join(part for part in parts if part)
