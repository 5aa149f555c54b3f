"""Taking a query apart. Pure: the same text, wish and names give the same understanding.

In this order: quotes and minus signs are set aside; pinyin, initials and misspelled words are read
as the names they stand for; numbers with a unit, words of limits, skills, occupations, places and
employers are found; of what overlaps the likelier and longer stands; signs of refusal turn what
they are about; the rest stays words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from talentmarket.discovery.understanding.amounts import find_amounts, parted
from talentmarket.discovery.understanding.concepts import find_concepts, place_of, with_the_work
from talentmarket.discovery.understanding.employers import EmployerNames
from talentmarket.discovery.understanding.found import NAME, RUNG, Found, resolve
from talentmarket.discovery.understanding.limits import find_limits
from talentmarket.discovery.understanding.refusing import Zone, find_signs, is_refused, minus_zones
from talentmarket.discovery.understanding.rewriting import Reading, read
from talentmarket.discovery.understanding.tables import get_tables
from talentmarket.discovery.understanding.values import (
    ALL,
    IGNORED,
    LONGEST,
    MINUS,
    PHRASE,
    WORD,
    Piece,
    Understanding,
    Wish,
)
from talentmarket.taxonomy.folding import Folded, fold_name

#: What can be understood where: kinds that the documents of a search can be asked for.
TALENTS = frozenset(
    {
        *("occupation", "skill", "region", "area", "level", "pay", "years"),
        *("education", "mode", "rest", "availability"),
    }
)
JOBS = (TALENTS - {"availability"}) | {
    *("employer", "firm", "kind", "channel", "nature", "benefit", "posted"),
}
ORGANISATIONS = frozenset({"region", "area", "nature"})

_QUOTED = re.compile(r"[\"“”「」『』«»＂]([^\"“”「」『』«»＂\n]{1,60})[\"“”「」『』«»＂]")
#: A stroke beside a Han sign parts two names (专员/助理); between latin ones it may be of a name.
_RUN = re.compile(r"(?:[^\s/|]|(?<=[!-~])/(?=[!-~]))+")
_HAN_JOIN = re.compile("[\u4e00-\u9fff]{2}")
_SAID = re.compile(r"\w", re.UNICODE)
_END_OF_RUN = re.compile(r"(?<=.)的?(?:工作|岗位|职位|招聘|机会|的)$")


def understand(
    text: str,
    wish: Wish | None = None,
    *,
    kinds: frozenset[str] = JOBS,
    employers: EmployerNames | None = None,
) -> Understanding:
    """Understand a query of at most 200 signs (the rest is cut off). Never raises.

    `wish`: what the reader said about pieces; `kinds`: what can be asked for here; `employers`:
    the names of employers that are known.
    """
    wish = wish or Wish()
    text = parted(" ".join(text.split())[:LONGEST])[:LONGEST].rstrip()
    plain = Folded(text).plain
    quoted = [match.span() for match in _QUOTED.finditer(plain) if match[1].strip()]
    masked = _mask(plain, quoted)
    minus = minus_zones(masked)
    masked = _mask(masked, ((start, start + 1) for start, _ in minus))
    masked = _mask(masked, ((end, end + 1) for _, end in minus if end < len(masked)))
    if ALL in wish.off:
        reading, kept = Reading(text, masked, []), []
    else:
        reading = read(text, masked, wish.off)
        kept = _kept(Folded(reading.shown), kinds, employers)
    return _Assembly(text, reading, wish).done(kept, quoted, minus)


def _mask(plain: str, zones: Iterable[Zone]) -> str:
    """`plain` with line ends, which no name crosses, in place of the zones."""
    for start, end in zones:
        plain = plain[:start] + "\n" * (end - start) + plain[end:]
    return plain


def _kept(folded: Folded, kinds: frozenset[str], employers: EmployerNames | None) -> list[Found]:
    concepts = find_concepts(folded)
    found = [*find_amounts(folded.plain, concepts), *find_limits(folded), *concepts]
    if employers is not None:
        found += employers.find(folded)
    found = [_weighed(one, folded.plain) for one in found if one.kind in kinds]
    found = [_refused_is_sure(one, folded.plain) if one.unsure else one for one in found]
    if "skill" not in kinds:  # names of organisations hold names of places: only whole words
        found = [one for one in found if _whole(folded.plain, one)]
    kept = resolve(found)
    cities = [one.code for one in kept if one.kind == "region"]
    for number, one in enumerate(kept):
        if one.kind == "area" and (code := place_of(one.code, cities)):
            kept[number] = one._replace(kind="region", code=code)
        elif one.kind == "skill":
            longer = with_the_work(one, folded.plain)
            if number + 1 == len(kept) or longer.end <= kept[number + 1].start:
                kept[number] = longer._replace(words=folded.plain[one.start : one.end])
    return kept


def _refused_is_sure(one: Found, plain: str) -> Found:
    """Who refuses 中介 means the channel, whatever stands beside it."""
    return one._replace(unsure=not is_refused(plain, one.start))


def _weighed(one: Found, plain: str) -> Found:
    """The same without white space at its ends; a name that crosses a gap and then stops inside a
    run of Han signs ("集成电路 版图" before 设计) stands back for others."""
    text = plain[one.start : one.end]
    if text[:1].isspace() or text[-1:].isspace():
        start = one.start + len(text) - len(text.lstrip())
        one = one._replace(start=start, end=start + len(text.strip()))
    if one.rank == NAME and " " in text and _HAN_JOIN.match(plain, one.end - 1):
        return one._replace(rank=RUNG)
    return one


def _whole(plain: str, one: Found) -> bool:
    before, after = plain[one.start - 1 : one.start], plain[one.end : one.end + 1]
    return (not before or before.isspace()) and (not after or after.isspace())


@lru_cache(maxsize=1)
def _fillers() -> re.Pattern[str]:
    words = sorted(get_tables().fillers, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, words))})+")


class _Assembly:
    """Pieces of one text, put in the places where the text as typed has them."""

    def __init__(self, text: str, reading: Reading, wish: Wish) -> None:
        self.text = text
        self.reading = reading
        self.wish = wish
        self.covered = bytearray(len(reading.shown))
        self.told = bytearray(len(text))

    def done(self, kept: list[Found], quoted: list[Zone], minus: list[Zone]) -> Understanding:
        """The understanding of what was found."""
        shown = self.reading.shown
        signs = find_signs(shown, kept)
        pieces, refused = self._found(kept, set(signs.refused), set(signs.must), minus)
        ignored = [self._piece(IGNORED, *zone) for zone in signs.ignored if self._take(*zone)]
        for zone in signs.refused:
            if self._take(*zone):
                refused.append(self._word(*zone))
        left: list[Piece] = []
        phrases: list[Piece] = []
        for start, end in self._runs():
            for zone, said in _split(shown, start, end):
                piece = self._word(*zone) if said else self._piece(IGNORED, *zone)
                if not self._take(*zone):
                    continue
                if not said:
                    ignored.append(piece)
                elif _inside(piece, minus) or piece.key in self.wish.refuse:
                    refused.append(piece)
                else:
                    left.append(replace(piece, must=piece.key in self.wish.must))
        if not (
            pieces or left or refused or quoted
        ):  # 招聘 alone is somebody's work, 找工作 is not
            left = [self._plain_word(one) for one in ignored if one.words in get_tables().also_work]
            ignored = [] if left else ignored
        for zone in quoted:
            quote = self._quote(*zone)
            minus_before = self.text[max(0, zone[0] - 1) : zone[0]] in MINUS
            unwanted = minus_before or quote.key in self.wish.refuse
            (refused if unwanted else phrases).append(quote)
        return Understanding(
            self.text,
            tuple(sorted(pieces, key=_place)),
            tuple(sorted(refused, key=_place)),
            tuple(phrases),
            tuple(sorted(left, key=_place)),
            tuple(sorted(ignored, key=_place)),
        )

    def _found(
        self, kept: list[Found], refused: set[Zone], must: set[Zone], minus: list[Zone]
    ) -> tuple[list[Piece], list[Piece]]:
        """Wanted pieces and refused ones; those that are off are left to be words."""
        wanted: list[Piece] = []
        unwanted: list[Piece] = []
        for one in kept:
            piece = self._piece(one.kind, one.start, one.end, one)
            if not self.wish.off.isdisjoint((piece.key, f"as:{piece.text.lower()}")):
                continue
            if not self._take(one.start, one.end):
                continue
            zone = (one.start, one.end)
            if zone in refused or _inside(piece, minus) or piece.key in self.wish.refuse:
                unwanted.append(piece)
            else:
                insisted = piece.key in self.wish.must or zone in must
                wanted.append(replace(piece, must=insisted))
        return wanted, unwanted

    def _piece(self, kind: str, start: int, end: int, found: Found | None = None) -> Piece:
        first, last = self.reading.span(start, end)
        typed, mended = self.reading.typed(start, end)
        text = self.text[first:last]
        words = (found.words if found else "") or (self.reading.shown[start:end] if typed else text)
        if found is not None and found.kind == "skill" and not typed:
            words = text[: len(found.words)] if len(text) >= len(found.words) else text
        code, title = (found.code, found.title) if found else ("", "")
        return Piece(kind, code, first, last, text, words, typed, title, mended)

    def _word(self, start: int, end: int) -> Piece:
        return self._plain_word(self._piece(WORD, start, end))

    def _plain_word(self, piece: Piece) -> Piece:
        return replace(piece, kind=WORD, code=fold_name(piece.words))

    def _quote(self, start: int, end: int) -> Piece:
        text = self.text[start:end]
        inner = text[1:-1].strip()
        return Piece(PHRASE, fold_name(inner), start, end, text, inner)

    def _take(self, start: int, end: int) -> bool:
        """Mark a stretch as told; False when a part of it is already: one misspelled token may
        read as two names, and stands for the first."""
        first, last = self.reading.span(start, end)
        if any(self.covered[start:end]):
            return False
        self.covered[start:end] = b"\x01" * (end - start)
        if any(self.told[first:last]):
            return False
        self.told[first:last] = b"\x01" * (last - first)
        return True

    def _runs(self) -> list[Zone]:
        """What no piece covers, from gap to gap."""
        shown = self.reading.shown
        open_ = "".join(
            "\n" if told else sign for sign, told in zip(shown, self.covered, strict=True)
        )
        return [match.span() for match in _RUN.finditer(open_) if _SAID.search(match[0])]


def _split(shown: str, start: int, end: int) -> list[tuple[Zone, bool]]:
    """A run as (stretch, does it say something): punctuation at its ends is dropped, words of
    asking are set apart."""
    while start < end and not _keeps(shown[start], first=True):
        start += 1
    while start < end and not _keeps(shown[end - 1], first=False):
        end -= 1
    if start == end:
        return []
    if _fillers().fullmatch(shown, start, end):
        return [((start, end), False)]
    if shown[start] == "的" and end - start > 2:
        return [((start, start + 1), False), *_split(shown, start + 1, end)]
    tail = _END_OF_RUN.search(shown, start, end)
    if tail is not None and tail.start() > start:
        return [((start, tail.start()), True), ((tail.start(), end), False)]
    return [((start, end), True)]


def _keeps(sign: str, *, first: bool) -> bool:
    return sign.isalnum() or sign == "_" or (sign in ".#@" if first else sign in "+#")


def _inside(piece: Piece, zones: list[Zone]) -> bool:
    return any(start <= piece.start and piece.end <= end for start, end in zones)


def _place(piece: Piece) -> int:
    return piece.start
