"""Cache keys carry the schema, so two agencies never read each other's entries."""

from django.db import connection


def schema_key(key: str, key_prefix: str, version: int) -> str:
    """Django ``KEY_FUNCTION``: ``schema:prefix:version:key``."""
    return f"{connection.schema_name}:{key_prefix}:{version}:{key}"
