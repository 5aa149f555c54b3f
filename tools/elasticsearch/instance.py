"""One running server: its folder of config, data and logs, its start, its end."""

import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tools.cache import cache_folder, free_port, locked
from tools.elasticsearch import security as secured
from tools.elasticsearch.distribution import (
    VERSION,
    ServerError,
    distribution,
    java_home,
)

SYSTEM_USER = "shucai-es"
START_SECONDS = 600  # a busy machine; an idle one takes half a minute
STOP_SECONDS = 30
HEAP = "512m"
#: For a process that ends before what the second compiler makes of it would pay.
FIRST_COMPILER = "-XX:TieredStopAtLevel=1"


def default_home(port: int, *, security: bool = False) -> Path:
    """The folder of the instance on ``port`` (0: the shared one of the test runs)."""
    name = f"elasticsearch-{port or 'tests'}" + ("-secure" if security else "")
    return cache_folder() / "instances" / name


def ensure(instance: "Instance") -> str:
    """The address of a server that answers, started if need be.

    ``ELASTICSEARCH_URL`` is taken as it stands (and must answer), unless security is asked for.
    """
    given = os.environ.get("ELASTICSEARCH_URL")
    if given and not instance.security:
        if not _answers(given, timeout=10):
            raise ServerError(f"ELASTICSEARCH_URL={given} does not answer")
        return given
    return instance.start()


def _answers(url: str, *, timeout: float, home: Path | None = None) -> bool:
    request = urllib.request.Request(f"{url}/_cluster/health?wait_for_status=yellow&timeout=5s")
    context = None
    if home is not None and url.startswith("https"):
        context = ssl.create_default_context(cafile=str(secured.ca_file(home)))
        request.add_header("Authorization", secured.basic_header(home))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(request, timeout=timeout) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code == 401 and home is None
    except OSError:
        return False


