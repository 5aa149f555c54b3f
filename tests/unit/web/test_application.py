"""Addresses and look-ups that are quicker than Flask's own, and the same."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, render_template_string, url_for
from werkzeug.test import create_environ

from talentmarket.web.application import KEPT, LONGEST, Answer, Application

ADDRESSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("jobs.search", {}),
    ("jobs.search", {"q": "数据 & <b>", "page": 2}),
    ("jobs.search", {"q": None, "region": ("510100", "510104")}),
    ("jobs.show", {"job_id": "a/b", "_anchor": "requirements"}),
    ("jobs.show", {"job_id": "abc", "_external": True}),
    ("jobs.show", {"job_id": "abc", "_scheme": "https", "_external": True}),
    ("static", {"filename": "site.css"}),
)


def site(static_folder: str | None = None) -> Application:
    app = Application("site", static_folder=static_folder or "static", spec_path=None)
    for name in ("jobs", "talents"):
        area = Blueprint(name, __name__, url_prefix=f"/{name}")
        area.add_url_rule("", "search", lambda: "")
        area.add_url_rule("/<path:job_id>", "show", lambda job_id: job_id)
        app.register_blueprint(area)
    return app


@pytest.mark.parametrize("root", ["", "/exchange"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_addresses_are_those_of_flask_each_time(root, method):
    app = site()
    for _ in range(2):
        with app.test_request_context(
            "/jobs", method=method, environ_overrides={"SCRIPT_NAME": root}
        ):
            for endpoint, values in ADDRESSES:
                assert url_for(endpoint, **values) == Flask.url_for(app, endpoint, **values)


def test_an_address_belongs_to_where_the_site_stands():
    app, found = site(), []
    for root in ("", "/exchange", ""):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            found.append(url_for("jobs.search"))
    assert found == ["/jobs", "/exchange/jobs", "/jobs"]


def test_only_short_plain_values_are_kept():
    app = site()
    held = app._kept.cache_info
    with app.test_request_context("/jobs"):
        url_for("jobs.search", q="长" * (LONGEST + 1))
        url_for("jobs.search", region=("510100",))
        url_for("jobs.search", q="whole", _external=True)
        url_for(".search")
        assert held().currsize == 0
        url_for("jobs.search", q="short")
        url_for("jobs.search", q="short")
    assert (held().currsize, held().hits, held().maxsize) == (1, 1, KEPT)


def test_a_number_is_not_the_text_of_another():
    with site().test_request_context("/jobs"):
        assert url_for("jobs.search", page=1) == "/jobs?page=1"
        assert url_for("jobs.search", page=True) == "/jobs?page=True"


def test_relative_endpoints_follow_their_page():
    app = site()
    for path in ("/jobs", "/talents"):
        with app.test_request_context(path):
            assert url_for(".search") == path


def test_outside_of_a_request_addresses_are_whole():
    app = site()
    app.config["SERVER_NAME"] = "shucai.example"
    with app.app_context():
        assert url_for("jobs.search") == "http://shucai.example/jobs"
    with app.test_request_context("/"):
        assert url_for("jobs.search") == "/jobs"


@pytest.mark.parametrize(("debug", "made"), [(True, ["?v=0", "?v=1"]), (False, ["?v=0", "?v=0"])])
def test_the_address_of_a_static_file_is_made_anew_while_templates_reload(debug, made):
    app, version = site(), count()
    app.url_defaults(lambda _endpoint, values: values.update(v=next(version)))
    app.debug = debug
    with app.test_request_context("/"):
        assert [url_for("static", filename="a") for _ in range(2)] == [
            f"/static/a{v}" for v in made
        ]


def test_a_key_of_a_mapping_is_read_and_its_methods_stay():
    row = {"title": "<岗位>", "items": "a key", "count": 3}
    template = (
        "{{ row.title }}|{{ row.items() | length }}|{{ row.count }}|{{ row.none is defined }}"
    )
    with site().test_request_context("/"):
        assert render_template_string(template, row=row) == "&lt;岗位&gt;|3|3|False"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "given",
    [
        {"response": "数据"},
        {"response": b""},
        {"response": "数据", "headers": {"X-Frame-Options": "DENY", "Vary": "Cookie"}},
        {"response": "数据", "headers": {"Location": "/jobs/数据"}},
        {"response": "数据", "headers": {"content-location": "/jobs/数据"}},
        {"response": "", "status": 302, "headers": {"Location": "/jobs"}},
        {"response": "", "status": 304, "headers": {"ETag": "a", "Content-Type": "text/plain"}},
        {"response": "", "status": 204},
        {"response": ["数", "据"]},
        {"response": iter(["数", "据"])},
        {"status": 404, "response": "not here"},
    ],
)
def test_the_server_is_given_the_head_and_body_that_werkzeug_makes(given, method):
    def told(kind):
        environ = create_environ("/jobs", method=method)
        body, status, lines = kind(**given).get_wsgi_response(environ)
        return status, lines, None if hasattr(given["response"], "__next__") else b"".join(body)

    assert told(Answer) == told(Response)


def test_an_answer_of_the_site_is_one_whose_head_is_not_made_over():
    app = site()
    assert isinstance(app.make_response("page"), Answer)
    with app.test_client() as client:
        answer = client.get("/jobs")
        assert (answer.status_code, answer.headers["Content-Length"]) == (200, "0")
