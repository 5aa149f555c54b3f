"""What can go wrong in the domain, said so that a person can act on it.

A service raises one of these; a route or the API turns it into a page or a problem document.
`message` is a lazy text in the reader's language; `code` is stable and English.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _nl


class DomainError(Exception):
    """The parent of all. `field` names the form field that the message belongs to, if one."""

    code = "refused"
    status = 422
    message: Any = _l("这一步现在不能做。")

    def __init__(
        self, message: Any = None, *, code: str | None = None, field: str | None = None, **args: Any
    ) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        self.field = field
        self.args_ = args
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"{self.code} {self.args_}" if self.args_ else self.code


class Invalid(DomainError):
    """Input that cannot be taken; `errors` maps field names to messages."""

    code = "invalid"
    message = _l("有几处需要改正。")

    def __init__(
        self, errors: Mapping[str, Any] | None = None, message: Any = None, **args: Any
    ) -> None:
        super().__init__(message, **args)
        self.errors: dict[str, Any] = dict(errors or {})
        if len(self.errors) == 1 and self.field is None:
            self.field = next(iter(self.errors))
            if message is None:
                self.message = self.errors[self.field]


class NotFound(DomainError):
    """There is no such thing for this viewer (another tenant's id included)."""

    code = "not-found"
    status = 404
    message = _l("没有找到这个内容，可能已经下架或地址有误。")


class Forbidden(DomainError):
    """The thing is there and the viewer may not do this with it."""

    code = "forbidden"
    status = 403
    message = _l("您的角色不能做这一步。")


class Conflict(DomainError):
    """Somebody else was first, or the state moved on; nothing was changed."""

    code = "conflict"
    status = 409
    message = _l("情况已经变化，您的操作没有执行。请看最新状态。")


class Stale(Conflict):
    """The form was opened on an older version; `current` is what stands there now."""

    code = "stale"
    message = _l("别人刚刚改过这项内容。下面并列两份，请选择保留哪些。")

    def __init__(self, current: Any = None, **args: Any) -> None:
        super().__init__(**args)
        self.current = current


class TooMany(DomainError):
    """A limit of a counter is reached; `retry_after` in seconds."""

    code = "too-many"
    status = 429

    def __init__(self, message: Any = None, *, retry_after: int = 60, **args: Any) -> None:
        said = _l("操作太频繁，请在 %(wait)s后再试。", wait=_wait(retry_after))
        super().__init__(message or said, **args)
        self.retry_after = retry_after


def _wait(seconds: int) -> Any:
    """How long `seconds` are in words, never shorter than they are."""
    if seconds < 120:
        return _nl("%(num)d 秒", "%(num)d 秒", seconds)
    if seconds <= 120 * 60:
        return _nl("%(num)d 分钟", "%(num)d 分钟", ceil(seconds / 60))
    return _nl("%(num)d 小时", "%(num)d 小时", ceil(seconds / 3600))


class Unavailable(DomainError):
    """A part the step needs is off; what works is said by the page."""

    code = "unavailable"
    status = 503
    message = _l("这一步需要的服务暂时停用，您填写的内容没有丢失。")
