"""Which tags come into question for a posting, and what is known of each as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from search.analysis import fold
from talentmarket.matching.tagging.reading import Mention, Mentions, Read
from talentmarket.matching.tagging.scoring import NAMES, Scores, TagScores
from talentmarket.taxonomy.model import get_taxonomy

#: Tags in question: the best of the regression, the best of the neighbours, all that are mentioned.
BY_RIDGE, BY_NEIGHBOURS = 60, 30
#: Postings that a rate is leaned towards the mean by: of titles, of texts.
LEANING = (2.0, 4.0)
#: Words before a mention, and how far before, that say how it is meant.
CUES = ("精通", "熟悉", "熟练", "掌握", "了解", "优先", "经验", "负责", "福利", "专业")
BEFORE, AFTER = 25, 12
_RELATIVE = ("ridge", "near")
_RANKED = ("ridge", "near", "ridge_title", "near_text")


class Table(NamedTuple):
    """(candidates, features); of each candidate the posting, by its number, and the tag."""

    values: NDArray[np.float32]
    posting: NDArray[np.intp]
    tags: list[str]


class TagFeatures:
    """Learned from postings and their tags; makes the table of others.

    `tags`: their names, sorted; `tagged`: (postings, tags), 0 or 1.
    """

    def __init__(self, postings: Sequence[Read], tags: Sequence[str], tagged: Scores) -> None:
        self.tags = list(tags)
        self._scores = TagScores(postings, tagged)
        self._mentions = Mentions(tags)
        self._folded = [fold(tag) for tag in tags]
        self._known = set(self._folded)
        self._skills = [self._skill_of(name) for name in self._folded]
        pairs = CountVectorizer(analyzer=_pairs, binary=True)
        self._pairs = pairs
        self._own_pairs = pairs.fit_transform(self._folded)
        counts = tagged.sum(axis=0)
        together = tagged.T @ tagged
        self._given = together / (np.diag(together)[:, None] + 2.0)
        rates, seen, hits = self._rates(postings, tagged)
        self._of_tag = np.column_stack(
            [
                tagged.mean(axis=0),
                [len(name) for name in self._folded],
                [float(name.isascii()) for name in self._folded],
                *rates,
                *seen,
                (counts - hits[1]) / (counts + 1.0),
            ]
        )
        self._rate = rates
        self._unseen = [
            part.sum() / max(there.sum(), 1.0) for part, there in zip(hits, seen, strict=True)
        ]

    def table(self, postings: Sequence[Read]) -> Table:
        """All tags in question for each posting: known ones, and phrases of its own."""
        scores = self._scores.score(postings)
        ranks = {name: (-scores[name]).argsort(1).argsort(1) for name in _RANKED}
        shared = [self._shared([one.title for one in postings])]
        shared.append(self._shared([one.text for one in postings]))
        values, posting, tags = [], [], list[str]()
        for row, one in enumerate(postings):
            title, text = self._mentions.find(one.title), self._mentions.find(one.text)
            places = _in_question(scores, row, [*title, *text])
            known = np.column_stack(
                [
                    _by_scores(scores, ranks, row, places),
                    self._company(scores, row)[places],
                    self._of_tag[places],
                    *(part[row, places] for part in shared),
                    self._of_mentions(one, title, text, places),
                ]
            )
            own = sorted(one.phrases - self._known)
            values += [known, self._of_phrases(one, own, known.shape[1], title, text)]
            posting += [row] * (len(places) + len(own))
            tags += [*(self.tags[place] for place in places), *own]
        return Table(np.vstack(values).astype(np.float32), np.array(posting, np.intp), tags)

    def _of_phrases(
        self,
        one: Read,
        phrases: Sequence[str],
        width: int,
        title: Mapping[int, Mention],
        text: Mapping[int, Mention],
    ) -> Scores:
        """The same numbers of phrases that no posting carried: what postings say is nothing."""
        found = np.zeros((len(phrases), width))
        counts = [len(title), len(text)]
        for row, name in enumerate(phrases):
            mentions = [_first(name, one.title), _first(name, one.text)]
            numbers = _numbers_of(name, self._skill_of(name), one, mentions, 99, counts)
            size = [0.0, len(name), float(name.isascii()), *self._unseen, 0.0, 0.0, 1.0]
            inside = [float(mention is not None) for mention in mentions]
            tail = [0.0, *size, *inside, *numbers]
            found[row, width - len(tail) :] = tail
            found[row, len(NAMES) + len(_RELATIVE) : width - len(tail)] = len(self.tags)
        return found

    def _rates(
        self, postings: Sequence[Read], tagged: Scores
    ) -> tuple[list[Scores], list[Scores], list[Scores]]:
        """Of titles and of texts: how often a tag that stands there is one, how often it stands
        there, how often it is one then."""
        seen, hits = np.zeros((2, len(self._folded))), np.zeros((2, len(self._folded)))
        for row, one in enumerate(postings):
            for part, text in enumerate((one.title, one.text)):
                places = list(self._mentions.find(text))
                seen[part, places] += 1
                hits[part, places] += tagged[row, places]
        mean = hits.sum(axis=1) / np.maximum(seen.sum(axis=1), 1.0)
        rates = [
            (hits[part] + LEANING[part] * mean[part]) / (seen[part] + LEANING[part])
            for part in (0, 1)
        ]
        return rates, list(seen), list(hits)

    def _company(self, scores: Mapping[str, Scores], row: int) -> Scores:
        """How often tags go with the six that score best."""
        mean = scores["ridge"][row] + scores["near"][row]
        first = np.argsort(-mean)[:6]
        return np.asarray(np.clip(mean[first], 0.0, 1.0) @ self._given[first])

    def _shared(self, texts: Sequence[str]) -> Scores:
        """(texts, tags): share of a tag's pairs of signs that stand in a text."""
        found = self._pairs.transform(texts) @ self._own_pairs.T
        return np.asarray(found.toarray() / np.maximum(_sizes(self._own_pairs), 1.0))

    def _of_mentions(
        self,
        one: Read,
        title: Mapping[int, Mention],
        text: Mapping[int, Mention],
        places: NDArray[np.intp],
    ) -> Scores:
        rates = self._rate
        order = sorted(
            {*title, *text},
            key=lambda tag: -max(rates[0][tag] if tag in title else 0.0, rates[1][tag]),
        )
        rank = {tag: number for number, tag in enumerate(order)}
        counts = [len(title), len(text)]
        rows = [
            _numbers_of(
                self._folded[tag],
                self._skills[tag],
                one,
                [title.get(tag), text.get(tag)],
                rank.get(tag, 99),
                counts,
            )
            for tag in places
        ]
        return np.array(rows, np.float64)

    @staticmethod
    def _skill_of(name: str) -> str | None:
        return _skill_names().get(name)


