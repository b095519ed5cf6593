"""Which account runs a server, and that closed folders are copied rather than opened."""

from pathlib import Path

import pytest

from deploy.sandbox import accounts
from deploy.sandbox.accounts import readable_package, service_account


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A package with a program, its libraries beside it, both closed to others."""
    package = tmp_path / "pkg"
    (package / "bin").mkdir(parents=True)
    program = package / "bin" / "serve"
    program.write_text("#!/bin/sh\ncat ../../pkg.libs/lib\n")
    program.chmod(0o700)
    libraries = tmp_path / "pkg.libs"
    libraries.mkdir()
    (libraries / "lib").write_text("library")
    (libraries / "lib").chmod(0o600)
    return package


def test_a_closed_package_is_copied_with_its_libraries_beside_it(
    installed: Path, open_folder: Path, as_root: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "OUTSIDE", open_folder / "outside")
    account = service_account()

    found = readable_package(installed, account, version="1")

    assert found == (open_folder / "outside" / "pkg-1" / "pkg" if as_root else installed)
    done = account.run(["/bin/cat", str(found.parent / "pkg.libs" / "lib")])
    assert (done.returncode, done.stdout) == (0, "library")


def test_the_copy_is_made_once(
    installed: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "OUTSIDE", open_folder / "outside")
    account = service_account()
    first = readable_package(installed, account, version="1")
    (first / "mark").touch()

    assert (readable_package(installed, account, version="1") / "mark").exists()


def test_no_folder_of_the_project_is_opened(
    installed: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "OUTSIDE", open_folder / "outside")
    before = {path: path.stat().st_mode for path in installed.rglob("*")}

    readable_package(installed, service_account(), version="1")

    assert {path: path.stat().st_mode for path in installed.rglob("*")} == before


def test_root_without_an_unprivileged_account_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accounts.os, "geteuid", lambda: 0)
    monkeypatch.setattr(accounts, "CANDIDATES", ("no-such-account",))

    with pytest.raises(accounts.NoServiceAccount, match="no-such-account"):
        service_account()
