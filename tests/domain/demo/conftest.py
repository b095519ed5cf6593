"""An empty platform: the template's schema without its world."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.database import copy_of_template, template_database

# Hashing is slow on purpose; the demo's nine people would cost this module ten seconds.
QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
# What migrations put in: the platform's own rows, and the law as dated data.
KEPT = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "tenants_schemascript",
    "invoices_legaltext",
    "invoices_vattreatment",
}


def _empty() -> None:
    """Remove every row and agency; append-only tables let go only because we own them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT schema_name FROM shared.tenants_agency")
        for (schema,) in cursor.fetchall():
            cursor.execute(f'DROP SCHEMA "{schema}" CASCADE')
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'shared'")
        tables = [f'shared."{name}"' for (name,) in cursor.fetchall() if name not in KEPT]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture(scope="module")
def empty_platform(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A database of this module's own, set up and without any agency; the tests commit to it."""
    with QUICK, django_db_blocker.unblock(), copy_of_template(template_database()):
        _empty()
        yield
