"""Hands the agencies' overrides to a simulation, in the operator's session and in plain SQL.

A simulation spans agencies, so it runs as the operator and names each schema: one statement
reads fifty of them, where entering each agency in turn would take several per agency. Nothing is
written in any schema.
"""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from psycopg import sql

from shared_apps.simulation.rulebook import COLUMNS, DRAFTED, STANDING, TERMS
from tenants.models import Agency

TOGETHER = 50  # schemas in one statement
ONE_AGENCY = (
    "SELECT 'A', COALESCE(t.series, t.id), t.version, t.status = 'draft', t.retires, "
    + TERMS
    + ", {agency}::bigint, NULL::bigint, NULL::bigint, NULL::numeric, NULL::numeric, NULL::numeric"
    + " FROM {schema}.overrides_commissionoverride t"
    + f" WHERE ({STANDING}) OR ({DRAFTED})"
)


def overrides_draw(
    *, into: str, agencies: Sequence[Agency], on: date, override_set: int | None
) -> None:
    """See :func:`shared_apps.simulation.ports.overrides_draw`."""
    with connection.cursor() as cursor:
        for first in range(0, len(agencies), TOGETHER):
            parts = [
                sql.SQL(ONE_AGENCY).format(
                    agency=sql.Literal(agency.pk), schema=sql.Identifier(agency.schema_name)
                )
                for agency in agencies[first : first + TOGETHER]
            ]
            statement = sql.SQL("INSERT INTO {into} ({columns}) ").format(
                into=sql.Identifier(into), columns=sql.SQL(COLUMNS)
            ) + sql.SQL(" UNION ALL ").join(parts)
            cursor.execute(statement, {"on": on, "set": override_set})
