"""A posting as its category is learned from; apart from the arrays, which take long to load."""

from __future__ import annotations

from typing import NamedTuple


class Posting(NamedTuple):
    """Title and text of a posting, its pay in fen a month, and the rank of the schooling asked."""

    title: str
    text: str
    pay_low: int | None = None
    pay_high: int | None = None
    education: int | None = None
