"""Measures against values worked out by hand."""

import math
from pathlib import Path

import pytest

from search import evaluation

JUDGED = {"a": 3, "b": 2, "c": 0, "d": 1}


def test_ndcg_by_hand() -> None:
    # Gains 2^grade - 1: a 7, b 3, c 0, d 1. List b, c, a: 3/1 + 0 + 7/log2(4) = 6.5.
    # Best a, b, d: 7 + 3/log2(3) + 1/2 = 9.392789...
    best = 7 + 3 / math.log2(3) + 0.5
    assert evaluation.ndcg(["b", "c", "a"], JUDGED, 3) == pytest.approx(6.5 / best)
    assert evaluation.ndcg(["b", "c", "a"], JUDGED, 3) == pytest.approx(0.692020, abs=1e-6)
    assert evaluation.ndcg(["a", "b", "d", "c"], JUDGED, 10) == 1.0
    assert evaluation.ndcg(["a", "a", "b"], JUDGED, 2) == pytest.approx(1.0)
    assert evaluation.ndcg(["x"], JUDGED, 10) == 0.0
    assert evaluation.ndcg(["a"], {"a": 0}, 10) == 0.0


def test_average_precision_by_hand() -> None:
    # Relevant a, b, d. Ranks: b 1 (1/1), a 3 (2/3), d not found: (1 + 2/3 + 0) / 3.
    assert evaluation.average_precision(["b", "c", "a"], JUDGED) == pytest.approx(5 / 9)
    assert evaluation.average_precision([], JUDGED) == 0.0
    assert evaluation.average_precision(["a"], {}) == 0.0


def test_recall_precision_and_unjudged_by_hand() -> None:
    assert evaluation.recall(["b", "c", "a", "d"], JUDGED, 3) == pytest.approx(2 / 3)
    assert evaluation.precision(["b", "c", "a"], JUDGED, 3) == pytest.approx(2 / 3)
    assert evaluation.precision(["b"], JUDGED, 10) == pytest.approx(0.1)
    assert evaluation.unjudged(["b", "x", "c", "y"], JUDGED, 4) == 0.5
    assert evaluation.unjudged([], JUDGED, 4) == 0.0


def test_means_leave_out_queries_without_anything_relevant() -> None:
    qrels = {"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"c": 0}}
    run = {"q1": ["a"], "q3": ["c"]}
    assert evaluation.mean_ndcg(qrels, run) == 0.5
    assert evaluation.mean_average_precision(qrels, run) == 0.5
    assert evaluation.mean_recall(qrels, run) == 0.5
    assert evaluation.mean_ndcg({}, run) == 0.0


def test_overlap() -> None:
    assert evaluation.overlap(["a", "b", "c"], ["b", "a", "x"], 2) == 1.0
    assert evaluation.overlap(["a", "b"], ["c", "d"], 2) == 0.0
    assert evaluation.overlap(["a", "b", "c", "d"], ["a"], 4) == 0.25
    assert evaluation.overlap([], [], 5) == 1.0


def test_runs_are_written_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    evaluation.write_run(path, {"q1": [("a", 2.5), ("b", 1.0)], "q2": [("c", 0.0)]}, "ours")
    assert path.read_text("utf-8").splitlines()[0] == "q1 Q0 a 1 2.500000 ours"
    assert evaluation.read_run(path) == {"q1": ["a", "b"], "q2": ["c"]}
    path.write_text("q1 Q0 low 1 0.1 x\n\nq1 Q0 high 2 9 x\n", "utf-8")
    assert evaluation.read_run(path) == {"q1": ["high", "low"]}


def test_unusable_files_say_where(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("q1 0 a 1\nq1 a 1\n", "utf-8")
    with pytest.raises(ValueError, match="file:2"):
        evaluation.read_qrels(path)
    with pytest.raises(ValueError, match="file:1"):
        evaluation.read_run(path)
    with pytest.raises(ValueError, match="no spaces"):
        evaluation.write_run(path, {"q 1": [("a", 1.0)]}, "ours")


def test_qrels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("q1\t0\ta\t1\nq1\t0\tb\t0\nq2 0 a 3\n", "utf-8")
    assert evaluation.read_qrels(path) == {"q1": {"a": 1, "b": 0}, "q2": {"a": 3}}
