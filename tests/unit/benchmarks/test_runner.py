"""`python -m benchmarks`: one JSON line a row, found by group and by name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from benchmarks.__main__ import main
from benchmarks.postings import COLUMNS, generate
from benchmarks.registry import GROUPS, Benchmark, Options, of_group, run
from benchmarks.report import Row, row

KEYS = ["name", "value", "unit", "reference", "ratio", "target", "better"]


def pair(options: Options) -> Iterator[Row]:
    """Two rows from one measurement."""
    yield row("first", 3.0, "ms", reference=2.0, target=1.4)
    yield row("second", options.size(9, 5), "rows/s", target=4, better="higher")


PAIR = Benchmark(("first", "second"), pair)


def test_a_row_is_a_line_with_its_ratio() -> None:
    first, second = (json.loads(one.line()) for one in pair(Options()))
    assert list(first) == list(second) == KEYS
    assert (first["reference"], first["ratio"], first["better"]) == (2.0, 1.5, "lower")
    assert (second["reference"], second["ratio"], second["better"]) == (None, 9, "higher")


def test_only_the_named_rows_are_given() -> None:
    assert [one.name for one in run([PAIR], Options(), frozenset())] == ["first", "second"]
    (only,) = run([PAIR], Options(quick=True), frozenset({"second"}))
    assert (only.name, only.value) == ("second", 5)
    assert list(run([PAIR], Options(), frozenset({"third"}))) == []


def test_a_row_must_be_announced() -> None:
    with pytest.raises(ValueError, match="second"):
        list(run([Benchmark(("first",), pair)], Options(), frozenset()))


def test_every_name_stands_once(capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for group in GROUPS for one in of_group(group) for name in one.names]
    assert max(Counter(names).values()) == 1
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.split() == names


@pytest.mark.parametrize("given", [["nothing"], ["--only", "nothing"], ["--postings", "nothing"]])
def test_what_is_not_there_is_a_wrong_call(given: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2


def test_a_group_writes_lines_to_stdout_and_progress_to_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["recognise", "--quick"]) == 0
    said = capsys.readouterr()
    (line,) = map(json.loads, said.out.splitlines())
    assert list(line) == KEYS
    assert line["value"] > 0
    assert "posts/s" in said.err


def test_generated_postings_are_the_same_each_time() -> None:
    once, again = generate(20), generate(20)
    assert once == again
    assert all(tuple(one) == COLUMNS and all(one.values()) for one in once)
