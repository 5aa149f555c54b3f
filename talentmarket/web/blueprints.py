"""The areas of the site, in one list."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

#: Modules that hold a blueprint named `bp`.
AREAS = (
    "talentmarket.web.site.routes",
    "talentmarket.web.dev.routes",
    "talentmarket.web.account.routes",
    "talentmarket.web.notices.routes",
    "talentmarket.web.applications.routes",
    "talentmarket.web.jobs.routes",
    "talentmarket.web.org.routes",
    "talentmarket.web.operator.routes",
    "talentmarket.web.org_jobs.routes",
    "talentmarket.web.org_desk.routes",
    "talentmarket.web.mandates.routes",
    "talentmarket.web.mandates.signing",
    "talentmarket.web.firm_people.routes",
    "talentmarket.web.firm_people.joining",
    "talentmarket.web.firm_people.records",
    "talentmarket.web.joining.routes",
    "talentmarket.web.org_firm.routes",
    "talentmarket.web.me.routes",
    "talentmarket.web.suggest.routes",
    "talentmarket.web.talents.routes",
    "talentmarket.web.talents.organisation",
    "talentmarket.web.organisations.routes",
    "talentmarket.web.papers.routes",
    "talentmarket.web.papers.organisation",
    "talentmarket.web.org_fees.routes",
    "talentmarket.web.org_reports.routes",
    "talentmarket.web.me_matches.routes",
    "talentmarket.web.saved_searches.routes",
    "talentmarket.web.saved_searches.organisation",
    "talentmarket.web.referrals.routes",
    "talentmarket.web.referrals.organisation",
    "talentmarket.web.starts.routes",
    "talentmarket.web.starts.cases",
)


def register(app: Flask) -> None:
    """Register all areas, the gate before them and what templates may use."""
    from talentmarket.web import context, cookies, errors, gate, security, viewer  # noqa: F401

    cookies.register(app)
    gate.register(app)
    security.register(app)
    errors.register(app)
    context.register(app)
    for name in AREAS:
        app.register_blueprint(import_module(name).bp)
