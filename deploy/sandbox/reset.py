"""`make stop` and `make reset`: end what runs from this folder, and with `reset` remove its data.

Needs nothing but Python: it must also work when the environment is gone or broken. What can be
fetched or built again without loss (`.venv`, `node_modules`, front-end and static files) stays.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
from pathlib import Path

from deploy.sandbox.ports import wait_until
from deploy.sandbox.postgres import EmbeddedPostgres
from deploy.sandbox.supervisor import leftovers_end
from deploy.sandbox.valkey import EmbeddedValkey

PROJECT = Path(__file__).resolve().parents[2]
VAR = PROJECT / "var"
KEPT = {"frontend", "static", "test-postgres"}
DEMO_STOPS_SECONDS = 60.0


def everything_stop(var: Path, *, project: Path) -> None:
    """End a running demo, processes left by a killed one, and the embedded servers."""
    lock = var / "run" / "demo.lock"
    if _is_held(lock):
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(lock.read_text()), signal.SIGTERM)
        wait_until(lambda: not _is_held(lock), timeout=DEMO_STOPS_SECONDS)
    leftovers_end(var, project=project)
    if (var / "postgres").exists():
        EmbeddedPostgres(var / "postgres").stop()
    if (var / "valkey").exists():
        EmbeddedValkey(var / "valkey").stop()


def data_remove(var: Path) -> None:
    """Remove the data of a stopped sandbox, also what PostgreSQL keeps outside the project."""
    if (var / "postgres").exists():
        EmbeddedPostgres(var / "postgres").wipe()
    for path in var.iterdir() if var.exists() else ():
        if path.name in KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open() as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def main(arguments: list[str] | None = None) -> int:
    """`python -m deploy.sandbox.reset stop|reset`"""
    verb = (sys.argv[1:] if arguments is None else arguments)[0]
    everything_stop(VAR, project=PROJECT)
    if verb == "reset":
        data_remove(VAR)
        print("Stopped, and all data of the demo removed. `make demo` starts afresh.")
    else:
        print("Stopped. `make demo` finds its data again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
