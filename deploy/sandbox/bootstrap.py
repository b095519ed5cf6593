"""Make the project's Python environment: `.venv`, filled from a hashed requirements file.

Runs with whatever Python 3.11+ started `make`, before anything is installed, so it uses the
standard library alone. pip checks every file against the hashes in `requirements/`; which index
it asks is the machine's business. A marker remembers what was installed: a second run returns at
once, and a changed requirements file installs again.

`python3 -m deploy.sandbox.bootstrap sandbox|dev`
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from deploy.sandbox.progress import Step

PROJECT = Path(__file__).resolve().parents[2]
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
MARKER = ENVIRONMENT / ".installed.json"
OLDEST_PYTHON = (3, 11)
# Each file holds all of the one before it.
LAYERS = ("base", "sandbox", "dev")
LAST_LINES_SHOWN = 25


class BootstrapFailed(RuntimeError):
    """The environment could not be made; the message is for the person at the keyboard."""


def environment_prepare(layer: str) -> bool:
    """Make `.venv` hold the packages of `layer`; True when something had to be installed.

    Raises BootstrapFailed with the end of pip's output when an installation fails.
    """
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise BootstrapFailed(
            f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}: "
            f"make PYTHON=python{wanted} …"
        )
    if _is_current(layer):
        return False
    with Step("Python environment") as step:
        if not _works():
            _environment_create()
        step.done(str(ENVIRONMENT.relative_to(PROJECT)))
    requirements = _requirements(layer)
    with Step("Python packages") as step:
        _packages_install(requirements, step)
        MARKER.write_text(json.dumps({layer: _fingerprint(layer)}))
    return True


def _requirements(layer: str) -> Path:
    return PROJECT / "requirements" / f"{layer}.txt"


def _fingerprint(layer: str) -> str:
    return hashlib.sha256(_requirements(layer).read_bytes()).hexdigest()


def _is_current(layer: str) -> bool:
    """Whether `layer`, or one that contains it, is installed as its file stands today."""
    try:
        installed = json.loads(MARKER.read_text())
    except (OSError, ValueError):
        return False
    enough = LAYERS[LAYERS.index(layer) :]
    return _works() and any(installed.get(name) == _fingerprint(name) for name in enough)


def _works() -> bool:
    """A `.venv` whose Python was upgraded or moved away is made again."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", ""], capture_output=True, check=False).returncode == 0


def _environment_create() -> None:
    """Some systems ship Python without ensurepip; then the pip that runs us installs from
    outside.
    """
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True, symlinks=True)
    except (subprocess.CalledProcessError, OSError):
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        venv.create(ENVIRONMENT, with_pip=False, symlinks=True)


def _pip() -> list[str]:
    inside = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*inside, "--version"], capture_output=True, check=False).returncode == 0:
        return inside
    outside = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if subprocess.run([*outside, "--version"], capture_output=True, check=False).returncode == 0:
        return outside
    raise BootstrapFailed("this Python has neither ensurepip nor pip: install python3-venv")


def _packages_install(requirements: Path, step: Step) -> None:
    total = len(re.findall(r"^[\w.\-\[\]]+==", requirements.read_text(), flags=re.MULTILINE))
    command = [*_pip(), "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    process = subprocess.Popen(
        [*command, "--progress-bar", "off", "-r", str(requirements)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROJECT,
    )
    last_lines: list[str] = []
    found = 0
    assert process.stdout is not None
    for line in process.stdout:
        last_lines = [*last_lines, line.rstrip()][-LAST_LINES_SHOWN:]
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            found += 1
            step.note(f"{found} of {total} fetched")
        elif line.startswith("Installing collected"):
            step.note(f"installing {total}")
    if process.wait():
        raise BootstrapFailed("pip failed:\n" + "\n".join(last_lines))
    step.done(f"{total} packages")


def main(arguments: list[str] | None = None) -> int:
    layer = (sys.argv[1:] if arguments is None else arguments)[0]
    try:
        environment_prepare(layer)
    except BootstrapFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
