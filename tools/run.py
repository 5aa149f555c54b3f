"""``make run``: migrate, load what the site needs once, then serve until Ctrl-C.

Everything here may be run again: each step does only what is left to do.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from tools import messages

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STEPS = (
    ("database", ("db", "upgrade")),
    ("vocabulary", ("taxonomy", "load")),
    ("demo", ("demo", "ensure")),
)


def port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def main() -> int:
    os.chdir(ROOT)
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit():
        print(f"error: PORT must be a number, not {given!r}", file=sys.stderr)
        return 2
    if port_is_taken(int(given)):
        print(f"error: port {given} is in use; try `make run PORT=8001`", file=sys.stderr)
        return 1
    os.environ["PORT"] = given
    os.environ["TALENTMARKET_DEMO"] = "1"
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    with messages.lock():
        messages.compile_catalogues()
    for name, command in STEPS:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            done = subprocess.run([str(BIN / "flask"), *command])
        except KeyboardInterrupt:
            return 130
        if done.returncode:
            print(f"error: `flask {' '.join(command)}` failed", file=sys.stderr)
            return done.returncode
    print(f"\nhttp://127.0.0.1:{given}  (Ctrl-C ends it)\n", flush=True)
    # In place of this process: signals then reach what starts and ends the children.
    os.execv(BIN / "honcho", ["honcho", "start", "-f", "Procfile"])


if __name__ == "__main__":
    raise SystemExit(main())
