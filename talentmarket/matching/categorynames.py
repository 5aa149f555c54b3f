"""Which names recruiters' categories have, where a file runs several of one posting together. Pure.

Files put "测试工程师软件工程师" into one field, without a sign between the names. A name is what stands
alone somewhere; what only ever runs together with such names is one when they are taken away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

#: Signs that part names and begin none.
_BETWEEN = " /／、,，;；:：|-"
_SHORTEST = 3


def names_among(said: Iterable[str], least: int) -> list[str]:
    """The names that at least `least` of the texts of categories hold, sorted.

    Not those that others make up between them: nobody asks for them as one.
    """
    counts = Counter(text.strip() for text in said)
    counts.pop("", None)
    alone = _unmixed([name for name in counts if _holding(counts, name) >= least])
    parts: Counter[str] = Counter()
    for text, count in counts.items():
        if text not in alone:
            parts.update(dict.fromkeys(_others(text, alone), count))
    known = set(alone)
    more = [part for part, count in parts.items() if count >= least and part not in known]
    return sorted(_unmixed([*alone, *more]))


def _holding(counts: Counter[str], name: str) -> int:
    return sum(count for text, count in counts.items() if name in text)


def _unmixed(names: Sequence[str]) -> list[str]:
    """The names, longest first, without those that others of them make up."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return [
        name
        for name in ordered
        if not (inside := [it for it in ordered if it in name and it != name])
        or "".join(_parts(name, inside)).strip(_BETWEEN)
    ]


def _others(text: str, known: Sequence[str]) -> list[str]:
    """What is left of a text without the known names, where it may be a name."""
    left = (part.strip(_BETWEEN) for part in _parts(text, known))
    return [part for part in left if len(part) >= _SHORTEST]


def _parts(text: str, names: Iterable[str]) -> list[str]:
    """A text cut at names, which come longest first."""
    for name in names:
        text = text.replace(name, "\n")
    return text.split("\n")
