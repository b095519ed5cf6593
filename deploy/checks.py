"""`make lint`, `make audit`, `make test`: every check in one order, each with its time.

A failing check does not hide the next one: all run, and the summary at the end says which failed.
The same command serves a developer and CI; in CI (`CI=true`) the browser must be there and the
dependency audit runs too.

`python -m deploy.checks all|lint|audit|tests`
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.sandbox.fingerprint import COLLECT, static_is_current, static_was_collected
from deploy.sandbox.postgres import test_server
from deploy.sandbox.surroundings import secret_kept

PROJECT = Path(__file__).resolve().parents[1]
TOOLS = Path(sys.executable).parent
AT_ONCE = 2


@dataclass(frozen=True)
class Outcome:
    """What one check said: whether it passed, how long it took, and its output."""

    name: str
    passed: bool
    seconds: float
    output: str


def lint_commands() -> dict[str, list[str]]:
    """The checks that run no test. Slow ones first, so that two at a time end together."""
    manage = [sys.executable, "manage.py"]
    return {
        "types (mypy)": [str(TOOLS / "mypy")],
        "layers (import-linter)": [str(TOOLS / "lint-imports"), "--no-cache"],
        "migrations complete": [*manage, "makemigrations", "--check", "--dry-run"],
        "production settings": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "translations complete": [sys.executable, "-m", "deploy.translations", "--check"],
        "style (ruff check)": [
            str(TOOLS / "ruff"),
            "check",
            "--no-cache",
            "--output-format",
            "concise",
        ],
        "layout (ruff format)": [
            str(TOOLS / "ruff"),
            "format",
            "--check",
            "--no-cache",
            "--output-format",
            "concise",
        ],
    }


def production_environment() -> dict[str, str]:
    """The environment of the checks that load Django: production's, on the tests' database server.

    Nothing here may switch a safety off: `check --deploy` judges these settings.
    """
    return {
        **os.environ,
        "SECRET_KEY": secret_kept(PROJECT / "var" / "checks-secret-key"),
        "DATABASE_URL": test_server().dsn("app"),
        "BASE_DOMAIN": "example.org",
        "BEHIND_PROXY": "1",
        "DEBUG": "0",
        "INSECURE_LOCAL": "0",
    }


def lint() -> list[Outcome]:
    """Run the checks that need no test, two at a time; print each as it ends."""
    environment = production_environment()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [
            pool.submit(_run, name, command, environment)
            for name, command in lint_commands().items()
        ]
        return [_told(one.result()) for one in waiting]


def static_files() -> list[Outcome]:
    """Collect static files when they changed: pages under test are served with them."""
    if static_is_current(PROJECT):
        return []
    command = [sys.executable, "manage.py", *COLLECT]
    outcome = _run("static files", command, production_environment())
    if outcome.passed:
        static_was_collected(PROJECT)
    return [_told(outcome)]


def tests() -> list[Outcome]:
    """Run pytest with its output on the screen. `PYTEST_ARGS` adds arguments.

    Two workers, each with its own copy of the template database; a file stays in one worker, so
    what a file starts (a web server, the payment double) is started once.
    """
    extra = os.environ.get("PYTEST_ARGS", "").split()
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *extra]
    code = subprocess.run(command, cwd=PROJECT, check=False)
    return [_told(Outcome("tests", code.returncode == 0, time.monotonic() - started, ""))]


def audit() -> list[Outcome]:
    """Look for known vulnerabilities in what production installs.

    An advisory service that does not answer is no vulnerability, so it does not fail the check; but
    it is said, because silence would look like a clean bill.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [
                *(str(TOOLS / "pip-audit"), "--requirement", "requirements/base.txt"),
                *("--require-hashes", "--disable-pip", "--progress-spinner", "off"),
                *("--format", "json", "--output", str(report)),
            ],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        content = report.read_text() if report.exists() else ""
    passed, said = audit_verdict(content, done.stderr)
    return [_told(Outcome("audit of dependencies", passed, time.monotonic() - started, said))]


def audit_verdict(report: str, complaints: str) -> tuple[bool, str]:
    """Whether the audit passes, and what to say about it.

    pip-audit calls a package it could not look up "skipped" and the whole "no known
    vulnerabilities": counted here, so that an unreachable service is not taken for an answer.
    """
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        last = complaints.strip().splitlines()[-1:] or ["no answer"]
        return True, f"NOT AUDITED, the advisory service cannot be reached: {last[0][:200]}"
    vulnerable = [one for one in packages if one.get("vulns")]
    if vulnerable:
        lines = [
            f"{one['name']} {one['version']}: {', '.join(found['id'] for found in one['vulns'])}"
            for one in vulnerable
        ]
        return False, "\n".join(lines)
    skipped = sum("skip_reason" in one for one in packages)
    if skipped:
        return (
            True,
            f"NOT AUDITED: {skipped} of {len(packages)} packages, no advisory data for them",
        )
    return True, ""


def browser_is_there() -> bool:
    """Whether the browser tests can run; in CI they must (see .ci/run)."""
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def _run(name: str, command: list[str], environment: dict[str, str]) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(name, done.returncode == 0, time.monotonic() - started, done.stdout)


def _told(outcome: Outcome) -> Outcome:
    mark = "✓" if outcome.passed else "✗"
    print(f"{mark} {outcome.name:<28}{outcome.seconds:6.1f} s", flush=True)
    if not outcome.passed or outcome.output.startswith("NOT "):
        print(outcome.output.rstrip(), flush=True)
    return outcome


def everything() -> list[Outcome]:
    """What `make test` runs."""
    in_ci = os.environ.get("CI") == "true"
    if not browser_is_there():
        if in_ci:
            return [_told(Outcome("browser", False, 0.0, "CI has no Chromium: see .ci/run"))]
        print("! no Chromium here: the browser tests will say that they did not run", flush=True)
    outcomes = [*static_files(), *lint(), *tests()]
    if in_ci:
        outcomes += audit()
    return outcomes


PARTS: dict[str, Callable[[], list[Outcome]]] = {
    "all": everything,
    "lint": lint,
    "audit": audit,
    "tests": lambda: [*static_files(), *tests()],
}


def main(arguments: list[str] | None = None) -> int:
    part = (sys.argv[1:] if arguments is None else arguments)[0]
    started = time.monotonic()
    try:
        outcomes = PARTS[part]()
    finally:
        server = test_server()
        if not server.in_use():
            server.stop()
    failed = [one.name for one in outcomes if not one.passed]
    print(f"{time.monotonic() - started:.0f} s in all. " + (_verdict(failed)), flush=True)
    return 1 if failed else 0


def _verdict(failed: list[str]) -> str:
    return f"Failed: {', '.join(failed)}." if failed else "All passed."


if __name__ == "__main__":
    sys.exit(main())
