"""What was typed becomes concepts, limits and plain words. Pure; shown to the reader as chips."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.pay import Pay, find_pay
from talentmarket.taxonomy.recognise import get_recogniser

LONGEST = 200
_PHRASE = re.compile(r"[\"“”「」]([^\"“”「」]{1,60})[\"“”「」]")
#: In a query years may stand alone, without the words that make them a requirement in a text.
_ALONE = re.compile(r"(?<!\S)\d{1,2}(?:\s*[-~–—至到]\s*\d{1,2})?\s*年(?!\S)")
_OF_WORK = re.compile(r"\s?的?(?:工作|从业)?经[验历]")
_EXCLUDED = re.compile(r"(?:(?<=\s)|^)[-－−]([^\s\-－−]{1,40})")
#: Code tables whose words are limits when somebody types them: table → facet.
_TABLES = (("job_kind", "kind"), ("work_mode", "mode"), ("rest_days", "rest"))


@dataclass(frozen=True)
class Piece:
    """One thing that was understood, where it stood in the text.

    `kind`: occupation, skill, region, education, years, pay, kind, mode or rest; `code` its value;
    `key` names the piece in the address, to take it off.
    """

    kind: str
    code: str
    start: int
    end: int
    text: str

    @property
    def key(self) -> str:
        """`kind:code`, as `off=` takes it."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True)
class Understanding:
    """A text with its pieces, phrases in quotes, words to leave out, and what is left as words."""

    text: str
    pieces: tuple[Piece, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    words: str = ""

    def of(self, kind: str) -> list[Piece]:
        """The pieces of one kind."""
        return [piece for piece in self.pieces if piece.kind == kind]


def understand(text: str, off: frozenset[str] = frozenset()) -> Understanding:
    """Understand a query. `off`: keys of pieces to keep as plain words (`all`: every one)."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())[:LONGEST]
    rest = list(text)
    phrases = _take(_PHRASE, rest)
    excluded = _take(_EXCLUDED, rest)
    remaining = "".join(rest)
    found = [] if "all" in off else _pieces(remaining)
    kept: list[Piece] = []
    for piece in sorted(found, key=lambda it: (it.start, -it.end)):
        if piece.key in off or (kept and piece.start < kept[-1].end):
            continue
        kept.append(piece)
        rest[piece.start : piece.end] = " " * (piece.end - piece.start)
    words = " ".join("".join(rest).split())
    return Understanding(text, tuple(kept), phrases, excluded, words)


def _take(pattern: re.Pattern[str], signs: list[str]) -> tuple[str, ...]:
    """What the pattern finds; blanked out where it stood."""
    found = list(pattern.finditer("".join(signs)))
    for match in found:
        signs[match.start() : match.end()] = " " * (match.end() - match.start())
    return tuple(match[1].strip() for match in found if match[1].strip())


def _pieces(text: str) -> list[Piece]:
    recognition = get_recogniser().recognise(text)
    found = [
        Piece("pay", pay_code(pay), start, end, text[start:end])
        for start, end, pay in find_pay(text)
        if not pay.negotiable
    ]
    for mention in recognition.mentions:
        if mention.negated:
            continue
        code = mention.id
        if mention.kind == "years" and mention.years is not None:
            high = "" if mention.years.high is None else f"{mention.years.high:g}"
            code = f"{mention.years.low:g}-{high}"
            found.append(_years(text, code, mention.start, mention.end))
        else:
            found.append(Piece(mention.kind, code, mention.start, mention.end, mention.name))
    for match in _ALONE.finditer(text):
        low, *rest = re.findall(r"\d+", match[0])
        found.append(_years(text, f"{low}-{rest[0] if rest else ''}", match.start(), match.end()))
    return [*found, *_limits(text)]


def _years(text: str, code: str, start: int, end: int) -> Piece:
    """Years with the word "experience" behind them, which would else be searched for."""
    if after := _OF_WORK.match(text, end):
        end = after.end()
    return Piece("years", code, start, end, text[start:end])


def _limits(text: str) -> list[Piece]:
    taxonomy = get_taxonomy()
    return [
        Piece(kind, item.code, match.start(), match.end(), match[0])
        for table, kind in _TABLES
        for item in taxonomy.codes[table].values()
        for word in item.extra.get("words", ())
        for match in re.finditer(re.escape(word), text)
    ]


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
