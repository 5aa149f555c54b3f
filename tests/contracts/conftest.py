"""The engine of a contract test, with the index of jobs only: the others are made where needed."""

import pytest

from search.backend import SearchBackend
from search.fields import Kind
from tests.fixtures.search_engines import Opener


@pytest.fixture
def backend(open_engine: Opener) -> SearchBackend:
    """A writing handle with an empty index of jobs."""
    handle = open_engine(writable=True)
    handle.ensure(Kind.JOB)
    return handle
