"""`flask evaluate categories`: measured on a site of its own; the instance stays as it is."""

from __future__ import annotations

import csv
import json

import pytest

from search.evaluation import read_run
from tests.fixtures.databases import on_sqlite

TITLES = {
    "数据分析师": ["数据分析师", "商业数据分析", "数据分析专员", "BI数据分析师", "数据分析实习"],
    "测试工程师": ["软件测试", "测试工程师", "自动化测试工程师", "App测试", "测试开发"],
}


@pytest.fixture
def postings(tmp_path):
    path = tmp_path / "postings.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["title", "category", "city", "description"])
        for category, titles in TITLES.items():
            writer.writerows([title, category, "成都", f"{title}的日常工作。"] for title in titles)
        writer.writerow(["行政前台", "数据分析师", "成都", "接待来访。"])
    return path


@on_sqlite
@pytest.mark.slow
def test_measures_come_last_and_the_instance_is_left_alone(own_database_url, make_site, postings):
    site = make_site()
    run = site.instance.parent / "lists.run"
    done = site.flask("evaluate", "categories", str(postings), "--run", str(run))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    result = json.loads(lines[-1])
    assert set(result) == {"ndcg@10", "map", "recall@100", "engine", "queries"}
    assert (result["queries"], result["engine"]) == (2, "embedded")
    # Nothing in a text says what the eleventh posting was sorted under.
    assert 0.5 < result["recall@100"] < 1
    lists = read_run(run)
    assert lists["0"][0] == "0"
    assert "10" not in {row for rows in lists.values() for row in rows}
    assert not (site.instance / "talentmarket.db").exists()
    assert not (site.instance / "index").exists()


@on_sqlite
@pytest.mark.slow
def test_a_file_that_holds_no_categories_is_told(make_site, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("title\n甲\n", "utf-8")
    done = make_site().flask("evaluate", "categories", str(path))
    assert done.returncode == 1
    assert "category" in done.stderr


@on_sqlite
@pytest.mark.slow
def test_what_was_learned_finds_what_no_word_says(make_site, postings, tmp_path):
    """From a file of other postings, whose texts say what the titles of these do not."""
    taught = tmp_path / "taught.csv"
    with taught.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["title", "category", "description"])
        writer.writerows(["行政前台", "数据分析师", f"接待来访 {n}。"] for n in range(8))
        writer.writerows(["App测试", "测试工程师", f"执行用例 {n}。"] for n in range(8))
    site = make_site()
    done = site.flask("evaluate", "categories", str(postings), "--postings", str(taught))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["recall@100"] == 1
    assert not (site.instance / "models").exists()
