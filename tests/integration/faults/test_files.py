"""No room left on the disk of the index or of the database; a file of the index cut short."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.fixtures.processes import descendants
from tests.fixtures.sites import Site
from tests.integration.faults.conftest import drain, on_files, said, whole
from tests.integration.faults.test_away import AWAY, DEGRADED, get
from tests.integration.faults.visitors import PROFILE, headline, lost, make_writers, soon
from tests.scale import scale

TIMED_OUT, NOT_COMPARED = 2, 3


def as_root(*command: str) -> None:
    """Run a command that only root may run."""
    ways = [] if os.geteuid() == 0 else ["sudo", "-n"]
    done = subprocess.run([*ways, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


@pytest.fixture
def small_disk(site: Site) -> Iterator[Path]:
    """The folder of the index on a disk of 3 MB."""
    folder = site.instance / "index"
    folder.mkdir()
    owner = f"uid={os.geteuid()},gid={os.getegid()}"
    as_root("mount", "-t", "tmpfs", "-o", f"size=3m,{owner}", "tmpfs", str(folder))
    yield folder
    site.stop()
    as_root("umount", str(folder))


def fill(folder: Path, name: str = "something-else") -> Path:
    """Take the last byte of the disk."""
    path = folder / name
    size = 65536
    with path.open("wb", buffering=0) as handle:
        while size:
            try:
                handle.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                size //= 2
    return path


@on_files
def test_a_full_disk_delays_the_index_and_nothing_else(
    small_disk: Path, site: Site, engine: str
) -> None:
    app = site.inside()
    writers = make_writers(site, app, people=2, jobs=3)
    site.start_web()
    site.start_worker()
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]

    filler = fill(small_disk)
    for _ in range(scale(1)):
        for one in writers:
            one.edit()
            one.apply()
    refusals = [one.visitor.refusal for one in writers]
    assert [one.edits for one in writers] == [scale(1)] * 2, refusals
    assert all(one.applied for one in writers), refusals
    assert soon(lambda: "round waits" in site.log("worker")), site.log("worker")[-3000:]
    assert get(site, "/jobs")[0] == 200
    assert site.ready()["outbox_waiting"]
    assert not site.ready()["dead_letters"]
    assert site.worker is not None
    assert site.worker.poll() is None
    site.kill("worker")
    # What the worker had begun is taken away by who comes next, which may be room enough.
    more = fill(small_disk, "something-more")
    drained = site.command(app, "index", "drain", "--timeout", "1")
    assert drained.returncode == (TIMED_OUT if site.ready()["outbox_waiting"] else 0), said(drained)

    filler.unlink()
    more.unlink()
    whole(app)
    assert lost(app, writers) == []
    assert soon(lambda: DEGRADED not in get(site, "/jobs")[1])


@on_files
def test_a_file_cut_short_is_said_and_mended(site: Site, engine: str) -> None:
    """Files of each kind in turn, on one site: each time a new web process meets the damage."""
    app = site.inside()
    make_writers(site, app, people=3, jobs=3)
    drain(app)
    for ending in ("store", "term", "fast"):
        cut = list((site.instance / "index").glob(f"*-v*/*.{ending}"))
        assert cut, ending
        for path in cut:
            os.truncate(path, path.stat().st_size // 2)
        if site.web is None:
            site.start_web()
        else:
            anew(site)
        assert site.ready()["search"] == "degraded", ending
        status, page = get(site, "/jobs")
        assert status == 200, ending
        assert DEGRADED in page, ending
        checked = site.command(app, "index", "check")
        assert checked.returncode == NOT_COMPARED, f"{ending}: {said(checked)}"

        rebuilt = site.command(app, "index", "rebuild")
        assert rebuilt.returncode == 0, f"{ending}: {said(rebuilt)}"
        whole(app)
        assert soon(lambda: DEGRADED not in get(site, "/jobs")[1]), ending
        assert site.ready()["search"] == "ok", ending


def anew(site: Site) -> None:
    """The web process is killed, and its parent starts another."""
    assert site.web is not None
    former = descendants(site.web.pid)
    for child in former:
        os.kill(child, signal.SIGKILL)
    assert soon(lambda: bool(set(descendants(site.web.pid)) - set(former)))
    assert soon(lambda: site.get("/healthz")[0] == 200)


@pytest.fixture
def database_on_small_disk(own_database_url: str, site: Site) -> Iterator[Path]:
    """The database on a disk with 3 MB of room."""
    source = Path(make_url(own_database_url).database or "")
    folder = site.instance / "database"
    folder.mkdir()
    room = source.stat().st_size // 2**20 + 4
    owner = f"uid={os.geteuid()},gid={os.getegid()}"
    as_root("mount", "-t", "tmpfs", "-o", f"size={room}m,{owner}", "tmpfs", str(folder))
    shutil.move(source, folder / source.name)
    site.database_url = f"sqlite:///{folder / source.name}"
    yield folder
    site.stop()
    as_root("umount", str(folder))


@on_files
def test_a_full_disk_under_the_database(
    database_on_small_disk: Path, site: Site, engine: str
) -> None:
    app = site.inside()
    (one,) = make_writers(site, app, people=1, jobs=2)
    site.start_web()
    one.edit()
    assert one.edits == 1, one.visitor.refusal
    page = one.visitor.ask(PROFILE)[2]

    filler = fill(database_on_small_disk)
    # Room in the write-ahead log is used up first; then the site says that it cannot.
    for number in range(2, 400):
        form = one.visitor.filled(page, name="周予安", headline=headline(number))
        status, _, told = one.visitor.ask(PROFILE, form)
        if status == 503:
            break
    assert status == 503
    assert AWAY in told
    assert get(site, "/jobs")[0] == 200
    assert site.get("/readyz")[0] == 200

    filler.unlink()
    one.edit()
    assert one.edits == 2, one.visitor.refusal
    assert lost(app, [one]) == []
    assert "Traceback" not in site.log("web")
