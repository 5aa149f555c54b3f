"""Asks a server over several connections at once, as lean as can be: it shares the cores."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.I)
TIMEOUT = 180.0  # of a machine that has much else to do
MOST_LOST = 20  # times that one connection may be lost


@dataclass(frozen=True)
class Asked:
    """A GET: where, and the lines of its head besides the host."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)

    def raw(self, host: str) -> bytes:
        """As it goes over the line."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {host}", "Accept-Language: zh"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


class _Connection:
    """One connection with one answer under way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.lost = 0
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self._port), TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.closes = False

    def send(self, raw: bytes) -> None:
        self.raw, self._got, self._end = raw, bytearray(), 0
        self.begun = time.perf_counter()
        with suppress(ConnectionError):  # one that was lost shows it when it is read
            self.socket.sendall(raw)

    def read(self) -> bool:
        """Take what is there; whether the answer is whole. Raises ConnectionError, ValueError."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError
        self._got += part
        if not self._end:
            head = self._got.find(b"\r\n\r\n")
            if head < 0:
                return False
            told = bytes(self._got[:head])
            if not told.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
                raise ValueError(told.decode("latin-1"))
            length = _LENGTH.search(told)
            if length is None:
                raise ValueError("an answer of no stated length")
            self._end = head + 4 + int(length[1])
            self.closes = _CLOSES.search(told) is not None
        return len(self._got) >= self._end


def ask(port: int, asked: Sequence[Asked], count: int, connections: int = 8) -> list[float]:
    """Milliseconds of each of `count` answers, from the request sent to the last byte read.

    Raises ValueError for an answer that is not 200.
    """
    host = f"127.0.0.1:{port}"
    requests = islice(cycle([one.raw(host) for one in asked]), count)
    opened = [_Connection(port) for _ in range(min(connections, count))]
    took: list[float] = []
    try:
        with selectors.DefaultSelector() as watched:
            for connection, raw in zip(opened, requests, strict=False):
                watched.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(raw)
            while watched.get_map():
                ready = watched.select(TIMEOUT)
                if not ready:
                    raise TimeoutError(f"no answer for {TIMEOUT:.0f} s")
                for key, _ in ready:
                    try:
                        whole = key.data.read()
                    except ConnectionError:
                        _again(watched, key.data)
                        continue
                    if whole:
                        took.append(1000 * (time.perf_counter() - key.data.begun))
                        _go_on(watched, key.data, next(requests, None))
    finally:
        for connection in opened:
            connection.socket.close()
    return took


def _again(watched: selectors.BaseSelector, connection: _Connection) -> None:
    """Ask once more over a new connection: a server lets go of one that was idle for seconds, as
    it is on a machine that has much else to do. Raises ConnectionError after several times."""
    connection.lost += 1
    if connection.lost > MOST_LOST:
        raise ConnectionError("the server hangs up again and again")
    watched.unregister(connection.socket)
    connection.socket.close()
    connection.open()
    watched.register(connection.socket, selectors.EVENT_READ, connection)
    connection.send(connection.raw)


def _go_on(
    watched: selectors.BaseSelector, connection: _Connection, following: bytes | None
) -> None:
    """Send what follows, over a new connection where the server hangs up; or end this one."""
    if following is None or connection.closes:
        watched.unregister(connection.socket)
        connection.socket.close()
    if following is not None:
        if connection.closes:
            connection.open()
            watched.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(following)
