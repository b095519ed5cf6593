"""Refuses tenant models where no agency is current (architecture.md, "no tenant, no data")."""

from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection

from tenants.isolation import SHARED, NoAgency


@cache
def tenant_labels() -> frozenset[str]:
    """App labels whose tables exist only in agency schemas."""
    return frozenset(name.rsplit(".", 1)[-1] for name in settings.OUR_TENANT_APPS)


class TenantOnlyRouter:
    """Speaks only to refuse; Django's default answer stands otherwise."""

    def _guard(self, model: Any) -> None:
        if model._meta.app_label in tenant_labels() and connection.schema_name == SHARED:
            raise NoAgency(
                f"{model._meta.label} lives in an agency's schema and no agency is current"
            )

    def db_for_read(self, model: Any, **_hints: Any) -> None:
        """Raise :class:`NoAgency` for a tenant model without an agency."""
        self._guard(model)

    def db_for_write(self, model: Any, **_hints: Any) -> None:
        """Raise :class:`NoAgency` for a tenant model without an agency."""
        self._guard(model)
