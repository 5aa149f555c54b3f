"""The other reference of the engine rows: SQLite with FTS5, in memory, with the same answers."""

from __future__ import annotations

import sqlite3

from benchmarks.inverted import SHOWN, Answer
from benchmarks.people import FACETS, Wanted
from search import fields
from search.analysis import units
from search.documents import Projection
from search.fields import words_of

_SCHEMA = """
PRAGMA cache_size = -1000000;
PRAGMA temp_store = MEMORY;
CREATE VIRTUAL TABLE texts USING fts5(
    headline, occupation_names, skill_names, text, gate,
    content = '', tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, education_rank INTEGER);
CREATE TABLE occupations (person INTEGER, code TEXT, PRIMARY KEY (person, code)) WITHOUT ROWID;
CREATE TABLE wanted_regions (person INTEGER, code TEXT, PRIMARY KEY (person, code)) WITHOUT ROWID;
CREATE TABLE regions (code TEXT, person INTEGER, PRIMARY KEY (code, person)) WITHOUT ROWID;
CREATE TEMP TABLE found (id INTEGER PRIMARY KEY, score REAL);
"""
_COLUMNS = ("headline", "occupation_names", "skill_names", "text")
_FOUND = """
INSERT INTO found
SELECT people.id, bm25(texts) FROM texts JOIN people ON people.id = texts.rowid
WHERE texts MATCH ? AND people.kind = ? AND people.education_rank >= ?
AND EXISTS (SELECT 1 FROM regions WHERE regions.code = ? AND regions.person = people.id)
"""
_BEST = "SELECT name FROM found JOIN people USING (id) ORDER BY score, id LIMIT ?"
_INSIDE = "SELECT {0}, count(*) AS n FROM found JOIN people USING (id) GROUP BY 1"
_BESIDE = "SELECT code, count(*) AS n FROM found JOIN {0} ON person = id GROUP BY 1"
_LINES = " ORDER BY n DESC, 1 LIMIT ?"
_STATEMENTS = {
    name: (_BESIDE if name in ("occupations", "wanted_regions") else _INSIDE).format(name) + _LINES
    for name in FACETS
}


class FullText:
    """A database with one full-text table and the columns beside it."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        self._number = 0

    def add(self, projection: Projection) -> None:
        """Take one document."""
        self._number = number = self._number + 1
        texts = [projection.texts.get(words_of(name), "") for name in _COLUMNS]
        texts.append(projection.texts[fields.GATE])
        run = self._database.execute
        run(
            "INSERT INTO texts (rowid, headline, occupation_names, skill_names, text, gate)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (number, *texts),
        )
        codes = projection.codes
        row = (number, codes[fields.ID][0], codes["kind"][0], projection.numbers["education_rank"])
        run("INSERT INTO people VALUES (?, ?, ?, ?)", row)
        many = self._database.executemany
        for name in ("occupations", "wanted_regions"):
            many(f"INSERT INTO {name} VALUES (?, ?)", [(number, code) for code in codes[name]])
        many("INSERT INTO regions VALUES (?, ?)", [(code, number) for code in codes["regions"]])

    def finish(self) -> None:
        """Merge and look at the columns, so that SQLite plans well."""
        self._database.execute("COMMIT")
        self._database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        self._database.execute("ANALYZE")

    def search(self, wanted: Wanted) -> Answer:
        """The documents with all words that pass the three filters; four facets over them."""
        asked = " AND ".join(f'gate : "{unit.text}"' for unit in units(wanted.words))
        run = self._database.execute
        run("DELETE FROM found")
        total = run(_FOUND, (asked, wanted.kind, wanted.education, wanted.place)).rowcount
        best = tuple(name for (name,) in run(_BEST, (SHOWN,)))
        facets = {
            name: tuple((str(code), count) for code, count in run(_STATEMENTS[name], (lines,)))
            for name, lines in FACETS.items()
        }
        return Answer(total, best, facets)

    def close(self) -> None:
        """Let go of the memory."""
        self._database.close()
