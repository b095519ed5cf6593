"""The supervisor: order, restarts, and nothing left behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.sandbox import supervisor as module
from deploy.sandbox.ports import wait_until
from deploy.sandbox.supervisor import Service, ServiceFailed, Supervisor, leftovers_end

WAITS = "import signal, pathlib, sys; pathlib.Path(sys.argv[1]).touch(); signal.pause()"


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    found = Supervisor(project=tmp_path, var=tmp_path / "var", environment=os.environ)
    yield found
    found.stop()


def _waiting(name: str, folder: Path) -> Service:
    """A process that says it is ready by a file, then waits for a signal."""
    sign = folder / f"{name}.ready"
    return Service(name, [sys.executable, "-c", WAITS, str(sign)], sign.exists, timeout=20)


def _pid(folder: Path, name: str) -> int:
    return int((folder / "var" / "run" / f"{name}.pid").read_text())


def _lives(pid: int) -> bool:
    return module._group_lives(pid)


def test_a_service_counts_as_started_only_when_it_is_ready(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(_waiting("web", tmp_path))

    assert (tmp_path / "web.ready").exists()
    assert _lives(_pid(tmp_path, "web"))


def test_a_service_that_ends_at_once_is_reported_with_its_last_words(
    supervisor: Supervisor,
) -> None:
    speaks = Service("web", [sys.executable, "-c", "print('no such port')"], lambda: False)

    with pytest.raises(ServiceFailed, match="no such port"):
        supervisor.start(speaks)


def test_a_service_that_never_gets_ready_is_reported(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    command = _waiting("web", tmp_path).command

    with pytest.raises(ServiceFailed, match="web is not ready"):
        supervisor.start(Service("web", command, lambda: False, timeout=0.2))


def test_a_service_that_dies_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(_waiting("worker", tmp_path))
    first = _pid(tmp_path, "worker")
    stopping = threading.Event()
    watching = threading.Thread(target=supervisor.watch, args=(stopping,))
    watching.start()
    try:
        os.kill(first, signal.SIGKILL)

        assert wait_until(lambda: _pid(tmp_path, "worker") != first, timeout=20)
        assert _lives(_pid(tmp_path, "worker"))
    finally:
        stopping.set()
        watching.join()


def test_stopping_ends_children_of_the_service_too(supervisor: Supervisor, tmp_path: Path) -> None:
    child_file = tmp_path / "child"
    parent = (
        "import subprocess, sys, pathlib, signal;"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
        "pathlib.Path(sys.argv[1]).write_text(str(child.pid)); signal.pause()"
    )
    command = [sys.executable, "-c", parent, str(child_file)]
    supervisor.start(Service("web", command, child_file.exists))
    child = int(child_file.read_text())

    supervisor.stop()

    assert wait_until(lambda: not _runs(child), timeout=5)


def _runs(pid: int) -> bool:
    """Alive and not merely waiting to be collected."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_process_deaf_to_the_request_is_killed(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + WAITS
    sign = tmp_path / "deaf.ready"
    supervisor.start(Service("deaf", [sys.executable, "-c", deaf, str(sign)], sign.exists))
    pid = _pid(tmp_path, "deaf")

    supervisor.stop()

    assert not _lives(pid)


def test_a_long_log_is_set_aside_at_the_next_start(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONG_LOG_BYTES", 10)
    supervisor.log_of("web").write_text("a line of yesterday\n")

    supervisor.start(_waiting("web", tmp_path))

    assert supervisor.log_of("web").read_text() == ""
    assert (tmp_path / "var" / "log" / "web.old.log").read_text() == "a line of yesterday\n"


def test_what_a_killed_supervisor_left_running_is_ended(tmp_path: Path) -> None:
    lost = Supervisor(project=tmp_path, var=tmp_path / "var", environment=os.environ)
    lost.start(_waiting("web", tmp_path))
    pid = _pid(tmp_path, "web")

    assert leftovers_end(tmp_path / "var", project=tmp_path) == 1
    assert not _lives(pid)


def test_a_process_number_now_used_by_someone_else_is_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    with subprocess.Popen(command, cwd=elsewhere, start_new_session=True) as stranger:
        run = tmp_path / "var" / "run"
        run.mkdir(parents=True)
        (run / "web.pid").write_text(str(stranger.pid))

        assert leftovers_end(tmp_path / "var", project=tmp_path) == 0
        assert stranger.poll() is None
        stranger.kill()
