"""Projections on all cores: many documents go to processes of their own, few stay here.

Segmenting is most of what a document costs on its way to the index, and Python does it on one core
at a time. The processes know nothing but text: no database, no index, no lock. They end when their
input does, so none outlives the process that started it, however that one ends; of one that is
lost, its work is done here. One is started, reads its dictionaries, and makes the others out of
itself: it has no thread, no file and no lock that they could inherit.
"""

import fcntl
import gc
import marshal
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self

import orjson

from search.analysis import terms
from search.documents import Document, Operation, Pack, Packed, Prepared, Projection, prepared
from search.fields import Kind
from search.suggestions import prefixes

#: From this many documents on, the second that a process needs to start is worth it.
MANY = 2_000
MOST_HELPERS = 4
#: Lists of documents that wait ready for each process, so that none waits for the next.
AHEAD = 2
#: New objects after which the collector looks for circles while lists are on their way: after 700,
#: as Python does, it looks through the lists all the time, and there are none in them.
LOOK_AFTER = 100_000
LENGTH_BYTES = 4
#: What a pipe holds. A list is six megabytes; by the system's 64 kB each of a hundred pieces waits for
#: its turn among the threads of the process that takes it in, and its helper waits with it.
PIPE_BYTES = 1 << 20
#: Engine → the module whose `pack` puts a document into its words, read by those that help.
PACKERS = {"embedded": "search.embedded.packing", "elasticsearch": "search.elastic.packing"}
Listed = tuple[Kind, Sequence[Operation]]


def helpers_for(count: int) -> int:
    """How many processes a list of this length is worth: none, or one for each core."""
    cores = len(os.sched_getaffinity(0))
    return min(cores, MOST_HELPERS) if count >= MANY and cores > 1 else 0


