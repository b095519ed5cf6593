"""An embedded PostgreSQL: the binaries of a PyPI wheel, started by our own small launcher.

Why our own launcher: the wheel's one adds a system user and opens the permissions of parent
folders when run as root. This one only ever changes files below its own directory.

What it gives: a server on a loopback port with a role `app` that owns its databases, may create
databases and roles, and is no superuser, as a hosted PostgreSQL would grant. What it refuses:
connections from other machines, and connections over the network without the password. What it
does not do: backups, upgrades between major versions.

`pg_ctl` detaches the server, so a Ctrl-C in the terminal does not stop it behind the supervisor's
back; and a server left over by a killed parent is found again and used by the next `start()`.
"""

import argparse
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.sandbox.ports import LOOPBACK, free_port, wait_until
from deploy.sandbox.postgres_cluster import (
    DURABLE,
    FAST_AND_FORGETFUL,
    SUPERUSER,
    Cluster,
    PostgresFailed,
)

ROLE = "app"
DATABASE = "app"
VERBS = ("start", "stop", "stop-idle", "status", "dsn", "psql", "wipe")
START_ATTEMPTS = 3
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 30

PROJECT = Path(__file__).resolve().parents[2]
TEST_DIRECTORY = PROJECT / "var" / "test-postgres"


