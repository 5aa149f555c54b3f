"""For readers of other kinds: the Atom feed of a search, and the site map for search engines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import sqlalchemy as sa
from apiflask import APIBlueprint
from flask import current_app, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.api import answers, problems, schemas
from talentmarket.api.items import job_item, moment, unreachable
from talentmarket.api.routes import job_query
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.language import language
from talentmarket.core.words import word
from talentmarket.discovery import reading
from talentmarket.discovery.alerts import asked as asking
from talentmarket.discovery.alerts import feeds as saved_feeds
from talentmarket.discovery.jobs import JobQuery
from talentmarket.exchange import showing
from talentmarket.exchange.models import Job
from talentmarket.members.models import STANDING, Organisation, OrganisationKind

bp = APIBlueprint("feeds", __name__, enable_openapi=False)
problems.handle(bp)
bp.before_request(answers.speak)
bp.before_request(answers.count_read)
bp.after_request(answers.finished)

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ENTRIES = 50
PART = 50_000  # addresses in one site map at most: sitemaps.org
LONGEST_SUMMARY = 500
ET.register_namespace("", ATOM)


# -- Atom ----------------------------------------------------------------------------------------
@bp.get("/jobs.atom")
@bp.input(schemas.SearchIn, location="query")
def atom(query_data: dict[str, Any]) -> Response:
    """The newest jobs of a search (RFC 4287)."""
    query = job_query({**query_data, "sort": "newest", "limit": MOST_ENTRIES})
    kept: dict[str, Any] = {
        name: request.args.getlist(name)
        for name in sorted(schemas.parameters(schemas.SearchIn) & set(request.args))
    }
    return _feed(
        query,
        _("数才汇岗位：%(words)s", words=query.words or _("全部")),
        url_for(".atom", **kept, _external=True),
        url_for("jobs.search", **kept, _external=True),
    )


@bp.get("/feeds/<token>.atom")
def saved(token: str) -> Response:
    """The newest jobs of a saved search, for whoever has its secret address."""
    session = db.session()
    kept = saved_feeds.find(session, token)
    asked = asking.read(kept.query)
    query = replace(asked.job_query(saved_feeds.excluded_for(session, kept)), limit=MOST_ENTRIES)
    wish = {"off": asked.wish.off, "must": asked.wish.must, "not": asked.wish.refuse}
    page: dict[str, Any] = {"q": asked.words or None, **asked.filters}
    page |= {name: sorted(keys) for name, keys in wish.items()}
    response = _feed(
        query,
        _("数才汇岗位：%(words)s", words=kept.name),
        url_for(".saved", token=token, _external=True),
        url_for("jobs.search", **page, sort="newest", _external=True),
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _feed(query: JobQuery, title: str, address: str, page: str) -> Response:
    """The newest jobs of a query; `page`: the same for people."""
    found = reading.read_jobs(db.session(), query).found
    updated = max((job.updated_at for job in found.rows), default=clock.start_of_day(clock.today()))
    feed = ET.Element(f"{{{ATOM}}}feed", {"xml:lang": language()})
    _add(feed, "id", address)
    _add(feed, "title", _readable(title))
    _add(feed, "updated", moment(updated))
    _add(feed, "link", rel="self", href=address)
    _add(feed, "link", rel="alternate", href=page)
    author = ET.SubElement(feed, f"{{{ATOM}}}author")
    _add(author, "name", _("数才汇"))
    for job in found.rows:
        _entry(feed, job)
    return _xml(feed, "application/atom+xml")


def _entry(feed: ET.Element, job: Job) -> None:
    item = job_item(job, language())
    entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
    _add(entry, "id", item["url"])
    _add(entry, "title", _readable(job.title))
    _add(entry, "link", rel="alternate", href=item["url"])
    _add(entry, "published", item["published_at"])
    _add(entry, "updated", item["updated_at"])
    _add(entry, "category", term=item["origin"], label=word("origin", job.origin))
    employer = (item["employer"] or {}).get("name")
    source = item["source"]
    if source and source["date"]:
        from_where = _("转载自 %(source)s，%(date)s", source=source["name"], date=source["date"])
    else:
        from_where = ""
    region = item["region"]["name"] if item["region"] else ""
    head = " · ".join(part for part in (employer, region, _pay(item["pay"]), from_where) if part)
    text = unreachable(job.description)[:LONGEST_SUMMARY]
    _add(entry, "summary", _readable(f"{head}\n{text}"))


def _pay(pay: dict[str, Any] | None) -> str:
    if pay is None:
        return ""
    ends = [f"{end:,}" for end in (pay["low"], pay["high"]) if end is not None]
    return _("%(unit)s %(span)s 元", span="–".join(ends), unit=word("pay_unit", pay["unit"]))


def _readable(text: str) -> str:
    """`text` without signs that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign < "\ufffe"))


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{tag}", attributes).text = text


