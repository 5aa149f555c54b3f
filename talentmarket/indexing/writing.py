"""Lists of documents on their way into the index: written, and read back before they count."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TypeVar

from search.backend import SearchBackend
from search.documents import Operation, Packed, Prepared, StoredDocument
from search.fields import Kind

#: Documents from which on a write is made visible at once. Otherwise a server makes an index of
#: each document that is asked for.
MANY = 500
Listed = tuple[Kind, Sequence[Operation]]
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Written:
    """What became of a list: `whole` was read back equal or newer, `broken`: id → reason."""

    kind: Kind
    whole: Sequence[Operation] = ()
    broken: Mapping[str, str] = field(default_factory=dict)


def write(backend: SearchBackend, kind: Kind, operations: Sequence[Operation]) -> Written:
    """Write a list and read it back. Needs no database. Raises SearchError."""
    outcome = backend.bulk(kind, operations)
    if len(operations) >= MANY:
        backend.refresh(kind)
    broken = dict(outcome.refused)
    taken = [one for one in operations if one.id not in broken]
    stored = backend.get_many(kind, [one.id for one in taken]) if taken else {}
    whole = [one for one in taken if _reads_back(one, stored.get(one.id))]
    unread = {one.id for one in taken} - {one.id for one in whole}
    return Written(kind, whole, broken | dict.fromkeys(unread, "read back differently"))


def write_each(backend: SearchBackend, lists: Iterable[Listed]) -> Generator[Written, None, None]:
    """Write lists one after the other, in this thread."""
    for kind, operations in lists:
        yield write(backend, kind, operations)


def write_all(backend: SearchBackend, lists: Iterable[Listed]) -> Generator[Written, None, None]:
    """Write a long outbox: as above, but further lists are made while the present ones are
    written, as many at a time as the engine has a use for (`backend.writes_at_once`).

    Lists that are written side by side may hold the same document: versions decide. To be closed
    by who does not ask for all of it: the lists on their way are waited for.
    """
    with ExitStack() as stack:
        loading: set[Kind] = set()
        beginning = threading.Lock()

        def next_one(listed: Listed) -> Written:
            kind, operations = listed
            backend.ensure(kind)
            with beginning:
                if kind not in loading:
                    stack.enter_context(backend.loading(kind))
                    loading.add(kind)
            return write(backend, kind, operations)

        with closing(ahead(lists, next_one, backend.writes_at_once)) as results:
            yield from results


def ahead(items: Iterable[T], act: Callable[[T], R], at_once: int = 1) -> Generator[R, None, None]:
    """What `act` makes of each item, in order, in `at_once` threads of its own: meanwhile the
    caller's makes the next item. An exception of either ends it, after the items on their way."""
    with ThreadPoolExecutor(at_once, "writing") as threads:
        present: deque[Future[R]] = deque()
        for item in items:
            if len(present) < at_once:
                present.append(threads.submit(act, item))
            else:
                result = present.popleft().result()
                present.append(threads.submit(act, item))
                yield result
        while present:
            yield present.popleft().result()


def _reads_back(operation: Operation, stored: StoredDocument | None) -> bool:
    """Whether the index holds what was written, or something newer."""
    match operation:
        case Prepared(version=version) | Packed(version=version):
            if stored is None:
                return False
            if stored.version != version:
                return stored.version > version
            return stored.values == operation.values
        case _:
            return stored is None or stored.version > operation.version
