"""How gunicorn serves the site; it reads this file by itself when started in this folder.

The app is loaded once and its objects frozen before the workers fork, so that they share the
taxonomy and the models instead of copying them at the first garbage collection.
"""

from __future__ import annotations

import gc
import importlib
import ipaddress
import logging
import os
import re
import sys
import threading
import time
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import message
from gunicorn.workers.gthread import ThreadWorker

from talentmarket.core.logs import mask

# Eight threads of two workers need no further ones for a product of matrices: those wait in a loop, and
# one of a page's size takes twenty times as long. Read when NumPy is imported, with the app.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
timeout = 60
graceful_timeout = 20
keepalive = 5
# A cursor deep in a list by relevance holds a digest of every row shown before.
limit_request_line = 8190
preload_app = True
max_requests = 20_000
max_requests_jitter = 2_000
# Objects made and not let go of until the collector looks for circles among the new ones. A page of a
# thousand candidates holds some thousands for a moment: by Python's 700 it looked twice a page.
MORE_OBJECTS = 20_000
#: Seconds for which proposals take the index to stand as it did. To look are three calls of the system,
#: each of which lets another thread of the worker go first.
LOOK_EVERY = 0.05
#: Seconds that a worker waits before it accepts, for each connection that it has, and for how many.
WAIT_EACH, MOST_WAITS = 0.0001, 10
#: Signs of a key that signs sessions; `openssl rand -base64 48` writes 64.
SHORTEST_KEY = 40
# A control socket would be one more way in, and needs a home folder that can be written.
control_socket_disable = True
# Requests are logged by the app, without what may name a person.
accesslog = None
loglevel = (os.environ.get("LOG_LEVEL") or "info").lower()


# Whoever types an address into a terminal sends 大数据 as it stands, in UTF-8 bytes. Browsers and most
# clients encode them; gunicorn refuses them since 27. Blanks and control signs stay refused.
message.RFC9112_TARGET_INVALID = re.compile(r"[^\x21-\x7e\x80-\xff]")


class _Masking(logging.Formatter):
    """Without mail addresses and mobile numbers, like the logs of the app."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


class UntellingLogger(Logger):
    """Says that a request was refused or failed, not from whom and not what it asked for: an address
    holds what people typed."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(_Masking(self.error_fmt, self.datefmt))

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        if str(msg).startswith("Invalid request from"):
            msg, args = "a request that is no valid HTTP was refused", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling request", ()
        super().exception(msg, *args, **kwargs)


logger_class = UntellingLogger


class SharingWorker(ThreadWorker):  # type: ignore[misc]
    """Accepts a connection the later, the more it has: the worker with the fewest takes the next.

    All workers hear of a connection, and the one that has just worked is the quickest: on a machine
    with little else to do it took all of eight browsers, and the other worker slept.
    """

    def accept(self, listener: Any) -> None:
        """Let a worker with fewer connections go first; whoever comes too late finds none."""
        time.sleep(min(self.nr_conns, MOST_WAITS) * WAIT_EACH)
        super().accept(listener)


worker_class = SharingWorker


def is_loopback(address: Any) -> bool:
    """Whether only this machine can reach `address` (a host and port, or a socket's path)."""
    if isinstance(address, str):
        return True
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def on_starting(server: Any) -> None:
    """Refuse a public address in demo mode, and with a key that nobody chose or that is short."""
    if all(is_loopback(address) for address in server.address):
        return
    demo = os.environ.get("TALENTMARKET_DEMO", "") in {"1", "true", "yes"}
    if demo:
        sys.exit("error: TALENTMARKET_DEMO shows codes and mails: loopback addresses only")
    key = os.environ.get("SECRET_KEY")
    if not key:
        sys.exit("error: a public address needs SECRET_KEY in the environment")
    if len(key) < SHORTEST_KEY:
        sys.exit(
            f"error: SECRET_KEY has {len(key)} characters, a public address needs {SHORTEST_KEY}"
        )


def when_ready(server: Any) -> None:
    """Load what all processes share, and keep it out of garbage collection."""
    from talentmarket.taxonomy.recognise import get_recogniser

    get_recogniser()
    gc.collect()
    gc.freeze()
    gc.set_threshold(MORE_OBJECTS)


def post_fork(server: Any, worker: Any) -> None:
    """Connections opened while loading belong to the parent: a worker opens its own."""
    from talentmarket.core.db import db

    with server.app.wsgi().app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Load what the first pages would wait for, while the process already answers."""
    worker.wsgi.extensions["talentmarket_look_every"] = LOOK_EVERY
    if os.environ.get("TALENTMARKET_WARM") == "0":
        return
    threading.Thread(target=_warm, args=(worker.wsgi,), name="warm", daemon=True).start()


def _warm(app: Any) -> None:
    templates = app.jinja_env
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
    importlib.import_module("talentmarket.discovery.suggest").warm()
    importlib.import_module("talentmarket.discovery.understanding").understand("chengdu")
    # scikit-learn and skops take seconds and sixty megabytes: they come with a model, if there is
    # one.
    serving = importlib.import_module("talentmarket.matching.serving")
    with app.app_context():
        serving.current()
        serving.categories()
