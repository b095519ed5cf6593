"""A whole site for browser tests: its own database, the web process, the payment double.

Everything a traveller meets runs in processes of its own, as in production: gunicorn serves the
shops, the double takes the card and sends signed webhooks back. The database is a copy of the
tests' template, so a purchase really commits. Nothing here touches the test's own Django.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.sandbox.ports import free_port, port_answers, wait_until
from tests.database import ROOT, SERVER, TEST_ENVIRONMENT
from tests.doors.stripe_double.servers import API_KEY, Double, running_double

SECRET = "whsec_browser"
DEADLINE_SECONDS = 40.0


@dataclass(frozen=True)
class Site:
    """A running site: the addresses of its shops, its payment double and its database."""

    port: int
    double: Double
    dsn: str

    def url(self, path: str = "/", *, agency: str = "lumiere") -> str:
        """Absolute address of ``path`` in an agency's shop."""
        return f"http://{agency}.localhost:{self.port}{path}"

    def ask(self, statement: str, *values: object) -> list[tuple]:
        """Rows of the site's database, read beside the site."""
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(statement, values).fetchall()


@contextmanager
def copied_database(template: str) -> Iterator[str]:
    """A database made from ``template``; yields its address."""
    name = f"site_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER.dsn("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield SERVER.dsn(name)
    finally:
        with psycopg.connect(SERVER.dsn("postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def site_environment(dsn: str, port: int, double: Double, folder: Path) -> dict[str, str]:
    """The environment of the web process."""
    return {
        **os.environ,
        **TEST_ENVIRONMENT,
        "DJANGO_SETTINGS_MODULE": "saas.settings",
        "DATABASE_URL": dsn,
        "PUBLIC_PORT": str(port),
        "STRIPE_API_KEY": API_KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": double.url,
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "RATE_SIGN_IN": "1000/m",
        "RATE_CHECKOUT": "1000/m",
        "RATE_CART": "1000/m",
        "RATE_PLACES": "1000000/h",
        "RATE_CONTACT": "1000/m",
    }


@contextmanager
def running_web(environment: dict[str, str], port: int, log: Path) -> Iterator[None]:
    """gunicorn on ``port`` until the block ends; its words go to ``log``."""
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=DEADLINE_SECONDS,
    )
    with log.open("wb") as words:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "saas.wsgi", "--threads", "8"),
                *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
            ],
            cwd=ROOT,
            env=environment,
            stdout=words,
            stderr=subprocess.STDOUT,
        )
        try:
            if not wait_until(lambda: port_answers(port), timeout=DEADLINE_SECONDS):
                raise RuntimeError(f"the site did not start:\n{log.read_text()[-4000:]}")
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)


@contextmanager
def running_site(template: str, folder: Path) -> Iterator[Site]:
    """Database, double and web process together."""
    port = free_port()
    webhook = f"http://127.0.0.1:{port}/webhooks/stripe/={SECRET}"
    with (
        copied_database(template) as dsn,
        running_double("--webhook", webhook, "--account", "acct_ocean=Océan Réceptif") as double,
        running_web(site_environment(dsn, port, double, folder), port, folder / "web.log"),
    ):
        yield Site(port, double, dsn)
