"""What the page "why this rate?" answers, on either door.

The door says who asks (its viewers), which products may be asked about and how the agency's
schema is reached; everything else is the same. A question that cannot be answered comes back with
its form filled in and the field to blame marked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import text_in
from shared_apps.commissions.asking import Answer, Question, QuestionRefused
from shared_apps.commissions.sight import Viewer
from shared_apps.commissions.views_of_line import line_view
from shared_apps.operator.questions.forms import UNITS_PREFIX, WhyForm
from tenants.models import Agency

Ask = Callable[..., Answer]


@dataclass(frozen=True)
class Door:
    """How one door asks: for which agency (None: any), seen by whom, about which products."""

    products: QuerySet[Product]
    viewers: tuple[Viewer, ...]
    ask: Ask
    agency: Agency | None = None


def why_page(request: HttpRequest, door: Door, *, template: str) -> HttpResponse:
    """The form, and below it the answer once something was asked (``product`` in the address)."""
    asked = "product" in request.GET
    form = WhyForm(
        request.GET if asked else None, products=door.products, fixed=door.agency is not None
    )
    context: dict[str, Any] = {"form": form, "viewers": []}
    if asked and form.is_valid():
        context |= _answered(request, door, form)
    context["units"] = _units(form, context.get("answer"))
    status = 422 if asked and form.errors else 200
    return render(request, template, context, status=status)


def _answered(request: HttpRequest, door: Door, form: WhyForm) -> dict[str, Any]:
    agency = door.agency or form.cleaned_data["agency"]
    try:
        answer = door.ask(agency=agency, question=form.question())
    except QuestionRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return {}
    viewer = _viewer(request, door)
    return {
        "answer": answer,
        "asked_agency": agency,
        "view": line_view(answer.line, viewer=viewer, replayed=False),
        "viewers": [(one, one is viewer, _with(request, "as", one)) for one in door.viewers],
        "times": _times(request, answer),
        "nearest": [
            (day, _with(request, "service_date", day.isoformat())) for day in answer.nearest
        ],
        "today": timezone.localdate(),
    }


def _units(form: WhyForm, answer: Answer | None) -> list[tuple[str, str, str]]:
    """The fields of units as (name, label, what stands in it), also when nothing was answered."""
    language = get_language() or "fr"
    if answer is not None and answer.rates:
        return [
            (f"{UNITS_PREFIX}{rate.code}", text_in(rate.labels, language), str(rate.quantity))
            for rate in answer.rates
        ]
    typed = {name: text for name, text in form.data.items() if name.startswith(UNITS_PREFIX)}
    product = getattr(form, "cleaned_data", {}).get("product")
    known = product.rate_categories.order_by("position") if product else []
    labels = {f"{UNITS_PREFIX}{rate.code}": text_in(rate.labels, language) for rate in known}
    names = [*labels, *(name for name in typed if name not in labels)]
    return [
        (name, labels.get(name, name.removeprefix(UNITS_PREFIX)), typed.get(name, ""))
        for name in names
    ]


def _viewer(request: HttpRequest, door: Door) -> Viewer:
    """Whose eyes: the first of the door's, or another that it offers."""
    wanted = request.GET.get("as")
    return next((viewer for viewer in door.viewers if viewer == wanted), door.viewers[0])


def _times(request: HttpRequest, answer: Answer) -> list[tuple[str, bool, str]]:
    """The departures of the day as (time, whether it is this one, address)."""
    if len(answer.departures) < 2:
        return []
    return [
        (
            f"{timezone.localtime(starts_at):%H:%M}",
            starts_at == answer.starts_at,
            _with(request, "time", f"{timezone.localtime(starts_at):%H:%M}"),
        )
        for starts_at in answer.departures
    ]


def _with(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query[name] = value
    return f"?{query.urlencode()}"


def question_address(question: Question, *, agency: str = "") -> str:
    """The part of an address behind "?" that asks ``question``."""
    query = QueryDict(mutable=True)
    if agency:
        query["agency"] = agency
    query["product"] = question.product
    query["service_date"] = question.service_date.isoformat()
    if question.at is not None:
        query["time"] = f"{question.at:%H:%M}"
    query["channel"] = question.channel
    query["sale_date"] = question.sale_date.isoformat()
    for code, units in question.quantities.items():
        query[f"{UNITS_PREFIX}{code}"] = str(units)
    return query.urlencode()
