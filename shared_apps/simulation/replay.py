"""Replays sales against the gathered rules, a chunk of days at a time, in SQL.

Nothing here loops over lines. For each chunk:

1. *Units*: the sale units of its days that are not cancelled.
2. *Situations*: what rules can tell apart. Dates matter only by the windows they fall in, so
   they are reduced to the place between two edges; lines that share all of it share a winner.
3. *Winners*: rules and situations meet once per signature, that is per set of scopes a rule names,
   as equality joins. The winner is the smallest rank. Four of them are kept: at present and
   under the change set, each also without special operations, which is what their cost is
   measured from.
4. *Lines*: the commission of each unit as :mod:`shared_apps.pricing.waterfall` computes it, times
   the quantity. ``numeric`` is exact, and its ``round`` takes halves away from zero, as the price
   rules ask.

``tests/domain/simulation/test_agreement.py`` holds all this to the pure engines, to the cent.

Left out: the running down of budgets. An operation that is not used up counts as if it
could pay every sale of the replay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from shared_apps.pricing.money import minor_unit
from shared_apps.simulation.rulebook import RULES, Rulebook, Signature

CHUNK = 120_000  # sale units
CURRENCIES = "simulation_currency"
CHUNK_UNITS = "simulation_chunk_unit"
SITUATIONS = "simulation_situation"
WINNERS = "simulation_winner"
LINES = "simulation_replayed"
TABLES = (CURRENCIES, CHUNK_UNITS, SITUATIONS, WINNERS, LINES)

IN_PERIOD = "u.sale_date BETWEEN %(first)s AND %(last)s"
IS_OPEN = "COALESCE(u.service_date > %(today)s, FALSE)"
IN_SCOPE = (
    f"({IN_PERIOD} OR {IS_OPEN}) AND (%(agency)s::bigint IS NULL OR u.agency_id = %(agency)s)"
)

DAYS = f"""
SELECT u.sale_date, count(*) FROM shared.simulation_saleunit u WHERE {IN_SCOPE}
GROUP BY u.sale_date ORDER BY u.sale_date
"""
LINES_TABLE = f"""
CREATE TEMP TABLE {LINES} (
    agency_id bigint, seq bigint, product_id bigint, provider_id bigint, currency text,
    past boolean, open boolean, present_rank integer, new_rank integer,
    pays numeric, kept numeric, paid numeric, provider numeric, present numeric, new numeric,
    provider_funds_present numeric, provider_funds_new numeric,
    agency_funds_present numeric, agency_funds_new numeric
)
"""
UNITS = f"""
CREATE TEMP TABLE {CHUNK_UNITS} AS
SELECT u.agency_id, u.seq, u.product_id, u.provider_id, u.category_id,
       COALESCE(u.group_id, 0) AS group_key, u.channel, u.currency, u.sale_date, u.service_date,
       width_bucket(u.sale_date, %(sale_edges)s::date[]) AS sale_band,
       COALESCE(width_bucket(u.service_date, %(service_edges)s::date[]), -1) AS service_band,
       {IN_PERIOD} AS past, {IS_OPEN} AS open,
       u.quantity, u.basis, u.reference, u.purchase, u.commission, u.kept, u.pays, u.provider
FROM shared.simulation_saleunit u
WHERE u.sale_date BETWEEN %(from)s AND %(to)s AND {IN_SCOPE}
  AND NOT EXISTS (
      SELECT 1 FROM shared.simulation_cancelledline gone WHERE gone.line_id = u.line_id)
"""
SAME = (
    "agency_id", "group_key", "product_id", "provider_id", "category_id",
    "channel", "currency", "sale_band", "service_band",
)  # fmt: skip
REDUCE = f"""
CREATE TEMP TABLE {SITUATIONS} AS
SELECT row_number() OVER ()::integer AS id, {", ".join(SAME)},
       min(sale_date) AS sale_date, min(service_date) AS service_date
FROM {CHUNK_UNITS} GROUP BY {", ".join(SAME)}
"""
SCOPES = ("product_id", "provider_id", "category_id", "agency_id", "group_key")
COLUMN_OF = {"group_key": "group_id"}  # of a rule, where it is not called the same
APART = ("channel", "currency", "sale_band", "service_band")  # what every rule may ask about
RANKS = ("present_rank", "present_plain", "new_rank", "new_plain")
FITS = """
r.signature = %d
 AND (r.currency = '' OR r.currency = s.currency)
 AND (cardinality(r.channels) = 0 OR s.channel = ANY (r.channels))
 AND (r.sale_from IS NULL OR r.sale_from <= s.sale_date)
 AND (r.sale_to IS NULL OR s.sale_date <= r.sale_to)
 AND (r.service_from IS NULL OR r.service_from <= s.service_date)
 AND (r.service_to IS NULL OR s.service_date <= r.service_to)
