"""The engine of a contract test, with the index of jobs only: the others are made where needed."""

import secrets
from collections.abc import Iterator

import pytest

from search.backend import SearchBackend
from search.fields import Kind
from search.settings import ARRAYS_AFTER, SearchSettings, open_backend
from tests.contracts.documents import fill
from tests.fixtures.search_engines import ARRAYS, DATABASE, ENGINES, Opener


@pytest.fixture(params=[*ARRAYS, *ENGINES[1:]])
def engine(request: pytest.FixtureRequest) -> str:
    """The name of the engine a test runs on, the embedded one in both of its ways."""
    return str(request.param)


@pytest.fixture
def backend(open_engine: Opener) -> SearchBackend:
    """A writing handle with an empty index of jobs."""
    handle = open_engine(writable=True)
    handle.ensure(Kind.JOB)
    return handle


@pytest.fixture(scope="session")
def markets() -> Iterator[dict[str, SearchBackend]]:
    """By engine; each is made when first asked for (see `market`)."""
    made: dict[str, SearchBackend] = {}
    yield made
    for handle in made.values():
        handle.drop()
        handle.close()


@pytest.fixture
def market(
    engine: str,
    markets: dict[str, SearchBackend],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> SearchBackend:
    """An index with the jobs of `documents.MARKET`, shared by the tests that only read."""
    if engine not in markets:
        folder = tmp_path_factory.mktemp("market") / "index"
        after = ARRAYS.get(engine, ARRAYS_AFTER)
        settings = SearchSettings(DATABASE, folder=folder, arrays_after=after)
        if engine == "elastic":
            url = request.getfixturevalue("elasticsearch_url")
            name = f"test-{secrets.token_hex(5)}"
            settings = SearchSettings(
                DATABASE, url=url, name=name, read_timeout=30, write_timeout=60
            )
        handle = open_backend(settings, writable=True)
        handle.ensure(Kind.JOB)
        fill(handle)
        markets[engine] = handle
    return markets[engine]