def _numbers_of(
    name: str,
    skill: str | None,
    one: Read,
    mentions: Sequence[Mention | None],
    rank: int,
    counts: Sequence[int],
) -> list[float]:
    title, text = mentions
    known = (skill in one.skills) + (skill in one.title_skills) if skill else -1
    return [
        *_numbers(title, name, one.title),
        *_numbers(text, name, one.text),
        rank,
        known,
        len(name) / max(len(one.title), 1),
        *counts,
        len(one.text),
        *_cues(text, name, one.text),
    ]


def _first(name: str, text: str) -> Mention | None:
    start = text.find(name)
    return Mention(text.count(name), start, 0) if start >= 0 else None


def _in_question(
    scores: Mapping[str, Scores], row: int, mentioned: Sequence[int]
) -> NDArray[np.intp]:
    best: list[int] = list(mentioned)
    for name, count in (("ridge", BY_RIDGE), ("near", BY_NEIGHBOURS)):
        values = -scores[name][row]
        best += np.argpartition(values, min(count, len(values)) - 1)[:count].tolist()
    return np.array(sorted(set(best)), np.intp)


def _by_scores(
    scores: Mapping[str, Scores],
    ranks: Mapping[str, NDArray[np.intp]],
    row: int,
    places: NDArray[np.intp],
) -> Scores:
    columns = [scores[name][row, places] for name in NAMES]
    columns += [
        scores[name][row, places] / max(scores[name][row].max(), 1e-9) for name in _RELATIVE
    ]
    return np.column_stack([*columns, *(ranks[name][row, places] for name in _RANKED)])


def _numbers(mention: Mention | None, name: str, text: str) -> list[float]:
    if mention is None:
        return [0.0, 2.0, -1.0, 0.0]
    size = max(len(text), 1)
    ends = mention.start + len(name) == len(text)
    return [
        mention.times,
        mention.start / size,
        mention.covered / mention.times,
        float(ends),
    ]


def _cues(mention: Mention | None, name: str, text: str) -> list[float]:
    if mention is None:
        return [0.0] * (len(CUES) + 2)
    before = text[max(0, mention.start - BEFORE) : mention.start]
    end = mention.start + len(name)
    after = text[end : end + AFTER]
    listed = before[-1:] in _LISTING or after[:1] in _LISTING
    return [*(float(cue in before) for cue in CUES), float(listed), float("优先" in after)]


_LISTING = frozenset("、/,，")


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(max(len(text) - 1, 1))]


def _sizes(matrix: sp.csr_matrix) -> Scores:
    return np.asarray(matrix.sum(axis=1), np.float64).ravel()


@lru_cache(maxsize=1)
def _skill_names() -> dict[str, str]:
    """Folded name → code of the vocabulary's skills."""
    found: dict[str, str] = {}
    for skill in get_taxonomy().skills.values():
        for name in skill.names:
            found.setdefault(fold(name), skill.code)
    return found
