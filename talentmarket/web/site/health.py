"""Is the site alive, and is it ready."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.outbox import waiting


def routes(bp: Blueprint) -> None:
    """Add the two addresses."""

    @bp.get("/healthz")
    def healthz() -> Response:
        """The process answers."""
        return jsonify(status="alive")

    @bp.get("/readyz")
    def readyz() -> tuple[Response, int]:
        """Database, migrations; with `strict=1` engine, outbox and model decide too."""
        state = readiness()
        ready = bool(state["database"] == "ok" and state["migrations"] == "head")
        if request.args.get("strict") == "1":
            ready = (
                ready
                and state["search"] == "ok"
                and state["model"] == "ok"
                and (state["outbox_age_seconds"] or 0) < 60
                and not state["dead_letters"]
            )
        return jsonify(ready=ready, **state), 200 if ready else 503


def readiness() -> dict[str, Any]:
    """What works, as plain values for JSON."""
    state: dict[str, Any] = {
        "database": "down",
        "migrations": "unknown",
        "search": "degraded",
        "engine": None,
        "outbox_waiting": None,
        "outbox_age_seconds": None,
        "dead_letters": None,
        "model": "none",
    }
    try:
        db.session.execute(sa.text("SELECT 1"))
        state["database"] = "ok"
        state["migrations"] = "head" if _at_head() else "behind"
        if state["migrations"] == "head":
            count, oldest, dead = waiting(db.session())
            state["outbox_waiting"] = count
            state["dead_letters"] = dead
            if oldest is not None:
                state["outbox_age_seconds"] = round((clock.now() - oldest).total_seconds(), 1)
    except SQLAlchemyError:
        db.session.rollback()
        return state
    search = current_app.extensions["talentmarket_search"]
    state["engine"] = search.engine_name
    state["search"] = "ok" if search.answers() else "degraded"
    model = current_app.extensions.get("talentmarket_model_state")
    if model is not None:
        state["model"] = model()
    return state


def _at_head() -> bool:
    context = MigrationContext.configure(db.session.connection())
    script = ScriptDirectory(current_app.extensions["migrate"].directory)
    return set(context.get_current_heads()) == set(script.get_heads())
