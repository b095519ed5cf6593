"""The offices' tables (R88 to R90): sort, filter under each heading, totals, export, deep links.

A page gives a django-tables2 table, a django-filter set whose filters carry the names of the
columns, and a queryset; :func:`listing_response` does the rest and keeps everything in the
address bar, so that any state of a table is a link. Without JavaScript the filter row is a
form with a button; with htmx only the table is replaced.

An export holds all rows of the current filter and sort, with the columns on screen: what one
sees, over all pages. Cells that a spreadsheet would run as a formula are defused.

Totals are sums per currency, never across. The count and the page are the only extra queries.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

PAGE_SIZES = (25, 50, 100, 250)
SESSION_KEY = "columns:"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class TotalsRow:
    """Sums of one currency (or one kind of movement in it): column name → amount."""

    label: str | Promise
    currency: str
    amounts: dict[str, Decimal]


Totals = Callable[[QuerySet], Sequence[TotalsRow]]


class OfficeTable(tables.Table):
    """Base of every table. ``hidden_at_first`` columns show once somebody asks for them."""

    hidden_at_first: ClassVar[list[str]] = []

    class Meta:
        order_by_field = "sort"
        attrs = {"class": "table table-vcenter card-table"}
        empty_text = ""


class AmountColumn(tables.TemplateColumn):
    """An amount in the row's currency; sorts and exports as a number."""

    def __init__(self, field_name: str, currency: str = "currency", **extra: Any) -> None:
        attrs = {"td": {"class": "text-end"}, "th": {"class": "text-end"}}
        super().__init__(
            "{% load office %}{{ record." + field_name + "|money:record." + currency + " }}",
            attrs=attrs,
            **extra,
        )
        self.field_name = field_name

    def value(self, **kwargs: Any) -> Any:
        """The plain number, for exports."""
        return getattr(kwargs["record"], self.field_name)


class NumberColumn(tables.Column):
    """A right-aligned number."""

    def __init__(self, *args: Any, **extra: Any) -> None:
        attrs = {"td": {"class": "text-end amount"}, "th": {"class": "text-end"}}
        super().__init__(*args, attrs=attrs, **extra)


class AnyOf(django_filters.ChoiceFilter):
    """One of a few choices, or all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("All"))
        super().__init__(*args, **kwargs)


class ContainsFilter(django_filters.CharFilter):
    """Rows that contain what was typed, whatever its case and accents (D5)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["lookup_expr"] = "unaccent__icontains"
        super().__init__(*args, **kwargs)


@dataclass
class Listing:
    """One table as it stands: rows of a page, filters, totals, and links to everything else."""

    table: tables.Table
    filterset: django_filters.FilterSet
    totals: Sequence[TotalsRow]
    hidden: list[str]
    request: HttpRequest
    rows: QuerySet
    extra: list[BoundField] = field(default_factory=list)
    more: list[BoundField] = field(default_factory=list)

    @property
    def columns(self) -> list[tuple[Any, BoundField | None]]:
        """Visible columns with the filter that belongs under each heading."""
        form = self.filterset.form
        return [(c, form[c.name] if c.name in form.fields else None) for c in self.table.columns]

    @property
    def choosable(self) -> list[tuple[str, Any, bool]]:
        """Every column with its heading and whether it is shown."""
        return [
            (name, column.verbose_name, name not in self.hidden)
            for name, column in self.table.base_columns.items()
            if column.verbose_name
        ]

    @property
    def total_cells(self) -> list[tuple[TotalsRow, list[Decimal | None]]]:
        """Each totals row with one cell per visible column after the first."""
        names = [column.name for column in self.table.columns][1:]
        return [(row, [row.amounts.get(name) for name in names]) for row in self.totals]

    @property
    def active(self) -> list[tuple[Any, str, str]]:
        """Filters in use as (label, shown value, address without it)."""
        chips = []
        for name, bound in self.filterset.form.fields.items():
            value = self.request.GET.get(name)
            if not value:
                continue
            query = self.request.GET.copy()
            query.pop(name)
            query.pop("page", None)
            choices = dict(getattr(bound, "choices", []))
            shown = choices.get(value, value)
            chips.append((bound.label, str(shown), f"?{query.urlencode()}"))
        return chips

    @property
    def sorted_by(self) -> list[str]:
        """The sort keys somebody asked for; the table's own order needs no address."""
        return self.request.GET.getlist("sort")

    @property
    def page_sizes(self) -> tuple[int, ...]:
        """The page sizes on offer."""
        return PAGE_SIZES

    def export_url(self, kind: str) -> str:
        """This table in the format ``kind``, same filters, same sort."""
        query = self.request.GET.copy()
        query.pop("page", None)
        query["export"] = kind
        return f"?{query.urlencode()}"

    @property
    def csv_url(self) -> str:
        """This table as CSV."""
        return self.export_url("csv")

    @property
    def xlsx_url(self) -> str:
        """This table as a spreadsheet."""
        return self.export_url("xlsx")