# -- site map ------------------------------------------------------------------------------------
@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """The index of the parts: pages and organisations, then jobs by blocks of their keys.

    A block of keys holds at most so many jobs, and keeps its address while jobs come and go.
    """
    rows = db.session.execute(
        sa.select((Job.id // PART).label("block"), sa.func.max(Job.updated_at))
        .where(showing.listed_now())
        .group_by("block")
        .order_by("block")
    ).all()
    root = ET.Element("sitemapindex", {"xmlns": SITEMAP})
    for number, changed in ((0, None), *((row[0] + 1, row[1]) for row in rows)):
        part = ET.SubElement(root, "sitemap")
        ET.SubElement(part, "loc").text = url_for(".sitemap_part", number=number, _external=True)
        if changed is not None:
            ET.SubElement(part, "lastmod").text = moment(changed)
    return _xml(root, "application/xml")


@bp.get("/sitemap-<int(max=1000000):number>.xml")
def sitemap_part(number: int) -> Response:
    """The addresses of one part; 0 holds pages and organisations."""
    rows = _site_pages() if number == 0 else _job_pages(number - 1)
    if not rows:
        raise NotFound()
    root = ET.Element("urlset", {"xmlns": SITEMAP})
    for address, changed in rows:
        page = ET.SubElement(root, "url")
        ET.SubElement(page, "loc").text = address
        if changed is not None:
            ET.SubElement(page, "lastmod").text = moment(changed)
    return _xml(root, "application/xml")


def _site_pages() -> list[tuple[str, Any]]:
    names = [*("site.home", "jobs.search", "organisations.search", "organisations.firms")]
    names += ["interface.page", "site.matching", "site.rules", "site.help"]
    found: list[tuple[str, Any]] = [(url_for(name, _external=True), None) for name in names]
    rows = db.session.execute(
        sa.select(Organisation.public_id, Organisation.updated_at)
        .where(Organisation.state.in_(STANDING), Organisation.kind != OrganisationKind.SOURCE)
        .order_by(Organisation.id)
        .limit(PART - len(found))
    )
    for public_id, changed in rows:
        address = url_for("organisations.show", organisation=public_id, _external=True)
        found.append((address, changed))
    return found


def _job_pages(block: int) -> list[tuple[str, Any]]:
    rows = db.session.execute(
        sa.select(Job.public_id, Job.updated_at)
        .where(Job.id >= block * PART, Job.id < (block + 1) * PART, showing.listed_now())
        .order_by(Job.id)
    ).all()
    # Building an address asks the router; fifty thousand of them are one address with the id put in.
    pattern = url_for("jobs.show", job_id="__id__", _external=True)
    return [(pattern.replace("__id__", public_id), changed) for public_id, changed in rows]


def _xml(root: ET.Element, kind: str) -> Response:
    text = ET.tostring(root, encoding="unicode", xml_declaration=False)
    response = current_app.response_class(
        f'<?xml version="1.0" encoding="utf-8"?>\n{text}', mimetype=kind
    )
    return answers.conditional(response)
