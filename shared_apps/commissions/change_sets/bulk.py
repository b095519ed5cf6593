"""Changing thousands of rules at once (R56, R57): a few statements, however many rows.

The rows are copied inside the database: ten thousand drafts are made in the time of a few
round trips, and each of them is checked by the same constraints as a single one.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared_apps.audit.actions import audit_record
from shared_apps.commissions.books import SERIES, Book, series_heads
from shared_apps.commissions.change_sets.drafting import changes_check, drafts_of
from shared_apps.commissions.locks import draft_set_lock
from shared_apps.commissions.models import RuleStatus
from shared_apps.commissions.versions import TERMS

# The constraints of ``models.rule_constraints``, as the field to mend and what to say.
REFUSALS: dict[str, tuple[str, str | Promise]] = {
    "percent": ("percent", _("A percentage lies between 0 and 100.")),
    "amounts": ("fixed", _("An amount cannot be negative.")),
    "floor_cap": ("cap", _("The cap is below the floor.")),
    "currency": ("currency", _("Amounts need a currency.")),
    "sale_window": ("sale_to", _("The last day is before the first.")),
    "service_window": ("service_to", _("The last day is before the first.")),
}


@transaction.atomic
def rules_draft_many(
    book: Book, *, change_set: Any, rules: QuerySet[Any], changes: dict[str, Any]
) -> int:
    """Draft the same ``changes`` for each of ``rules``; returns how many rules they touch.

    ``rules`` are versions of this book and drafts of this set; a rule that comes twice is touched
    once, and one that never was in force (withdrawn, or waiting for approval) is passed over.
    ``changes`` are as in :func:`rule_draft`. All or nothing: raises ValidationError naming
    the field when one of the rules would make no sense, for instance a cap below its own floor.
    """
    locked = draft_set_lock(book, change_set.pk)
    changes_check(book, changes)
    cleaned = _cleaned(book, changes)
    ids = list(rules.order_by().values_list("pk", flat=True))
    named = book.rule_model.objects.filter(pk__in=ids).annotate(key=SERIES)
    published = named.exclude(status=RuleStatus.DRAFT).order_by()
    wanted = set(published.values_list("key", flat=True))
    mine = drafts_of(book, locked)
    drafted = set(mine.filter(series__in=wanted).values_list("series", flat=True))
    try:
        with transaction.atomic():
            touched = mine.filter(Q(pk__in=ids) | Q(series__in=drafted)).order_by()
            count = touched.update(**cleaned, retires=False)
            count += _copy(book, locked, wanted - drafted, cleaned)
    except IntegrityError as error:
        raise _refusal(error) from error
    audit_record(
        verb="rules_draft_many",
        target=locked,
        after={"rules": count, **{name: str(value) for name, value in changes.items()}},
    )
    return count


def _cleaned(book: Book, changes: dict[str, Any]) -> dict[str, Any]:
    """``changes`` by column, each value checked and converted by its field."""
    blank, cleaned, errors = book.rule_model(), {}, {}
    for name, value in changes.items():
        field = book.rule_model._meta.get_field(name)
        try:
            if name in book.scopes:
                cleaned[field.attname] = None if value is None else value.pk
            else:
                cleaned[name] = field.clean(value, blank)
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise ValidationError(errors)
    return cleaned


def _copy(book: Book, change_set: Any, series: set[int], cleaned: dict[str, Any]) -> int:
    """Insert a draft after the newest version of each rule of ``series``, with the new values."""
    if not series:
        return 0
    heads = series_heads(book).select_related(None).filter(series_key__in=series)
    model, values, parts, parameters = book.rule_model, {}, [], []
    table = connection.ops.quote_name(model._meta.db_table)
    for name in (*TERMS, *(f"{scope}_id" for scope in book.scopes)):
        values[name] = cleaned.get(name, Ellipsis)
    for name, value in values.items():
        field = model._meta.get_field(name.removesuffix("_id") if name not in TERMS else name)
        if value is Ellipsis:
            parts.append(f't."{field.column}"')
        else:
            parts.append(f"%s::{field.db_type(connection)}")
            parameters.append(field.get_db_prep_save(value, connection))
    columns = ", ".join(
        f'"{model._meta.get_field(name.removesuffix("_id") if name not in TERMS else name).column}"'
        for name in values
    )
    statement = f"""
        INSERT INTO {table} ({columns}, series, version, status, retires, created_at,
                             created_by_id, change_set_id)
        SELECT {", ".join(parts)}, COALESCE(t.series, t.id),
               1 + (SELECT max(v.version) FROM {table} v
                    WHERE v.status <> 'draft'
                      AND (v.series = COALESCE(t.series, t.id) OR v.id = COALESCE(t.series, t.id))),
               'draft', FALSE, now(), %s, %s
        FROM {table} t WHERE t.id = ANY(%s)
    """
    keys = [pk for pk, _key in heads.values_list("pk", "series_key")]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, change_set.author_id, change_set.pk, keys])
        return int(cursor.rowcount)


def _refusal(error: IntegrityError) -> ValidationError:
    """What a broken constraint means to whoever typed the value. Re-raises any other error."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    for suffix, (field, words) in REFUSALS.items():
        if name.removeprefix("commission_rule_").removeprefix("override_") == suffix:
            return ValidationError({field: words})
    raise error
