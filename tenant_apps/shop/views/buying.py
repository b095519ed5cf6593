"""Checkout: show what the law wants shown, take the agreement, lead to the card page.

The order of events on the button: everything typed is kept first, then checked, then written
(contact, evidence), then the card page is opened, outside any transaction. Two clicks lead to the
same card page. Whatever fails, the cart and everything typed are still there.
"""

from datetime import timedelta
from urllib.parse import urlencode

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from saas.limits import client_address, limited
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.queries import terms_in_force
from tenant_apps.orders.actions import Evidence, order_accept, order_contact_set
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.forms_shown import standard_form_for
from tenant_apps.orders.links import order_key
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.payments.actions import payment_means, payment_open
from tenant_apps.payments.gateway import GatewayError
from tenant_apps.shop.assemble.checkout import (
    CheckoutSource,
    checkout_page_of,
    checkout_token,
    kept_words,
)
from tenant_apps.shop.assemble.information import evidence_of, information_of
from tenant_apps.shop.baskets import (
    bought_keep,
    current_cart,
    is_open,
    typed_keep,
    typed_of,
)
from tenant_apps.shop.forms import ContactForm, TravellersForm
from tenant_apps.shop.presenters import Amount
from tenant_apps.shop.rendering import language_now, page_render

TYPED_FIELDS = ("first_name", "last_name", "email", "phone", "country")
log = structlog.get_logger(__name__)


@require_safe
def checkout(request: HttpRequest) -> HttpResponse:
    """Step two: details, information, agreement."""
    order = current_cart(request)
    lines = _lines(order)
    if order is None or not is_open(order) or not lines:
        return HttpResponseRedirect(reverse("shop:cart"))
    try:
        source = source_for(request, order, lines)
    except CatalogRefused as refusal:
        return _cannot(request, order, refusal.message)
    return _page(request, source, problem=_means_problem(request, order))


def _lines(order: Order | None) -> list[OrderLine]:
    return list(order.lines.select_related("product")) if order else []


def _means_problem(request: HttpRequest, order: Order) -> str:
    if "card" in payment_means(order):
        return ""
    return _(
        "%(agency)s takes no card payments online. Contact us before your places are given back: "
        "we take your order with you."
    ) % {"agency": request.agency.name}


def _cannot(request: HttpRequest, order: Order, problem: str) -> HttpResponse:
    from tenant_apps.shop.views.cart import cart_response

    return cart_response(request, problem=problem, status=409)


def source_for(request: HttpRequest, order: Order, lines: list[OrderLine]) -> CheckoutSource:
    """What the page is made of, in the language of the page. Raises CatalogRefused."""
    language = language_now()
    order.language = language
    posted = request.POST if request.method == "POST" else None
    typed = typed_of(request)
    country = {"country": request.agency.country}
    return CheckoutSource(
        order=order,
        lines=lines,
        terms=terms_in_force(
            seller=order.seller,
            language=language,
            products=[line.product for line in lines],
            at=timezone.now(),
        ),
        form=standard_form_for(order),
        information=information_of(
            order, lines, agency_name=request.agency.name, language=language
        ),
        contact=ContactForm(posted, initial=country | typed, language=language),
        travellers=TravellersForm(posted, initial=typed, lines=lines),
        language=language,
        ticked=tuple(name for name in posted if name.startswith("terms_")) if posted else (),
        is_posted=posted is not None,
    )


def _page(
    request: HttpRequest, source: CheckoutSource, *, problem: str = "", status: int = 200
) -> HttpResponse:
    return page_render(
        request,
        "shop/checkout.html",
        checkout_page_of(
            source, problem=problem, orderable=not _means_problem(request, source.order)
        ),
        seller=source.order.seller_snapshot,
        status=status,
    )


