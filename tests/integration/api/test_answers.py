"""What every answer carries: problems in words, limits, tags, and who may read it."""

from __future__ import annotations

import pytest

from talentmarket.api.answers import READS
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job
from tests.fixtures.databases import on_sqlite

pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)
ENGLISH = {"Accept-Language": "en-GB,en;q=0.8"}


def problem(answer, status):
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    body = answer.get_json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == status
    return body


# -- problems ------------------------------------------------------------------------------------
@on_sqlite
@pytest.mark.parametrize(
    ("query", "parameter", "chinese", "english"),
    [
        ("limit=101", "limit", "要在 1 到 100 之间。", "It must be between 1 and 100."),
        ("limit=many", "limit", "要写整数。", "A whole number is needed."),
        ("sort=match", "sort", "没有“match”这个值", "There is no value “match”."),
        ("kind=full&kind=lazy", "kind", "没有“lazy”这个值", "There is no value “lazy”."),
        ("cursor=made-up", "cursor", "cursor 不是这次查询给出的", "cursor was not given by"),
        (f"q={'数' * 201}", "q", "最多 200 个字。", "At most 200 characters."),
    ],
)
def test_a_wrong_parameter_is_named(client, market, query, parameter, chinese, english):
    for headers, said in (({}, chinese), (ENGLISH, english)):
        answer = client.get(f"/api/v1/jobs?{query}", headers=headers)
        errors = problem(answer, 422)["errors"]
        assert [error["parameter"] for error in errors] == [parameter]
        assert errors[0]["detail"].startswith(said)


@on_sqlite
def test_what_is_typed_may_be_sixty_characters_long(client, market):
    for query, told in (("数" * 60, 200), ("数" * 60 + "&q=数", 200), ("数" * 61, 422)):
        assert client.get(f"/api/v1/suggest?q={query}").status_code == told
    refused = problem(client.get(f"/api/v1/suggest?q={'数' * 61}", headers=ENGLISH), 422)
    assert refused["errors"] == [{"parameter": "q", "detail": "At most 60 characters."}]
    once = client.get("/api/v1/suggest?q=数据").get_json()
    assert once["items"]
    assert client.get("/api/v1/suggest?q=数据&q=java&x=1").get_json() == once


@on_sqlite
def test_a_cursor_belongs_to_its_search(client, market):
    cursor = client.get("/api/v1/jobs?limit=1&origin=own").get_json()["next"]
    assert client.get(f"/api/v1/jobs?limit=2&origin=own&cursor={cursor}").status_code == 200
    problem(client.get(f"/api/v1/jobs?limit=1&cursor={cursor}"), 422)


@on_sqlite
def test_addresses_and_methods_that_are_not_there(client, market):
    assert problem(client.get("/api/v1/nothing"), 404)["title"] == "没有这项内容"
    answer = client.post("/api/v1/jobs", json={})
    problem(answer, 405)
    assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["Allow"].split(", "))
    problem(client.get("/api/v1/jobs?q=%00"), 400)
    problem(client.get("/api/v1/jobs/nothing", headers=ENGLISH), 404)
    page = client.get("/nothing")
    assert (page.status_code, page.mimetype) == (404, "text/html")


