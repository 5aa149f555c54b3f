"""Text becomes terms: the one place, for the index and for queries, for every engine.

Engines are given terms joined by a space and split at the space again, nothing more, so that
both find the same. Each text has two term fields:

* *words*: Han text as dictionary words (with the shorter words inside of them), other scripts
  as words, with compounds such as ``node.js`` both whole and in parts. Scored.
* *grams*: Han text as overlapping pairs of characters, other scripts as words, in their order.
  A run of pairs finds every substring, however the dictionary cuts it, and phrases.

The grams of all texts that let a document in stand in one field, the *gate*: whether a word is
there is one lookup, however many such texts there are.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import add

import opencc
import rjieba

MAX_TEXT = 20_000  # characters of one field that are analysed; real postings stay below 10,000
MAX_QUERY = 512
MAX_UNITS = 32
MAX_TERM = 64
KEPT_TEXT = 60  # characters of a text whose terms are kept
BREAK = "|"  # no text gives this term

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_WORD = rf"[^\W_{_HAN}]"
_PIECE = rf"(?:{_WORD}+(?:(?<=[a-z])(?:\+\+|\#))?)"
# Of each run one group is filled: Han characters, or what is written with spaces between words.
_RUN = re.compile(rf"([{_HAN}]+)|({_PIECE}(?:[.\-_&'’]{_PIECE})*|(?<!{_WORD})\.net(?!{_WORD}))")
_HAN_WORD = re.compile(f"[{_HAN}]")
_PARTS = re.compile(_PIECE)
_JOINERS = re.compile(r"[.\-_&'’]")
_DECIMAL = re.compile(r"\d+(?:\.\d+)+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Words of asking, not of the thing asked for; single characters that carry nothing alone.
_FILLERS = frozenset("的了和与及或在是找做招求想要我有个家")


def clean(text: str) -> str:
    """The text without what no reader sees: control, bidi and half characters."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", _UNUSABLE.sub(" ", text))


@lru_cache(maxsize=1)
def _simplified() -> tuple[dict[int, str], re.Pattern[str]]:
    """Traditional → simplified, character by character (OpenCC's t2s), so offsets stay."""
    han = [chr(code) for start, end in _HAN_BLOCKS for code in range(start, end)]
    converted = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    pairs = zip(han, converted, strict=True)
    table = {ord(old): new for old, new in pairs if old != new and len(new) == 1}
    return table, re.compile("[" + "".join(map(chr, table)) + "]")


def fold(text: str) -> str:
    """One form for what a reader takes as the same: width, case, traditional characters."""
    return folded(clean(text))


