"""The voucher of an order as a PDF (A4), typeset by typst from data: no HTML, no browser.

What is printed comes from the sale's frozen snapshots (L4). The data reaches the typesetter as
JSON, so nothing a person typed can become typst markup. The document is tagged, has a title and
a language (PDF/UA-1, L10). Its typefaces are those inside the typesetter: the same page on
every machine.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shared_apps.inventory.actions import current_agency
from shared_apps.outbox.brand import MailBrand, brand_of
from tenant_apps.orders.links import voucher_check_url
from tenant_apps.orders.models import Order
from tenant_apps.orders.notifications.lines import LineShown, lines_shown, traveller_name
from tenant_apps.orders.notifications.words import day_words, money_words

TEMPLATE = Path(settings.BASE_DIR) / "themes" / "base" / "typst" / "voucher.typ"
QR_QUIET_MODULES = 0


def voucher_pdf(order: Order) -> bytes:
    """The voucher of ``order`` in its language, for the current agency.

    Raises :class:`typst.TypstError` when the page cannot be set, which is a fault of the
    template: nothing in the data can cause it.
    """
    with translation.override(order.language):
        agency = current_agency()
        data = _data(order, brand_of(agency, language=order.language))
    # A mapping of file names is what the typesetter documents and its stubs forget.
    files: Any = {
        "main.typ": _template(),
        "data.json": json.dumps(data).encode(),
        "qr.svg": _qr(order),
    }
    return typst.compile(files, format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"])


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _qr(order: Order) -> bytes:
    code = segno.make(voucher_check_url(order), error="m", micro=False)
    return code.svg_inline(border=QR_QUIET_MODULES, svgclass=None, lineclass=None).encode()


def _data(order: Order, brand: MailBrand) -> dict[str, Any]:
    return {
        "language": order.language,
        "reference": order.reference,
        "cancelled": order.status == Order.Status.CANCELLED,
        "traveller": traveller_name(order),
        "phone": order.contact.get("phone", ""),
        "issued": day_words((order.confirmed_at or order.created_at).date()),
        "total": money_words(order.total, order.currency),
        "brand": _brand(brand),
        "seller": dict(order.seller_snapshot),
        "lines": [_line(line) for line in lines_shown(order)],
        "words": _words(brand.name, order),
    }


def _brand(brand: MailBrand) -> dict[str, str]:
    names = ("name", "tagline", "contact_email", "contact_phone", "contact_address")
    colours = ("primary", "on_primary", "primary_soft", "accent", "text", "muted", "line")
    return {name: getattr(brand, name) for name in (*names, *colours)}


def _line(line: LineShown) -> dict[str, Any]:
    return {
        "title": line.title,
        "reference": line.reference,
        "when": line.when,
        "people": list(line.people),
        "place": ", ".join(part for part in (line.place_name, line.place_address) if part),
        "meeting_point": line.meeting_point,
        "included": list(line.included),
        "not_included": list(line.not_included),
        "accessibility": line.accessibility,
        "formalities": line.formalities,
        "provider": line.provider,
        "provider_email": line.provider_email,
        "cancellation": list(line.cancellation),
    }


def _words(agency: str, order: Order) -> dict[str, str]:
    """Every word of the page, so that the template holds none."""
    return {
        "title": _("Voucher %(reference)s") % {"reference": order.reference},
        "voucher": _("Voucher"),
        "cancelled": _("Cancelled: this voucher is no longer valid"),
        "show": _("Show this page on the day, printed or on your phone."),
        "reference": _("Order reference"),
        "traveller": _("Traveller"),
        "issued": _("Issued on"),
        "paid": _("Paid in full"),
        "qr": _("QR code that lets the provider check this voucher"),
        "when": _("When"),
        "where": _("Where"),
        "meeting_point": _("Meeting point"),
        "people": _("For"),
        "included": _("Included"),
        "not_included": _("Not included"),
        "accessibility": _("Accessibility"),
        "formalities": _("Formalities"),
        "provider": _("Provided by"),
        "cancellation": _("If you cancel"),
        "contact": _("A question, a delay?"),
        "seller": _("Seller"),
        "registration": _("Registration"),
        "guarantee": _("Financial guarantee"),
        "insurance": _("Professional liability insurance"),
        "mediator": _("Consumer mediator"),
        "retailer": (
            ""
            if order.own_liability
            else _("%(retailer)s sells in the name of %(name)s.")
            % {"retailer": agency, "name": order.seller_snapshot.get("legal_name", "")}
        ),
        # The typesetter puts the numbers in.
        "page": _("Page {page} of {pages}"),
    }
