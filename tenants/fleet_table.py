"""The fleet's status as a table of plain text."""

from collections import Counter
from collections.abc import Iterable

from tenants.fleet import Standing

HEADINGS = ("agency", "state", "from", "to", "seconds", "error")


def status_table(rows: Iterable[Standing]) -> list[str]:
    """Lines of the table, headings first; columns as wide as their longest cell."""
    cells = [HEADINGS] + [
        (
            row.slug,
            str(row.state),
            row.at,
            row.to,
            f"{row.seconds:.2f}" if row.seconds else "",
            row.error,
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def summary(rows: Iterable[Standing]) -> str:
    """How many agencies stand where: ``498 up to date, 2 failed``."""
    counts = Counter(str(row.state) for row in rows)
    return ", ".join(f"{count} {state}" for state, count in counts.most_common()) or "no agency"
