"""The head of an answer: lines that the program wrote itself."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.wrappers import Response


def add_plain(response: Response, lines: Iterable[tuple[str, str]]) -> None:
    """Add lines (name, value) whose texts are the program's own, or numbers and digests it made.

    Nothing that somebody sent may be in them: they are not searched for the end of a line, which is
    most of what it costs to add one. Lines of the same name that are there stay.
    """
    response.headers._list.extend(lines)
