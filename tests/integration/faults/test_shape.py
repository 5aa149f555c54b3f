"""An index that is there and cannot be used: its fields are of another version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from elasticsearch import Elasticsearch

from search.fields import Kind
from tests.fixtures.sites import Site
from tests.integration.faults.conftest import both_pairs, drain, on_files, said, whole
from tests.integration.faults.test_away import DEGRADED, get
from tests.integration.faults.test_steps import edit
from tests.integration.faults.visitors import make_writers, soon, unfound


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, request_timeout=120) as made:
        yield made


def live(site: Site, client: Elasticsearch, kind: Kind) -> str:
    """The name of the live index."""
    prefix = site.environment["ELASTICSEARCH_INDEX_PREFIX"]
    (name,) = client.indices.get_alias(name=f"{prefix}-{kind}").body
    return str(name)


def make_older(site: Site, request: pytest.FixtureRequest, engine: str) -> None:
    """The live indexes as a former version of the program would have left them."""
    if engine == "embedded":
        for kind in Kind:
            pointer = site.instance / "index" / f"{kind}.json"
            text = json.loads(pointer.read_text("utf-8"))
            pointer.write_text(json.dumps({**text, "schema": 0}), "utf-8")
        return
    client: Elasticsearch = request.getfixturevalue("client")
    for kind in Kind:
        name = live(site, client, kind)
        prefix = site.environment["ELASTICSEARCH_INDEX_PREFIX"]
        older = f"{prefix}-{kind}-v0-{'0' * 12}"
        meta = client.indices.get_mapping(index=name)[name]["mappings"]["_meta"]
        client.indices.create(
            index=older,
            mappings={
                "dynamic": "strict",
                "_meta": {**meta, "schema": 0},
                "properties": {"title": {"type": "long"}},
            },
            aliases={f"{older}-w": {}},
        )
        alias = f"{prefix}-{kind}"
        client.indices.update_aliases(
            actions=[{"remove_index": {"index": name}}, {"add": {"index": older, "alias": alias}}]
        )


@both_pairs
def test_fields_of_another_version_want_a_rebuild(
    site: Site, engine: str, request: pytest.FixtureRequest
) -> None:
    app = site.inside()
    (one,) = make_writers(site, app, people=1, jobs=3)
    drain(app)
    make_older(site, request, engine)

    site.start_web()
    site.start_worker()
    for path in ("/jobs", "/jobs?q=大数据", "/organisations"):
        status, page = get(site, path)
        assert status == 200
        assert DEGRADED in page, path
    assert site.ready()["search"] == "degraded"
    one.edit()
    assert one.edits == 1, one.visitor.refusal
    # Nothing is set aside for it, and the worker says what is wanted without a fault.
    assert soon(lambda: "round waits" in site.log("worker")), site.log("worker")[-3000:]
    assert site.ready()["outbox_waiting"]
    assert not site.ready()["dead_letters"]
    assert "Traceback" not in site.log("worker")
    assert "Traceback" not in site.log("web")

    rebuilt = site.command(app, "index", "rebuild")
    assert rebuilt.returncode == 0, said(rebuilt)
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]
    assert soon(lambda: DEGRADED not in get(site, "/jobs")[1])
    site.kill("worker")
    whole(app)


@on_files
def test_a_worker_that_holds_the_index_rebuilds_it(
    site: Site, engine: str, request: pytest.FixtureRequest
) -> None:
    """A change that the old index cannot take is waiting: it does not stand in the way."""
    from talentmarket.cli.worker import Indexer

    app = site.inside()
    (one,) = make_writers(site, app, people=1, jobs=3)
    drain(app)
    make_older(site, request, engine)
    edit(app, one)
    with app.app_context(), ExitStack() as stack:
        Indexer(stack).rebuild({})
    whole(app)
    assert unfound(app, [one]) == []
