"""The product as a web server, for tests that need real HTTP: gunicorn on a database copy."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.sandbox.ports import LOOPBACK, free_port, port_answers, wait_until
from tests.database import SERVER, TEST_ENVIRONMENT

PROJECT = Path(__file__).resolve().parent.parent
DEADLINE_SECONDS = 40.0


@dataclass
class Site:
    """A running web server on ``port``; hosts are told by the Host header."""

    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address, by number: Python does not resolve ``*.localhost``."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start gunicorn and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "saas.wsgi:application"]
        command += ["--bind", f"{LOOPBACK}:{self.port}", "--worker-class", "gthread"]
        command += ["--workers", "2", "--threads", "8", "--backlog", "512", "--log-level", "error"]
        # Loaded once and before the port is bound: who connects is answered, and by any worker.
        command += ["--preload"]
        self.process = subprocess.Popen(
            command, cwd=PROJECT, env=self.environment, start_new_session=True
        )
        if not wait_until(lambda: port_answers(self.port), timeout=DEADLINE_SECONDS):
            raise TimeoutError("the web server does not answer")

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def site_environment(database: str, *, port: int, **more: str) -> dict[str, str]:
    """The environment of a site on ``database``: that of the tests, with generous rate limits."""
    return {
        **os.environ,
        **TEST_ENVIRONMENT,
        "DATABASE_URL": SERVER.dsn(database),
        "PUBLIC_PORT": str(port),
        "RATE_API": "1000000/m",
        "RATE_CHECKOUT": "1000000/m",
        "RATE_CART": "1000000/m",
        "RATE_PLACES": "1000000/h",
        "RATE_SIGN_IN": "1000000/m",
        **more,
    }


@contextmanager
def running_site(database: str, *, port: int = 0, **environment: str) -> Iterator[Site]:
    """A site on ``database`` for the block; killed after it."""
    port = port or free_port()
    site = Site(port, site_environment(database, port=port, **environment))
    site.start()
    try:
        yield site
    finally:
        site.kill()
