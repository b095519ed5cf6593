"""What PostgreSQL knows about one schema, without its name: two equal schemas give equal rows."""

from django.db import connection

from tenants.isolation import as_owner

QUERIES = {
    "columns": """
        SELECT c.relname, c.relkind, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
               a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = %(schema)s::regnamespace AND NOT a.attisdropped
        ORDER BY 1, 3""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype, condeferrable, condeferred,
               convalidated, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace ORDER BY 1, 2""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = %(schema)s ORDER BY 1, 2""",
    "sequences": """
        SELECT sequencename, data_type::text, start_value, increment_by, cycle
        FROM pg_sequences WHERE schemaname = %(schema)s ORDER BY 1""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal AND tgrelid IN (
            SELECT oid FROM pg_class WHERE relnamespace = %(schema)s::regnamespace)
        ORDER BY 1, 2""",
    "rights": """
        SELECT c.relname, grantee::regrole::text, privilege_type
        FROM pg_class c, aclexplode(c.relacl)
        WHERE c.relnamespace = %(schema)s::regnamespace ORDER BY 1, 2, 3""",
    "migrations": """SELECT app, name FROM {schema}.django_migrations ORDER BY 1, 2""",
}


def catalogue_of(schema: str) -> dict[str, list[str]]:
    """Rows of every kind as text, the schema's (and role's) name replaced by ``SCHEMA``."""
    found = {}
    with as_owner(), connection.cursor() as cursor:
        for kind, sql in QUERIES.items():
            cursor.execute(sql.replace("{schema}", schema), {"schema": schema})
            found[kind] = [repr(row).replace(schema, "SCHEMA") for row in cursor.fetchall()]
    return found
