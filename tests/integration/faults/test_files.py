"""The folder of the embedded index: no room left on its disk, a file cut short."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fixtures.sites import Site
from tests.integration.faults.conftest import on_files, said
from tests.integration.faults.test_away import DEGRADED
from tests.integration.faults.visitors import lost, make_writers, soon
from tests.scale import scale

TIMED_OUT = 2


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


def fill(folder: Path) -> Path:
    """Take the last byte of the disk."""
    path = folder / "something-else"
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
    small_disk: Path, site: Site, engine: str, clean: Callable[[], None]
) -> None:
    app = site.inside()
    writers = make_writers(site, app, people=2, jobs=3)
    site.start_web()
    site.start_worker()
    assert soon(lambda: site.ready()["outbox_waiting"] == 0), site.log("worker")[-3000:]

    filler = fill(small_disk)
    for _ in range(scale(2)):
        for one in writers:
            one.edit()
            one.apply()
    refusals = [one.visitor.refusal for one in writers]
    assert [one.edits for one in writers] == [scale(2)] * 2, refusals
    assert all(one.applied for one in writers), refusals
    assert soon(lambda: "round waits" in site.log("worker")), site.log("worker")[-3000:]
    assert site.get("/jobs")[0] == 200
    assert site.ready()["outbox_waiting"]
    assert not site.ready()["dead_letters"]
    assert site.worker is not None
    assert site.worker.poll() is None
    site.kill("worker")
    drained = site.flask("index", "drain", "--timeout", "2")
    assert drained.returncode == TIMED_OUT, said(drained)

    filler.unlink()
    clean()
    assert lost(app, writers) == []
    assert DEGRADED not in site.get("/jobs")[1]


@on_files
@pytest.mark.parametrize("ending", ["store", "term", "fast"])
def test_a_file_cut_short_is_said_and_mended(
    site: Site, engine: str, ending: str, clean: Callable[[], None]
) -> None:
    make_writers(site, site.inside(), people=3, jobs=3)
    drained = site.flask("index", "drain")
    assert drained.returncode == 0, said(drained)
    cut = list((site.instance / "index").glob(f"*-v*/*.{ending}"))
    assert cut
    for path in cut:
        os.truncate(path, path.stat().st_size // 2)

    site.start_web()
    assert site.ready()["search"] == "degraded"
    status, page = site.get("/jobs")
    assert status == 200
    assert DEGRADED in page
    checked = site.flask("index", "check")
    assert checked.returncode == 1, said(checked)
    assert "Traceback" not in checked.stderr

    rebuilt = site.flask("index", "rebuild")
    assert rebuilt.returncode == 0, said(rebuilt)
    clean()
    assert soon(lambda: DEGRADED not in site.get("/jobs")[1])
    assert site.ready()["search"] == "ok"
