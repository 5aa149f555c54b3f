"""The page of the interface for people: made from its description, so that it says the same."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, json, render_template, url_for

from talentmarket.api import description, problems
from talentmarket.api.answers import READS
from talentmarket.api.schemas import MOST_STREAMED

bp = Blueprint("interface", __name__)


@bp.get("/api")
def page() -> str:
    """Addresses, parameters, answers, errors, limits."""
    document = description.document()
    return render_template(
        "api/page.html",
        routes=[_route(path, document) for path in document["paths"]],
        schemas=[_schema(name, document) for name in ("Job", "Change", "Proposal")],
        problems=[
            (code, status, str(title)) for code, (status, title) in problems.PROBLEMS.items()
        ],
        reads=READS,
        most_streamed=MOST_STREAMED,
        document_url=url_for("api.openapi"),
        feed_url=url_for("feeds.atom", q="大数据"),
    )


def _route(path: str, document: dict[str, Any]) -> dict[str, Any]:
    operation = document["paths"][path]["get"]
    content = operation["responses"]["200"]["content"]["application/json"]
    return {
        "path": path,
        "id": operation["operationId"],
        "title": operation["summary"],
        "text": operation["description"],
        "parameters": [_parameter(one) for one in operation["parameters"] if one["in"] == "query"],
        "example": json.dumps(content["example"], ensure_ascii=False, indent=2, sort_keys=False),
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    inner = schema.get("items", schema)
    return {
        "name": parameter["name"],
        "text": parameter.get("description", ""),
        "many": schema.get("type") == "array",
        "values": inner.get("enum", ()),
        "low": schema.get("minimum"),
        "high": schema.get("maximum"),
        "default": schema.get("default"),
    }


def _schema(name: str, document: dict[str, Any]) -> dict[str, Any]:
    properties = document["components"]["schemas"][name]["properties"]
    return {
        "name": name,
        "rows": [
            (field, _kind(rule), rule.get("description", "")) for field, rule in properties.items()
        ],
    }


def _kind(rule: dict[str, Any]) -> str:
    """The type of a field in a few signs: string, integer or null, Pay, list of Skill."""
    if "$ref" in rule:
        return str(rule["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in rule:
        return " | ".join(_kind(one) for one in rule["anyOf"])
    kind = rule.get("type", "")
    text = " | ".join(kind) if isinstance(kind, list) else str(kind)
    if text == "array":
        return f"{_kind(rule['items'])}[]"
    if "enum" in rule:
        return " | ".join(str(one) for one in rule["enum"] if one is not None)
    return f"{text} ({rule['format']})" if "format" in rule else text
