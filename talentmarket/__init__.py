"""数才汇 (Shucai Exchange): the talent exchange of a province's digital-economy alliance.

Loading this package imports nothing; :func:`create_app` is looked up lazily so that a tool may
import a single room without pulling in the others.
"""

from typing import Any

__version__ = "0.1.0"
__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        from talentmarket.factory import create_app

        return create_app
    raise AttributeError(name)
