"""A private PostgreSQL for tests and development, beside whatever the system runs.

::

    python -m tools.postgres ensure    start it if it is not up; prints its address
    python -m tools.postgres status    prints its address, or "down" and exits 1
    python -m tools.postgres stop
    python -m tools.postgres clean     stop it and drop its data

The cluster stands in the cache folder, listens on 127.0.0.1 on a port of its own and asks for a
password (kept beside it, mode 0600). It is for tests: it does not wait for the disk. PostgreSQL
refuses to run as root, so root starts it as the system user ``postgres``.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.cache import cache_folder, free_port, locked

OWNER = "shucai"
SYSTEM_USER = "postgres"
SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 120
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum_naptime = 10s
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
"""


class PostgresError(Exception):
    """The server cannot be had; the text says what to do."""


def binaries() -> Path:
    """The folder of PostgreSQL's programs; the newest one where Debian keeps several."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresError("PostgreSQL is not installed (Debian: apt-get install postgresql)")


class Cluster:
    """One cluster in a folder; ``data`` and ``log`` belong to the user that runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self.password_file = folder / "password"

    @property
    def password(self) -> str:
        return self.password_file.read_text().strip()

    def run(
        self, program: str, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the cluster's user."""
        command = [str(binaries() / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", SYSTEM_USER, "--", *command]
        # The output goes to a file: the server that pg_ctl leaves behind would hold a pipe open.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
            output.seek(0)
            text = output.read()
        if check and done.returncode:
            raise PostgresError(f"{program} failed ({done.returncode}):\n{text}")
        return subprocess.CompletedProcess(command, done.returncode, text, "")

    def make(self) -> None:
        """Create the cluster unless it is there whole."""
        if (self.data / "PG_VERSION").exists() and (self.folder / "made").exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(secrets.token_urlsafe(24))
        if os.geteuid() == 0:
            try:
                entry = pwd.getpwnam(SYSTEM_USER)
            except KeyError as error:
                raise PostgresError(f"no system user {SYSTEM_USER!r} to run as") from error
            for path in (self.folder, self.password_file):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        self.run(
            "initdb",
            f"--pgdata={self.data}",
            f"--username={OWNER}",
            f"--pwfile={self.password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        with (self.data / "postgresql.conf").open("a") as handle:
            handle.write(SETTINGS)
        (self.folder / "made").touch()

    def port(self) -> int | None:
        """The port the running server listens on; None when it is down."""
        if (
            not self.data.exists()
            or self.run("pg_ctl", "status", "-D", str(self.data), check=False).returncode
        ):
            return None
        lines = (self.data / "postmaster.pid").read_text().splitlines()
        return int(lines[3]) if len(lines) > 3 else None

    def start(self) -> int:
        """Start the server unless it is up; returns its port."""
        port = self.port()
        if port:
            return port
        port = free_port()
        options = f"-p {port} -c unix_socket_directories=''"
        arguments = ("-D", str(self.data), "-l", str(self.log), "-w", "-t", "60", "-o", options)
        self.run("pg_ctl", "start", *arguments)
        return port

    def stop(self) -> bool:
        """Stop the server; False when it was not up."""
        if not self.port():
            return False
        self.run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")
        return True

    def address(self, port: int, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{OWNER}:{self.password}@127.0.0.1:{port}/{database}"


def cluster() -> Cluster:
    """The cluster of the installed version; another major version gets a folder of its own."""
    return Cluster(cache_folder() / f"postgres-{binaries().parent.name}")


def ensure() -> str:
    """Have the server up; returns the SQLAlchemy address of its database ``postgres``."""
    with locked("postgres"):
        server = cluster()
        server.make()
        return server.address(server.start())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.postgres")
    parser.add_argument("command", choices=("ensure", "start", "status", "stop", "clean"))
    command = parser.parse_args(arguments).command
    try:
        if command in {"ensure", "start"}:
            print(ensure())
            return 0
        server = cluster()
        with locked("postgres"):
            if command == "status":
                port = server.port()
                print(server.address(port) if port else "down")
                return 0 if port else 1
            server.stop()
            if command == "clean":
                shutil.rmtree(server.folder, ignore_errors=True)
    except PostgresError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
