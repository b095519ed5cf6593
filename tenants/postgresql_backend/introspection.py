"""Lists the tables of one schema at the same price with one agency or a thousand.

Django asks ``pg_class`` for every visible table, which reads the rows of all schemas and calls
a function on each: with a fleet, migrating every schema becomes quadratic (tenancy.md). Every
table depends on its schema in ``pg_depend``, and that catalogue has an index that fits.
"""

from typing import Any

import django.db.backends.postgresql.base  # noqa: F401  (first: it and introspection import each other)
from django.db.backends.postgresql.introspection import TableInfo
from django_tenants.postgresql_backend.introspection import DatabaseSchemaIntrospection

TABLES_OF_SCHEMA = """
    SELECT c.relname,
           CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v' ELSE 't' END,
           obj_description(c.oid, 'pg_class')
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class c ON c.oid = d.objid
    WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass
      AND d.refobjid = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)
      AND d.classid = 'pg_catalog.pg_class'::regclass
      AND c.relkind IN ('f', 'm', 'p', 'r', 'v')
    ORDER BY c.relname
"""


class SchemaIntrospection(DatabaseSchemaIntrospection):
    """Introspection of the current schema alone, without reading the catalogue of the others."""

    def get_table_list(self, cursor: Any) -> list[TableInfo]:
        """The tables and views of the connection's schema."""
        cursor.execute(TABLES_OF_SCHEMA, [self.connection.schema_name])
        return [TableInfo(*row) for row in cursor.fetchall() if row[0] not in self.ignored_tables]
