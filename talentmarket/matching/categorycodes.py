"""The codes under which categories are indexed and asked for; apart from what learns them."""

from __future__ import annotations

import hashlib

from search.analysis import fold


def code_of(name: str) -> str:
    """The code under which a category is indexed: of its folded name, whatever the model."""
    folded = "".join(fold(name).split())
    return "c" + hashlib.sha256(folded.encode()).hexdigest()[:10]


def finer(code: str) -> str:
    """The code of the steps within a quarter."""
    return f"{code}f"
