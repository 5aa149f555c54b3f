"""Choices for select and radio fields, from stored codes and from tables."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms.fields.choices import SelectChoice

from talentmarket.core.words import choices


def word_choices(kind: str, codes: Iterable[object] | None = None) -> list[SelectChoice]:
    """The codes of a kind of :mod:`talentmarket.core.words` (or only `codes`) with their words."""
    wanted = None if codes is None else {str(code) for code in codes}
    return [
        SelectChoice(code, word) for code, word in choices(kind) if wanted is None or code in wanted
    ]


def written_choices(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """(value, name) pairs whose names people of the exchange wrote: Chinese on any page."""
    return [SelectChoice(value, name, {"lang": "zh"}) for value, name in pairs]


def pair_choices(pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """(value, label) pairs as choices, in the order given."""
    return [SelectChoice(value, label) for value, label in pairs]
