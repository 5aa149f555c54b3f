"""Web and worker as one command starts them: up together, and nothing left when it ends."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.fixtures.databases import on_sqlite
from tests.fixtures.processes import descendants, left
from tests.fixtures.sites import BIN, ROOT

pytestmark = on_sqlite


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_every_child(make_site, ending):
    site = make_site(environment={"TALENTMARKET_DEMO": "1"})
    environment = site.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    with (site.instance / "web.log").open("wb") as log:
        site.web = subprocess.Popen(
            [str(BIN / "honcho"), "start", "-f", "Procfile"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    site.wait(lambda: site.get("/readyz")[0] == 200, "the site to be ready")
    children = descendants(site.web.pid)
    assert len(children) >= 4, site.log("web")  # honcho's two helpers, gunicorn, the worker …
    os.killpg(site.web.pid, ending)
    site.web.wait(30)
    assert not left(children), site.log("web")
