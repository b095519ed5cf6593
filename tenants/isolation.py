"""The "no tenant, no data" guard: what tenant models refuse, and who may step outside.

Four mistakes are made loud here (architecture.md, tenancy rules):

* a tenant model asked for where no agency is current (router, :class:`NoAgency`);
* a lazy queryset built in one agency and evaluated in another (:class:`WrongAgency`);
* an object loaded in one agency and saved or deleted in another (:class:`WrongAgency`);
* an object of one agency followed, filtered by or linked to in another: its key would find
  a stranger's row with the same number (:class:`WrongAgency`).

What this does not catch: raw SQL, and bare keys carried from one agency to another. Raw SQL
meets the agency's database role; a bare number finds only rows of the current agency.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.conf import settings
from django.db import connection, connections, models

SHARED = settings.PUBLIC_SCHEMA_NAME

# Django keeps one connection a thread; finding it costs more than all the guards together,
# and every use of a queryset asks.
_of_this_thread = threading.local()


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
    try:
        return _of_this_thread.connection.schema_name
    except AttributeError:
        _of_this_thread.connection = connections[connection._alias]
        return _of_this_thread.connection.schema_name


def refuse_stranger(value: Any, doing: str = "used") -> None:
    """Raise WrongAgency when ``value`` is a tenant object of another agency than the current.

    Lists of objects and ``Q`` trees are searched too; anything else passes.
    """
    if isinstance(value, TenantModel):
        origin = value.schema_of_origin
        if origin is not None and origin != current_schema():
            raise WrongAgency(f"{type(value).__name__} of {origin} {doing} in {current_schema()}")
    elif isinstance(value, models.Q):
        for child in value.children:
            refuse_stranger(child[1] if isinstance(child, tuple) else child, doing)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            refuse_stranger(item, doing)


class TenantQuerySet(models.QuerySet):
    """A queryset that remembers where it was built and refuses to run elsewhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._schema = current_schema()
        super().__init__(*args, **kwargs)

    # Every evaluation, and every further filter, goes through ``query``.
    @property
    def query(self) -> Any:
        built_in = self.__dict__.get("_schema")
        if built_in is not None and built_in != current_schema():
            raise WrongAgency(
                f"{self.model.__name__} queryset of {built_in} used in {current_schema()}"
            )
        return super().query

    @query.setter
    def query(self, value: Any) -> None:
        models.QuerySet.query.fset(self, value)  # type: ignore[attr-defined]

    def _filter_or_exclude_inplace(self, negate: bool, args: Any, kwargs: Any) -> None:
        refuse_stranger([*args, *kwargs.values()], "filtered by")
        super()._filter_or_exclude_inplace(negate, args, kwargs)  # type: ignore[misc]

    def update(self, **kwargs: Any) -> int:
        """Update the rows; a tenant object of another agency is refused as a value."""
        refuse_stranger(list(kwargs.values()), "linked to")
        return super().update(**kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert ``objs``; they belong to this agency from then on."""
        objects = list(objs)
        refuse_stranger(objects, "written")
        created = super().bulk_create(objects, *args, **kwargs)
        for instance in created:
            instance._state.schema = current_schema()
        return created

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        """Update ``objs``, all of this agency."""
        objects = list(objs)
        refuse_stranger(objects, "written")
        return super().bulk_update(objects, *args, **kwargs)


class TenantModel(models.Model):
    """Base of every model whose table exists once per agency."""

    objects = models.Manager.from_queryset(TenantQuerySet)()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @property
    def schema_of_origin(self) -> str | None:
        """The schema this object was loaded from or saved in; None before either."""
        return getattr(self._state, "schema", None)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **options: Any) -> Self:
        """Build an object from a row, and remember whose row it is."""
        instance = super().from_db(db, field_names, values, **options)
        instance._state.schema = current_schema()  # type: ignore[attr-defined]
        return instance

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Save; raises WrongAgency when the object belongs to another agency."""
        refuse_stranger(self, "written")
        super().save_base(*args, **kwargs)
        self._state.schema = current_schema()  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; raises WrongAgency when the object belongs to another agency."""
        refuse_stranger(self, "deleted")
        return super().delete(*args, **kwargs)