@limited("checkout")
@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Order with obligation to pay: keep the agreement, then lead to the card page (303)."""
    order = current_cart(request)
    lines = _lines(order)
    names = [name for name in request.POST if name.startswith("traveller_")][:400]
    typed = {name: request.POST.get(name, "")[:200] for name in [*TYPED_FIELDS, *names]}
    if order is None or not is_open(order) or not lines:
        if order is not None:
            typed_keep(request, typed)
        return HttpResponseRedirect(reverse("shop:cart"), status=303)
    typed_keep(request, typed)
    try:
        source = source_for(request, order, lines)
    except CatalogRefused as refusal:
        return _cannot(request, order, refusal.message)
    if request.POST.get("checkout", "") != checkout_token(order):
        problem = _("Your cart has changed since this page was shown. Check it and order again.")
        return _page(request, source, problem=problem, status=409)
    forms_good = source.contact.is_valid() & source.travellers.is_valid()
    if not forms_good or any(consent.error for consent in source.consents):
        return _page(request, source, status=422)
    problem = _means_problem(request, order)
    if problem:
        return _page(request, source, problem=problem, status=409)
    return _agree_and_open(request, source)


def _agree_and_open(request: HttpRequest, source: CheckoutSource) -> HttpResponse:
    order = source.order
    try:
        _agree(request, source)
        payment = payment_open(
            order=order,
            success_url=_return_url(request, order),
            cancel_url=_return_url(request, order, cancelled="1"),
        )
    except OrderRefused as refusal:
        if refusal.code == "hold_expired":
            return HttpResponseRedirect(reverse("shop:cart"), status=303)
        return _page(request, source, problem=refusal.message, status=409)
    except GatewayError as failure:
        log.warning("card_page_unavailable", order=order.reference, error=type(failure).__name__)
        return _page(request, source, problem=_unavailable_words(order), status=503)
    bought_keep(request, order)
    return HttpResponseRedirect(payment.checkout_url, status=303)


def _agree(request: HttpRequest, source: CheckoutSource) -> None:
    """Who buys, as typed last; and what was accepted, once: a second click finds it done."""
    order = source.order
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        if locked.language != source.language:
            locked.language = source.language
            locked.save(update_fields=["language"])
        contact = {name: source.contact.cleaned_data[name] for name in TYPED_FIELDS}
        order_contact_set(order=locked, contact=contact, travellers=source.travellers.travellers())
        if _is_accepted(locked, source):
            return
        total = Amount.of(order.total, order.currency, source.language)
        order_accept(
            order=locked,
            terms=source.terms,
            form=source.form.evidence(),
            checkbox_text="\n".join(consent.text for consent in source.consents),
            information=evidence_of(source.information, source.lines, total, source.language)
            | {"order_version": locked.version},
            evidence=Evidence(
                ip=client_address(request) or None,
                user_agent=request.headers.get("User-Agent", ""),
                session=request.session.session_key or "",
                channel="shop",
                actor="customer",
            ),
        )
    order.refresh_from_db()


def _is_accepted(order: Order, source: CheckoutSource) -> bool:
    """Whether exactly this cart, these terms and this language were accepted before.

    A cart that changed since then is another agreement and gets its own evidence (L4).
    """
    last = order.acceptances.filter(kind="form").order_by("-pk").first()
    if last is None or last.information.get("order_version") != order.version:
        return False
    accepted = order.acceptances.filter(accepted_at=last.accepted_at)
    known = set(accepted.values_list("terms_version_id", flat=True)) - {None}
    return known == {version.pk for version in source.terms} and last.language == order.language


def _unavailable_words(order: Order) -> str:
    left = (order.expires_at or timezone.now()) - timezone.now()
    minutes = max(left // timedelta(minutes=1), 0)
    return " ".join(
        [
            _("The payment page does not answer. Nothing was paid and nothing is lost."),
            kept_words(minutes),
            _("Please try again in a moment."),
        ]
    )


def _return_url(request: HttpRequest, order: Order, **more: str) -> str:
    """Where the card page leads back to; works without the session's cookie too."""
    query = urlencode({"order": order.reference, "key": order_key(order.reference), **more})
    return request.build_absolute_uri(f"{reverse('shop:payment_return')}?{query}")
