"""The OpenAPI description of the interface, made from its routes and schemas."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, current_app
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from talentmarket.api import schemas
from talentmarket.core.language import language

VERSION = "1"
Spec = dict[str, Any]

_HEADERS: dict[str, tuple[str, Any]] = {
    "ETag": ("string", _l("内容的标记，下次放在 If-None-Match 里。")),
    "RateLimit": ("string", _l("这一分钟还剩几次（r），几秒后重新计（t）。")),
    "RateLimit-Policy": ("string", _l("每个地址每分钟的次数（q、w）。")),
}
_FAILURES: dict[int, Any] = {
    400: _l("地址里有不能用的字符。"),
    404: _l("没有这个岗位，或现在不对所有人显示。"),
    410: _l("岗位已经结束，或游标已经失效。"),
    422: _l("有参数不能用；errors 逐项说明。"),
    429: _l("这一分钟读得太多；Retry-After 是要等的秒数。"),
    503: _l("暂时不能回答；Retry-After 是要等的秒数。"),
}
_SUMMARIES = {
    "/api/v1/jobs": (
        _l("搜索岗位"),
        _l("与网页搜索同样的参数。用 cursor 可以读到底；按相关排序时前一千条按相关，其后按时间。"),
    ),
    "/api/v1/jobs/snapshot": (
        _l("读取全部岗位"),
        _l("第一次建立副本时用。读完后从 changes 给出的游标开始读变更流，不会漏掉读取期间的变化。"),
    ),
    "/api/v1/jobs/changes": (
        _l("读取变化"),
        _l("按变化的先后，每个岗位只出现在它最后一次变化的位置；gone 为 true 的要删除。"),
    ),
    "/api/v1/jobs/{job_id}": (_l("读取一个岗位"), _l("已经结束的岗位回答 410。")),
    "/api/v1/suggest": (_l("输入提示"), _l("搜索框下面的提示，每组最多两条。")),
}


def responses(schema: type, example: object, *failures: int) -> Any:
    """What a route answers, for `doc(responses=…)`: the good one, and what it may refuse."""
    problem = {"application/problem+json": {"schema": schemas.Problem}}
    good = {"application/json": {"schema": schema, "example": example}}
    return {
        200: {"description": _l("好。"), "content": good},
        **{
            status: {"description": _FAILURES[status], "content": problem}
            for status in sorted({400, *failures, 429, 503})
        },
    }


def register(app: Flask) -> None:
    """Set what APIFlask makes of the routes."""
    app.config.update(
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_SERVERS=False,
        AUTO_OPERATION_ID=True,
    )
    app.spec_processor(_completed)  # type: ignore[attr-defined]
    app.extensions["talentmarket_description"] = {}


def document() -> Spec:
    """The description in the reader's language; made once for each."""
    made: dict[str, Spec] = current_app.extensions["talentmarket_description"]
    locale = language()
    if locale not in made:
        made[locale] = _plain(current_app.spec)  # type: ignore[attr-defined]
    return made[locale]


def _completed(spec: Spec) -> Spec:
    spec["info"] = {
        "title": _("数才汇公开数据接口"),
        "version": VERSION,
        "description": _(
            "读取公开的岗位，不需要密钥。没有个人信息。每个地址每分钟 600 次。"
            "转载参考的岗位标明来源和日期，请在使用时一并标明。"
        ),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    spec["servers"] = [{"url": "/"}]
    spec["tags"] = [{"name": "jobs", "description": _("岗位")}]
    for path, operations in spec["paths"].items():
        operation = operations["get"]
        operation["summary"], operation["description"] = _SUMMARIES[path]
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                parameter["description"] = _("岗位的 id。")
        operation["responses"]["304"] = {"description": _("与您手里的一样。")}
        for status, response in operation["responses"].items():
            response["headers"] = _headers(int(status))
    return spec


def _headers(status: int) -> Spec:
    names = list(_HEADERS) if status == HTTPStatus.OK else ["RateLimit", "RateLimit-Policy"]
    found = {
        name: {"description": _HEADERS[name][1], "schema": {"type": _HEADERS[name][0]}}
        for name in names
    }
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        found["Retry-After"] = {"description": _("秒。"), "schema": {"type": "integer"}}
    return found


def _plain(value: Any) -> Any:
    """Lazy texts as texts, so that nothing of this reader's language is read later."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, LazyString) else value
