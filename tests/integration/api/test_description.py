"""The description tells the truth: its examples are real answers, and real answers fit it."""

from __future__ import annotations

import re

import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi import checks as fits

from talentmarket.api.examples import EXAMPLES
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from tests.factories import make_job
from tests.fixtures.databases import on_sqlite
from tests.integration.api.conftest import tell
from tests.scale import scale

pytestmark = [on_sqlite, pytest.mark.parametrize("engine", ["embedded"], indirect=True)]
ADDRESS = "/api/v1/openapi.json"
CURSOR = re.compile(r"[a-z2-9]{12}\.\d+")


def masked(value):
    """A value without what differs each time: the era of cursors."""
    if isinstance(value, dict):
        return {name: masked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    return "cursor" if isinstance(value, str) and CURSOR.fullmatch(value) else value


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("jobs", "/api/v1/jobs?q=数据&employer=mjyjsyxgs222"),
        ("job", "/api/v1/jobs/zzckgw222222"),
        ("snapshot", "/api/v1/jobs/snapshot"),
        ("changes", "/api/v1/jobs/changes"),
        ("suggest", "/api/v1/suggest?q=dashuju"),
    ],
)
def test_examples_are_real_answers(client, market, name, address):
    if name == "changes":
        tell(make_job(market.other, public_id="wkzgdgw22222"))
        client.get(address)
        with unit_of_work() as session:
            gone = session.scalars(sa.select(Job).where(Job.public_id == "wkzgdgw22222")).one()
            gone.state = JobState.WITHDRAWN
        tell(gone)
    answer = client.get(address, base_url="https://exchange.example")
    assert answer.status_code == 200
    body, example = masked(answer.get_json()), masked(EXAMPLES[name])
    if name in ("snapshot", "changes"):  # an excerpt: as many as are shown
        chosen = {item["id"] for item in example["items"]}
        body["items"] = [item for item in body["items"] if item["id"] in chosen]
        body |= {key: example[key] for key in ("next", "more") if key in example}
    assert body == example


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_fits_the_description(app, clock, market, mode):
    """Parameters that fit and parameters that do not, by the hundred, each answered as said."""
    described = schemathesis.openapi.from_wsgi(ADDRESS, app)
    seen = set()
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=scale(25),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case):
            clock.advance(seconds=1)  # so that the limit of a minute is not reached
            answer = case.call_and_validate(
                checks=[
                    not_a_server_error,
                    fits.status_code_conformance,
                    fits.content_type_conformance,
                    fits.response_headers_conformance,
                    fits.response_schema_conformance,
                    fits.negative_data_rejection,
                    fits.unsupported_method,
                ]
            )
            seen.add(answer.status_code)

        if mode in operation_modes(operation):
            call()
    assert seen >= ({200, 404} if mode is GenerationMode.POSITIVE else {422})


def operation_modes(operation):
    """What can be made for an operation: a path that takes any text has no wrong value."""
    if operation.path.endswith("{job_id}"):
        return [GenerationMode.POSITIVE]
    return list(GenerationMode)


def test_it_is_openapi_in_both_languages(client, session, search_handle):
    chinese = client.get(ADDRESS)
    english = client.get(ADDRESS, headers={"Accept-Language": "en"})
    assert chinese.get_json()["openapi"].startswith("3.1")
    assert list(chinese.get_json()["paths"]) == list(english.get_json()["paths"])
    assert chinese.get_json()["info"]["title"] == "数才汇公开数据接口"
    assert english.headers["Content-Language"] == "en"
    said = {
        text
        for text in strings(without_examples(english.get_json()))
        if re.search(r"[\u4e00-\u9fff]", text)
    }
    assert not said


def without_examples(value):
    if isinstance(value, dict):
        return {name: without_examples(one) for name, one in value.items() if name != "example"}
    return [without_examples(one) for one in value] if isinstance(value, list) else value


def strings(value):
    if isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value
