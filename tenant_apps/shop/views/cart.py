"""The cart: put in, change, take out, and see what is still held."""

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from saas.limits import limited
from shared_apps.catalog.texts import text_in
from shared_apps.inventory.models import Departure
from tenant_apps.orders.actions import LineRequest, order_expire
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.models import Order
from tenant_apps.shop.assemble.cart import cart_page_of
from tenant_apps.shop.basket_verbs import (
    REFUSALS,
    basket_add,
    basket_line_change,
    basket_line_remove,
    refusal_words,
)
from tenant_apps.shop.baskets import (
    CURRENT,
    cart_note,
    carts_of,
    current_cart,
    has_session,
    is_open,
)
from tenant_apps.shop.origin import own_posts_only
from tenant_apps.shop.presenters import Link
from tenant_apps.shop.rendering import language_now, page_render
from tenant_apps.shop.views.catalogue import (
    choice_read,
    is_key,
    number_read,
    product_response,
)

CONFLICT = 409


@dataclass(frozen=True)
class SecondCart:
    """What was refused because of its seller, and the fields that put it into a second cart."""

    label: str
    fields: tuple[tuple[str, str], ...]


@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    """The shown cart with its countdown; an ended hold says so and what was in it."""
    return cart_response(request)


def cart_response(
    request: HttpRequest,
    *,
    problem: str = "",
    second: SecondCart | None = None,
    status: int = 200,
) -> HttpResponse:
    """The cart page, with a refusal when there was one."""
    language = language_now()
    carts = carts_of(request)
    order = current_cart(request, carts)
    if order is not None and not is_open(order):
        order_expire(order)
    lines = list(order.lines.all()) if order else []
    if order is not None:
        cart_note(request, order, lines=len(lines) if is_open(order) else 0)
    return page_render(
        request,
        "shop/cart.html",
        cart_page_of(order, lines, language=language, problem=problem),
        seller=order.seller_snapshot if order else None,
        status=status,
        other_carts=_others(carts, order),
        second_cart=second,
    )


def _others(carts: list[Order], shown: Order | None) -> tuple[tuple[Link, int], ...]:
    """The visitor's carts of other sellers that are still held."""
    return tuple(
        (Link(cart.seller_snapshot.get("legal_name", ""), reverse("shop:cart_switch")), cart.pk)
        for cart in carts
        if cart != shown and is_open(cart)
    )


@limited("cart")
@own_posts_only
@require_POST
def cart_add(request: HttpRequest) -> HttpResponse:
    """Hold the places chosen on a product page; a refusal comes back on that page."""
    reference = request.POST.get("reference", "")
    choice = choice_read(request)
    if choice.departure_id is None:
        return _back(request, reference, _("Choose a day and a time first."), 422)
    if choice.problem:
        return _back(request, reference, choice.problem, 422)
    wanted = LineRequest(choice.departure_id, dict(choice.quantities))
    try:
        basket_add(request, wanted, second=request.POST.get("second") == "1")
    except REFUSALS as refusal:
        if isinstance(refusal, OrderRefused) and refusal.code == "other_seller":
            return cart_response(
                request,
                problem=refusal.message,
                second=_second(wanted, reference),
                status=CONFLICT,
            )
        return _back(request, reference, refusal_words(refusal), CONFLICT)
    return HttpResponseRedirect(reverse("shop:cart"), status=303)


def _second(wanted: LineRequest, reference: str) -> SecondCart:
    departure = Departure.objects.select_related("product").get(pk=wanted.departure_id)
    title = text_in(departure.product.titles, language_now())
    return SecondCart(
        label=_("Put “%(title)s” into a second cart") % {"title": title},
        fields=(
            ("reference", reference),
            ("departure", str(wanted.departure_id)),
            *((f"quantity_{code}", str(number)) for code, number in wanted.quantities.items()),
            ("second", "1"),
        ),
    )


def _back(request: HttpRequest, reference: str, problem: str, status: int) -> HttpResponse:
    """The product page with the choice as it was and the refusal on the panel."""
    choice = choice_read(request)
    day = choice.day
    if day is None and choice.departure_id is not None:
        found = Departure.objects.filter(
            pk=choice.departure_id, product__reference=reference
        ).first()
        day = found.service_date if found else None
    shown = replace(choice, day=day, problem=problem)
    return product_response(request, reference, shown, status=status)


def _shown_cart(request: HttpRequest) -> Order | None:
    order = current_cart(request)
    return order if order is not None and is_open(order) else None


@limited("cart")
@require_POST
def cart_update(request: HttpRequest) -> HttpResponse:
    """Change the people of one line; when they do not fit, the line stays as it was."""
    order = _shown_cart(request)
    if order is None:
        return HttpResponseRedirect(reverse("shop:cart"), status=303)
    quantities: dict[str, int] = {}
    for name, value in request.POST.items():
        if name.startswith("quantity_"):
            number = number_read(str(value))
            if number is None:
                problem = _("A number of people is a whole number, 0 or more.")
                return cart_response(request, problem=problem, status=422)
            quantities[name.removeprefix("quantity_")[:24]] = number
    try:
        basket_line_change(request, order, request.POST.get("line", ""), quantities)
    except REFUSALS as refusal:
        return cart_response(request, problem=refusal_words(refusal), status=CONFLICT)
    return HttpResponseRedirect(reverse("shop:cart"), status=303)


@require_POST
def cart_remove(request: HttpRequest) -> HttpResponse:
    """Take one line out and give its places back."""
    order = _shown_cart(request)
    if order is not None:
        try:
            basket_line_remove(request, order, request.POST.get("line", ""))
        except REFUSALS as refusal:
            return cart_response(request, problem=refusal_words(refusal), status=CONFLICT)
    return HttpResponseRedirect(reverse("shop:cart"), status=303)


@require_POST
def cart_switch(request: HttpRequest) -> HttpResponse:
    """Show another of the visitor's own carts."""
    chosen = request.POST.get("cart", "")
    if not has_session(request) or not is_key(chosen):
        raise Http404
    if int(chosen) not in [order.pk for order in carts_of(request)]:
        raise Http404
    request.session[CURRENT] = int(chosen)
    return HttpResponseRedirect(reverse("shop:cart"), status=303)
