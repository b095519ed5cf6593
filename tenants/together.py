"""Writes the new rows of one business event in one statement, instead of one per table.

A sale on a busy departure writes eight rows into seven tables. Each statement costs a turn
between two processes, which is most of what a sale costs. Inside :func:`written_together`, verbs
hand their new rows to :func:`rows_write`; when the block ends well they all go to the database in
one statement of several INSERTs. Outside such a block :func:`rows_write` writes at once, so that
a verb need not know whether it is part of something larger.

Rows of one table keep their order. Between tables there is none, and foreign keys are checked
when the statement ends, so rows may refer to each other as long as their keys are known before:
UUIDs are made by us, numbers come from :func:`key_reserve`. Keys that the database gives are not
read back, which nobody needs of an audit entry or a line of evidence.

Not for rows that a later statement of the block must find, and not for rows that may exist
already: a conflict is an error, and the transaction is lost.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.db import connection, models

from tenants.isolation import TenantModel, current_schema, refuse_stranger

_pads = threading.local()


@contextmanager
def written_together() -> Iterator[None]:
    """Collect the rows handed to :func:`rows_write` and write them when the block ends well.

    Must stand inside a transaction. A failure in the block writes nothing. Blocks may be nested:
    the outermost one writes.
    """
    if getattr(_pads, "rows", None) is not None:
        yield
        return
    if not connection.in_atomic_block:
        raise RuntimeError("Rows are written together inside a transaction")
    rows: list[models.Model] = []
    _pads.rows = rows
    try:
        yield
    finally:
        _pads.rows = None
    _write(rows)


def rows_write(rows: Iterable[models.Model]) -> None:
    """Insert new ``rows``: at once, or with everything else of :func:`written_together`.

    Raises :class:`~tenants.isolation.WrongAgency` for a row of another agency.
    """
    new = list(rows)
    refuse_stranger(new, "written")
    for row in new:
        for field in row._meta.local_concrete_fields:
            field.pre_save(row, add=True)  # the times of writing, which callers may read
    waiting = getattr(_pads, "rows", None)
    if waiting is None:
        _write(new)
    else:
        waiting.extend(new)


def key_reserve(model: type[models.Model]) -> int:
    """A number for a new row of ``model``, which no other row will ever have."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval('{model._meta.db_table}_id_seq')")
        return int(cursor.fetchone()[0])


def _write(rows: list[models.Model]) -> None:
    tables: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    statements, values = [], []
    for model, new in tables.items():
        # Rows with a key of ours and rows that get one are different statements.
        for keyed in (True, False):
            group = [row for row in new if (row.pk is not None) is keyed]
            if group:
                text, parameters = _insert(model, group, keyed=keyed)
                statements.append(text)
                values.extend(parameters)
    if not statements:
        return
    *first, last = statements
    named = ", ".join(f"rows_{number} AS ({text})" for number, text in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if named else last, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
        if isinstance(row, TenantModel):
            row._state.schema = current_schema()  # type: ignore[attr-defined]


@lru_cache(maxsize=100)
def _shape(model: type[models.Model], keyed: bool) -> tuple[str, str, tuple[models.Field, ...]]:
    """The beginning of an INSERT, the places of one row, and the fields in their order."""
    fields = tuple(
        field
        for field in model._meta.local_concrete_fields
        if keyed or not isinstance(field, models.AutoField)
    )
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ", places, fields


def _insert(model: type[models.Model], rows: list[models.Model], *, keyed: bool) -> tuple:
    start, places, fields = _shape(model, keyed)
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in rows
        for field in fields
    ]
    return start + ", ".join([f"({places})"] * len(rows)), values
