"""Closed days, months and years of every agency's journal, to read (L8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from shared_apps.identity.access import requires
from shared_apps.journal.closings import totals_of
from shared_apps.journal.models import Closing, JournalLine
from shared_apps.operator.listing import listing_response
from shared_apps.operator.tables_closings import ClosingFilters, ClosingTable


@requires("sales.view")
def closings(request: HttpRequest) -> HttpResponse:
    """Every closing, the newest first."""
    return listing_response(
        request,
        template="operator/closings.html",
        title=_("Closings"),
        table_class=ClosingTable,
        filterset_class=ClosingFilters,
        queryset=Closing.objects.select_related("agency").order_by("-ends_on", "-seq"),
    )


@requires("sales.view")
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """One closing: totals per currency and kind, and the fingerprints that chain it."""
    found = get_object_or_404(Closing.objects.select_related("agency"), pk=pk)
    kinds = dict(JournalLine.Kind.choices)
    tables = [
        (
            title,
            [
                (currency, kinds.get(kind, kind), values)
                for currency, rows in sorted(totals_of(found, which).items())
                for kind, values in sorted(rows.items())
            ],
        )
        for which, title in (("totals", _("This period")), ("perpetual", _("Since the start")))
    ]
    context = {"closing": found, "tables": tables}
    return render(request, "operator/closing.html", context)
