"""What a measurement stands on: servers, a database, and web processes of several kinds.

The database is the sandbox's PostgreSQL with its durable settings (``fsync`` on), because an
order that a power cut loses was not sold. Web processes are gunicorn as production runs it:
two workers with threads. The load generator shares the two cores with all of them.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy.sandbox.ports import LOOPBACK, free_port, wait_until
from deploy.sandbox.postgres import EmbeddedPostgres
from deploy.sandbox.valkey import EmbeddedValkey

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "bench"
DATABASE = "bench"
WORKERS, THREADS = 2, 8
UNLIMITED = "1000000/s"


@dataclass
class Ground:
    """Running servers, and the environment the product gets from them."""

    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    environment: dict[str, str] = field(default_factory=dict)

    def recreate_database(self) -> None:
        """Start again from an empty database."""
        self.postgres.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        self.postgres.ensure_database(DATABASE)

    @contextlib.contextmanager
    def web(self, settings: str = "saas.settings", application: str = "") -> Iterator[int]:
        """Gunicorn with these settings on a free port; yields the port once it answers."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", application or "saas.wsgi:application"]
        command += ["--bind", f"{LOOPBACK}:{port}", "--worker-class", "gthread"]
        command += ["--workers", str(WORKERS), "--threads", str(THREADS)]
        command += ["--keep-alive", "60", "--log-level", "warning"]
        environment = {**os.environ, **self.environment, "DJANGO_SETTINGS_MODULE": settings}
        with (HOME / "web.log").open("ab") as log:
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            if not wait_until(lambda: answers(port) or server.poll() is not None, timeout=60):
                raise RuntimeError(f"gunicorn does not answer: see {HOME / 'web.log'}")
            if server.poll() is not None:
                raise RuntimeError(f"gunicorn ended: see {HOME / 'web.log'}")
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)


def answers(port: int) -> bool:
    """Whether something speaks HTTP on ``port``."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextlib.contextmanager
def ground(*, fresh: bool = False) -> Iterator[Ground]:
    """Start the servers, set this process up as a Django process on them, stop them after."""
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "web.log").unlink(missing_ok=True)
    with EmbeddedPostgres(HOME / "postgres") as postgres, EmbeddedValkey(HOME / "valkey") as valkey:
        found = Ground(postgres, valkey)
        postgres.ensure_database(DATABASE)
        if fresh:
            found.recreate_database()
        found.environment = environment_of(postgres, valkey)
        os.environ.update(found.environment)
        import django

        django.setup()
        yield found
        from django.db import connections

        connections.close_all()


def environment_of(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> dict[str, str]:
    """The product's environment: production settings over plain http, limits out of reach."""
    shutil.rmtree(HOME / "static", ignore_errors=True)
    (HOME / "static").mkdir(parents=True)
    return {
        "DJANGO_SETTINGS_MODULE": "saas.settings",
        "SECRET_KEY": "only-for-measuring-0123456789-0123456789-0123456789",
        "INSECURE_LOCAL": "1",
        "DEBUG": "0",
        "DATABASE_URL": postgres.dsn(DATABASE),
        "REDIS_URL": valkey.url(),
        "CELERY_BROKER_URL": valkey.url(1),
        "EMAIL_URL": "dummymail://",
        "STRIPE_API_KEY": "",
        "BASE_DOMAIN": "localhost",
        "PUBLIC_PORT": "",
        "STATIC_MANIFEST": "0",
        "STATIC_ROOT": str(HOME / "static"),
        "MEDIA_ROOT": str(HOME / "media"),
        "LOG_LEVEL": "WARNING",
        "RATE_API": UNLIMITED,
        "RATE_CHECKOUT": UNLIMITED,
        "RATE_CART": UNLIMITED,
        "RATE_PLACES": UNLIMITED,
        "HOLD_MINUTES": "60",
    }
