#!/usr/bin/env python
"""Django's command line for this project.

Without an environment it takes that of the last demo started here, so that
``.venv/bin/python manage.py journal_verify`` works beside ``make demo``. The two pure commands
need no server at all.
"""

import json
import os
import secrets
import sys
from pathlib import Path

KEPT_BY_THE_DEMO = Path(__file__).resolve().parent / "var" / "run" / "environment.json"
NEED_NO_DATABASE = {"price_waterfall", "commission_resolve", "help", "--help", "--version"}


def complete_environment(arguments: list[str]) -> None:
    """Fill in what is missing, but never half: a caller who set one of the two set them all."""
    if "SECRET_KEY" in os.environ or "DATABASE_URL" in os.environ:
        return
    if KEPT_BY_THE_DEMO.is_file():
        for name, value in json.loads(KEPT_BY_THE_DEMO.read_text()).items():
            os.environ.setdefault(name, value)
    elif arguments and arguments[0] in NEED_NO_DATABASE:
        os.environ["SECRET_KEY"] = secrets.token_hex(32)
        os.environ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"


def main() -> None:
    """Run one command."""
    complete_environment(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
