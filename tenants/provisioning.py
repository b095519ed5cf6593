"""Making an agency: its row, host, schema and role, in one transaction and well under a second.

Brand, terms, selection and the first admin are put in by callers through
:func:`agency_create`'s ``furnish`` hook, in the same transaction: an agency is whole or absent.
"""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django_tenants.utils import schema_exists, tenant_context
from psycopg.errors import DependentObjectsStillExist

from tenants.isolation import as_owner
from tenants.models import Agency, Domain, schema_name_for
from tenants.roles import agency_role_sql
from tenants.template_script import migrations_key, schema_script

Furnish = Callable[[Agency], None]


@lru_cache(maxsize=1)
def _script(_key: str) -> str:
    return schema_script()


def _build_schema(schema: str) -> None:
    script = _script(_process_key())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{schema}"')
        cursor.execute(f'SET LOCAL search_path = "{schema}", shared')
        cursor.execute(script)
        cursor.execute(agency_role_sql(schema))
    connection.search_path_set_schemas = None


@lru_cache(maxsize=1)
def _process_key() -> str:
    # Migration files do not change while a process runs.
    return migrations_key()


def agency_create(*, agency: Agency, domain: str = "", furnish: Furnish | None = None) -> Agency:
    """Create ``agency`` (unsaved) with its host, schema and role; then ``furnish`` it.

    ``domain`` is an own domain besides the sub-domain, which is always there. ``furnish`` runs
    with the new agency current, under the agency's role. Everything is one transaction: a
    failure anywhere leaves nothing. Raises ValidationError for a bad or taken name, also when
    somebody else takes it at the same moment.
    """
    agency.schema_name = schema_name_for(agency.slug)
    agency.full_clean()
    hosts = [f"{agency.slug}.{settings.BASE_DOMAIN}"]
    if domain:
        hosts.append(domain.strip().lower().removeprefix("www."))
    # The recording may have to be made; that must not happen inside our transaction.
    _script(_process_key())
    with transaction.atomic():
        if schema_exists(agency.schema_name):
            raise ValidationError({"slug": _("This name is taken.")})
        _save_rows(agency, hosts)
        _build_schema(agency.schema_name)
        if furnish is not None:
            with tenant_context(agency):
                furnish(agency)
    return agency


def _save_rows(agency: Agency, hosts: list[str]) -> None:
    """Save the agency and its hosts, the last one being its address. Raises ValidationError."""
    try:
        # Two creations of one name meet here: the second waits for the first, then fails.
        agency.save()
    except IntegrityError:
        raise ValidationError({"slug": _("This name is taken.")}) from None
    for position, host in enumerate(hosts):
        domain = Domain(tenant=agency, domain=host, is_primary=position == len(hosts) - 1)
        domain.full_clean()
        try:
            domain.save()
        except IntegrityError:
            raise ValidationError({"domain": _("This host is not available.")}) from None


def agency_drop(agency: Agency) -> None:
    """Remove an agency that sold nothing: its schema, role and rows, or nothing at all.

    Raises ProtectedError when shared rows (journal, holds, agreements) refer to it. For an
    agency with a past there is the status ``closed``.
    """
    schema = agency.schema_name
    with transaction.atomic(), as_owner(), connection.cursor() as cursor:
        agency.delete()
        cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        try:
            # Roles belong to the server: another database on it may know an agency of this
            # name. Then the role stays, with no right left in this one.
            with transaction.atomic():
                cursor.execute(f'DROP ROLE IF EXISTS "{schema}"')
        except DatabaseError as error:
            if not isinstance(error.__cause__, DependentObjectsStillExist):
                raise
