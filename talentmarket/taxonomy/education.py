"""Schooling as people write it."""

from __future__ import annotations

import re
from typing import NamedTuple

from talentmarket.taxonomy.recognise import get_recogniser

#: 本科及以上, 大专以上, 硕士优先 (a wish, no floor).
_FLOOR = re.compile(
    r"\s*(?:学历|学位|學歷|degree)?\s*(?:(?:及|或|含)?\s*以上|or\s+(?:above|higher)|起)",
    re.IGNORECASE,
)


class Education(NamedTuple):
    """The lowest schooling asked for or had: `code` of the education table and its rank.

    `floor`: the text says "or above". As a requirement a level always admits the higher ones.
    """

    code: str
    rank: int
    floor: bool


def parse_education(text: str) -> Education | None:
    """The lowest schooling a text names, wishes left out; None when it names none.

    "本科及以上" → bachelor; "大专以上，本科优先" → college; "学历不限" → none (rank 0).
    """
    recogniser = get_recogniser()
    recognition = recogniser.recognise(text)
    items = recogniser.taxonomy.codes["education"]
    found = [m for m in recognition.mentions if m.kind == "education" and not m.wish]
    if not found:
        return None
    lowest = min(found, key=lambda m: items[m.id].rank)
    after = text[lowest.end : lowest.end + 20]
    return Education(lowest.id, items[lowest.id].rank, _FLOOR.match(after) is not None)
