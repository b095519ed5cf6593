"""Bring the platform's own part of the database up to date: shared schema, rights, template."""

import time
from typing import Any

from django.core.management import BaseCommand, call_command
from django.db import connection

from tenants.roles import grant_member_rights
from tenants.template_script import schema_script

EXTENSIONS = ("citext", "unaccent", "pg_trgm", "btree_gist")


class Command(BaseCommand):
    help = "Create or update the shared schema, the agencies' rights and the template script."

    def handle(self, *args: Any, **options: Any) -> None:
        """Repeatable: a second run finds nothing to do."""
        for label, step in (
            ("schema and extensions", self._schema),
            ("migrations of the shared schema", self._migrate),
            ("rights of the agencies", grant_member_rights),
            ("template of an agency", schema_script),
        ):
            started = time.monotonic()
            step()
            self.stdout.write(f"  {label}: {time.monotonic() - started:.1f} s")

    def _schema(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS shared")
            for extension in EXTENSIONS:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA shared")

    def _migrate(self) -> None:
        call_command("migrate_schemas", shared=True, verbosity=0, interactive=False)