"""
NOTHING_FITS = "SELECT NULL::int, NULL::int, NULL::int, NULL::int, NULL::int WHERE FALSE"
DECIDE = f"""
CREATE TEMP TABLE {WINNERS} AS
SELECT s.*, won.present_rank, won.present_plain, won.new_rank, won.new_plain
FROM {SITUATIONS} s LEFT JOIN (
    SELECT id, min(present_rank), min(present_plain), min(new_rank), min(new_plain)
    FROM (FITTING) AS fitting (id, present_rank, present_plain, new_rank, new_plain) GROUP BY id
) AS won (id, present_rank, present_plain, new_rank, new_plain) ON won.id = s.id
"""


def _given(rule: str) -> str:
    """The commission of one unit under the rule ``rule``: percentage, fixed, floor, cap."""
    return f"""LEAST(GREATEST(
        round(CASE {rule}.base WHEN 'sale_price' THEN u.reference
                               WHEN 'public_tariff' THEN u.basis
                               ELSE u.reference - u.purchase END * {rule}.percent * 0.01, c.places)
        + round({rule}.fixed, c.places), round({rule}.floor, c.places)),
        round({rule}.cap, c.places))"""


def _part(cost: str, rule: str, who: str) -> str:
    """The part of ``cost`` that ``who`` funds under the operation of ``rule``.

    As ``money_split`` gives it to operator, provider and agency, in this order: whole minor units
    cut down, those left over to whoever lost most, earlier parts first when equal.
    """
    order = ("operator", "provider", "agency")

    def exact(party: str) -> str:
        return f"({cost} * power(10::numeric, places) * {rule}_{party} * 0.01)"

    def lost(party: str) -> str:
        return f"({exact(party)} - floor({exact(party)}))"

    whole = " - ".join(f"floor({exact(party)})" for party in order)
    left = f"({cost} * power(10::numeric, places) - {whole})"
    before = " + ".join(
        f"({lost(other)} {'>=' if order.index(other) < order.index(who) else '>'} {lost(who)})::int"
        for other in order
        if other != who
    )
    units = f"floor({exact(who)}) + ({left} > {before})::int"
    return f"CASE WHEN {cost} > 0 THEN ({units}) / power(10::numeric, places) ELSE 0 END"


# A rule is looked up again only where it differs from the one before it; the line then takes
# over the amount. Without an operation nothing is funded, and most sales have none.
COMPUTE = f"""
INSERT INTO {LINES}
WITH priced AS (
    SELECT u.agency_id, u.seq, s.id, u.past, u.open, c.places,
        sum(u.quantity * u.pays) AS pays, sum(u.quantity * u.kept) AS kept,
        sum(u.quantity * u.commission) AS paid, sum(u.quantity * u.provider) AS provider,
        COALESCE(sum(u.quantity * {_given("p")}), 0) AS present,
        COALESCE(sum(u.quantity * {_given("n")}), 0) AS other_new,
        COALESCE(sum(u.quantity * {_given("pp")}), 0) AS other_present_plain,
        COALESCE(sum(u.quantity * {_given("np")}), 0) AS other_new_plain
    FROM {CHUNK_UNITS} u
    JOIN {WINNERS} s ON {" AND ".join(f"s.{name} = u.{name}" for name in SAME)}
    JOIN {CURRENCIES} c ON c.code = u.currency
    LEFT JOIN {RULES} p ON p.rank = s.present_rank
    LEFT JOIN {RULES} n ON n.rank = s.new_rank AND s.new_rank IS DISTINCT FROM s.present_rank
    LEFT JOIN {RULES} pp ON pp.rank = s.present_plain AND s.present_rank <> s.present_plain
    LEFT JOIN {RULES} np ON np.rank = s.new_plain AND s.new_rank <> s.new_plain
    GROUP BY u.agency_id, u.seq, s.id, u.past, u.open, c.places
), told AS (
    SELECT priced.*, s.product_id, s.provider_id, s.currency, s.present_rank, s.new_rank,
        CASE WHEN s.new_rank IS NOT DISTINCT FROM s.present_rank THEN present
             ELSE other_new END AS new,
        p.operator_percent AS p_operator, p.provider_percent AS p_provider,
        p.agency_percent AS p_agency, p.operation_id IS NOT NULL AS p_operation,
        n.operator_percent AS n_operator, n.provider_percent AS n_provider,
        n.agency_percent AS n_agency, n.operation_id IS NOT NULL AS n_operation
    FROM priced JOIN {WINNERS} s ON s.id = priced.id
    LEFT JOIN {RULES} p ON p.rank = s.present_rank
    LEFT JOIN {RULES} n ON n.rank = s.new_rank
), costed AS (
    SELECT told.*,
        CASE WHEN p_operation THEN GREATEST(present - other_present_plain, 0) ELSE 0 END AS p_cost,
        CASE WHEN n_operation THEN GREATEST(new - other_new_plain, 0) ELSE 0 END AS n_cost
    FROM told
)
SELECT agency_id, seq, product_id, provider_id, currency, past, open, present_rank, new_rank,
       pays, kept, paid, provider, present, new,
       {_part("p_cost", "p", "provider")}, {_part("n_cost", "n", "provider")},
       {_part("p_cost", "p", "agency")}, {_part("n_cost", "n", "agency")}
