"""The Atom feed, the site map, and what search engines are told of a job's page."""

from __future__ import annotations

import json
import re
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobKind, JobState, PayUnit
from talentmarket.members.models import WorkMode
from tests.factories import make_job, make_organisation
from tests.fixtures.databases import on_sqlite
from tests.integration.api.conftest import make_reference, make_source

pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)
ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def xml(client, address, mimetype):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == mimetype
    return ET.fromstring(answer.get_data())


# -- Atom ----------------------------------------------------------------------------------------
@on_sqlite
def test_a_search_as_a_feed(client, market):
    feed = xml(client, "/jobs.atom?q=数据&origin=reference", "application/atom+xml")
    links = {one.get("rel"): one.get("href") for one in feed.findall("a:link", ATOM)}
    assert links["self"] == feed.findtext("a:id", namespaces=ATOM)
    assert links["alternate"].startswith("http://localhost/jobs?")
    assert feed.findtext("a:author/a:name", namespaces=ATOM)
    (entry,) = feed.findall("a:entry", ATOM)
    assert entry.findtext("a:title", namespaces=ATOM) == "数据标注员"
    assert entry.findtext("a:id", namespaces=ATOM).endswith(market.reference.public_id)
    assert "转载自 蜀地招聘网，2025-11-24" in entry.findtext("a:summary", namespaces=ATOM)
    for name in ("published", "updated"):
        assert datetime.fromisoformat(entry.findtext(f"a:{name}", namespaces=ATOM))
    assert client.get("/jobs.atom?kind=lazy").status_code == 422
    assert client.get("/jobs.atom?_external=1&_anchor=x").status_code == 200


@on_sqlite
def test_the_search_page_names_its_feed(client, market):
    page = client.get("/jobs?q=数据&region=510100").get_data(as_text=True)
    address = re.search(r'type="application/atom\+xml" [^>]*href="([^"]+)"', page)[1]
    titles = xml(client, address.replace("&amp;", "&"), "application/atom+xml")
    assert len(titles.findall("a:entry", ATOM)) == 2


@on_sqlite
def test_signs_that_xml_cannot_hold_break_no_feed(client, market):
    with unit_of_work() as session:
        session.get_one(Job, market.data.id).description = "采集\x0b数据 <b>&\ufffe"
    feed = xml(client, "/jobs.atom", "application/atom+xml")
    assert any("采集数据 <b>&" in text for text in feed.itertext())


# -- site map ------------------------------------------------------------------------------------
def test_the_site_map_has_parts_that_keep_their_addresses(client, session, market, monkeypatch):
    from talentmarket.api import feeds

    monkeypatch.setattr(feeds, "PART", 2)
    for _ in range(4):
        make_job(market.own)
    index = xml(client, "/sitemap.xml", "application/xml")
    parts = [one.text for one in index.findall("s:sitemap/s:loc", MAP)]
    found = []
    for part in parts[1:]:
        jobs = xml(client, part, "application/xml").findall("s:url/s:loc", MAP)
        assert 0 < len(jobs) <= 2
        found += [one.text.rsplit("/", 1)[1] for one in jobs]
    there = {job.public_id for job in session.query(Job) if job.listed}
    assert len(found) == len(there)
    assert set(found) == there
    assert market.hidden.public_id not in found
    assert client.get("/sitemap-999.xml").status_code == 404


@on_sqlite
def test_pages_and_organisations_are_in_the_first_part(client, market):
    urls = [
        one.text
        for one in xml(client, "/sitemap-0.xml", "application/xml").findall("s:url/s:loc", MAP)
    ]
    assert f"http://localhost/organisations/{market.own.public_id}" in urls
    assert not any(market.source.public_id in url for url in urls)
    for url in urls:
        assert client.get(url).status_code == 200, url


@on_sqlite
def test_crawlers_are_told_where_the_map_is(client, market):
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").get_data(True)


# -- the data block of a job's page --------------------------------------------------------------
def block(client, job):
    page = client.get(f"/jobs/{job.public_id}").get_data(as_text=True)
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert len(found) <= 1
    return json.loads(found[0]) if found else None


def is_address(value):
    return value["@type"] == "PostalAddress" and value["addressCountry"] == "CN"


