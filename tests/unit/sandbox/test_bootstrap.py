"""The Python environment: made once, made again when it must be, never from unchecked files."""

import json
from pathlib import Path

import pytest

from deploy.sandbox import bootstrap
from deploy.sandbox.progress import Step


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment works and whose requirements are three short files."""
    (tmp_path / "requirements").mkdir()
    for layer in bootstrap.LAYERS:
        (tmp_path / "requirements" / f"{layer}.txt").write_text(f"one=={layer}\n")
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    monkeypatch.setattr(bootstrap, "MARKER", tmp_path / "installed.json")
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "_works", lambda: True)
    return tmp_path


@pytest.fixture
def installed(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the requirements files handed to pip."""
    handed: list[str] = []

    def install(requirements: Path, _step: Step) -> None:
        handed.append(requirements.name)

    monkeypatch.setattr(bootstrap, "_packages_install", install)
    return handed


def test_a_second_run_installs_nothing(project: Path, installed: list[str]) -> None:
    assert bootstrap.environment_prepare("sandbox") is True
    assert bootstrap.environment_prepare("sandbox") is False
    assert installed == ["sandbox.txt"]


def test_what_the_tests_need_is_enough_for_the_demo(project: Path, installed: list[str]) -> None:
    bootstrap.environment_prepare("dev")

    assert bootstrap.environment_prepare("sandbox") is False


def test_what_the_demo_needs_is_not_enough_for_the_tests(
    project: Path, installed: list[str]
) -> None:
    bootstrap.environment_prepare("sandbox")

    assert bootstrap.environment_prepare("dev") is True
    assert installed == ["sandbox.txt", "dev.txt"]


def test_changed_requirements_are_installed_again(project: Path, installed: list[str]) -> None:
    bootstrap.environment_prepare("sandbox")
    (project / "requirements" / "sandbox.txt").write_text("one==2\n")

    assert bootstrap.environment_prepare("sandbox") is True


def test_a_marker_cut_short_counts_as_no_marker(project: Path, installed: list[str]) -> None:
    bootstrap.environment_prepare("sandbox")
    marker = bootstrap.MARKER
    marker.write_text(json.dumps(json.loads(marker.read_text()))[:-5])

    assert bootstrap.environment_prepare("sandbox") is True


def test_pip_checks_every_hash_and_its_last_words_are_shown(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = project / "pip"
    fake.write_text('#!/bin/sh\necho "$@"\necho "hashes do not match"\nexit 1\n')
    fake.chmod(0o755)
    monkeypatch.setattr(bootstrap, "_pip", lambda: [str(fake)])

    with pytest.raises(bootstrap.BootstrapFailed) as failure:
        bootstrap.environment_prepare("sandbox")

    assert "--require-hashes" in str(failure.value)
    assert str(failure.value).endswith("hashes do not match")
    assert not bootstrap.MARKER.exists()


def test_an_old_python_is_refused_with_what_to_do(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))

    with pytest.raises(bootstrap.BootstrapFailed, match=r"make PYTHON=python99\.0"):
        bootstrap.environment_prepare("sandbox")
