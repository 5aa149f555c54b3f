"""What the guards look at: the project's own files, and their syntax trees."""

from __future__ import annotations

import ast
import gc
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the tree that are kept or about to be: not what is ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files(*folders: str) -> list[Path]:
    """The Python files below the given folders (or single files) of the root."""
    places = tuple(ROOT / folder for folder in folders)
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and any(path == p or p in path.parents for p in places)
    ]


def templates() -> list[Path]:
    """The templates of pages and mails."""
    return [path for path in tracked() if ROOT / "templates" in path.parents]


@cache
def tree(path: Path) -> ast.Module:
    """Its syntax tree. The collector rests meanwhile: it would walk all trees made so far."""
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"), str(path))
    finally:
        gc.enable()


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"
