"""Which system account runs a server that refuses to be root, and where that account may read and
write.

PostgreSQL does not start as root. When we are root we hand it to an account that already exists
(`postgres`, else `nobody`); no account is created and no permission of an existing folder is
opened. When the project lies where that account cannot go (below a home folder closed with mode
0700), the server's files live under `OUTSIDE` instead, in a folder named after the project's
path. When we are not root, the server simply runs as ourselves.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUTSIDE = Path("/var/lib/tnp-sandbox")
CANDIDATES = ("postgres", "nobody")


class NoServiceAccount(RuntimeError):
    """We are root and the machine has no unprivileged account to hand the server to."""


@dataclass(frozen=True)
class Account:
    """An account a server runs under. `switch` is False when that account is our own."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen_options(self) -> dict[str, Any]:
        """Arguments for `subprocess` that start the child under this account, in a folder it can
        stand in.
        """
        if not self.switch:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, argv: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `argv` under this account and return its output as text; the exit code is the
        caller's to judge.
        """
        return subprocess.run(
            argv, check=False, capture_output=True, text=True, **self.popen_options(), **options
        )

    def own(self, *paths: Path) -> None:
        """Give `paths` to this account (nothing to do when it is ours)."""
        if self.switch:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can stand in `folder`. Tried for real: modes, ACLs and mounts all
        have a say.
        """
        if not self.switch:
            return True
        return self.run(["/bin/sh", "-c", 'cd "$0"', str(folder)]).returncode == 0


def service_account() -> Account:
    """The account for a server started by this process.

    Raises NoServiceAccount when we are root and neither `postgres` nor `nobody` exists.
    """
    if os.geteuid() != 0:
        mine = pwd.getpwuid(os.geteuid()) if _has_entry(os.geteuid()) else None
        return Account(
            mine.pw_name if mine else str(os.geteuid()), os.geteuid(), os.getegid(), switch=False
        )
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, switch=True)
    raise NoServiceAccount(
        f"running as root, and none of the accounts {', '.join(CANDIDATES)} exists"
    )


def _has_entry(uid: int) -> bool:
    """Containers often run under a number that /etc/passwd does not know."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def outside_folder(directory: Path) -> Path:
    """Where the files of `directory` live when the account cannot go there. One path per
    directory, always the same.
    """
    digest = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
    return OUTSIDE / digest


def readable_package(package: Path, account: Account, *, version: str) -> Path:
    """The folder of an installed package that `account` can read: the package itself, or a copy
    made once.

    The copy keeps `package` and `package.libs` side by side, because the binaries look for their
    libraries by that relative path. It is built under a temporary name and renamed, so a copy is
    either whole or absent.
    """
    if account.can_enter(package):
        return package
    target = OUTSIDE / f"{package.name}-{version}"
    if not target.exists():
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        OUTSIDE.chmod(0o755)
        building = OUTSIDE / f".{target.name}.{os.getpid()}"
        building.mkdir(mode=0o755)
        libraries = package.with_name(f"{package.name}.libs")
        for source in (package, libraries):
            if source.exists():
                shutil.copytree(source, building / source.name, symlinks=True)
        _open_for_reading(building)
        try:
            building.rename(target)
        except OSError:  # another process was faster; its copy is as good
            shutil.rmtree(building, ignore_errors=True)
    return target / package.name


def _open_for_reading(root: Path) -> None:
    """A restrictive umask at install time must not follow the files into the copy."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(
                path.stat().st_mode
                | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444)
            )
