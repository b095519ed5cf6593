"""Results as rows with a target, as a table on paper and as JSON for the next run to read."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

HEADINGS = ("part", "what", "measured", "trivial view is", "target", "")

FIRST_MARK, LAST_MARK = "<!-- results -->", "<!-- end -->"


@dataclass(frozen=True)
class Row:
    """One number. ``ratio`` says how many times as fast the trivial view was at that moment."""

    part: str
    what: str
    value: float
    unit: str
    target: str = ""
    passed: bool | None = None
    ratio: float | None = None
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        verdict = {True: "PASS", False: "FAIL", None: ""}[self.passed]
        ratio = f"× {self.ratio:.2f}" if self.ratio is not None else ""
        measured = f"{self.value:.{_decimals(self.value)}f} {self.unit}".strip()
        return (
            self.part,
            self.what,
            measured + (f" ({self.note})" if self.note else ""),
            ratio,
            self.target,
            verdict,
        )


def _decimals(value: float) -> int:
    if value >= 100 or value == int(value):
        return 0
    return 1 if value >= 10 else 2


def at_most(part: str, what: str, value: float, unit: str, limit: float, note: str = "") -> Row:
    """A row that passes when ``value`` is ``limit`` or less."""
    return Row(part, what, value, unit, f"≤ {limit:g} {unit}".strip(), value <= limit, note=note)


def at_least(part: str, what: str, value: float, unit: str, limit: float, note: str = "") -> Row:
    """A row that passes when ``value`` is ``limit`` or more."""
    return Row(part, what, value, unit, f"≥ {limit:g} {unit}".strip(), value >= limit, note=note)


def table(rows: list[Row]) -> str:
    """All rows, aligned."""
    cells = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def markdown(rows: list[Row], facts: dict[str, str]) -> str:
    """The rows as a Markdown table under a line about the machine."""
    lines = [f"{name} {value}".strip() for name, value in facts.items() if value]
    head = ["| " + " | ".join((*HEADINGS[:-1], "result")) + " |", "|---" * len(HEADINGS) + "|"]
    body = ["| " + " | ".join(row.cells()) + " |" for row in rows]
    return "\n".join([", ".join(lines) + ".", "", *head, *body])


def write_readme(rows: list[Row], facts: dict[str, str], path: Path) -> None:
    """Put the results between the two marks of ``path``."""
    text = path.read_text()
    before, _mark, rest = text.partition(FIRST_MARK)
    _old, _mark, after = rest.partition(LAST_MARK)
    table_text = markdown(rows, facts)
    path.write_text(f"{before}{FIRST_MARK}\n{table_text}\n{LAST_MARK}{after}")


def machine() -> dict[str, str]:
    """What the numbers were measured on."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else ""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return {
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else ""),
        "processor": model,
        "python": platform.python_version(),
        "load before": f"{load:.1f}",
    }


def write(rows: list[Row], facts: dict[str, str], path: Path) -> None:
    """Keep the results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {"machine": facts, "rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
