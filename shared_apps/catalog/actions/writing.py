"""One way to write a catalogue row: compare the version, write, audit (R10, R32).

Two people editing one row is normal, and silently overwriting the first is not: every write
is one conditional UPDATE on the version that was read. When it finds nothing, somebody else
was quicker and the writer is told. No lock is taken, so nothing waits.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models.status import CatalogueRow

Row = TypeVar("Row", bound=CatalogueRow)


def as_json(value: Any) -> Any:
    """``value`` as an audit entry keeps it: amounts, dates and rows as text."""
    if isinstance(value, Decimal | date | datetime | time):
        return str(value)
    if isinstance(value, models.Model):
        return str(value)
    return value


def stale(row: CatalogueRow) -> CatalogRefused:
    """The refusal for a row that changed since it was read (R32)."""
    return CatalogRefused(
        "stale",
        _("“%s” was changed by somebody else in the meantime. Load it again and compare.") % row,
    )


def row_write(row: Row, *, verb: str, changes: dict[str, Any], label: str = "") -> bool:
    """Write ``changes`` to ``row`` if they differ, and the audit entry; says whether they did.

    Must run in a transaction. Raises ValidationError for a value a field refuses, and
    CatalogRefused (``stale``) when ``row`` is no longer the version that was read.
    """
    before = {name: getattr(row, name) for name in changes}
    differing = {name: value for name, value in changes.items() if before[name] != value}
    if not differing:
        return False
    for name, value in differing.items():
        setattr(row, name, value)
    try:
        row.clean_fields(
            exclude={field.name for field in row._meta.fields if field.name not in differing}
        )
        written = {name: getattr(row, name) for name in differing}
        found = type(row)._base_manager.filter(pk=row.pk, version=row.version)
        if not found.update(**written, version=row.version + 1, updated_at=timezone.now()):
            raise stale(row)
    except Exception:
        for name, value in before.items():
            setattr(row, name, value)
        raise
    row.version += 1
    audit_record(
        verb=verb,
        target=row,
        label=label,
        before={name: as_json(before[name]) for name in differing},
        after={name: as_json(value) for name, value in written.items()},
    )
    return True


def row_touch(row: CatalogueRow) -> None:
    """Count a change of the row's parts (rates, pictures) as a change of the row (R32).

    Raises CatalogRefused (``stale``) when ``row`` is no longer the version that was read.
    """
    found = type(row)._base_manager.filter(pk=row.pk, version=row.version)
    if not found.update(version=row.version + 1, updated_at=timezone.now()):
        raise stale(row)
    row.version += 1