@on_sqlite
def test_a_fault_is_told_without_its_inside(app, client, market, monkeypatch):
    from talentmarket.discovery import reading

    def fail(*_arguments, **_named):
        raise RuntimeError("what is inside")

    monkeypatch.setattr(reading, "read_jobs", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.get("/api/v1/jobs")
    problem(answer, 500)
    assert "inside" not in answer.get_data(as_text=True)


@on_sqlite
def test_a_database_that_is_away_is_told(client, market, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from talentmarket.discovery import reading

    def fail(*_arguments, **_named):
        raise OperationalError("SELECT", {}, RuntimeError("gone"))

    monkeypatch.setattr(reading, "read_jobs", fail)
    answer = client.get("/api/v1/jobs")
    problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"


# -- limits --------------------------------------------------------------------------------------
def test_six_hundred_reads_a_minute(client, market, clock):
    first = client.get("/api/v1/jobs?limit=1")
    assert first.headers["RateLimit-Policy"] == '"reads";q=600;w=60'
    assert first.headers["RateLimit"] == '"reads";r=599;t=60'
    from talentmarket.api import answers
    from talentmarket.core import counters

    with client.application.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        name = f"reads:{answers._reader()}"
    with unit_of_work() as session:  # another process, of which this one hears in a while
        counters.count(session, name, answers.MINUTE, by=READS - 31)
    seen = [client.get("/api/v1/suggest").headers["RateLimit"] for _ in range(29)]
    assert seen[-1] == '"reads";r=570;t=60'
    assert client.get("/api/v1/suggest").headers["RateLimit"] == '"reads";r=0;t=60'
    clock.advance(seconds=20)
    refused = client.get("/api/v1/jobs", headers=ENGLISH)
    assert problem(refused, 429)["title"] == "Too many reads"
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"reads";r=0;t=40'
    assert client.get("/jobs.atom").status_code == 429
    other = client.get("/api/v1/jobs", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200
    clock.advance(seconds=40)
    assert client.get("/api/v1/jobs").status_code == 200


@on_sqlite
def test_a_network_of_ipv6_is_one_reader(client, market):
    def left(address):
        answer = client.get("/api/v1/suggest", environ_base={"REMOTE_ADDR": address})
        return answer.headers["RateLimit"]

    assert left("2001:db8:0:1::1") == '"reads";r=599;t=60'
    assert left("2001:db8:0:1:ffff::2") == '"reads";r=598;t=60'
    assert left("2001:db8:0:2::1") == '"reads";r=599;t=60'


@on_sqlite
def test_forwarding_headers_count_only_behind_known_proxies(client, market):
    for address in ("198.51.100.1", "198.51.100.2"):
        answer = client.get("/api/v1/suggest", headers={"X-Forwarded-For": address})
    assert answer.headers["RateLimit"] == '"reads";r=598;t=60'


# -- tags ----------------------------------------------------------------------------------------
@on_sqlite
@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/jobs",
        "/api/v1/jobs/dsjkfgcs2222",
        "/api/v1/jobs/snapshot",
        "/api/v1/jobs/changes",
        "/api/v1/suggest?q=数据",
        "/api/v1/openapi.json",
        "/jobs.atom",
        "/sitemap.xml",
    ],
)
def test_what_the_reader_holds_is_not_sent_again(client, market, address):
    first = client.get(address)
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Accept-Language" in first.headers["Vary"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.get_data() == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    head = client.head(address)
    assert (head.status_code, head.headers["ETag"]) == (200, first.headers["ETag"])


@on_sqlite
def test_a_change_gives_another_tag(client, market, clock):
    address = f"/api/v1/jobs/{market.data.public_id}"
    first = client.get(address)
    assert first.headers["Last-Modified"] == "Mon, 24 Nov 2025 02:00:00 GMT"
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(address, headers=since).status_code == 304
    clock.advance(minutes=5)
    with unit_of_work() as session:
        row = session.get_one(Job, market.data.id)
        row.title, row.updated_at = "数据平台工程师", clock.now()
    assert client.get(address, headers=since).status_code == 200
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(address, headers=tag).get_json()["title"] == "数据平台工程师"


@on_sqlite
def test_languages_have_tags_of_their_own(client, market):
    chinese, english = client.get("/api/v1/jobs"), client.get("/api/v1/jobs", headers=ENGLISH)
    assert chinese.headers["Content-Language"] == "zh"
    assert english.headers["Content-Language"] == "en"
    assert chinese.headers["ETag"] != english.headers["ETag"]
    client.set_cookie("lang", "en")
    assert client.get("/api/v1/jobs").headers["ETag"] == chinese.headers["ETag"]


# -- other sites ---------------------------------------------------------------------------------
@on_sqlite
def test_pages_of_other_sites_may_read(client, market):
    answer = client.get("/api/v1/jobs", headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "RateLimit" in answer.headers["Access-Control-Expose-Headers"]
    asked = client.options(
        "/api/v1/jobs",
        headers={
            "Origin": "https://elsewhere.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    page = client.get("/jobs")
    assert "Access-Control-Allow-Origin" not in page.headers
