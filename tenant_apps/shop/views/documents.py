"""Texts to read, and the contact form."""

import uuid

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from saas.limits import limited
from shared_apps.catalog.models import TermsVersion
from shared_apps.outbox.actions import message_add
from tenant_apps.shop.assemble.documents import (
    accessibility_page_of,
    legal_page_of,
    privacy_page_of,
    terms_page_of,
)
from tenant_apps.shop.assemble.words import labelled
from tenant_apps.shop.forms import MessageForm
from tenant_apps.shop.presenters import ContactPage, Field
from tenant_apps.shop.rendering import language_now, page_render, shop_for

TEMPLATE = "shop/document.html"


@require_safe
def terms(request: HttpRequest, version_id: int) -> HttpResponse:
    """A published version of terms: the operator's or this agency's, never another's."""
    own = Q(seller__agency=None) | Q(seller__agency=request.agency.pk)
    version = TermsVersion.objects.filter(own, pk=version_id).first() if _key(version_id) else None
    if version is None:
        raise Http404
    others = TermsVersion.objects.filter(
        seller=version.seller_id, product=version.product_id
    ).exclude(pk=version.pk)
    page = terms_page_of(version, list(others.order_by("-published_at", "language")[:10]))
    return page_render(request, TEMPLATE, page, reader=True)


def _key(number: int) -> bool:
    return number < 2**63


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes, sells, guarantees and mediates."""
    page = legal_page_of(shop_for(request), agency_legal_name=request.agency.legal_name)
    return page_render(request, TEMPLATE, page, reader=True)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a person, why and for how long."""
    return page_render(request, TEMPLATE, privacy_page_of(shop_for(request)), reader=True)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return page_render(request, TEMPLATE, accessibility_page_of(shop_for(request)), reader=True)


@limited("contact")
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Write to the agency; a message of a robot is thanked for and thrown away."""
    if request.method != "POST":
        about = request.GET.get("about", "")[:40]
        return _contact_page(request, MessageForm(initial={"reference": about}))
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _contact_page(request, form, status=422)
    if not form.is_robot:
        _message_keep(form)
    return _contact_page(request, MessageForm(), sent=True)


def _message_keep(form: MessageForm) -> None:
    """The message itself waits in the outbox: it has no other place until it is sent."""
    payload = {name: form.cleaned_data[name] for name in ("name", "email", "reference", "message")}
    payload["language"] = language_now()
    message_add(kind="contact", dedupe_key=f"contact:{uuid.uuid4()}", payload=payload)


def _contact_page(
    request: HttpRequest, form: MessageForm, *, sent: bool = False, status: int = 200
) -> HttpResponse:
    fields = (
        Field.from_bound(form["name"], autocomplete="name", half=True),
        Field.from_bound(form["email"], kind="email", autocomplete="email", half=True),
        Field.from_bound(form["reference"]),
        Field.from_bound(form["message"], kind="textarea"),
    )
    errors = tuple(
        (f"field-{name}", labelled(form.fields[name].label, str(messages[0])))
        for name, messages in (form.errors if form.is_bound else {}).items()
    )
    page = ContactPage(
        fields=() if sent else fields,
        sent=sent,
        errors=errors,
        about=_("We answer within two working days."),
    )
    return page_render(request, "shop/contact.html", page, status=status)
