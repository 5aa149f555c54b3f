"""Elasticsearch shows writes late while many come, and soon again whatever became of their writer."""

import pytest
from elasticsearch import Elasticsearch

from search.elastic.mappings import REFRESH, REFRESH_LOADING
from search.fields import Kind
from search.settings import SearchSettings
from tests.fixtures.search_engines import ENGINES, Opener

pytestmark = pytest.mark.parametrize("engine", ENGINES[1:], indirect=True)


def interval(settings: SearchSettings) -> str:
    assert settings.url is not None
    with Elasticsearch(settings.url, request_timeout=60) as client:
        found = client.indices.get_settings(index=f"{settings.name}-{Kind.JOB}").body
    (row,) = found.values()
    return str(row["settings"]["index"]["refresh_interval"])


def test_a_block_that_loads_ends_with_the_usual_pace(
    open_engine: Opener, search_settings: SearchSettings
) -> None:
    backend = open_engine(writable=True)
    backend.ensure(Kind.JOB)

    def load() -> None:
        with backend.loading(Kind.JOB):
            backend.ensure(Kind.JOB)  # the look of a writer that loads changes nothing
            assert interval(search_settings) == REFRESH_LOADING
            raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        load()
    assert interval(search_settings) == REFRESH


def test_the_next_writer_sets_right_what_a_killed_one_left(
    open_engine: Opener, search_settings: SearchSettings
) -> None:
    killed = open_engine(writable=True)
    killed.ensure(Kind.JOB)
    never_ended = killed.loading(Kind.JOB)
    never_ended.__enter__()
    assert interval(search_settings) == REFRESH_LOADING
    open_engine(writable=True).ensure(Kind.JOB)
    assert interval(search_settings) == REFRESH
