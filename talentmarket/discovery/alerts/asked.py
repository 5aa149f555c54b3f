"""What a saved search asks: the address of its page as a value, as stored, and as a query. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from talentmarket.core.folding import fold
from talentmarket.discovery.exclusions import NOTHING, Excluded
from talentmarket.discovery.jobs import JobQuery
from talentmarket.discovery.talents import TalentQuery
from talentmarket.discovery.understanding import NO_WISH, Wish


@dataclass(frozen=True)
class Asked:
    """Words, filters and what was said about pieces. Order, page and reader are no part of it."""

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wish: Wish = NO_WISH

    def stored(self) -> dict[str, Any]:
        """As plain values; the same search in another order of its filters is equal."""
        held: dict[str, Any] = {
            "q": self.words,
            "filters": {name: sorted(codes) for name, codes in sorted(self.filters.items())},
            "off": sorted(self.wish.off),
            "must": sorted(self.wish.must),
            "not": sorted(self.wish.refuse),
        }
        return {name: value for name, value in held.items() if value}

    def key(self, *whose: str) -> str:
        """A digest of the search; `whose`: what else tells it from an equal one."""
        held = self.stored()
        held["q"] = fold(self.words)  # understanding folds as well
        return hashlib.sha256(json.dumps([held, *whose]).encode()).hexdigest()

    def job_query(self, excluded: Excluded = NOTHING) -> JobQuery:
        """As a search for jobs, the newest first."""
        return JobQuery(self.words, self.filters, self.wish, "newest", excluded=excluded)

    def talent_query(self) -> TalentQuery:
        """As a search for people, the latest first."""
        return TalentQuery(self.words, self.filters, self.wish, "newest")


def read(stored: Mapping[str, Any]) -> Asked:
    """What :meth:`Asked.stored` gave."""
    return Asked(
        stored.get("q", ""),
        {name: tuple(codes) for name, codes in stored.get("filters", {}).items()},
        Wish(
            frozenset(stored.get("off", ())),
            frozenset(stored.get("must", ())),
            frozenset(stored.get("not", ())),
        ),
    )