class EmbeddedPostgres:
    """One server and its directory. Use as a context manager, or call `start()` and `stop()`."""

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None = None,
        settings: dict[str, str] | None = None,
        grants: str = "",
    ) -> None:
        """`port`: the loopback port wanted; without one, the port of the last start is kept while
        it is free.

        `settings`: PostgreSQL settings above ours. `grants`: SQL run by
        the administrator at each start.
        """
        self.cluster = Cluster(Path(directory))
        self.settings = DURABLE if settings is None else settings
        self._wanted_port = port
        self._grants = grants

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

    @property
    def pid(self) -> int | None:
        """The process on our data folder, or None; a left-over pid file does not count."""
        lines = self._pid_file_lines()
        if not lines or not lines[0].strip().lstrip("-").isdigit():
            return None
        pid = abs(int(lines[0]))
        return pid if _is_postgres(pid) else None

    @property
    def port(self) -> int:
        """The port of the running server. Raises PostgresFailed when it does not run."""
        lines = self._pid_file_lines()
        if self.pid is None or len(lines) < 4:
            raise PostgresFailed(f"no server runs in {self.cluster.directory}")
        return int(lines[3])

    def binary(self, name: str) -> Path:
        """A client program of the same version as the server: `pg_dump`, `psql`, `pg_restore`."""
        return self.cluster.binaries / name

    def dsn(self, database: str = DATABASE) -> str:
        """The address of `database` for role `app`, password included: for environment variables,
        never for logs.
        """
        return f"postgresql://{ROLE}:{self.cluster.password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server, or find the one that already runs; returns when it accepts connections.

        Raises PostgresFailed with the end of the server's log when it does not come up.
        """
        with self._locked():
            running, password_known = self.answers(), self.cluster.password_file.exists()
            if running and password_known:
                return
            if not running:
                self._forget_dead_server()
                self.cluster.initialise()
                self._launch()
            # Always: the password may have been removed with `var` while data outside it stayed.
            self._prepare_role()

    def stop(self) -> None:
        """Stop the server and wait for it; sessions still open are ended. Harmless when it does
        not run.
        """
        with self._locked():
            if self.pid is None:
                return
            # By signal, not by pg_ctl: it must work when the package is gone.
            for order in (signal.SIGINT, signal.SIGQUIT):  # "fast", then "immediate"
                pid = self.pid
                if pid is None:
                    return
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, order)
                if wait_until(lambda: self.pid is None, timeout=STOP_TIMEOUT_SECONDS):
                    return
            raise PostgresFailed(f"the server does not stop:\n{self._end_of_log()}")

    def wipe(self) -> None:
        """Stop the server and remove its data for good."""
        self.stop()
        self.cluster.wipe()

    def answers(self) -> bool:
        """Whether the server runs and accepts connections."""
        if self.pid is None:
            return False
        lines = self._pid_file_lines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def execute(self, statements: str, *, database: str = "postgres") -> str:
        """Run SQL as the server's administrator, over the private socket; returns the rows,
        unaligned.

        For the sandbox's own needs only: the product signs in as `app`. Raises PostgresFailed on
        any SQL error.
        """
        arguments = [
            "-h",
            str(self.cluster.socket_folder),
            "-p",
            str(self.port),
            "-U",
            SUPERUSER,
            "-d",
            database,
        ]
        quiet = ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statements]
        done = self.cluster.run("psql", *arguments, *quiet)
        if done.returncode:
            raise PostgresFailed(done.stderr.strip())
        return done.stdout.strip()

    def in_use(self) -> bool:
        """Whether anyone is connected: another test run, say, that shares this server."""
        sessions = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{ROLE}'"
        return self.answers() and self.execute(sessions) != "0"

    def ensure_database(self, name: str) -> None:
        """Create the database `name`, owned by role `app`, when it is missing. `name` is code,
        never input.
        """
        if not name.replace("_", "").isalnum():
            raise ValueError(f"not a plain database name: {name!r}")
        if not self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.execute(f'CREATE DATABASE "{name}" OWNER {ROLE}')

    def _launch(self) -> None:
        """Start with the wanted or last port; when that start fails, with other free ones."""
        remembered = self.cluster.data / "sandbox.port"
        last = int(remembered.read_text()) if remembered.exists() else None
        for attempt in range(START_ATTEMPTS):
            port = free_port(self._wanted_port or last) if attempt == 0 else free_port()
            if self._wanted_port and port != self._wanted_port:
                raise PostgresFailed(f"port {self._wanted_port} is taken")
            self.cluster.configure(port=port, settings=self.settings)
            options = [
                "-D",
                str(self.cluster.data),
                "-l",
                str(self.cluster.log),
                "-w",
                "-t",
                str(START_TIMEOUT_SECONDS),
            ]
            done = self.cluster.run("pg_ctl", "start", *options)
            if done.returncode == 0 and wait_until(self.answers, timeout=5):
                remembered.write_text(str(port))
                return
        raise PostgresFailed(
            f"PostgreSQL does not start:\n{done.stdout}{done.stderr}{self._end_of_log()}"
        )

    def _prepare_role(self) -> None:
        """Create role `app` and its database, or bring them up to date.

        It gets what a hosted PostgreSQL gives and nothing more, so that what works here works
        there. Extensions are left to the product: those it uses are trusted, so the owner of a
        database may create them in the schema it wants.
        """
        password = self.cluster.password  # URL-safe alphabet: nothing to escape
        self.execute(
            f"""DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}')
                THEN CREATE ROLE {ROLE}; END IF;
            END $$;
            ALTER ROLE {ROLE} LOGIN CREATEDB CREATEROLE NOSUPERUSER PASSWORD '{password}';
            ALTER ROLE {ROLE} RESET ALL;
            {self._grants}"""
        )
        self.ensure_database(DATABASE)

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.cluster.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _forget_dead_server(self) -> None:
        """Remove the pid file of a server that is gone.

        PostgreSQL does this itself, except when the number was given to another process of the
        same account since (after a restart of the machine or container): then it refuses to
        start, for ever.
        """
        pid_file = self.cluster.data / "postmaster.pid"
        if pid_file.exists() and self.pid is None:
            pid_file.unlink()

    def _end_of_log(self) -> str:
        try:
            return "\n".join(self.cluster.log.read_text(errors="replace").splitlines()[-15:])
        except OSError:
            return ""

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One start or stop at a time for this directory, over all processes."""
        self.cluster.directory.mkdir(parents=True, exist_ok=True)
        with (self.cluster.directory / "lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


def _is_postgres(pid: int) -> bool:
    """Whether `pid` is alive and, where the system lets us look, is a postgres process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # alive, under another account
    command = Path(f"/proc/{pid}/cmdline")
    if not command.parent.parent.joinpath("self").exists():
        return True
    try:
        return b"postgres" in command.read_bytes().split(b"\0")[0]
    except OSError:
        return False


def test_server() -> EmbeddedPostgres:
    """The one server all test runs and workers of this clone share, started when it does not run.

    It trades safety for speed. Role `app` may set `session_replication_role`, with which tests
    empty tables that refuse deletion, and may end any session, because a database is dropped
    while the server's own cleaning may be at work in it. `make test` stops the server at its end;
    a run started by hand leaves it for the next one.
    """
    grants = (
        f"GRANT SET ON PARAMETER session_replication_role TO {ROLE};"
        f"GRANT pg_signal_backend TO {ROLE};"
    )
    server = EmbeddedPostgres(TEST_DIRECTORY, settings=FAST_AND_FORGETFUL, grants=grants)
    server.start()
    return server


test_server.__test__ = False  # type: ignore[attr-defined]  # pytest takes any imported test_* for a test


def main(arguments: list[str] | None = None) -> int:
    """`python -m deploy.sandbox.postgres VERB --directory
    var/postgres`
    """
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.postgres", description=__doc__.split("\n")[0]
    )
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("--directory", type=Path, default=PROJECT / "var" / "postgres")
    parser.add_argument("--port", type=int)
    parser.add_argument("--database", default=DATABASE)
    parser.add_argument(
        "--fast", action="store_true", help="no durability: for tests and benchmarks"
    )
    options = parser.parse_args(arguments)
    settings = FAST_AND_FORGETFUL if options.fast else DURABLE
    server = EmbeddedPostgres(options.directory, port=options.port, settings=settings)
    try:
        return _obey(server, options.verb, options.database)
    except PostgresFailed as failure:
        print(failure, file=sys.stderr)
        return 1


def _obey(server: EmbeddedPostgres, verb: str, database: str) -> int:
    if verb == "status":
        running = server.answers()
        print(f"running on port {server.port}" if running else "stopped")
        return 0 if running else 3
    if verb == "dsn":
        print(server.dsn(database))
    elif verb == "psql":
        address = f"postgresql://{ROLE}@{LOOPBACK}:{server.port}/{database}"
        program = str(server.binary("psql"))
        os.execve(  # noqa: S606  # our own psql, no shell
            program, [program, address], {**os.environ, "PGPASSWORD": server.cluster.password}
        )
    elif verb == "stop-idle":
        if not server.in_use():
            server.stop()
    else:
        {"start": server.start, "stop": server.stop, "wipe": server.wipe}[verb]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
