"""The firm's book is read by its own rooms alone: no index, match of others, count, feed or page."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What may know of the book: its rooms, its pages, the shortlist, and the lists of all parts.
MAY = {
    "talentmarket/discovery/shortlist.py",
    # hands a consultant's records to another member of the same firm, unread
    "talentmarket/exchange/brokering/desks.py",
    "talentmarket/factory.py",
    "talentmarket/models.py",
}
ROOMS = ("talentmarket/exchange/brokering/people/", "talentmarket/web/firm_people/")
NAMED = re.compile(
    r"brokering(?:\.|/)people\b|brokering import [^\n]*\bpeople\b|\bfirm_(?:people|invitations|refusals"
    r"|imports|import_keys)\b(?!\.(?:invited|accepted|refused|removed|ending)|/)|\bFirmPerson\b"
)


def knowing() -> set[str]:
    """Modules that name the book's tables or modules."""
    found = set()
    for folder in ("talentmarket", "search"):
        for path in (ROOT / folder).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(ROOMS) and NAMED.search(path.read_text()):
                found.add(name)
    return found


def test_nobody_else_reads_the_book():
    others = knowing() - MAY
    others -= {"talentmarket/core/brokering_words.py", "talentmarket/web/blueprints.py"}
    assert others == set(), "the firm is the handler: these may not read its book"


def test_the_guard_would_see_it():
    assert knowing() >= MAY
    assert NAMED.search("from talentmarket.exchange.brokering import people, standing")
    assert NAMED.search("sa.text('SELECT count(*) FROM firm_people')")
