"""`flask evaluate tags`: learned from one file, measured on another; bad files are told in a line."""

from __future__ import annotations

import json

import pytest

from search.evaluation import read_run
from tests.fixtures.databases import on_sqlite

pytestmark = [on_sqlite, pytest.mark.slow]

KINDS = {
    "Java开发": ("熟悉 Java 和 MySQL", ["Java", "后端 开发"]),
    "软件测试": ("编写用例", ["测试", "自动化测试"]),
    "数据分析": ("用 Python 做报表", ["python", "数据分析"]),
}


def write(path, employers):
    lines = [
        {"group": f"e{employer}", "title": title, "description": text, "tags": tags}
        for employer in employers
        for title, (text, tags) in KINDS.items()
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return str(path)


def test_tags_of_unseen_employers_are_proposed(make_site, tmp_path):
    train = write(tmp_path / "train.jsonl", range(40))
    test = write(tmp_path / "test.jsonl", range(39, 42))
    run = tmp_path / "tags.run"
    site = make_site()
    done = site.flask("evaluate", "tags", train, test, "--run", str(run))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "recall@10": 1.0,
        "map": 1.0,
        "ndcg@10": 1.0,
        "known": 1.0,
        "taught": 3,
        "learned": 120,
        "queries": 9,
    }
    assert set(read_run(run)["0"][:2]) == {"java", "后端_开发"}
    assert not (site.instance / "talentmarket.db").exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "test.jsonl:1: not a line of JSON"),
        ('{"group": "a", "title": "b", "tags": ["c"]}', "test.jsonl:1: group, title"),
        ('{"group": "a", "title": "b", "description": "", "tags": "c"}', "test.jsonl:1: group"),
        ("[]", "test.jsonl:1: group"),
        ('{"group": "a", "title": "b", "description": "", "tags": []}', "no tagged postings"),
    ],
)
def test_bad_files_are_told_in_a_line(make_site, tmp_path, line, told):
    train = write(tmp_path / "train.jsonl", range(3))
    test = tmp_path / "test.jsonl"
    test.write_text(line + "\n", "utf-8")
    done = make_site().flask("evaluate", "tags", train, str(test))
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_one_employer_teaches_nothing(make_site, tmp_path):
    file = write(tmp_path / "train.jsonl", [1])
    done = make_site().flask("evaluate", "tags", file, file)
    assert done.returncode == 1
    assert "two employers" in done.stderr
