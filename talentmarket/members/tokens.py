"""How an employer is named in a person's blocks, in the index and in a searcher's filter."""

from __future__ import annotations

from talentmarket.core.folding import fold


def block_tokens(uscc: str | None, name: str) -> list[str]:
    """The tokens of an employer: by credit code where known, and by folded name."""
    return [f"u:{uscc}"] * bool(uscc) + [f"n:{fold(name)}"[:200]]