def folded(text: str) -> str:
    """The same for a text that is clean already."""
    if not text.isascii() and not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    table, traditional = _simplified()
    return text.translate(table) if traditional.search(text) else text


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one text, in order."""

    words: tuple[str, ...]
    grams: tuple[str, ...]


def terms(text: str) -> Terms:
    """The terms of a text for the index."""
    return clean_terms(clean(text[:MAX_TEXT]))


def clean_terms(text: str) -> Terms:
    """The same of a text that is clean already."""
    words: list[str] = []
    grams: list[str] = []
    runs = _RUN.findall(folded(text[:MAX_TEXT]))
    # One call cuts all runs, each for itself: no word goes across the end of a line.
    cut = iter(rjieba.cut_for_search("\n".join([han for han, _ in runs if han]))).__next__
    for han, latin in runs:
        if han:
            words += iter(cut, "\n")
            grams += _pairs(han)
        else:
            forms, parts = _latin(latin)
            words += forms
            grams += parts
    return Terms(tuple(words), tuple(grams))


@lru_cache(maxsize=16_384)
def kept_terms(text: str) -> Terms:
    """The same of a short text, such as a title or the name of a firm, which stands in many documents:
    of at most :data:`KEPT_TEXT` characters."""
    return clean_terms(text)


def named_terms(text: str) -> Terms:
    """The same for names of the vocabulary, one a line: a few thousand lines stand in all
    documents, and what was made of them is kept."""
    words: list[str] = []
    grams: list[str] = []
    for line in text.split("\n"):
        found = _line(line)
        words += found.words
        grams += found.grams
    return Terms(tuple(words), tuple(grams))


def named_texts(text: str) -> tuple[str, str]:
    """The same joined by spaces: words, grams."""
    found = [_joined(line) for line in text.split("\n")]
    return " ".join([words for words, _ in found if words]), " ".join(
        [grams for _, grams in found if grams]
    )


@lru_cache(maxsize=16_384)
def _joined(line: str) -> tuple[str, str]:
    found = _line(line)
    return " ".join(found.words), " ".join(found.grams)


@lru_cache(maxsize=16_384)
def _line(line: str) -> Terms:
    return terms(line)


def gate(texts: Iterable[Terms]) -> tuple[str, ...]:
    """One list of terms for all the texts that let a document in.

    Their grams in order, with a break between two texts that no phrase crosses; then the words
    that are no grams: compounds, and single Han characters that are words.
    """
    found: list[str] = []
    others: dict[str, None] = {}
    for text in texts:
        found += [*text.grams, BREAK]
        grams = set(text.grams)
        for word in text.words:
            if word not in grams and (len(word) == 1 or not _HAN_WORD.match(word)):
                others[word] = None
    for word in others:
        found += [word, BREAK]
    return tuple(found)


def _runs(folded: str) -> Iterator[tuple[str, bool]]:
    for han, latin in _RUN.findall(folded):
        yield han or latin, bool(han)


def _pairs(run: str) -> Iterable[str]:
    return map(add, run, run[1:]) if len(run) > 1 else (run,)


@lru_cache(maxsize=65_536)
def _latin(run: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(Forms under which a word or compound is found, its parts in order)."""
    if run == ".net":
        return (".net", "net"), (".net",)
    if _DECIMAL.fullmatch(run):
        return (run[:MAX_TERM],), (run[:MAX_TERM],)
    parts = tuple(part[:MAX_TERM] for part in _PARTS.findall(run))
    if len(parts) == 1:
        plain = parts[0].rstrip("+#")
        return ((parts[0], plain) if plain != parts[0] else parts), parts
    whole = (run[:MAX_TERM], _JOINERS.sub("", run)[:MAX_TERM]) if len(parts) <= 3 else ()
    return tuple(dict.fromkeys(whole + parts)), parts


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing asked for: counted as one by the rule of how many must match.

    ``words``: any of them is this unit in a words field. ``grams``: in this order, side by side,
    they are this unit in a grams field. ``han``: written in Han characters.
    """

    text: str
    words: tuple[str, ...]
    grams: tuple[str, ...]
    han: bool


@lru_cache(maxsize=4096)
def units(text: str) -> tuple[Unit, ...]:
    """What a typed text asks for, piece by piece, each once, in order."""
    found: dict[str, Unit] = {}
    for run, is_han in _runs(fold(text[:MAX_QUERY])):
        if is_han:
            for word in _merged([str(word) for word in rjieba.cut(run)]):
                inner = tuple(part for part in rjieba.cut(word) if len(part) > 1)
                found.setdefault(word, Unit(word, inner or (word,), tuple(_pairs(word)), True))
        else:
            forms, parts = _latin(run)
            found.setdefault(run, Unit(run, _asked(run, forms, parts), parts, False))
    return tuple(found.values())[:MAX_UNITS]


def _asked(run: str, forms: tuple[str, ...], parts: tuple[str, ...]) -> tuple[str, ...]:
    """The forms that stand for the whole: ``c++`` is not asked for by ``c``."""
    if len(parts) == 1:
        return (forms[0],)
    return tuple(form for form in forms if form not in parts) or (run[:MAX_TERM],)


def _merged(words: list[str]) -> list[str]:
    """Single characters join the word after them (大 + 数据); fillers go if others remain."""
    kept = [word for word in words if word not in _FILLERS] or words
    merged: list[str] = []
    held = ""
    for word in kept:
        if len(word) == 1:
            held += word
        else:
            merged.append(held + word)
            held = ""
    if held and merged and len(held) == 1:
        merged[-1] += held
    elif held:
        merged.append(held)
    return merged


def phrase(text: str) -> tuple[str, ...]:
    """The grams of a quoted phrase; gaps between Han characters do not count."""
    folded = fold(text[:MAX_QUERY])
    folded = re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", folded)
    grams: list[str] = []
    for run, is_han in _runs(folded):
        grams += _pairs(run) if is_han else _latin(run)[1]
    return tuple(grams[: 2 * MAX_UNITS])


def required(count: int) -> int:
    """How many of ``count`` units must match: all of one or two, all but one of three or four,
    three quarters (rounded down) of more."""
    if count <= 2:
        return count
    return count - 1 if count <= 4 else math.floor(count * 0.75)
