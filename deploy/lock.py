"""`make lock`: pin every Python and front-end package again, with hashes and for every platform.

The files name no index: which one is asked is the machine's business, so nothing private can slip
into the repository, and `pip --require-hashes` refuses anything but the very same files.
"""

import subprocess
import sys
from pathlib import Path

from deploy.frontend import npm_command
from deploy.sandbox.bootstrap import LAYERS, OLDEST_PYTHON
from deploy.sandbox.progress import Step

PROJECT = Path(__file__).resolve().parents[1]
ADDRESS_MARKS = ("--index-url", "--extra-index-url", "--find-links", "://", '"resolved"')


def requirements_lock(layer: str) -> None:
    """Write `requirements/<layer>.txt` from its `.in` file."""
    uv = Path(sys.executable).with_name("uv")
    oldest = ".".join(map(str, OLDEST_PYTHON))
    options = ["--generate-hashes", "--universal", "--python-version", oldest]
    options += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"]
    source, target = f"requirements/{layer}.in", f"requirements/{layer}.txt"
    subprocess.run([uv, "pip", "compile", *options, source, "-o", target], cwd=PROJECT, check=True)


def frontend_lock() -> None:
    """Write `package-lock.json` from `package.json`; `.npmrc` keeps addresses out of it."""
    npm, environment = npm_command()
    options = ["install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"]
    subprocess.run([*npm, *options], cwd=PROJECT, env=environment, check=True)


def addresses_in(path: Path) -> list[str]:
    """The lines of a lock file that name an index or a download address; there must be none."""
    return [
        line.strip()
        for line in path.read_text(encoding="utf-8").splitlines()
        if any(mark in line for mark in ADDRESS_MARKS) and '"url"' not in line
    ]


def main() -> int:
    written = []
    for layer in LAYERS:
        with Step(f"requirements/{layer}.txt"):
            requirements_lock(layer)
        written.append(PROJECT / "requirements" / f"{layer}.txt")
    with Step("package-lock.json"):
        frontend_lock()
    written.append(PROJECT / "package-lock.json")
    found = {path.name: lines for path in written if (lines := addresses_in(path))}
    for name, lines in found.items():
        print(f"{name} names an address: {lines[0]}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
