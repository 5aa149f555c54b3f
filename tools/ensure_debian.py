"""Install what the tests need beside Python, on Debian and its kin; elsewhere name it and fail.

::

    python -m tools.ensure_debian

As root or through a ``sudo`` that asks for no password. What is there already is left alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def _postgres() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or bool(shutil.which("initdb"))


def _chromium() -> bool:
    return bool(shutil.which("chromium") or shutil.which("chromium-browser"))


def _cjk_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True)
    return bool(listed.stdout.strip())


def _java() -> bool:
    """Java 17 or newer that answers; a broken launcher does not count."""
    if os.environ.get("ELASTICSEARCH_URL"):
        return True
    if any(Path("/usr/lib/jvm").glob("*17*/bin/java")):
        return True
    java = shutil.which("java")
    if not java:
        return False
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    version = said.split('"')[1].split(".")[0] if said.count('"') >= 2 else ""
    return version.isdigit() and int(version) >= 17


def _maven() -> bool:
    return bool(os.environ.get("ELASTICSEARCH_URL") or shutil.which("mvn"))


def _redis() -> bool:
    return bool(shutil.which("redis-server"))


NEEDED = {
    "postgresql": _postgres,
    "redis-server": _redis,
    "chromium": _chromium,
    "fonts-noto-cjk": _cjk_fonts,
    "openjdk-17-jre-headless": _java,
    "maven": _maven,
}


def missing() -> list[str]:
    """The Debian packages that are not there, by what they provide."""
    return [package for package, is_there in NEEDED.items() if not is_there()]


def prefix() -> list[str] | None:
    """What to put before a command to run it as root; None when nothing does."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True)
        if asked.returncode == 0:
            return ["sudo", "-n", "env"]
    return None


def main() -> int:
    packages = missing()
    if not packages:
        return 0
    before = prefix()
    if not shutil.which("apt-get") or before is None:
        print("error: these are needed for the tests: " + " ".join(packages), file=sys.stderr)
        print("(names of Debian packages; as root they are installed from here)", file=sys.stderr)
        return 1
    print("Installing " + " ".join(packages) + " …", file=sys.stderr, flush=True)
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        full = [*before, "DEBIAN_FRONTEND=noninteractive", *command] if before else command
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(full, stdin=subprocess.DEVNULL, env=environment, stdout=sys.stderr)
        if done.returncode and command[1] == "install":
            return done.returncode
    left = missing()
    if left:
        print("error: still missing after installing: " + " ".join(left), file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