#: What search engines require of a JobPosting, and of what they recommend the kinds of values.
REQUIRED = {
    "@context": lambda value: value == "https://schema.org",
    "@type": lambda value: value == "JobPosting",
    "title": lambda value: isinstance(value, str) and value,
    "description": lambda value: isinstance(value, str) and value,
    "datePosted": datetime.fromisoformat,
    "hiringOrganization": lambda value: value["@type"] == "Organization" and value["name"],
}
RECOMMENDED = {
    "validThrough": datetime.fromisoformat,
    "employmentType": lambda value: (
        value in {"FULL_TIME", "PART_TIME", "CONTRACTOR", "INTERN", "TEMPORARY", "OTHER"}
    ),
    "identifier": lambda value: value["@type"] == "PropertyValue" and value["value"],
    "baseSalary": lambda value: (
        value["@type"] == "MonetaryAmount"
        and value["currency"] == "CNY"
        and value["value"]["@type"] == "QuantitativeValue"
        and value["value"]["unitText"] in {"HOUR", "DAY", "MONTH"}
        and value["value"]["minValue"] <= value["value"]["maxValue"]
    ),
    "directApply": lambda value: value is True,
    "totalJobOpenings": lambda value: value > 0,
    "experienceRequirements": lambda value: value["monthsOfExperience"] % 12 == 0,
    "educationRequirements": lambda value: (
        value["credentialCategory"]
        in {
            *("high school", "associate degree", "bachelor degree"),
            *("professional certificate", "postgraduate degree"),
        }
    ),
    "jobLocation": lambda value: value["@type"] == "Place" and is_address(value["address"]),
    "jobLocationType": lambda value: value == "TELECOMMUTE",
    "applicantLocationRequirements": lambda value: value["@type"] == "Country",
}


@on_sqlite
@pytest.mark.parametrize(
    ("values", "there", "absent"),
    [
        ({}, {"jobLocation", "baseSalary"}, {"jobLocationType"}),
        (
            {"work_mode": WorkMode.REMOTE, "region_code": None},
            {"jobLocationType", "applicantLocationRequirements"},
            {"jobLocation"},
        ),
        (
            {"kind": JobKind.PROJECT, "pay_unit": PayUnit.PROJECT, "education_rank": 0},
            {"jobLocation"},
            {"baseSalary", "educationRequirements"},
        ),
        ({"years_min": None, "pay_low": None, "pay_high": None}, set(), {"baseSalary"}),
    ],
)
def test_an_own_job_is_a_job_posting(client, session, search_handle, values, there, absent):
    job = make_job(**values)
    found = block(client, job)
    assert set(REQUIRED) <= set(found)
    assert "jobLocation" in found or "applicantLocationRequirements" in found
    assert there <= set(found)
    assert not absent & set(found)
    for name, holds in (REQUIRED | RECOMMENDED).items():
        if name in found:
            assert holds(found[name]), name


@on_sqlite
def test_where_and_how_much(client, session, search_handle):
    found = block(client, make_job(region_code="510116", address="天府五街 200 号"))
    assert found["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressRegion": "四川省",
        "addressLocality": "成都市",
        "streetAddress": "双流区天府五街 200 号",
    }
    assert found["baseSalary"]["value"]["minValue"] == 18000
    assert found["validThrough"] == "2025-12-24T23:59:59+08:00"


@on_sqlite
def test_others_are_none(client, session, search_handle, make_client):
    assert block(client, make_reference(make_source())) is None
    hidden = make_job(listed=False)
    assert block(client, hidden) is None
    page = client.get(f"/jobs/{hidden.public_id}").get_data(as_text=True)
    assert '<meta name="robots" content="noindex">' in page
    organisation = make_organisation()
    closed = make_job(organisation, state=JobState.PAUSED)
    from tests.factories import make_member

    assert block(make_client(make_member(organisation)), closed) is None


@on_sqlite
def test_what_an_employer_writes_cannot_end_the_block(client, session, search_handle):
    text = "</script><script>alert(1)</script><!-- & 'quoted'"
    job = make_job(title=text, description=text)
    found = block(client, job)
    assert found["title"] == text
    assert found["description"].startswith("&lt;/script&gt;")
    assert "<script>alert" not in client.get(f"/jobs/{job.public_id}").get_data(as_text=True)
