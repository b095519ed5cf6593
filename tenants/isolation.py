"""The "no tenant, no data" guard: what tenant models refuse, and who may step outside.

Three mistakes are made loud here (architecture.md, tenancy rules):

* a tenant model asked for where no agency is current (router, :class:`NoAgency`);
* a lazy queryset built in one agency and evaluated in another (:class:`WrongAgency`);
* an object loaded in one agency and saved or deleted in another (:class:`WrongAgency`).

What this does not catch: raw SQL. There the agency's database role is the guard.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.conf import settings
from django.db import connection, models

SHARED = settings.PUBLIC_SCHEMA_NAME


class IsolationError(RuntimeError):
    """Base of the errors raised when the current agency is not the right one."""


class NoAgency(IsolationError):
    """Tenant data was asked for without an agency."""


class WrongAgency(IsolationError):
    """Tenant data of one agency was used while another was current."""


@contextmanager
def as_owner() -> Iterator[None]:
    """Run with the rights of the owner role: migrations and provisioning only."""
    previous = connection.owner_mode
    connection.owner_mode = True
    connection.search_path_set_schemas = None
    try:
        yield
    finally:
        connection.owner_mode = previous
        connection.search_path_set_schemas = None


def current_schema() -> str:
    """The schema every query of this thread would go to now."""
    return str(connection.schema_name)


class TenantQuerySet(models.QuerySet):
    """A queryset that remembers where it was built and refuses to run elsewhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._schema = current_schema()
        super().__init__(*args, **kwargs)

    def _clone(self) -> Self:
        clone = super()._clone()
        clone._schema = self._schema
        return clone

    # Every evaluation, and every further filter, goes through ``query``.
    @property
    def query(self) -> Any:
        if self.__dict__.get("_schema", current_schema()) != current_schema():
            raise WrongAgency(
                f"{self.model.__name__} queryset of {self._schema} used in {current_schema()}"
            )
        return super().query

    @query.setter
    def query(self, value: Any) -> None:
        models.QuerySet.query.fset(self, value)  # type: ignore[attr-defined]


class TenantModel(models.Model):
    """Base of every model whose table exists once per agency."""

    objects = models.Manager.from_queryset(TenantQuerySet)()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        instance = super().from_db(db, field_names, values)
        instance._state.schema = current_schema()  # type: ignore[attr-defined]
        return instance

    def _check_schema(self) -> None:
        loaded_in = getattr(self._state, "schema", None)
        if loaded_in is not None and loaded_in != current_schema():
            raise WrongAgency(f"{type(self).__name__} of {loaded_in} written in {current_schema()}")

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        self._check_schema()
        super().save_base(*args, **kwargs)
        self._state.schema = current_schema()  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._check_schema()
        return super().delete(*args, **kwargs)
