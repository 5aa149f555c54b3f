"""`flask evaluate matching`: no worse than what was recorded; the site stays as it is."""

from __future__ import annotations

import json

import pytest

from tests.fixtures.databases import on_sqlite

ALLOWED = 0.01
#: Of a market a fifth as large, so that it is asked in seconds (2026-11-30).
RECORDED = {"p@20": 0.6808, "p@20 jobs": 0.3612}
USUAL = {"tfidf_p@20": 0.3097, "lsa_p@20": 0.2205}


@on_sqlite
@pytest.mark.slow
def test_the_right_ones_are_found_as_often_as_recorded(make_site):
    site = make_site()
    asked = ("evaluate", "matching", "--people", "4000", "--jobs", "500")
    done = site.flask(*asked, timeout=600)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["seed"] == 0
    for name, recorded in RECORDED.items():
        assert result[name] >= recorded - ALLOWED, result
    # The market and what it is compared with are still those of the records.
    for name, recorded in USUAL.items():
        assert abs(result[name] - recorded) <= ALLOWED, result
    assert not (site.instance / "talentmarket.db").exists()
    assert not (site.instance / "index").exists()
