"""Where a list of results goes on: signed texts that hold all of it, so that nothing is stored.

A list by relevance or match holds its day and what was shown so far. Scores move while rows come
and go (a word gets rarer, somebody applies), so a last score would show a row twice or never;
what was shown does not move. Each row shown is four bytes of a digest. Lists by date, pay and
reply hold the sort key and id of the row they go on after, or end before.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

Mark = tuple[int, str]
WIDTH = 4  # bytes of a digest: one row in four million is taken for another of a thousand
MOST_SHOWN = 1_000
LONGEST = 8_000


@dataclass(frozen=True)
class Cursor:
    """The place in a list.

    `day`: days since 1970 that order and shuffle are counted from; `shown`: digests of the rows
    shown in the order of the score; `after` and `before`: the marks of a keyset.
    """

    day: int
    shown: bytes = b""
    after: Mark | None = None
    before: Mark | None = None

    def has(self, row_id: str) -> bool:
        """Whether the row was shown."""
        return bool(self.shown) and _digest(row_id) in self._digests

    @cached_property
    def _digests(self) -> frozenset[bytes]:
        starts = range(0, len(self.shown), WIDTH)
        return frozenset(self.shown[at : at + WIDTH] for at in starts)

    def with_shown(self, row_ids: Iterable[str]) -> Cursor:
        """The same place after these rows."""
        return replace(self, shown=self.shown + b"".join(map(_digest, row_ids)))

    def __len__(self) -> int:
        return len(self.shown) // WIDTH

    def __bool__(self) -> bool:
        return True

    def moved(self, *, after: Mark | None = None, before: Mark | None = None) -> Cursor:
        """The same list after a row, or before one."""
        return replace(self, after=after, before=before)

    def back(self, rows: int) -> Cursor:
        """The place that many rows earlier, among the rows in the order of the score."""
        return Cursor(self.day, self.shown[: max(0, len(self.shown) - rows * WIDTH)])


def _digest(row_id: str) -> bytes:
    return hashlib.blake2b(row_id.encode(), digest_size=WIDTH).digest()


def written(cursor: Cursor, search: str) -> str:
    """The cursor as a text for addresses. `search`: what it belongs to; good for nothing else."""
    held: list[object] = [cursor.day, base64.b85encode(cursor.shown).decode("ascii")]
    for mark in (cursor.after, cursor.before):
        held.append(list(mark) if mark else None)
    return str(_serializer(search).dumps(held))


def read(text: str, search: str) -> Cursor | None:
    """The cursor of an address; None when it was changed, or belongs to another search."""
    if not text or len(text) > LONGEST:
        return None
    try:
        day, shown, after, before = _serializer(search).loads(text)
        marks = [(int(mark[0]), str(mark[1])) if mark else None for mark in (after, before)]
        return Cursor(int(day), base64.b85decode(shown), *marks)
    except (BadData, ValueError, TypeError, IndexError):
        return None


def _serializer(search: str) -> URLSafeSerializer:
    secret = current_app.extensions["talentmarket_settings"].secret_key
    signing = {"digest_method": hashlib.sha256}
    return URLSafeSerializer(secret, salt=f"cursor:{search}", signer_kwargs=signing)
