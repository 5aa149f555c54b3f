"""`flask evaluate titles`: near titles first, the title itself left out, bad files told."""

from __future__ import annotations

import json

import pytest

from search.evaluation import read_run
from tests.fixtures.databases import on_sqlite

pytestmark = [on_sqlite, pytest.mark.slow]


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "judged"
    place.mkdir()
    (place / "queries.tsv").write_text("q_id\tjobtitle\n7\t牙医\n9\t卡车司机\n", "utf-8")
    corpus = ["牙医", "口腔科医生", "货运驾驶员", "网站编辑", "卡车 司机"]
    lines = "".join(f"c{at}\t{title}\n" for at, title in enumerate(corpus))
    (place / "corpus.tsv").write_text(f"c_id\tjobtitle\n{lines}", "utf-8")
    (place / "qrels.tsv").write_text("7\t0\tc1\t1\n9\t0\tc2\t1\n", "utf-8")
    return place


def test_near_titles_stand_first(make_site, folder, tmp_path):
    run = tmp_path / "titles.run"
    site = make_site()
    done = site.flask("evaluate", "titles", str(folder), "--run", str(run))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == {
        "map": 1.0,
        "ndcg@10": 1.0,
        "recall@100": 1.0,
        "encoder": None,
        "titles": 5,
        "queries": 2,
    }
    lists = read_run(run)
    assert lists["7"][0] == "c1"
    assert "c0" not in lists["7"]
    assert lists["9"][0] == "c2"
    assert not (site.instance / "talentmarket.db").exists()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("queries.tsv", "q_id\tjobtitle\n7 牙医\n", "queries.tsv:2"),
        ("corpus.tsv", "c_id\tjobtitle\n", "corpus.tsv holds no titles"),
        ("qrels.tsv", "7 c1 1\n", "four columns"),
        ("qrels.tsv", "7 0 c1 viel\n", "qrels.tsv: invalid"),
        ("qrels.tsv", "8 0 c1 1\n", "judges no title"),
    ],
)
def test_bad_files_are_told_in_a_line(make_site, folder, name, text, told):
    (folder / name).write_text(text, "utf-8")
    done = make_site().flask("evaluate", "titles", str(folder))
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_file_and_a_missing_encoder_are_told(make_site, folder):
    site = make_site(environment={"TALENTMARKET_ENCODER": str(folder / "none")})
    done = site.flask("evaluate", "titles", str(folder))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    (folder / "corpus.tsv").unlink()
    done = make_site().flask("evaluate", "titles", str(folder))
    assert done.returncode == 1
    assert "corpus.tsv cannot be read" in done.stderr
