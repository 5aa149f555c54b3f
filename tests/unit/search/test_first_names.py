"""The first names of a process may be spelled by two threads at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

# One thread is in the middle of importing the library when another one spells its first name.
SPELLED = """
import sys, threading, time
from search.suggestions import prefixes

begun = threading.Event()

class Slow:
    def find_spec(self, name, path, target=None):
        if name == "pypinyin.core":
            begun.set()
            time.sleep(0.5)

sys.meta_path.insert(0, Slow())
first = threading.Thread(target=__import__, args=("pypinyin",))
first.start()
begun.wait()
assert "chongqing" in prefixes("重庆"), prefixes("重庆")
first.join()
"""


def test_two_threads_spell_their_first_names() -> None:
    told = subprocess.run(
        [sys.executable, "-c", SPELLED], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert not told.stderr
