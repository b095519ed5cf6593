"""`manage.py` with the environment of the running demo: `make shell`, or any other command.

`python -m deploy.sandbox.manage shell` · `python -m deploy.sandbox.manage journal_verify`
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parents[2]
KEPT_IN = PROJECT / "var" / "run" / "environment.json"


def environment_keep(environment: Mapping[str, str], path: Path = KEPT_IN) -> None:
    """Remember the environment of the demo that starts; it holds passwords, so 0600."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(dict(environment), stream)


def environment_kept(path: Path = KEPT_IN) -> dict[str, str]:
    """The environment of the last demo. Raises FileNotFoundError when none was started here."""
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def main() -> int:
    try:
        environment = environment_kept()
    except FileNotFoundError:
        print("no demo was started here: `make demo` first", file=sys.stderr)
        return 1
    return _become_manage(sys.argv[1:], environment)


def _become_manage(arguments: list[str], environment: dict[str, str]) -> NoReturn:
    """Replace this process, so that Ctrl-C in the shell is the shell's alone."""
    command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
    os.chdir(PROJECT)
    os.execve(sys.executable, command, environment)  # noqa: S606  # our own manage.py, no shell


if __name__ == "__main__":
    sys.exit(main())
