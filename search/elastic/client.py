"""The connection: no retries, short times, every failure one of this room's errors."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from elastic_transport import ObjectApiResponse, OrjsonSerializer
from elasticsearch import (
    ApiError,
    Elasticsearch,
    ElasticsearchWarning,
    NotFoundError,
    SerializationError,
    TransportError,
    UnsupportedProductError,
)

from search.errors import EngineUnavailable, IndexMissing, MappingConflict, SearchError
from search.settings import SearchSettings

P = ParamSpec("P")
R = TypeVar("R")

Answer = ObjectApiResponse[Any]
CONFLICTS = ("strict_dynamic_mapping_exception", "mapper_parsing_exception")


def connect(settings: SearchSettings) -> Elasticsearch:
    """A client for the settings' server; connects at the first request."""
    options: dict[str, Any] = {}
    if settings.api_key:
        options["api_key"] = settings.api_key
    elif settings.user:
        options["basic_auth"] = (settings.user, settings.password or "")
    if settings.ca_certs:
        options["ca_certs"] = settings.ca_certs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ElasticsearchWarning)
        return Elasticsearch(
            settings.url,
            max_retries=0,
            retry_on_timeout=False,
            sniff_on_start=False,
            request_timeout=settings.read_timeout,
            serializer=OrjsonSerializer(),  # a thousand hits with their numbers are 200 kB
            **options,
        )


def translated(function: Callable[P, R]) -> Callable[P, R]:
    """Failures of the server, the network and the answer as errors of this room."""

    @wraps(function)
    def inner(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except SearchError:
            raise
        except UnsupportedProductError as error:
            raise EngineUnavailable(f"what answers is not Elasticsearch: {error}") from error
        except NotFoundError as error:
            raise IndexMissing(_reason(error)) from error
        except ApiError as error:
            raise _api_error(error) from error
        except (TransportError, SerializationError, UnicodeDecodeError) as error:
            raise EngineUnavailable(f"Elasticsearch does not answer: {error}") from error

    return inner


def _api_error(error: ApiError) -> SearchError:
    reason = _reason(error)
    if error.status_code in (401, 403):
        return EngineUnavailable(f"Elasticsearch refuses the credentials: {reason}")
    if any(name in reason for name in CONFLICTS):
        return MappingConflict(reason)
    if error.status_code == 429 or error.status_code >= 500:
        return EngineUnavailable(reason)
    return SearchError(reason)


def _reason(error: ApiError) -> str:
    return f"{error.status_code} {str(error)[:500]}"


@contextmanager
def reading() -> Iterator[None]:
    """Around what takes an answer apart: one of another form is as good as none."""
    try:
        yield
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise EngineUnavailable(f"an answer that cannot be read: {error!r}") from error


def whole(answer: Answer) -> dict[str, Any]:
    """The body of an answer, if every shard has given its part of it in time.

    A shard that is on no server has not failed: only the count of those that answered tells.
    """
    with reading():
        body = dict(answer.body)
        shards = body["_shards"]
        missing = shards["failed"] or shards["successful"] < shards["total"]
        partial = body.get("timed_out") or missing
    if partial:
        raise EngineUnavailable("Elasticsearch answered only in part")
    return body
