"""``manage.py demo_seed``: the demonstration world, made once and topped up later."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tenant_apps.office.demo.seed import demo_seed


class Command(BaseCommand):
    help = (
        "Create the demo's operator, catalogue and agencies, or only what is missing of them. "
        "Prints their addresses, sign-ins and API keys as JSON on standard output, progress on "
        "standard error, and keeps the JSON in a file: clear secrets are nowhere else."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the facts are kept between runs."""
        default = Path(settings.BASE_DIR) / "var" / "demo.json"
        parser.add_argument("--output", type=Path, default=default, help=f"default: {default}")

    def handle(self, *args: Any, output: Path, **options: Any) -> None:
        """Repeatable: a second run changes nothing."""
        started = time.monotonic()
        known = _read(output)
        found = demo_seed(known=known, say=self.stderr.write)
        # What others added to the file (the sandbox's own addresses) stays.
        _write(output, {**known, **found})
        self.stderr.write(f"demo data ready after {time.monotonic() - started:.1f} s")
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, facts: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".new")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    partial.rename(path)
