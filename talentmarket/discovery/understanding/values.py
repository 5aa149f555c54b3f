"""What understanding gives: pieces with their place in the text. Values only."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from talentmarket.taxonomy.pay import Pay

LONGEST = 200
#: Kinds that stand for words of the text, and are looked for as such.
WORD, PHRASE, IGNORED = "word", "phrase", "ignored"
MINUS = ("-", "−", "－")
#: Turns every piece off.
ALL = "all"
#: Kinds that are said by a code alone; all others are refused by their words as well.
LIMITS = frozenset(
    {
        *("region", "area", "education", "years", "pay", "kind", "mode", "rest", "channel"),
        *("nature", "posted", "benefit", "availability"),
    }
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that was understood, where it stands in the text: `text` is [`start`, `end`).

    `kind` says what it is, `code` its value (see `docs/understanding.md`). `words` are what is
    looked for in texts: the same as `text`, or what pinyin or a misspelling was read as; `typed`
    is then the whole token as it was typed, `mended` where it was misspelled. `title`: the job title an occupation was known by.
    `must`: the reader said that it has to be met.
    """

    kind: str
    code: str
    start: int
    end: int
    text: str
    words: str = ""
    typed: str = ""
    title: str = ""
    mended: bool = False
    must: bool = False

    @property
    def key(self) -> str:
        """`kind:code`, as `off=`, `must=` and `not=` of the address take it."""
        return f"{self.kind}:{self.code}"

    @property
    def as_typed_key(self) -> str:
        """What `off=` takes to undo the reading of pinyin or a misspelling; "" without one."""
        return f"as:{self.typed.lower()}" if self.typed else ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader said about pieces: keys kept as plain words (`all`: every one), keys that
    must be met, keys that must not."""

    off: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()
    refuse: frozenset[str] = frozenset()


NO_WISH = Wish()


@dataclass(frozen=True, slots=True)
class Understanding:
    """A text, taken apart: every letter and digit of it lies in exactly one piece.

    `pieces` were understood and are wanted, `refused` are not wanted (of any kind), `quoted` must
    stand as they are, `left` are looked for as words, `ignored` say nothing about what is wanted
    (的, 招聘, and the signs of refusal). `category`: what recruiters sort postings under, where the
    words name it as a whole; it lies over other pieces.
    """

    text: str
    pieces: tuple[Piece, ...] = ()
    refused: tuple[Piece, ...] = ()
    quoted: tuple[Piece, ...] = ()
    left: tuple[Piece, ...] = ()
    ignored: tuple[Piece, ...] = ()
    category: Piece | None = None

    def of(self, kind: str) -> list[Piece]:
        """The wanted pieces of one kind."""
        return [piece for piece in self.pieces if piece.kind == kind]

    def without(self, key: str) -> Understanding:
        """The same without the pieces of one key, wherever they are."""

        def others(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
            return tuple(piece for piece in pieces if piece.key != key)

        return replace(
            self,
            pieces=others(self.pieces),
            refused=others(self.refused),
            quoted=others(self.quoted),
            left=others(self.left),
            category=None,
        )

    def text_without(self, key: str) -> str:
        """The text less the pieces of one key, with the sign that refuses each or joins it to the
        next (不看外包和派遣 without 外包: 不看派遣)."""
        signs = list(self.text)
        for piece in self.everything:
            if piece.key == key and piece.kind != IGNORED:
                start, end = piece.start, piece.end
                if start and signs[start - 1] in MINUS:
                    start -= 1
                after = next((it for it in self.ignored if 0 <= it.start - end <= 1), None)
                before = next((it for it in self.ignored if 0 <= start - it.end <= 1), None)
                if after is not None:
                    end = after.end
                elif before is not None:
                    start = before.start
                signs[start:end] = " " * (end - start)
        return " ".join("".join(signs).split())

    @property
    def words(self) -> str:
        """What is left, as words to look for."""
        return " ".join(piece.words for piece in self.left if not piece.must)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Quoted phrases, and left words that the reader said must be met."""
        must = (piece for piece in self.left if piece.must)
        return tuple(piece.words for piece in (*self.quoted, *must))

    @property
    def excluded(self) -> tuple[str, ...]:
        """Words that must stand nowhere."""
        return tuple(piece.words for piece in self.refused if piece.kind not in LIMITS)

    @property
    def corrections(self) -> tuple[Piece, ...]:
        """The first piece of every token that was read as something else."""
        found: dict[str, Piece] = {}
        for piece in (*self.pieces, *self.refused, *self.left):
            if piece.typed:
                found.setdefault(piece.typed, piece)
        return tuple(found.values())

    @property
    def everything(self) -> tuple[Piece, ...]:
        """All pieces in the order of the text."""
        found = (*self.pieces, *self.refused, *self.quoted, *self.left, *self.ignored)
        return tuple(sorted(found, key=lambda piece: piece.start))


def pay_code(pay: Pay) -> str:
    """`low-high` in whole yuan a month; an open end is empty."""
    low, high = pay.monthly()
    return "-".join("" if end is None else str(end // 100) for end in (low, high))


def span_of(code: str) -> tuple[int | None, int | None]:
    """The two ends of a `low-high` code; fractions are rounded down."""
    low, _, high = code.partition("-")
    return (
        int(float(low)) if _number(low) else None,
        int(float(high)) if _number(high) else None,
    )


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,9}(\.\d{1,3})?", text))
