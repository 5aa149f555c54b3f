"""How the book finds what it keeps sealed. Each firm has digests of its own."""

from __future__ import annotations

from talentmarket.core.folding import fold
from talentmarket.core.secrecy import digest
from talentmarket.members.models import Organisation


def of_contact(firm: Organisation, value: str | None) -> str | None:
    """Of a number (E.164) or address (folded); differs from firm to firm and from the accounts'."""
    return digest(f"book:{firm.public_id}", value) if value else None


def of_name(firm: Organisation, name: str) -> str:
    """Of a name, folded."""
    return digest(f"book-name:{firm.public_id}", fold(name))
