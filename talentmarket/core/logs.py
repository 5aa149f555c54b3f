"""Logs as JSON lines that hold no name, mail address or number.

Only the path of an address is written, never its query; ids stand for persons. A last filter
masks anything that still looks like a mail address or a mobile number.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from talentmarket.core.events import request_id

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_NUMBER = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")


def mask(text: str) -> str:
    """`text` with mail addresses and mobile numbers replaced."""
    return _NUMBER.sub("[number]", _MAIL.sub("[mail]", text))


def _masked(_logger: object, _name: str, row: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in row.items():
        if isinstance(value, str):
            row[key] = mask(value)
    return row


def _request(
    _logger: object, _name: str, row: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if (value := request_id.get()) is not None:
        row["request_id"] = value
    return row


def configure(level: str) -> None:
    """Send all logging of the process through one handler that writes JSON lines to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _request,
        structlog.processors.format_exc_info,
        _masked,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    if root.level == logging.INFO:  # the search client says a line for each request
        logging.getLogger("elastic_transport").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
