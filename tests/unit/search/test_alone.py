"""The search room works where there is no application, no web framework and no database."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PROGRAM = """
import pathlib, sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("talentmarket", "flask", "sqlalchemy", "werkzeug", "wtforms"):
            raise ImportError(f"{name} is not to be had here")
        return None
sys.meta_path.insert(0, Wall())
try:
    import talentmarket
except ImportError:
    pass
else:
    raise SystemExit("the wall does not stand")
from search.documents import Document
from search.fields import Kind
from search.requests import SearchRequest
from search.settings import SearchSettings, open_backend
import search.elastic.backend, search.evaluation
backend = open_backend(SearchSettings("db", pathlib.Path(sys.argv[1])), writable=True)
backend.ensure(Kind.JOB)
backend.upsert(Kind.JOB, [Document("a", 1, {"title": "数据工程师"})])
print(backend.search(SearchRequest(Kind.JOB, words="数据")).hits[0].id)
"""


def test_it_runs_without_the_application(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "index")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "a"
