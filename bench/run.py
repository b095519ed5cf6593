"""Runs the measurements, prints the table, says PASS or FAIL against the targets.

Each rate stands beside that of a trivial Django view, measured just before and after it, because
machines differ and this one may be busy. The exit code is 1 when a target is missed.
"""

import argparse
import dataclasses
import statistics
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from bench import platform_parts, rules_grid, shop_parts, simulation
from bench.catalogue import DEPARTURES_EACH, PRODUCTS, Facts, prepared
from bench.ground import HOME, Ground, ground
from bench.load import asking, drive, get
from bench.report import Row, machine, table, write, write_readme

PARTS = {
    "tenancy": platform_parts.tenancy,
    "search": shop_parts.search,
    "product": shop_parts.product,
    "hot": shop_parts.hot,
    "many": shop_parts.many,
    "creation": platform_parts.creation,
    "fleet": platform_parts.fleet,
    "simulation": simulation.simulation,
    "grid": rules_grid.grid,
}
YARDSTICK_SECONDS = 1.5
RESULTS = HOME / "results" / "latest.json"
README = Path(__file__).with_name("README.md")


def main(arguments: list[str] | None = None) -> int:
    """Measure; 0 when every target is met, 1 otherwise."""
    options = parsed(arguments)
    facts = machine()
    rows: list[Row] = []
    broken = False
    with ground(fresh=options.fresh) as stand:
        say("the catalogue")
        catalogue = prepared(stand)
        with stand.web("bench.trivial.plain_settings", "bench.trivial.wsgi:application") as port:
            for name in options.only:
                say(name)
                try:
                    for row in measured(name, stand, catalogue, options.seconds, port):
                        rows.append(row)
                        say("  " + "  ".join(cell for cell in row.cells()[1:] if cell))
                except Exception:
                    # One door that is broken does not hide the numbers of the others.
                    broken = True
                    traceback.print_exc()
    print()
    print(f"{PRODUCTS} products, {PRODUCTS * DEPARTURES_EACH} departures; {facts}")
    print(table(rows))
    write(rows, facts, RESULTS)
    if options.readme:
        write_readme(rows, facts, README)
    return 1 if broken or any(row.passed is False for row in rows) else 0


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--fresh", action="store_true", help="seed the database again")
    parser.add_argument("--readme", action="store_true", help="write the results to bench/README")
    options = parser.parse_args(arguments)
    options.only = [name.strip() for name in options.only.split(",")]
    unknown = set(options.only) - set(PARTS)
    if unknown:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    return options


def measured(
    name: str, stand: Ground, catalogue: Facts, seconds: float, yardstick: int
) -> Iterator[Row]:
    """The rows of one part, rates compared with the trivial view just before and after it."""
    before = trivial_rate(yardstick)
    rows = list(PARTS[name](stand, catalogue, seconds))
    trivial = statistics.mean([before, trivial_rate(yardstick)])
    for row in rows:
        if row.unit.endswith("/s") and row.ratio is None and row.value:
            row = dataclasses.replace(row, ratio=trivial / row.value)
        yield row


def trivial_rate(port: int) -> float:
    """Requests a second the plain Django view serves now."""
    outcome = drive(port, asking([get("plain", "/brand/")]), YARDSTICK_SECONDS)
    if outcome.failures:
        raise RuntimeError(f"the trivial view fails: {outcome.failures}")
    return outcome.rate


def say(words: str) -> None:
    """Progress on standard error, so that the table stays clean."""
    print(time.strftime("%H:%M:%S"), words, file=sys.stderr, flush=True)
