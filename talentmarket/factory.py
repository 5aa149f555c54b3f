"""Where the parts are put together, and the only place that knows them all."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from talentmarket.core import logs
from talentmarket.core.clock import Clock, SystemClock
from talentmarket.core.config import Settings
from talentmarket.core.extensions import babel, csrf, db, login_manager, migrate
from talentmarket.core.files import LocalFileStore
from talentmarket.web.application import Application

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Put the site together.

    `settings` default to the environment's, `clock` to the machine's. Nothing is opened but the
    database engine: the search engine and the model are opened on first use.
    """
    settings = settings or Settings.from_environ()
    app = Application(
        "talentmarket",
        spec_path=None,  # addresses of its own, in the reader's language: talentmarket.api
        docs_path=None,
        json_errors=False,
        root_path=str(ROOT),
        template_folder="templates",
        static_folder="static",
        instance_path=str(settings.instance),
    )
    app.config.update(_flask_config(settings))
    app.extensions["talentmarket_settings"] = settings
    app.extensions["talentmarket_clock"] = clock or SystemClock()
    app.extensions["talentmarket_create"] = create_app
    app.extensions["talentmarket_files"] = LocalFileStore(settings.instance / "files")
    if not settings.testing:
        logs.configure(settings.log_level)
    _extensions(app)
    _search(app, settings)
    _rooms(app)
    _web(app)
    _commands(app)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_port=hops
        )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    engine: dict[str, Any] = {"pool_pre_ping": True}
    if settings.database_url.startswith("sqlite"):
        engine = {"connect_args": {"timeout": 15}}
    engine["hide_parameters"] = True  # an error is logged and kept with a task: no values in it
    return {
        "SECRET_KEY": settings.secret_key,
        # Flask tries these from the last to the first; ours stand newest first.
        "SECRET_KEY_FALLBACKS": list(reversed(settings.former_secret_keys)),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine,
        "TESTING": settings.testing,
        "DEMO": settings.demo,
        # Files over their own limit still come in, up to here: the form is shown again, filled in.
        "MAX_CONTENT_LENGTH": 48 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_NAME": "shucai",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": bool(settings.site_url and settings.site_url.startswith("https:")),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "zh",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "talentmarket" / "translations"),
        "LANGUAGES": ("zh", "en"),
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
        **settings.extra,
    }


def _extensions(app: Flask) -> None:
    from talentmarket import models  # noqa: F401  every table is known before anything uses one
    from talentmarket.web.locale import select_locale

    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    csrf.init_app(app)
    login_manager.init_app(app)
    babel.init_app(app, locale_selector=select_locale)


def _search(app: Flask, settings: Settings) -> None:
    from talentmarket.indexing.engine import SearchHandle

    app.extensions["talentmarket_search"] = SearchHandle(app, settings)


def _rooms(app: Flask) -> None:
    """Give the lower rooms the functions of the higher ones they need."""
    from talentmarket.alliance import health  # noqa: F401  registers what the worker checks
    from talentmarket.alliance.duties import waiting as duties
    from talentmarket.discovery.alerts import saving, working  # noqa: F401  registers what it exports
    from talentmarket.exchange import (
        acting,
        closing,
        erasure,  # noqa: F401  registers what it exports and erases
        fan_out,  # noqa: F401  lets jobs follow their organisation
        interview_reminders,
        message_retention,
        takeout,  # noqa: F401  registers what goes into a person's copy
    )
    from talentmarket.exchange.brokering import lapsing, retention
    from talentmarket.exchange.brokering.board import morning
    from talentmarket.exchange.brokering.firms import figures as firm_figures
    from talentmarket.exchange.brokering.firms import measures as firm_measures
    from talentmarket.exchange.brokering.mandating import documents as mandate_documents
    from talentmarket.exchange.brokering.mandating import running as mandates_running
    from talentmarket.exchange.brokering.people import joining as _book  # noqa: F401  as above
    from talentmarket.exchange.brokering.people import keeping as book_keeping
    from talentmarket.exchange.brokering.placing import (
        keeping as placing_keeping,  # noqa: F401  registers what it exports and erases
    )
    from talentmarket.exchange.brokering.referring import (
        watching,  # registers what it exports and erases
    )
    from talentmarket.exchange.jobs import run_expiry
    from talentmarket.matching import (
        costs,
        keeping,  # noqa: F401  registers what it exports and erases
        service,
        sharing,
    )
    from talentmarket.matching.outcomes import (
        erasing,  # noqa: F401  registers what it exports and erases
        loading,
    )
    from talentmarket.members import claims, lapses, licences, renewals
    from talentmarket.members.codes import expire_old
    from talentmarket.members.identifiers import address_of
    from talentmarket.notices.digest import run_digests
    from talentmarket.notices.inbox import unread_count
    from talentmarket.notices.sending import expire, send_due

    service.register(app)
    costs.register(app)
    loading.register(app)
    sharing.register(app)
    working.register(app)
    app.extensions.setdefault("talentmarket_before_digest", []).append(morning.tell_due)
    app.extensions["talentmarket_acts_for"] = acting.employers_of
    app.extensions["talentmarket_addresses"] = address_of
    app.extensions["talentmarket_unread"] = unread_count
    app.extensions.setdefault("talentmarket_rounds", []).extend(
        [
            ("jobs whose last day is over", 300.0, run_expiry),
            ("messages", 0.5, send_due),
            ("daily mail", 60.0, run_digests),
            ("old messages", 3600.0, expire),
            ("old codes", 3600.0, expire_old),
            ("reply clocks", 30.0, closing.run_due),
            ("interviews that come", 60.0, interview_reminders.run_due),
            ("referrals and claims", 30.0, watching.run_due),
            ("reply rates", 3600.0, closing.refresh_rates),
            ("messages whose time is over", 3600.0, message_retention.delete_due),
            ("verifications", 60.0, renewals.run_due),
            ("reminders to renew", 1800.0, renewals.remind),
            ("licences that end", 1800.0, licences.remind),
            ("claims", 60.0, claims.run_due),
            ("certificates that end", 600.0, lapses.run_due),
            ("what unlicensed firms have published", 120.0, lapsing.run_due),
            ("steps against firms", 3600.0, firm_measures.run_due),
            ("figures of firms", 1800.0, firm_figures.run_due),
            ("mandates that end", 600.0, mandates_running.expire_due),
            ("records of books that end", 3600.0, book_keeping.run_due),
            ("identities to erase", 3600.0, mandate_documents.erase_due),
            ("ledger after its time", 3600.0, retention.run_due),
            ("duties of the office", 1800.0, duties.remind),
        ]
    )


def _web(app: Flask) -> None:
    from talentmarket.api.blueprints import register as register_api
    from talentmarket.web.blueprints import register as register_web

    register_web(app)
    register_api(app)


def _commands(app: Flask) -> None:
    from talentmarket.cli.register import register

    register(app)