FROM costed
"""


@dataclass(frozen=True)
class Sales:
    """Which sales are replayed: those sold in the period, and those whose service is to come.

    ``agency`` limits both to the sales of one agency.
    """

    first: date
    last: date
    today: date
    agency: int | None = None

    def values(self) -> dict[str, Any]:
        """As parameters of the statements."""
        return {
            "first": self.first,
            "last": self.last,
            "today": self.today,
            "agency": self.agency,
        }


def agencies_selling(sales: Sales) -> list[int]:
    """The keys of the agencies that made these sales."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT u.agency_id FROM shared.simulation_saleunit u WHERE {IN_SCOPE}",
            sales.values(),
        )
        return [row[0] for row in cursor.fetchall()]


def sales_replay(sales: Sales, rulebook: Rulebook) -> Iterator[float]:
    """Fill the temporary table :data:`LINES`; yields the part done (0 to 1) after each chunk."""
    tables_drop()
    with connection.cursor() as cursor:
        cursor.execute(LINES_TABLE)
        _currencies_list(cursor)
        cursor.execute(DAYS, sales.values())
        days = cursor.fetchall()
    total = sum(count for _day, count in days)
    done = 0
    for first, last, count in _chunks(days):
        _chunk_replay(sales, rulebook, first, last)
        done += count
        yield done / total
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {LINES}")


def tables_drop() -> None:
    """Forget the temporary tables of the last replay in this session."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in TABLES)}")


def _chunks(days: list[tuple[date, int]]) -> Iterator[tuple[date, date, int]]:
    """Whole days together until there are enough units; a day is never cut."""
    first, held = None, 0
    for day, count in days:
        first = first or day
        held += count
        if held >= CHUNK:
            yield first, day, held
            first, held = None, 0
    if first is not None:
        yield first, days[-1][0], held


def _currencies_list(cursor: Any) -> None:
    cursor.execute("SELECT DISTINCT currency FROM shared.simulation_saleunit")
    codes = [row[0] for row in cursor.fetchall()]
    cursor.execute(f"CREATE TEMP TABLE {CURRENCIES} (code text, places integer)")
    cursor.execute(
        f"INSERT INTO {CURRENCIES} SELECT * FROM unnest(%s::text[], %s::integer[])",
        [codes, [minor_unit(code) for code in codes]],
    )


def _chunk_replay(sales: Sales, rulebook: Rulebook, first: date, last: date) -> None:
    values: dict[str, Any] = {
        **sales.values(),
        "from": first,
        "to": last,
        "sale_edges": _edges(rulebook.sale_edges),
        "service_edges": _edges(rulebook.service_edges),
    }
    fits = " UNION ALL ".join(_fits(signature) for signature in rulebook.signatures)
    with connection.cursor() as cursor:
        for name in (CHUNK_UNITS, SITUATIONS, WINNERS):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(UNITS, values)
        cursor.execute(REDUCE)
        cursor.execute(DECIDE.replace("FITTING", fits or NOTHING_FITS))
        cursor.execute(COMPUTE)


def _fits(signature: Signature) -> str:
    """Rules of one signature with the situations they fit: the ranks by situation id.

    For a crowded signature the situations are first reduced to what its rules can tell apart,
    and each of those takes its smallest ranks back to all situations like it.
    """
    named = [scope for bit, scope in enumerate(SCOPES) if signature.scopes >> bit & 1]
    equal = "".join(f" AND r.{COLUMN_OF.get(scope, scope)} = s.{scope}" for scope in named)
    fits = FITS % signature.scopes + equal
    if not signature.crowded:
        ranks = ", ".join(f"r.{rank}" for rank in RANKS)
        return f"SELECT s.id, {ranks} FROM {SITUATIONS} s JOIN {RULES} r ON {fits}"
    same = [*named, *APART]
    kinds = (
        f"SELECT {', '.join(same)}, min(sale_date) AS sale_date, min(service_date) AS service_date"
        f" FROM {SITUATIONS} GROUP BY {', '.join(same)}"
    )
    best = ", ".join(f"min(r.{rank}) AS {rank}" for rank in RANKS)
    keys = ", ".join(f"s.{name}" for name in same)
    return (
        f"SELECT every.id, {', '.join(f'kind.{rank}' for rank in RANKS)} FROM {SITUATIONS} every "
        f"JOIN (SELECT {keys}, {best} FROM ({kinds}) s JOIN {RULES} r ON {fits} GROUP BY {keys}) "
        f"kind ON {' AND '.join(f'kind.{name} = every.{name}' for name in same)}"
    )


def _edges(days: tuple[date, ...]) -> list[date]:
    """Edges for ``width_bucket``, which wants at least one."""
    return list(days) or [date.min]
