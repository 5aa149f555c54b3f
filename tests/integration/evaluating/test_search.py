"""What search finds of the judged set, on both engines: no worse than what was recorded."""

from __future__ import annotations

import json

import pytest

from search.evaluation import read_run
from talentmarket.discovery.evaluating import judgements
from talentmarket.discovery.evaluating.documents import FOLDER
from tests.fixtures.databases import on_sqlite

ALLOWED = 0.01
NEW = 0.05  # share of first tens that may be unjudged before the set has to be judged again
COMMON = 0.8  # of the first twenty of each query, on both engines


@on_sqlite
@pytest.mark.slow
@pytest.mark.elastic
def test_both_engines_find_what_is_recorded_and_nearly_the_same(make_site, elasticsearch_url):
    recorded = json.loads((FOLDER / "recorded.json").read_text("utf-8"))
    site = make_site(environment={"ELASTICSEARCH_URL": elasticsearch_url})
    run = site.instance.parent / "lists.run"
    done = site.flask("evaluate", "search", "--overlap", "--run", str(run), timeout=600)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    whole = [line for line in lines if "letters" in line]
    assert [line["engine"] for line in whole] == ["embedded", "elasticsearch"]
    for result in whole:
        assert result["ndcg@10"] >= recorded[result["engine"]] - ALLOWED, result
        assert result["unjudged"] <= NEW, result
    assert lines[-1] == whole[-1]
    assert lines[-1]["overlap@20 least"] >= COMMON, lines
    assert set(read_run(run)) <= {query.id for query in judgements.queries()}


@on_sqlite
def test_two_engines_are_compared_only_where_there_are_two(app):
    done = app.test_cli_runner().invoke(args=["evaluate", "search", "--overlap"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "ELASTICSEARCH_URL" in done.stderr
