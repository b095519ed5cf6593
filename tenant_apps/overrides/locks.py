"""The one lock of an agency's markups: changes wait for each other, sales only read."""

from django.db import connection

NAMESPACE = 0x4D41524B  # "MARK": keeps the number apart from other advisory locks


def markups_lock() -> None:
    """Wait for the current agency's markups and keep them until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [NAMESPACE, connection.schema_name]
        )