class Preparer:
    """Makes projections list by list, in order. To be closed, or used as a context."""

    def __init__(self, helpers: int = 0) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._helpers: list[_Helper] = []
        if helpers:
            self._process, self._helpers = _started(helpers)
        self._idle: SimpleQueue[_Helper] = SimpleQueue()
        for helper in self._helpers:
            self._idle.put(helper)
        self._threads = ThreadPoolExecutor(helpers, "preparing") if helpers else None
        self._closed = False
        self._look_after = gc.get_threshold()
        if helpers:  # each list would have the collector look through all that was loaded before
            gc.freeze()
            gc.set_threshold(LOOK_AFTER, *self._look_after[1:])

    @property
    def helpers(self) -> int:
        """How many processes it has."""
        return len(self._helpers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; what they had in hand is dropped."""
        self._closed = True
        if self._process is not None:
            # All of them: the group is there until its first process is asked for how it ended.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        for helper in self._helpers:
            helper.close()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
            gc.unfreeze()
            gc.set_threshold(*self._look_after)

    def prepared(self, lists: Iterable[Listed], engine: str = "") -> Iterator[Listed]:
        """Each list with its projections made (:func:`search.documents.prepared`), in order.

        With processes a few lists are asked for ahead of the one that is given back, and documents
        come in the words of the engine of this name, where one is given: they put them there.
        """
        if self._threads is None:
            for kind, operations in lists:
                yield kind, prepared(kind, operations)
            return
        waiting: deque[tuple[Kind, Future[list[Operation]]]] = deque()
        for kind, operations in lists:
            waiting.append((kind, self._threads.submit(self._away, kind, operations, engine)))
            if len(waiting) > AHEAD * len(self._helpers):
                kind, made = waiting.popleft()
                yield kind, made.result()
        for kind, made in waiting:
            yield kind, made.result()

    def _away(self, kind: Kind, operations: Sequence[Operation], engine: str) -> list[Operation]:
        helper = self._idle.get()
        try:
            return helper.prepared(kind, operations, engine)
        except (OSError, EOFError, ValueError):
            if self._closed:
                raise
            helper.close()
            return prepared(kind, operations)
        finally:
            self._idle.put(helper)


def _started(helpers: int) -> tuple[subprocess.Popen[bytes], list["_Helper"]]:
    """The first of so many processes, which makes the others, and the ends of all their pipes."""
    made, theirs, told = [], [], []
    for _ in range(helpers):
        (asked, requests), (answers, answered) = _pipe(), _pipe()
        made.append(_Helper(os.fdopen(requests, "wb"), os.fdopen(answers, "rb")))
        theirs += [asked, answered]
        told.append(f"{asked}:{answered}")
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "search.preparing", *told],
            stdin=subprocess.DEVNULL,
            pass_fds=theirs,
            cwd=Path(__file__).parents[1],
            start_new_session=True,  # a Ctrl-C is for the one that hands out the work
        )
    finally:
        for end in theirs:
            os.close(end)
    return process, made


def _pipe() -> tuple[int, int]:
    """A pipe that holds a good part of a list, where the system has one."""
    ends = os.pipe()
    with suppress(OSError):
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return ends


class _Helper:
    """A process that makes projections. One that has ended raises OSError, EOFError, ValueError."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        self._requests = requests
        self._answers = answers

    def prepared(self, kind: Kind, operations: Sequence[Operation], engine: str) -> list[Operation]:
        # As tuples: pickle asks a frozen class with slots for each of its fields in Python.
        sent = [
            (one.id, one.version, one.values) if isinstance(one, Document) else one
            for one in operations
        ]
        _send(self._requests, pickle.dumps((kind, engine, sent), pickle.HIGHEST_PROTOCOL))
        made = marshal.loads(_receive(self._answers))
        if engine in PACKERS:
            return [
                one if parts is None else Packed(one.id, one.version, engine, *parts)
                for one, parts in zip(operations, made, strict=True)
            ]
        return [
            one if parts is None else Prepared(one.id, one.version, Projection(*parts))
            for one, parts in zip(operations, made, strict=True)
        ]

    def close(self) -> None:
        """Let go of it: it ends when it sees that nobody asks any more."""
        for stream in (self._requests, self._answers):
            with suppress(OSError):
                stream.close()


def _send(stream: IO[bytes], raw: bytes) -> None:
    stream.write(len(raw).to_bytes(LENGTH_BYTES, "big"))
    stream.write(raw)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    """The next message. Raises EOFError where the other side ended."""
    head = stream.read(LENGTH_BYTES)
    size = int.from_bytes(head, "big")
    raw = stream.read(size)
    if len(head) < LENGTH_BYTES or len(raw) < size:
        raise EOFError
    return raw


def _parts(operation: Operation, pack: Pack | None) -> tuple[object, ...] | None:
    """A document as `marshal` takes it; None for what keeps the form it came in."""
    if not isinstance(operation, Prepared):
        return None
    made = operation.projection
    if pack is not None:
        plain = orjson.dumps(made.values)
        return pack(made, plain), plain
    return made.texts, made.codes, made.numbers, made.values


@cache
def _packer(engine: str) -> Pack | None:
    """What puts documents into an engine's words; None for an engine that takes projections."""
    module = PACKERS.get(engine)
    if module is None:
        return None
    pack: Pack = import_module(module).pack
    return pack


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until the input ends."""
    with suppress(EOFError, BrokenPipeError):
        while True:
            kind, engine, sent = pickle.loads(_receive(requests))
            pack = _packer(engine)
            operations = [Document(*one) if isinstance(one, tuple) else one for one in sent]
            # One by one: what was made of a document is still in the processor's cache.
            made = [_parts(prepared(kind, [one])[0], pack) for one in operations]
            _send(answers, marshal.dumps(made))


def main(pipes: Sequence[str]) -> None:
    """Serve each of these pairs of pipes (`3:6`: the numbers to read from and to write to), the
    first in this process, the others in processes made of it once it knows its dictionaries."""
    gc.disable()  # texts and numbers: nothing here points in a circle
    # Read on first use: here while the first list is still being made.
    terms("数据")
    prefixes("数据")
    gc.freeze()
    pairs = [tuple(map(int, one.split(":"))) for one in pipes]
    mine = pairs[0]
    for pair in pairs[1:]:
        if not os.fork():
            mine = pair
            break
    for end in {end for pair in pairs for end in pair} - set(mine):
        os.close(end)  # whoever waits for the end of one of them waits for its own process alone
    serve(os.fdopen(mine[0], "rb"), os.fdopen(mine[1], "wb"))


if __name__ == "__main__":
    main(sys.argv[1:])
