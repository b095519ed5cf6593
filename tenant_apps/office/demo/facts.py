"""The files the demo is made from, read once."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

FOLDER = Path(settings.BASE_DIR) / "deploy" / "demo"


@dataclass(frozen=True)
class Facts:
    """What the demo says of its people, agencies and products, and the day it counts from."""

    network: dict[str, Any]
    catalogue: dict[str, Any]
    history: dict[str, Any]
    settlement: dict[str, Any]
    today: date

    @property
    def past(self) -> timedelta:
        """How far back the demo's terms, groups and sales go, and a little more."""
        return timedelta(days=self.history["days"] + 30)

    def day(self, offset: int) -> date:
        """The day ``offset`` days from the day of the run."""
        return self.today + timedelta(days=offset)


def facts_read() -> Facts:
    """Read ``deploy/demo``. Raises OSError or ValueError when the files are not there or broken."""

    def read(name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
        return content

    return Facts(
        read("network.json"),
        read("catalogue.json"),
        read("history.json"),
        read("settlement.json"),
        timezone.localdate(),
    )


def terms_body(name: str, language: str) -> str:
    """The Markdown text of the demo's terms ``name`` in ``language``."""
    return (FOLDER / "terms" / f"{name}.{language}.md").read_text(encoding="utf-8")
