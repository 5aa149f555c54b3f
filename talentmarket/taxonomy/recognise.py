"""Text → concepts, the one recogniser for jobs, profiles, queries and résumés. Pure.

Leftmost longest match over folded text; ambiguous names only with support around them; fixed
phrases, lists of benefits, customers and fields of study left out; levels, years, wishes and
negation attached to what they belong to.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter

from talentmarket.taxonomy.attaching import Attachments
from talentmarket.taxonomy.clauses import Clauses, field_of_study_zones, inside
from talentmarket.taxonomy.folding import Folded
from talentmarket.taxonomy.markers import Marker
from talentmarket.taxonomy.mentions import Mention, Recognition
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy
from talentmarket.taxonomy.places import choose_regions
from talentmarket.taxonomy.scanning import Hit, Hits, scan
from talentmarket.taxonomy.vocabulary import BARE_REACH, Cue, Vocabulary, Word
from talentmarket.taxonomy.years import find_years

_PLACE = itemgetter(2, 3)
#: A mention without anything attached, made as a tuple: its constructor takes twice as long.
_MENTION, _PLAIN = tuple.__new__, (False, False, None, None, None)


class Recogniser:
    """Recognises the concepts of a taxonomy. Made once; calls keep no state.

    `recognise` takes ~0.3 ms for a post of 400 signs.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.vocabulary = Vocabulary(taxonomy)

    def recognise(self, text: str) -> Recognition:
        """All concepts of a text."""
        folded = Folded(text)
        hits = scan(self.vocabulary, folded)
        clauses = Clauses(folded.plain)
        marks = [(*folded.span(at, at - minus), word) for at, minus, word in hits.markers]
        attachments = Attachments(folded.plain, clauses, marks)
        mentions = self._skills(folded, hits, attachments)
        mentions += self._occupations(folded, hits)
        for code, start, end in choose_regions(self.taxonomy, folded, hits.regions):
            mentions.append(Mention("region", code, start, end, text[start:end]))
        for start, end, value in attachments.at.get(Marker.EDUCATION, ()):
            mentions.append(Mention("education", value, start, end, text[start:end]))
        years = find_years(folded.plain)
        mentions.sort(key=_PLACE)
        mentions = attachments.attach(mentions, years)
        if years:
            for start, end, span in years:
                name = text[start:end]
                mentions.append(Mention("years", name, start, end, name, years=span))
            mentions.sort(key=_PLACE)
        return Recognition(text, tuple(mentions))

    def _occupations(self, folded: Folded, hits: Hits) -> list[Mention]:
        mentions = []
        for at, minus, word in hits.occupations:
            start, end = folded.span(at, at - minus)
            name, code = folded.original[start:end], word.occupation or ""
            mentions.append(Mention("occupation", code, start, end, name, title=word.title))
        return mentions

    def _skills(self, folded: Folded, hits: Hits, attachments: Attachments) -> list[Mention]:
        """Resolve the candidates from left to right; a rejected one hides nothing."""
        plain, original, origin = folded.plain, folded.original, folded.origin
        fields = field_of_study_zones(plain)
        muted = attachments.muted
        taken: list[tuple[int, int, Word]] = []
        waiting: list[Hit] = []
        free = 0
        for hit in hits.skills:
            at, minus, word = hit
            if at < free:
                continue
            if word.skill == "":
                free = at - minus
                continue
            start, end = at, at - minus
            if origin:  # as `Folded.span`, without a call for each hit
                start, end = origin[start], origin[end - 1] + 1
            cue = word.cue
            if cue is not None:
                if cue.wanted is None:
                    waiting.append(hit)
                    continue
                if not _supported(cue, plain, start, end):
                    continue
            free = at - minus
            if fields and word.han and inside(fields, start, end):
                continue
            if not (muted and inside(muted, start, end)):
                taken.append((start, end, word))
        if waiting:
            taken = _with_neighbours(folded, waiting, taken)
        return [
            _MENTION(Mention, ("skill", word.skill or "", start, end, original[start:end], *_PLAIN))
            for start, end, word in taken
        ]


def _supported(cue: Cue, plain: str, start: int, end: int) -> bool:
    low, high = max(0, start - cue.reach), end + cue.reach
    if cue.unwanted is not None and cue.unwanted.search(plain, low, high):
        return False
    return cue.wanted is None or cue.wanted.search(plain, low, high) is not None


def _with_neighbours(
    folded: Folded, waiting: list[Hit], taken: list[tuple[int, int, Word]]
) -> list[tuple[int, int, Word]]:
    """Add ambiguous names without cue words where a technical name stands near."""
    firm = [(start, end) for start, end, word in taken if word.technical]
    starts = [start for start, _, _ in taken]
    added = []
    for begin, minus, word in waiting:
        start, end = folded.span(begin, begin - minus)
        at = bisect_right(starts, start) - 1
        if at >= 0 and taken[at][1] > start:
            continue
        if at + 1 < len(taken) and taken[at + 1][0] < end:
            continue
        if word.cue is not None and not _supported(word.cue, folded.plain, start, end):
            continue
        if any(low - BARE_REACH < end and start < high + BARE_REACH for low, high in firm):
            added.append((start, end, word))
    return sorted(taken + added, key=itemgetter(0, 1))


@lru_cache(maxsize=1)
def get_recogniser() -> Recogniser:
    """The recogniser of the program's own taxonomy, made once per process."""
    return Recogniser(get_taxonomy())


def recognise(text: str) -> Recognition:
    """Recognise with the program's own taxonomy."""
    return get_recogniser().recognise(text)
