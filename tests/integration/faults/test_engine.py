"""A search server of the test's own: credentials, certificates; killed, stopped, started again."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Callable, Iterator

import pytest

from tests.fixtures.own_engine import OwnEngine
from tests.fixtures.sites import Site
from tests.integration.faults.conftest import on_servers, said, whole
from tests.integration.faults.test_away import DEGRADED, get
from tests.integration.faults.test_kill import goes_on
from tests.integration.faults.visitors import (
    at_work,
    lost,
    make_writers,
    soon,
    unfound,
)
from tests.scale import scale
from tools.elasticsearch import security as secured


@pytest.fixture
def site(make_site: Callable[..., Site], own_engine: OwnEngine) -> Iterator[Site]:
    """A site on the server with security on, with a key that reaches its own indexes only."""
    prefix = f"test-{secrets.token_hex(5)}"
    environment = {
        "ELASTICSEARCH_URL": own_engine.url,
        "ELASTICSEARCH_API_KEY": own_engine.api_key(prefix),
        "ELASTICSEARCH_CA_CERTS": own_engine.ca_certs,
        "ELASTICSEARCH_INDEX_PREFIX": prefix,
    }
    made = make_site(environment=environment)
    yield made
    made.stop()


@on_servers
def test_a_key_or_a_password_over_the_own_authority(
    site: Site, own_engine: OwnEngine, engine: str
) -> None:
    app = site.inside()
    writers = make_writers(site, app, people=1, jobs=3)
    whole(app)
    assert unfound(app, writers) == []

    with_key = dict(site.environment)
    del site.environment["ELASTICSEARCH_API_KEY"]
    site.environment["ELASTICSEARCH_URL"] = own_engine.with_password
    rebuilt = site.flask("index", "rebuild", timeout=600)
    assert rebuilt.returncode == 0, said(rebuilt)
    password = secured.password(own_engine.instance.home)
    assert password not in rebuilt.stderr + rebuilt.stdout
    checked = site.command(app, "index", "check")
    assert checked.returncode == 0, said(checked)

    unkeyed, unknown = dict(with_key), dict(with_key)
    del unkeyed["ELASTICSEARCH_API_KEY"]
    del unknown["ELASTICSEARCH_CA_CERTS"]
    wrong = {**with_key, "ELASTICSEARCH_API_KEY": "d3Jvbmc6d3Jvbmc="}
    others = {**with_key, "ELASTICSEARCH_API_KEY": own_engine.api_key("test-others")}
    refusals = {
        "no credentials": (unkeyed, 3, "Error: Elasticsearch refuses the credentials"),
        "a wrong key": (wrong, 3, "Error: Elasticsearch refuses the credentials"),
        # What a key may not see is not there for it.
        "a key for other indexes": (others, 1, '"index": 0'),
        "an authority nobody knows": (unknown, 3, "Error: Elasticsearch does not answer"),
    }
    for why, (environment, code, expected) in refusals.items():
        site.environment = environment
        checked = site.command(app, "index", "check")
        assert checked.returncode == code, f"{why}: {said(checked)}"
        assert expected in checked.stdout + checked.stderr, f"{why}: {said(checked)}"

    site.environment = wrong
    site.start_web()
    assert DEGRADED in get(site, "/jobs")[1]
    assert site.ready()["search"] == "degraded"


@on_servers
def test_the_server_is_stopped_and_killed_while_people_write(
    site: Site, own_engine: OwnEngine, engine: str
) -> None:
    app = site.inside()
    writers = make_writers(site, app, people=2, jobs=10)
    site.start_web()
    site.start_worker()
    site.start_worker("second")
    for _ in range(scale(1, 5)):
        with at_work(writers):
            goes_on(site, writers)
            own_engine.signal(signal.SIGSTOP)
            goes_on(site, writers)
            assert DEGRADED in get(site, "/jobs")[1]
            own_engine.signal(signal.SIGCONT)
            goes_on(site, writers)
            own_engine.signal(signal.SIGKILL)
            goes_on(site, writers)
            assert DEGRADED in get(site, "/jobs")[1]
        own_engine.start()
        drained = soon(lambda: site.ready()["outbox_waiting"] == 0)
        assert drained, f"{site.log('worker')[-3000:]}\n{site.log('second')[-3000:]}"
        assert soon(lambda: DEGRADED not in get(site, "/jobs")[1])
    assert not site.ready()["dead_letters"]
    site.kill("worker")
    site.kill("second")
    assert lost(app, writers) == []
    whole(app)
    assert unfound(app, writers) == []
    assert "Traceback" not in site.log("web")
