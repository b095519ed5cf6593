"""Start processes in order, keep them running, stop them in the opposite order.

Each process leads its own process group, so that a Ctrl-C in the terminal reaches the supervisor
alone and nothing is left behind when a process has children of its own. Output goes to one log file
per process. A process that dies is started again, after a pause that grows while it keeps dying.

What it does not survive is its own SIGKILL: the processes then go on. Their numbers are in
`var/run`, and the next start, `make stop` and `make reset` end them before anything else.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.sandbox.ports import wait_until
from deploy.sandbox.progress import Step

STOP_SECONDS = 10.0
WATCH_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LOG_LINES_SHOWN = 20
LONG_LOG_BYTES = 5_000_000


class ServiceFailed(RuntimeError):
    """A process did not become ready; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Service:
    """A process to run. `ready` is asked until it says yes; `environment` is added to the common
    one.
    """

    name: str
    command: list[str]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 60.0


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    started: float
    pause: float = 1.0
    restart_at: float | None = None


class Supervisor:
    """The processes of one sandbox. `start()` each in order, `watch()` until told to stop,
    `stop()`.
    """

    def __init__(self, *, project: Path, var: Path, environment: Mapping[str, str]) -> None:
        self._project = project
        self._logs = var / "log"
        self._run = var / "run"
        self._environment = dict(environment)
        self._running: list[_Running] = []
        for folder in (self._logs, self._run):
            folder.mkdir(parents=True, exist_ok=True)

    def start(self, service: Service) -> None:
        """Start `service` and wait until it is ready.

        Raises ServiceFailed when it ends or is not ready within its time.
        """
        with Step(service.name) as step:
            self._set_aside_long_log(service)
            running = _Running(service, self._spawn(service), time.monotonic())
            self._running.append(running)
            process = running.process
            wait_until(
                lambda: process.poll() is not None or service.ready(), timeout=service.timeout
            )
            if process.poll() is not None:
                raise ServiceFailed(f"{service.name} ended at once\n{self._end_of_log(service)}")
            if not service.ready():
                raise ServiceFailed(f"{service.name} is not ready\n{self._end_of_log(service)}")
            step.done(f"process {process.pid}")

    def watch(self, stopping: threading.Event) -> None:
        """Keep every process running until `stopping` is set."""
        while not stopping.wait(WATCH_SECONDS):
            for running in self._running:
                self._revive(running)

    def stop(self) -> None:
        """End all processes, the last started first; those that do not listen are killed."""
        for running in reversed(self._running):
            group_end(running.process.pid)
            running.process.wait()
            self._pid_file(running.service).unlink(missing_ok=True)
        self._running.clear()

    def log_of(self, name: str) -> Path:
        """Where the output of the process `name` goes."""
        return self._logs / f"{name.replace(' ', '-')}.log"

    def _revive(self, running: _Running) -> None:
        code = running.process.poll()
        if code is None:
            return
        now = time.monotonic()
        if running.restart_at is None:
            if now - running.started > STEADY_SECONDS:
                running.pause = 1.0
            running.restart_at = now + running.pause
            log = self.log_of(running.service.name)
            print(
                f"! {running.service.name} ended ({_reason(code)}), starts again in "
                f"{running.pause:.0f} s, see {log.relative_to(self._project)}",
                flush=True,
            )
            running.pause = min(running.pause * 2, LONGEST_PAUSE_SECONDS)
        elif now >= running.restart_at:
            group_end(running.process.pid)  # children of the dead process
            running.process = self._spawn(running.service)
            running.started, running.restart_at = now, None

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        with self.log_of(service.name).open("ab") as log:
            process = subprocess.Popen(
                service.command,
                cwd=self._project,
                env={**self._environment, **service.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file(service).write_text(str(process.pid))
        return process

    def _set_aside_long_log(self, service: Service) -> None:
        log = self.log_of(service.name)
        if log.exists() and log.stat().st_size > LONG_LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))

    def _pid_file(self, service: Service) -> Path:
        return self._run / f"{service.name.replace(' ', '-')}.pid"

    def _end_of_log(self, service: Service) -> str:
        lines = self.log_of(service.name).read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])


def leftovers_end(var: Path, *, project: Path) -> int:
    """End the processes a killed supervisor left behind; how many there were.

    A process number alone proves nothing, it may belong to someone else by now. Only a process that
    leads its group and works in our project folder counts.
    """
    ended = 0
    for pid_file in sorted((var / "run").glob("*.pid")):
        with contextlib.suppress(OSError, ValueError):
            pid = int(pid_file.read_text())
            if os.getpgid(pid) == pid and _works_in(pid, project):
                group_end(pid)
                ended += 1
        pid_file.unlink(missing_ok=True)
    return ended


def group_end(group: int) -> None:
    """End a process group: a request first, force after STOP_SECONDS."""
    for order in (signal.SIGTERM, signal.SIGKILL):
        if not _group_lives(group):
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, order)
        if wait_until(lambda: not _group_lives(group), timeout=STOP_SECONDS):
            return


def _group_lives(group: int) -> bool:
    """Whether anything in the group still runs.

    Our own dead child is collected on the way; a dead process nobody collects (a container without
    an init process) does not count, or we would wait for it for ever.
    """
    with contextlib.suppress(ChildProcessError):
        os.waitpid(group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    states = list(_states_in_group(group))
    return not states or any(state != "Z" for state in states)


def _states_in_group(group: int) -> Iterator[str]:
    """The state letters of the group's processes, where the system shows them under /proc."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _parent, process_group = entry.read_text().rpartition(")")[2].split()[:3]
            if int(process_group) == group:
                yield state


def _works_in(pid: int, project: Path) -> bool:
    """Whether the process has our project as its folder; without /proc, the group has to do."""
    folder = Path(f"/proc/{pid}/cwd")
    if not Path("/proc/self/cwd").exists():
        return True
    return folder.resolve() == project.resolve()


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