def _without_empty(query: QueryDict) -> QueryDict:
    """A form sends its empty fields too; links and the address bar are better without them."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if filled := [value for value in values if value]:
            kept.setlist(name, filled)
    return kept


def _page_size(request: HttpRequest) -> int:
    asked = request.GET.get("per_page", "")
    return int(asked) if asked.isdigit() and int(asked) in PAGE_SIZES else PAGE_SIZES[0]


def _page_number(request: HttpRequest, table: tables.Table, size: int) -> int:
    asked = request.GET.get("page", "")
    last = max(1, -(-len(table.rows) // size))
    return min(max(int(asked), 1), last) if asked.isdigit() and len(asked) < 9 else 1


def listing_build(
    request: HttpRequest,
    *,
    table_class: type[OfficeTable],
    filterset_class: type[django_filters.FilterSet],
    queryset: QuerySet,
    totals: Totals | None = None,
) -> Listing:
    """The listing of ``queryset`` as the address bar asks for it."""
    request.GET = _without_empty(request.GET)  # type: ignore[assignment]
    filterset = filterset_class(request.GET, queryset=queryset, request=request)
    rows = filterset.qs
    hidden = request.session.get(SESSION_KEY + table_class.__name__, table_class.hidden_at_first)
    order = [key for key in request.GET.getlist("sort") if key]
    table = table_class(rows, exclude=hidden, request=request)
    if order:
        table.order_by = order
    if "export" not in request.GET:
        size = _page_size(request)
        table.paginate(page=_page_number(request, table, size), per_page=size)
    names = set(table.columns.names())
    # Filters without a heading to stand under stand on top; those of hidden columns wait there.
    loose = [filterset.form[name] for name in filterset.form.fields if name not in names]
    more = [f for f in loose if f.name in table.base_columns and f.name not in request.GET]
    extra = [f for f in loose if f not in more]
    return Listing(
        table, filterset, totals(rows) if totals else [], hidden, request, rows, extra, more
    )


def listing_response(request: HttpRequest, **parts: Any) -> HttpResponse:
    """Answer a list page, its htmx part, its export, or (POST) the choice of columns.

    Takes what :func:`listing_page` takes.
    """
    if request.method == "POST":
        return _columns_keep(request, parts["table_class"])
    return listing_page(request, **parts)


def listing_page(
    request: HttpRequest,
    *,
    template: str,
    title: str,
    context: dict[str, Any] | None = None,
    picture: Callable[[QuerySet], Any] | None = None,
    prepare: Callable[[Listing], dict[str, Any]] | None = None,
    body: str = "office/listing/body.html",
    path: str = "",
    status: int = 200,
    **parts: Any,
) -> HttpResponse:
    """The list, its htmx part or its export, whatever the method of the request.

    ``picture`` makes what the template shows above the table, from the filtered rows. ``prepare``
    is handed the listing before it is shown and answers what else the template needs; ``body``
    is the template of the table itself, and ``path`` the list's own address when a form that
    failed is answered from another.
    """
    listing = listing_build(request, **parts)
    kind = request.GET.get("export")
    if kind == "csv":
        return _csv(listing, title)
    if kind == "xlsx":
        return _xlsx(listing, title)
    shown = {**(context or {}), "listing": listing, "page_title": title, "listing_body": body}
    shown["list_path"] = path or request.path
    if picture:
        shown["picture"] = picture(listing.rows)
    if prepare:
        shown |= prepare(listing)
    if request.headers.get("HX-Target") != "listing":
        return render(request, template, shown, status=status)
    part = render(request, body, shown)
    query = request.GET.urlencode()
    part["HX-Push-Url"] = f"{request.path}?{query}" if query else request.path
    return part


def _columns_keep(request: HttpRequest, table_class: type[OfficeTable]) -> HttpResponse:
    shown = set(request.POST.getlist("column"))
    # A column without a heading (boxes to tick) is never on offer, so it is never hidden.
    every = [name for name, column in table_class.base_columns.items() if column.verbose_name]
    hidden = [name for name in every if name not in shown] if shown else []
    request.session[SESSION_KEY + table_class.__name__] = hidden
    return redirect(request.get_full_path())


def _defused(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _rows(listing: Listing) -> Iterator[list[Any]]:
    for row in listing.table.as_values():
        yield [_defused("" if value is None else value) for value in row]


def _csv(listing: Listing, title: str) -> HttpResponse:
    # The byte order mark is what tells spreadsheets that accents are UTF-8.
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    csv.writer(response, delimiter=";").writerows(_rows(listing))
    response["Content-Disposition"] = f'attachment; filename="{slugify(title)}.csv"'
    return response


def _xlsx(listing: Listing, title: str) -> HttpResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(slugify(title)[:31] or "1")
    for row in _rows(listing):
        sheet.append([v if isinstance(v, int | float | Decimal) else str(v) for v in row])
    content = BytesIO()
    book.save(content)
    response = HttpResponse(
        content.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="{slugify(title)}.xlsx"'
    return response
