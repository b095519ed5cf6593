"""Home, search, product and its booking panel: read-only pages that set no cookie."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_apps.catalog.models import Product
from tenant_apps.overrides.queries import agency_markups
from tenant_apps.selection.queries import sellable_products
from tenant_apps.shop.assemble.booking import Choice, PanelSource, booking_of
from tenant_apps.shop.assemble.cards import cards_of, tiles_of
from tenant_apps.shop.assemble.product import product_page_of
from tenant_apps.shop.assemble.results import criteria_of, search_page_of
from tenant_apps.shop.assemble.structured import structured_data
from tenant_apps.shop.criteria import Search, day_read, search_read
from tenant_apps.shop.presenters import HomePage
from tenant_apps.shop.queries.catalogue import (
    chosen_products,
    priced_departures,
    product_for_page,
    related_products,
)
from tenant_apps.shop.queries.listing import FromOffer, from_offers
from tenant_apps.shop.queries.search import facet_rows, matching, near_dates, result_page
from tenant_apps.shop.queries.shell import product_seller_read, shell_read
from tenant_apps.shop.rendering import language_now, page_render

IDEAS = 3
LARGEST_NUMBER = 999
LAST_MONTH = timedelta(days=1500)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: what the agency puts first, and its categories."""
    language, today = language_now(), timezone.localdate()
    products = chosen_products(sellable_products(request.agency))
    offers = from_offers(products, markups=agency_markups())
    categories = shell_read(request.agency, language).categories
    page = HomePage(
        criteria=criteria_of(Search(), today),
        chosen=cards_of(products, offers, language),
        categories=tiles_of(categories, language),
    )
    return page_render(request, "shop/home.html", page, reader=True)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The result of a search; what was not understood is said, the rest still runs."""
    language, today = language_now(), timezone.localdate()
    categories = shell_read(request.agency, language).categories
    asked = search_read(request.GET, today=today, known_categories=[c.code for c in categories])
    sellable, markups = sellable_products(request.agency), agency_markups()
    found, count = result_page(matching(sellable, asked, markups), asked, language)
    first, last = asked.window
    offers = from_offers(found, markups=markups, first=first, last=last, people=asked.people or 1)
    near = near_dates(sellable, asked, markups) if not found else []
    ideas = chosen_products(sellable, IDEAS) if not found and not near else []
    page = search_page_of(
        asked,
        today=today,
        language=language,
        currency=request.agency.currency,
        cards=cards_of(found, offers, language),
        count=count,
        categories=categories,
        facets=facet_rows(sellable, asked, markups),
        near=near,
        ideas=cards_of(ideas, from_offers(ideas, markups=markups), language),
    )
    return page_render(request, "shop/search.html", page, reader=True)


@require_safe
def product(request: HttpRequest, reference: str) -> HttpResponse:
    """One product with its booking panel; 404 when it is not sold here (R6, R25)."""
    return product_response(request, reference, choice_read(request))


def product_response(
    request: HttpRequest, reference: str, choice: Choice, *, status: int = 200
) -> HttpResponse:
    """The product page with a choice on its panel, and a refusal when ``status`` says so."""
    language = language_now()
    sellable = sellable_products(request.agency)
    found = product_or_404(sellable, reference)
    others = related_products(sellable, found)
    source, offers = panel_source(request, found, choice, others)
    seller = product_seller_read(request.agency, found, language)
    page = product_page_of(
        found,
        booking=booking_of(source, choice),
        seller=seller,
        general_terms=shell_read(request.agency, language).terms,
        related=cards_of(others, offers, language),
        language=language,
    )
    base = request.build_absolute_uri("/").rstrip("/")
    return page_render(
        request,
        "shop/product.html",
        page,
        seller=dict(seller.snapshot) or None,
        reader=True,
        status=status,
        structured_data=structured_data(
            page, url=base + page.booking.product_url, picture_base=base
        ),
    )


@require_safe
def departures(request: HttpRequest, reference: str) -> HttpResponse:
    """The booking panel alone, for a page that swaps it in place."""
    choice = choice_read(request)
    found = product_or_404(sellable_products(request.agency), reference)
    source, _offers = panel_source(request, found, choice, [])
    return page_render(
        request, "shop/booking.html", None, reader=True, booking=booking_of(source, choice)
    )


def product_or_404(sellable: object, reference: str) -> Product:
    """The product if it is sold here; an unvalidated one looks exactly like an unknown one."""
    if "\x00" in reference:
        raise Http404
    found = product_for_page(sellable, reference)  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return found


def panel_source(
    request: HttpRequest, found: Product, choice: Choice, others: list[Product]
) -> tuple[PanelSource, dict[int, FromOffer]]:
    """What the panel is made of; the lowest offers of ``others`` come with the same statement."""
    language, today, markups = language_now(), timezone.localdate(), agency_markups()
    month = month_shown(found, choice, today)
    last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    offers = from_offers([found, *others], markups=markups)
    closed = product_seller_read(request.agency, found, language).refused
    if found.pk not in offers:
        closed = closed or _("Nothing can be booked at the moment.")
    source = PanelSource(
        product=found,
        departures=priced_departures(found, max(month, today), last),
        month=month,
        markups=markups,
        today=today,
        language=language,
        lowest=offers.get(found.pk),
        closed=closed,
    )
    return source, offers


def month_shown(found: Product, choice: Choice, today: date) -> date:
    """First day of the month to show: the chosen day's, the one asked for, the next open one."""
    summary = getattr(found, "availability", None)
    wanted = choice.day or choice.month or (summary.next_on if summary else None) or today
    return min(max(wanted, today), today + LAST_MONTH).replace(day=1)


def choice_read(request: HttpRequest) -> Choice:
    """What the address says is chosen: ``day, month, departure, quantity_<code>``."""
    query = request.GET if request.method == "GET" else request.POST
    problem = ""
    text = query.get("day") or query.get("date") or ""
    day = day_read(text) if text else None
    if text and day is None:
        problem = _("“%(date)s” is not a date we know.") % {"date": text[:20]}
    quantities: dict[str, int] = {}
    for name, value in query.items():
        if name.startswith("quantity_"):
            number = number_read(str(value))
            if number is None:
                problem = _("A number of people is a whole number, 0 or more.")
            quantities[name.removeprefix("quantity_")[:24]] = number or 0
    month_text = query.get("month", "")
    month = day_read(f"{month_text}-01") if len(month_text) == 7 else None
    departure = query.get("departure", "")
    return Choice(
        day=day,
        month=month,
        departure_id=int(departure) if is_key(departure) else None,
        quantities=quantities,
        problem=problem,
    )


def number_read(text: str) -> int | None:
    """A number of people from 0 to 999, or None. An empty field is 0."""
    text = text.strip() or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return None
    return min(int(text), LARGEST_NUMBER)


def is_key(text: str) -> bool:
    """Whether ``text`` can be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) <= 18