class Instance:
    """A server on 127.0.0.1 that belongs to ``home``; several processes may ask for it.

    ``brief``: it lives for a minute, and what the compiler would gain later is not worth its time.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int = 9200,
        security: bool = False,
        heap: str = HEAP,
        brief: bool = False,
    ) -> None:
        self.home = Path(home)
        self.port = port
        self.security = security
        compiling = f" {FIRST_COMPILER}" if brief else ""
        self._java_options = f"-Xms{heap} -Xmx{heap}{compiling}"

    @property
    def _state_file(self) -> Path:
        return self.home / "state.json"

    @property
    def _pid_file(self) -> Path:
        return self.home / "run" / "pid"

    def running_url(self) -> str | None:
        """The address, if this instance was started and answers."""
        state = self._state()
        url = str(state.get("url", ""))
        alive = url and (state.get("container") or self._pid() is not None)
        return url if alive and _answers(url, timeout=10, home=self.home) else None

    def start(self) -> str:
        """Start the server unless it runs; the address once it is ready for work."""
        with locked(f"elasticsearch-{self.home.name}"):
            running = self.running_url()
            if running:
                return running
            self._end()
            port = self.port or free_port()
            if _taken(port):
                raise ServerError(f"port {port} is taken by another program; give --port")
            url = f"{'https' if self.security else 'http'}://127.0.0.1:{port}"
            if not self.security and _docker_answers():
                self._start_container(port, url)
            else:
                self._start_process(port, url)
            self._wait(url)
            return url

    def stop(self) -> bool:
        """End the server; True if one was running."""
        with locked(f"elasticsearch-{self.home.name}"):
            return self._end()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server itself; only one that runs as a process can take it."""
        pid = self._pid()
        if pid is None:
            raise ServerError(f"no process runs in {self.home}")
        os.kill(pid, number)

    def _state(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._state_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def _remember(self, **state: Any) -> None:
        beside = self._state_file.with_suffix(".new")
        beside.write_text(json.dumps(state), "utf-8")
        beside.rename(self._state_file)

    def _pid(self) -> int | None:
        try:
            pid = int(self._pid_file.read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.home).encode() in command else None

    def _end(self) -> bool:
        container = self._state().get("container")
        if container:
            subprocess.run(["docker", "rm", "-f", container], capture_output=True, check=False)
            self._state_file.unlink(missing_ok=True)
            return True
        pid = self._pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self._pid() is not None and time.monotonic() < deadline:
            time.sleep(0.2)
        if self._pid() is not None:
            os.kill(pid, signal.SIGKILL)
        self._state_file.unlink(missing_ok=True)
        return True

    def _start_container(self, port: int, url: str) -> None:
        name = f"shucai-elasticsearch-{port}"
        subprocess.run(["docker", "rm", "-f", name], capture_output=True, check=False)
        command = ["docker", "run", "-d", "--name", name, "-p", f"127.0.0.1:{port}:9200"]
        for setting in (
            "discovery.type=single-node",
            "xpack.security.enabled=false",
            "cluster.routing.allocation.disk.threshold_enabled=false",
            f"ES_JAVA_OPTS={self._java_options}",
        ):
            command += ["-e", setting]
        image = f"docker.elastic.co/elasticsearch/elasticsearch:{VERSION}"
        done = subprocess.run([*command, image], capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerError(f"docker could not start {image}: {done.stderr.strip()}")
        self._remember(url=url, container=name)

    def _start_process(self, port: int, url: str) -> None:
        program, java = distribution(), java_home()
        config = self._prepare(program, port)
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "CLI_NAME": "server",
            "CLI_LIBS": "lib/tools/server-cli",
            "CLI_JAVA_OPTS": FIRST_COMPILER,  # the launcher ends as soon as the server is up
            "ES_JAVA_HOME": str(java),
            "ES_JAVA_OPTS": f"{self._java_options} -Dshucai.home={self.home}",
            "ES_PATH_CONF": str(config),
            "ES_TMPDIR": str(self.home / "tmp"),
        }
        command = ["bash", str(program / "bin" / "elasticsearch-cli")]
        command += ["-d", "-p", str(self._pid_file)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", SYSTEM_USER, "--", *command]
        log = self.home / "logs" / "start.log"
        with log.open("wb") as sink:
            done = subprocess.run(
                command,
                env=environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                timeout=START_SECONDS,
                check=False,
            )
        if done.returncode:
            raise ServerError(f"the server did not start, see {log}:\n{_tail(log)}")
        self._remember(url=url, container=None)

    def _prepare(self, program: Path, port: int) -> Path:
        """Fresh config beside kept data; as root all of it belongs to the system user."""
        config = self.home / "config"
        shutil.rmtree(config, ignore_errors=True)
        shutil.copytree(program / "config", config)
        for name in ("data", "logs", "run", "tmp"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        lines = [
            "cluster.name: shucai",
            "discovery.type: single-node",
            "network.host: 127.0.0.1",
            f"http.port: {port}",
            "transport.port: 0",
            f"path.data: {self.home / 'data'}",
            f"path.logs: {self.home / 'logs'}",
            "xpack.security.autoconfiguration.enabled: false",
            "cluster.routing.allocation.disk.threshold_enabled: false",
        ]
        if self.security:
            lines += secured.prepare(self.home, config)
        else:
            lines.append("xpack.security.enabled: false")
        (config / "elasticsearch.yml").write_text("\n".join(lines) + "\n", "utf-8")
        if os.geteuid() == 0:
            _give_to_system_user(self.home)
        return config

    def _wait(self, url: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if _answers(url, timeout=10, home=self.home):
                return
            if not self._state().get("container") and self._pid() is None:
                break
            time.sleep(0.3)
        log = self.home / "logs" / "shucai.log"
        self._end()
        raise ServerError(f"the server did not get ready, see {log}:\n{_tail(log)}")


def _give_to_system_user(home: Path) -> None:
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, SYSTEM_USER], check=True, capture_output=True)
        user = pwd.getpwnam(SYSTEM_USER)
    if not _enterable(home.parent):
        raise ServerError(f"{home} lies in a folder that the user {SYSTEM_USER} cannot enter")
    for path in [home, *home.rglob("*")]:
        os.chown(path, user.pw_uid, user.pw_gid)


def _enterable(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in [folder, *folder.parents])


def _docker_answers() -> bool:
    if shutil.which("docker") is None:
        return False
    try:
        command = ["docker", "version", "--format", "{{.Server.Version}}"]
        return subprocess.run(command, capture_output=True, timeout=5, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _tail(log: Path) -> str:
    try:
        return log.read_text("utf-8", "replace")[-2000:]
    except OSError:
        return "(no log)"
