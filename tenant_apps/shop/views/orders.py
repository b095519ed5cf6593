"""An order after payment: confirmation, voucher, calendar file, and the check at the door.

An order opens only for the session that bought it or with the signed key of its e-mails; a
reference alone opens nothing and answers like an unknown one.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_apps.catalog.models import TermsVersion
from tenant_apps.orders.calendar_file import calendar_ics
from tenant_apps.orders.links import check_key_opens
from tenant_apps.orders.models import Order
from tenant_apps.orders.voucher import voucher_pdf
from tenant_apps.payments.models import Payment
from tenant_apps.shop.assemble.confirmation import confirmation_of
from tenant_apps.shop.assemble.information import people_words
from tenant_apps.shop.assemble.lines import title_of
from tenant_apps.shop.assemble.words import day_words
from tenant_apps.shop.presenters import DocumentPage, Section
from tenant_apps.shop.rendering import language_now, page_render
from tenant_apps.shop.views.payment import order_or_404, payment_page_of

SOLD = (Order.Status.CONFIRMED, Order.Status.CANCELLED)


@require_safe
def order(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation; an order that is not confirmed shows where its payment stands."""
    found = order_or_404(request, reference)
    if found.status not in SOLD or found.confirmed_at is None:
        waiting = payment_page_of(request, found)
        return page_render(request, "shop/payment.html", waiting, seller=found.seller_snapshot)
    payments = found.payments.filter(status=Payment.Status.PAID).prefetch_related("refunds")
    accepted = found.acceptances.exclude(terms_version_id=None)
    terms = TermsVersion.objects.filter(
        pk__in=list(accepted.values_list("terms_version_id", flat=True))
    )
    page = confirmation_of(
        found,
        list(found.lines.all()),
        list(payments),
        list(terms),
        language=language_now(),
    )
    return page_render(request, "shop/confirmation.html", page, seller=found.seller_snapshot)


def _sold_or_404(request: HttpRequest, reference: str) -> Order:
    found = order_or_404(request, reference)
    if found.status != Order.Status.CONFIRMED:
        raise Http404
    return found


@require_safe
def voucher(request: HttpRequest, reference: str) -> HttpResponse:
    """The voucher as a PDF, with its QR code; only of a confirmed order."""
    found = _sold_or_404(request, reference)
    response = HttpResponse(voucher_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.reference}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The order's services as a calendar file (RFC 5545)."""
    found = _sold_or_404(request, reference)
    response = HttpResponse(calendar_ics(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.reference}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def voucher_check(request: HttpRequest, reference: str) -> HttpResponse:
    """What the QR code of a voucher opens: good or not, for what and how many; no names."""
    if not check_key_opens(reference, request.GET.get("key", "")):
        raise Http404
    found = Order.objects.filter(reference=reference).first()
    if found is None:
        raise Http404
    good = found.status == Order.Status.CONFIRMED
    language = language_now()
    page = DocumentPage(
        title=_("Valid voucher") if good else _("This voucher is not valid"),
        introduction=_("Order %(reference)s") % {"reference": found.reference},
        sections=tuple(
            Section(
                title_of(line, language),
                (day_words(line.service_date), people_words(line, language)),
            )
            for line in found.lines.all()
        )
        if good
        else (),
    )
    return page_render(request, "shop/document.html", page, seller=found.seller_snapshot)
