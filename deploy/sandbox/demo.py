"""`make demo`: the whole product on this machine, in the foreground until Ctrl-C.

In order: front-end packages, the embedded servers, the mail catcher and the Stripe double, schemas
and demo data, web and worker. Each step says what it does and for how long. A second
start finds everything again; whatever a killed start left running is ended or used.
"""

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from deploy.frontend import FrontendFailed, frontend_prepare
from deploy.sandbox.announcement import announcement, facts, facts_write
from deploy.sandbox.fingerprint import COLLECT, static_is_current, static_was_collected
from deploy.sandbox.manage import environment_keep
from deploy.sandbox.ports import LOOPBACK, port_answers, port_is_taken
from deploy.sandbox.postgres import EmbeddedPostgres
from deploy.sandbox.postgres_cluster import PostgresFailed
from deploy.sandbox.progress import Step
from deploy.sandbox.supervisor import Service, ServiceFailed, Supervisor, leftovers_end
from deploy.sandbox.surroundings import Ports, is_real, product_environment
from deploy.sandbox.valkey import EmbeddedValkey, ValkeyFailed

PROJECT = Path(__file__).resolve().parents[2]
VAR = PROJECT / "var"
WORKER_IS_READY = b" ready."
# The demo agency that sells under its own liability, as the double knows it.
OWN_LIABILITY_ACCOUNT = "acct_ocean_demo=Océan Réceptif"


class DemoFailed(RuntimeError):
    """The demo cannot start; the message is for the person at the keyboard."""


class Demo:
    """One run of the demo, from the first step to Ctrl-C."""

    def __init__(self, *, port: int, given: Mapping[str, str]) -> None:
        self._given = given
        self._port = port
        self._stopping = threading.Event()
        self._child: subprocess.Popen[str] | None = None

    def run(self) -> None:
        """Start everything, say where it is, stay until told to stop, then stop everything."""
        started = time.monotonic()
        self._listen_for_stop()
        with ExitStack() as stack:
            stack.enter_context(_only_one(VAR))
            leftovers_end(VAR, project=PROJECT)
            if port_is_taken(self._port):
                raise DemoFailed(
                    f"port {self._port} is taken: choose another, make demo PORT={self._port + 1}"
                )
            self._frontend()
            ports = Ports.chosen(self._port)
            database_url, redis_url = self._servers(stack)
            environment = product_environment(
                self._given, var=VAR, ports=ports, database_url=database_url, redis_url=redis_url
            )
            environment_keep(environment)
            supervisor = Supervisor(project=PROJECT, var=VAR, environment=environment)
            stack.callback(supervisor.stop)
            self._start(supervisor, doubles(self._given, ports, environment))
            found = self._prepare(environment, ports)
            self._start(supervisor, product(ports))
            stack.callback(_say, "Stopping…")
            facts_write(found, VAR / "demo.json")
            _say(f"\n{announcement(found)}\n")
            _say(f"Ready after {time.monotonic() - started:.0f} s. Ctrl-C stops everything.")
            supervisor.watch(self._stopping)

    def _listen_for_stop(self) -> None:
        """Ctrl-C, `make stop`, a closed terminal; the last only unless started with nohup."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda *_: self._stop_asked())

    def _stop_asked(self) -> None:
        """Stop in order; a management command under way is ended first."""
        self._stopping.set()
        if self._child is not None and self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGTERM)

    def _continue(self) -> None:
        if self._stopping.is_set():
            raise DemoFailed("stopped before it was ready")

    def _start(self, supervisor: Supervisor, services: list[Service]) -> None:
        for service in services:
            self._continue()
            supervisor.start(service)

    def _frontend(self) -> None:
        self._continue()
        with Step("Front-end packages") as step:
            step.done("fetched" if frontend_prepare() else "up to date")

    def _servers(self, stack: ExitStack) -> tuple[str, str]:
        """Start what the caller's environment does not bring; returns the two addresses."""
        self._continue()
        database_url = self._given.get("DATABASE_URL", "")
        if not database_url:
            with Step("PostgreSQL") as step:
                postgres = EmbeddedPostgres(VAR / "postgres")
                stack.callback(postgres.stop)
                postgres.start()
                database_url = postgres.dsn()
                step.done(f"port {postgres.port}")
        self._continue()
        redis_url = self._given.get("REDIS_URL", "")
        if not redis_url:
            with Step("Valkey") as step:
                valkey = EmbeddedValkey(VAR / "valkey")
                stack.callback(valkey.stop)
                valkey.start()
                redis_url = valkey.url()
                step.done(f"port {valkey.port}")
        return database_url, redis_url

    def _prepare(self, environment: dict[str, str], ports: Ports) -> dict[str, Any]:
        """Schemas, static files, demo data; returns what `var/demo.json` will hold."""
        self._manage("Schemas", environment, "platform_setup")
        if not static_is_current(PROJECT):
            self._manage("Static files", environment, *COLLECT)
            static_was_collected(PROJECT)
        output = self._manage("Demo data", environment, "demo_seed")
        return facts(
            seeded_facts(output),
            ports,
            with_mail=not is_real("EMAIL_URL", self._given),
            with_stripe=not is_real("STRIPE_API_KEY", self._given),
        )

    def _manage(self, name: str, environment: dict[str, str], *arguments: str) -> str:
        """Run a management command as a step; its last line shows how far it is."""
        self._continue()
        with Step(name) as step:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            self._child = process
            complaints: list[str] = []
            said: list[str] = []
            reader = threading.Thread(target=_follow, args=(process.stderr, complaints, step))
            reader.start()
            _follow(process.stdout, said, step)
            code = process.wait()
            reader.join()
            self._continue()
            if code:
                end = "\n".join([*said[-10:], *complaints[-40:]])
                raise DemoFailed(f"manage.py {' '.join(arguments)} failed:\n{end}")
            step.done("")
        return "\n".join(said)


