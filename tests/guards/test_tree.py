"""What holds for every file: a readable size, no address of a machine, nothing left undone."""

from __future__ import annotations

import ast
import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guards.sources import ROOT, python_files, tracked, tree, where

LONGEST = 400
#: Not written by hand, or a table.
GENERATED = ("static/vendor/", "migrations/versions/", "talentmarket/translations/")
TEXT = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".txt",
    ".toml",
    ".cfg",
    ".yml",
    ".yaml",
    ".md",
    ".sh",
    ".ini",
}
MACHINE = {
    "machine path": re.compile(r"(?<![\w.}])/(?:work|home/\w+|Users/\w+|root)/"),
    "package registry": re.compile(
        r"(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmmirror|tuna\.tsinghua|aliyun\.com/pypi)"
    ),
    "address with a password": re.compile(r"https?://[^/\s:@]+:[^/\s:@]+@"),
}
UNDONE = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def text_files():
    return [
        path
        for path in tracked()
        if (path.suffix in TEXT or path.name in {"Makefile", "Procfile", "Dockerfile", "run"})
        and not str(path.relative_to(ROOT)).startswith(GENERATED)
        and path != ROOT / "tests" / "guards" / "test_tree.py"
    ]


def test_files_are_read_in_one_sitting():
    written = {".py", ".html", ".css", ".js"}
    long = {
        str(path.relative_to(ROOT)): count
        for path in text_files()
        if path.suffix in written
        and (count := path.read_text(encoding="utf-8").count("\n")) > LONGEST
    }
    assert not long


@pytest.mark.parametrize("what", sorted(MACHINE))
def test_no_file_names_a_machine(what):
    found = [
        where(path, number)
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE[what].search(line)
    ]
    assert not found


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("machine path", "open('/work/x')"),
        ("machine path", "cd /home/ann/site"),
        ("package registry", "--index-url https://pypi.org/simple"),
        ("address with a password", "https://ann:secret@example.org"),
    ],
)
def test_the_guard_sees(what, line):
    assert MACHINE[what].search(line)


def test_nothing_is_left_undone():
    found = [
        where(path, number)
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNDONE.search(line)
    ]
    assert not found


def silent(module: ast.Module) -> list[int]:
    """The lines where every error is caught and dropped."""
    return [
        node.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
        and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
    ]


def test_no_error_is_swallowed():
    # Only what catches everything is read as a tree: that of each file takes seconds.
    catches_all = re.compile(r"\bexcept\s*(?::|\(?\s*(?:Base)?Exception\b)")
    paths = [
        path
        for path in python_files("talentmarket", "search", "tools", "benchmarks", "tests")
        if catches_all.search(path.read_text(encoding="utf-8"))
    ]
    assert paths
    assert not [where(path, line) for path in paths for line in silent(tree(path))]
    assert silent(ast.parse("try: go()\nexcept Exception: pass"))


def counted_inserts(module: ast.Module) -> list[int]:
    """Lines where a function that inserts reads how many rows the statement touched."""
    found = []
    for function in ast.walk(module):
        if not isinstance(function, ast.FunctionDef):
            continue
        called = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        if called & {"insert_for", "upsert"}:
            found += [
                node.lineno
                for node in ast.walk(function)
                if isinstance(node, ast.Attribute) and node.attr == "rowcount"
            ]
    return found


def test_nobody_counts_the_rows_of_an_insert():
    """PostgreSQL's driver tells -1 where a row was left alone, and so does SQLAlchemy for many rows
    at once: who has to know whether a row is new asks for it with `returning`."""
    example = "def f(s):\n    return s.execute(insert_for(s)(T).on_conflict_do_nothing()).rowcount"
    assert counted_inserts(ast.parse(example)) == [2]
    files = python_files("talentmarket")
    assert not [where(path, line) for path in files for line in counted_inserts(tree(path))]


def test_no_test_is_excused():
    excuse = re.compile(r"(?:pytest\.(?:skip|xfail|importorskip)|mark\.(?:skip|skipif|xfail))\b")
    found = [
        where(path, number)
        for path in python_files("tests")
        # The guards name what they look for, and so does the test of the closing count.
        if path.parent.name != "guards" and path.name != "test_counts.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if excuse.search(line)
    ]
    assert not found


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
def test_the_lock_holds_on_every_python(python):
    """Everything that a locked package asks for is pinned, with its extras.

    pip before 23.3 looks past a bare pin when a package asks for the same name with an extra: the
    next release of that package would then break every fresh install.
    """
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = [
        Requirement(pin) for pin in re.findall(r"^([\w.-]+(?:\[[\w,.-]+\])?==[^\s\\]+)", lock, re.M)
    ]
    pinned = {canonicalize_name(pin.name): pin.extras for pin in pins}
    here = {"python_version": python.rpartition(".")[0], "python_full_version": python}
    lacking = set()
    for name, extras in pinned.items():
        try:
            asked = [Requirement(line) for line in metadata.requires(name) or ()]
        except metadata.PackageNotFoundError:
            continue  # for another system
        for one in asked:
            marker, extra = one.marker, pinned.get(canonicalize_name(one.name))
            if marker and not any(marker.evaluate({**here, "extra": e}) for e in {"", *extras}):
                continue
            if extra is None or not one.extras <= extra:
                lacking.add(f"{name} asks for {one}")
    assert pins
    assert not lacking
