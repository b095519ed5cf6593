"""Proves that the stock counters equal the movements and the holds.

Three sources say how many places are held and sold: the counters of the departure, the sum of
its movements, and its holds by state. They are compared in one statement; a difference names
the departure and the three figures.
"""

from dataclasses import dataclass

from django.db import connection

COMPARE = """
SELECT d.id, d.held, coalesce(m.held, 0), coalesce(h.held, 0),
       d.sold, coalesce(m.sold, 0), coalesce(h.sold, 0)
FROM inventory_departure d
LEFT JOIN (SELECT departure_id, sum(held_delta) AS held, sum(sold_delta) AS sold
           FROM inventory_stockmovement GROUP BY departure_id) m ON m.departure_id = d.id
LEFT JOIN (SELECT departure_id, sum(places) FILTER (WHERE state = 'held') AS held,
                  sum(places) FILTER (WHERE state = 'sold') AS sold
           FROM inventory_hold GROUP BY departure_id) h ON h.departure_id = d.id
WHERE (d.held, d.sold) IS DISTINCT FROM (coalesce(m.held, 0), coalesce(m.sold, 0))
   OR (d.held, d.sold) IS DISTINCT FROM (coalesce(h.held, 0), coalesce(h.sold, 0))
ORDER BY d.id
"""


@dataclass(frozen=True)
class StockDifference:
    """One departure whose figures do not agree: counter, movements, holds."""

    departure_id: int
    held: tuple[int, int, int]
    sold: tuple[int, int, int]


def stock_differences() -> list[StockDifference]:
    """Every departure whose counters differ from its movements or holds; empty when all agree."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE)
        return [
            StockDifference(row[0], (row[1], row[2], row[3]), (row[4], row[5], row[6]))
            for row in cursor.fetchall()
        ]
