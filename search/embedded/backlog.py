"""Waiting for tantivy's own thread, so that little lies before it.

tantivy takes ten thousand documents in advance before it lets who gives them wait. Where they come
faster than its thread takes them in, so many lie in memory, 13 kB each, and the thread finds none of
them in the processor's cache: a document then costs up to half as much again, more the longer a
load goes on (docs/performance.md). Its package tells nothing of what lies there, but its thread
sleeps only when nothing does.
"""

import time
from pathlib import Path

#: Documents given to tantivy before its thread is waited for.
LOT = 500
#: Seconds after which it is not waited for any longer: it may be putting a segment on the disk, or
#: belong to an index that somebody else writes all the time.
PATIENCE = 2.0
LOOK_EVERY = 0.002
#: The name of tantivy's threads that take documents, as the system cuts it.
NAME = "thrd-tantivy-in"
#: On a processor, or before one, or before the disk; asleep is S.
WORKING = ((NAME, "R"), (NAME, "D"))
TASKS = Path("/proc/self/task")


def catch_up(tasks: Path = TASKS, patience: float = PATIENCE) -> bool:
    """Return when tantivy has taken in what it was given: whether it has.

    False where the system does not tell what threads do, and after so many seconds.
    """
    until = time.monotonic() + patience
    try:
        threads = [one for one in tasks.iterdir() if _name_and_state(one)[0] == NAME]
    except OSError:
        return False
    while any(_name_and_state(one) in WORKING for one in threads):
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_EVERY)
    return True


def _name_and_state(task: Path) -> tuple[str, str]:
    """Of a thread; nothing of one that has ended. proc_pid_stat(5): `1 (name) S …`."""
    try:
        text = (task / "stat").read_text("utf-8", "replace")
    except OSError:
        return "", ""
    name, _, rest = text.partition("(")[2].rpartition(") ")
    return name, rest[:1]
