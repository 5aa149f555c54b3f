"""What search finds of the judged set, on both engines: no worse than what was recorded."""

from __future__ import annotations

import json

import pytest

from search.evaluation import overlap, read_run
from talentmarket.discovery.evaluating.documents import FOLDER
from tests.fixtures.databases import on_sqlite

ALLOWED = 0.01
NEW = 0.05  # share of first tens that may be unjudged before the set has to be judged again


@on_sqlite
@pytest.mark.slow
@pytest.mark.elastic
def test_both_engines_find_what_is_recorded_and_nearly_the_same(make_site, elasticsearch_url):
    recorded = json.loads((FOLDER / "recorded.json").read_text("utf-8"))
    lists = []
    for engine, environment in (
        ("embedded", {}),
        ("elasticsearch", {"ELASTICSEARCH_URL": elasticsearch_url}),
    ):
        site = make_site(environment=environment)
        run = site.instance.parent / f"{engine}.run"
        done = site.flask("evaluate", "search", "--run", str(run), timeout=600)
        assert done.returncode == 0, done.stderr
        result = json.loads(done.stdout.splitlines()[-1])
        assert result["engine"] == engine
        assert result["ndcg@10"] >= recorded[engine] - ALLOWED, result
        assert result["unjudged"] <= NEW, result
        lists.append(read_run(run))
    shares = [overlap(lists[0][query], lists[1].get(query, ()), 20) for query in lists[0]]
    assert sum(shares) / len(shares) >= 0.8
