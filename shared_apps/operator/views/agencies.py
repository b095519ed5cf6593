"""Agencies: the list, opening one, and its file."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shared_apps.identity.access import person, requires
from shared_apps.operator import actions, ports, queries
from shared_apps.operator.filters import AgencyFilters
from shared_apps.operator.forms import AgencyForm, ReasonForm
from shared_apps.operator.listing import listing_response
from shared_apps.operator.tables import AgencyTable
from tenants.models import Agency
from tenants.resolution import agency_url, host_url


@requires("agencies.view")
def agencies(request: HttpRequest) -> HttpResponse:
    """All agencies with this month's sales."""
    return listing_response(
        request,
        template="operator/agencies.html",
        title=_("Agencies"),
        table_class=AgencyTable,
        filterset_class=AgencyFilters,
        queryset=queries.agencies(),
        totals=queries.agency_totals,
    )


@requires("agencies.create")
def agency_new(request: HttpRequest) -> HttpResponse:
    """Open an agency: the same as ``manage.py agency_create``, measured."""
    looks = ports.theme_presets()
    form = AgencyForm(request.POST or None, looks=looks)
    if request.method == "POST" and form.is_valid():
        try:
            opened = ports.agency_open(**form.terms())
        except ValidationError as error:
            _errors_add(form, error)
        else:
            request.session["opened"] = {
                "slug": opened.agency.slug,
                "url": opened.url,
                "office_url": opened.office_url,
                "seconds": round(float(opened.seconds), 2),
                "email": form.cleaned_data["admin_email"],
            }
            return redirect("operator_agency", opened.agency.slug)
    return render(request, "operator/agency_new.html", {"form": form, "looks": looks})


def _errors_add(form: AgencyForm, error: ValidationError) -> None:
    known: dict[str, Any] = getattr(error, "error_dict", {})
    for name, reasons in known.items():
        form.add_error(name if name in form.fields else None, reasons)
    if not known:
        form.add_error(None, error)


@requires("agencies.view")
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about one agency; right after its opening, how long that took."""
    file = _file(slug)
    opened = request.session.get("opened")
    if opened and opened["slug"] == slug:
        del request.session["opened"]
    else:
        opened = None
    context = {
        "file": file,
        "opened": opened,
        "hosts": [(domain, host_url(domain.domain)) for domain in file.domains],
        "office_url": agency_url(file.agency, "/gestion/"),
        "form": ReasonForm(),
    }
    return render(request, "operator/agency.html", context)


@requires("agencies.change")
@require_POST
def agency_act(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Suspend, reactivate, or note the training."""
    found = _file(slug).agency
    try:
        if verb == "suspendre":
            actions.agency_suspend(agency=found, reason=request.POST.get("reason", ""))
            messages.success(request, _("The agency is suspended: its addresses answer 404."))
        elif verb == "reactiver":
            actions.agency_reactivate(agency=found)
            messages.success(request, _("The agency is open again."))
        elif verb == "formation":
            actions.agency_trained(agency=found, by=person(request))
            messages.success(request, _("Training noted."))
        else:
            raise Http404
    except actions.OperatorRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("operator_agency", slug)


def _file(slug: str) -> queries.AgencyFile:
    try:
        return queries.agency_file(slug)
    except Agency.DoesNotExist as missing:
        raise Http404 from missing
