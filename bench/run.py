"""Runs the measurements, prints the table, says PASS or FAIL against the targets.

Each number stands beside the trivial Django view of the same run, because machines differ and
this one may be busy. The exit code is 1 when a target is missed.
"""

import argparse
import dataclasses
import sys
import time
import traceback

from bench import platform_parts, shop_parts
from bench.catalogue import DEPARTURES_EACH, PRODUCTS, prepared
from bench.ground import HOME, ground
from bench.report import Row, machine, table, write

PARTS = {
    "tenancy": platform_parts.tenancy,
    "search": shop_parts.search,
    "product": shop_parts.product,
    "hot": shop_parts.hot,
    "many": shop_parts.many,
    "creation": platform_parts.creation,
    "fleet": platform_parts.fleet,
}
RESULTS = HOME / "results" / "latest.json"


def main(arguments: list[str] | None = None) -> int:
    """Measure; 0 when every target is met, 1 otherwise."""
    options = parsed(arguments)
    facts = machine()
    rows: list[Row] = []
    broken = False
    with ground(fresh=options.fresh) as stand:
        say("the catalogue")
        catalogue = prepared(stand)
        for name in options.only:
            say(name)
            try:
                for row in PARTS[name](stand, catalogue, options.seconds):
                    rows.append(row)
                    say("  " + "  ".join(cell for cell in row.cells()[1:] if cell))
            except Exception:
                # One door that is broken does not hide the numbers of the others.
                broken = True
                traceback.print_exc()
    rows = beside_the_trivial(rows)
    print()
    print(f"{PRODUCTS} products, {PRODUCTS * DEPARTURES_EACH} departures; {facts}")
    print(table(rows))
    write(rows, facts, RESULTS)
    return 1 if broken or any(row.passed is False for row in rows) else 0


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--fresh", action="store_true", help="seed the database again")
    options = parser.parse_args(arguments)
    options.only = [name.strip() for name in options.only.split(",")]
    unknown = set(options.only) - set(PARTS)
    if unknown:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    return options


def beside_the_trivial(rows: list[Row]) -> list[Row]:
    """Every rate with its ratio to the trivial view of this run, where that was measured."""
    trivial = next((row.value for row in rows if row.what == "trivial Django view"), None)
    return [
        dataclasses.replace(row, ratio=trivial / row.value)
        if trivial and row.ratio is None and row.unit.endswith("/s") and row.value
        else row
        for row in rows
    ]


def say(words: str) -> None:
    """Progress on standard error, so that the table stays clean."""
    print(time.strftime("%H:%M:%S"), words, file=sys.stderr, flush=True)
