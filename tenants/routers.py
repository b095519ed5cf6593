"""Refuses tenant models where no agency is current, and objects of another agency.

Django asks a router before every query and hands over the object a relation starts from, so
this is where following ``order.lines`` or ``line.order`` into another agency is caught.
"""

from functools import cache
from typing import Any

from django.conf import settings

from tenants.isolation import (
    SHARED,
    NoAgency,
    TenantModel,
    WrongAgency,
    current_schema,
    refuse_stranger,
)


@cache
def tenant_labels() -> frozenset[str]:
    """App labels whose tables exist only in agency schemas."""
    return frozenset(name.rsplit(".", 1)[-1] for name in settings.OUR_TENANT_APPS)


class TenantOnlyRouter:
    """Speaks only to refuse; Django's default answer stands otherwise."""

    def _guard(self, model: Any, instance: Any) -> None:
        if model._meta.app_label not in tenant_labels():
            return
        if current_schema() == SHARED:
            raise NoAgency(
                f"{model._meta.label} lives in an agency's schema and no agency is current"
            )
        if instance is not None:
            refuse_stranger(instance, "followed")

    def db_for_read(self, model: Any, instance: Any = None, **_hints: Any) -> None:
        """Raise :class:`NoAgency` or :class:`WrongAgency` for tenant data of nobody or others."""
        self._guard(model, instance)

    def db_for_write(self, model: Any, instance: Any = None, **_hints: Any) -> None:
        """Raise :class:`NoAgency` or :class:`WrongAgency` for tenant data of nobody or others."""
        self._guard(model, instance)

    def allow_relation(self, obj1: Any, obj2: Any, **_hints: Any) -> None:
        """Raise :class:`WrongAgency` when two objects of two agencies are to be linked."""
        if not (isinstance(obj1, TenantModel) and isinstance(obj2, TenantModel)):
            return
        one, other = obj1.schema_of_origin, obj2.schema_of_origin
        if one is not None and other is not None and one != other:
            raise WrongAgency(f"{type(obj1).__name__} of {one} linked to one of {other}")
