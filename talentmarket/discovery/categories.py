"""A search that names, as a whole, what recruiters sort postings under.

Known only where a model learned it from postings (`flask model train --postings`). Pure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from talentmarket.discovery.understanding import Piece, Understanding, Wish

KIND = "category"
#: Kinds of pieces that belong to the name of a category; others are conditions beside it.
NAMING = frozenset({"occupation", "skill", "level", "word", "ignored"})


class Categories(Protocol):
    """What is asked of a model of categories."""

    def code_asked(self, text: str) -> str:
        """The code of the category that a text names, or ""."""


def with_category(
    understanding: Understanding, known: Categories | None, wish: Wish
) -> Understanding:
    """`understanding` with the category that its words, conditions aside, are the name of."""
    if known is None or understanding.refused or understanding.quoted:
        return understanding
    naming = (*understanding.pieces, *understanding.left, *understanding.ignored)
    stretch = [piece for piece in naming if piece.kind in NAMING]
    whole = text = understanding.text
    start, end = 0, len(whole)
    code = known.code_asked(whole)  # a name may hold what else is a condition
    if not code and stretch:
        start, end = min(it.start for it in stretch), max(it.end for it in stretch)
        text = _without_conditions(understanding, start, _closed(whole, end))
        code = known.code_asked(text)
    piece = Piece(KIND, code, start, end, text, text)
    if not code or piece.key in wish.off or "all" in wish.off:
        return understanding
    kept = understanding.pieces
    if text == whole:  # then nothing in a name is a condition (大学/大专应届毕业生 is a category)
        kept = tuple(one for one in kept if one.kind in NAMING)
    return replace(understanding, pieces=kept, category=replace(piece, must=piece.key in wish.must))


def _without_conditions(understanding: Understanding, start: int, end: int) -> str:
    signs = list(understanding.text)
    for piece in understanding.pieces:
        if piece.kind not in NAMING:
            signs[piece.start : piece.end] = " " * (piece.end - piece.start)
    return "".join(signs[start:end]).strip()


def _closed(text: str, end: int) -> int:
    """`end`, or behind the bracket that closes there: no piece holds it."""
    return end + 1 if text[end : end + 1] in (")", "）") else end
