"""``make run``: migrate, load what the site needs once, then serve until Ctrl-C.

Everything here may be run again: each step does only what is left to do.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click
from flask.cli import ScriptInfo

from tools import messages

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def prepare() -> None:
    """Migrate, load the vocabulary, and the demo on the first run: one process, one start.

    A step that fails ends the process with its exit code.
    """
    from flask_migrate import upgrade

    from talentmarket import create_app

    app = create_app()
    info = ScriptInfo(create_app=lambda: app)
    print("database …", file=sys.stderr, flush=True)
    with app.app_context():
        upgrade()
    for title, command in (("vocabulary", "taxonomy load"), ("demo", "demo ensure")):
        print(f"{title} …", file=sys.stderr, flush=True)
        app.cli.main(command.split(), prog_name="flask", obj=info, standalone_mode=False)


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
    try:
        prepare()
    except (KeyboardInterrupt, click.Abort):
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    print(f"\nhttp://127.0.0.1:{given}  (Ctrl-C ends it)\n", flush=True)
    # In place of this process: signals then reach what starts and ends the children.
    os.execv(BIN / "honcho", ["honcho", "start", "-f", "Procfile"])


if __name__ == "__main__":
    raise SystemExit(main())