def doubles(
    given: Mapping[str, str], ports: Ports, environment: Mapping[str, str]
) -> list[Service]:
    """What stands in for the outside world, before anything can speak to it."""
    found: list[Service] = []
    if not is_real("EMAIL_URL", given):
        command = [sys.executable, "-m", "deploy.sandbox.mailcatcher"]
        command += ["--directory", str(VAR / "mail")]
        command += ["--smtp-port", str(ports.smtp), "--http-port", str(ports.mail)]
        found.append(Service("mail catcher", command, lambda: port_answers(ports.mail)))
    if not is_real("STRIPE_API_KEY", given):
        webhook = f"http://{LOOPBACK}:{ports.web}/webhooks/stripe/"
        command = [sys.executable, "-m", "deploy.sandbox.stripe_double"]
        command += ["--port", str(ports.stripe), "--state", str(VAR / "stripe")]
        command += ["--webhook", f"{webhook}={environment['STRIPE_WEBHOOK_SECRET']}"]
        command += ["--api-key", environment["STRIPE_API_KEY"], "--merchant", "TNP"]
        command += ["--account", OWN_LIABILITY_ACCOUNT]
        found.append(Service("stripe double", command, lambda: port_answers(ports.stripe)))
    return found


def product(ports: Ports) -> list[Service]:
    """The product's own processes; beat runs inside the one worker."""
    web = [sys.executable, "-m", "gunicorn", "saas.wsgi:application"]
    web += ["--bind", f"{LOOPBACK}:{ports.web}"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
    # No access log of gunicorn's own: its lines hold addresses of people (L9).
    web += ["--graceful-timeout", "5"]
    worker = [sys.executable, "-m", "celery", "-A", "saas", "worker", "--beat"]
    worker += ["--concurrency", "2", "--loglevel", "INFO"]
    worker += ["--schedule", str(VAR / "run" / "beat-schedule")]
    return [
        Service("web", web, lambda: _healthy(ports.web)),
        Service("worker", worker, _said(VAR / "log" / "worker.log", WORKER_IS_READY)),
    ]


def seeded_facts(output: str) -> dict[str, Any]:
    """The JSON object `demo_seed` prints, after whatever else it may have said.

    Raises DemoFailed when there is none: a demo without sign-ins is of no use.
    """
    start = 0 if output.startswith("{") else output.find("\n{") + 1
    try:
        found: dict[str, Any] = json.loads(output[start:])
    except ValueError as missing:
        raise DemoFailed(f"demo_seed printed no JSON object:\n{output[-500:]}") from missing
    return found


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _said(log: Path, words: bytes) -> Callable[[], bool]:
    """Whether the log grew by a line with `words`, counted from now."""
    before = log.stat().st_size if log.exists() else 0

    def answer() -> bool:
        if not log.exists():
            return False
        with log.open("rb") as stream:
            stream.seek(before)
            return words in stream.read()

    return answer


def _follow(stream: IO[str] | None, lines: list[str], step: Step) -> None:
    """Collect what a command says, and show its last words beside the step."""
    for line in stream or ():
        lines.append(line.rstrip("\n"))
        step.note(line.strip()[:40])


def _only_one(var: Path) -> IO[str]:
    """Hold the demo's lock, with our process number in it for `make stop`."""
    (var / "run").mkdir(parents=True, exist_ok=True)
    stream = (var / "run" / "demo.lock").open("a+")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        stream.close()
        raise DemoFailed(
            "the demo already runs here: stop it with Ctrl-C or `make stop`"
        ) from taken
    stream.truncate(0)
    stream.write(str(os.getpid()))
    stream.flush()
    return stream


def _say(text: str) -> None:
    print(text, flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.demo")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    try:
        Demo(port=options.port, given=os.environ).run()
    except (DemoFailed, FrontendFailed, PostgresFailed, ServiceFailed, ValkeyFailed) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
