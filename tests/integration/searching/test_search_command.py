"""`flask search`: the understanding of a query and the first rows."""

from __future__ import annotations

import json

from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


def ran(app, *arguments: str):
    return app.test_cli_runner().invoke(args=["search", *arguments])


def test_jobs_with_what_was_understood(app, market):
    answer = ran(app, "jobs", "chengdu spark -外包", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert [piece["code"] for piece in told["pieces"]] == ["510100", "spark"]
    assert [piece["code"] for piece in told["refused"]] == ["outsourced"]
    assert "大数据开发工程师" in [row["title"] for row in told["rows"]]
    table = ran(app, "jobs", "chengdu spark")
    assert table.exit_code == 0
    assert "510100" in table.output
    assert "大数据开发工程师" in table.output


def test_pieces_are_kept_insisted_on_and_refused(app, market):
    told = json.loads(
        ran(app, "jobs", "成都 spark 双休", "--json", "--off", "rest:two", "--must", "skill:spark",
            "--not", "region:510100").output
    )  # fmt: skip
    assert [piece["text"] for piece in told["left"]] == ["双休"]
    assert told["pieces"][0] | {"must": True} == told["pieces"][0]
    assert told["refused"][0]["code"] == "510100"


def test_people_without_their_names(app, market):
    told = json.loads(ran(app, "talents", "spark", "--for", market.own.public_id, "--json").output)
    assert told["pieces"][0]["code"] == "spark"
    assert told["rows"]
    assert all(set(row) == {"card", "headline"} for row in told["rows"])
    assert ran(app, "talents", "spark", "--for", "nobody").exit_code == 1
