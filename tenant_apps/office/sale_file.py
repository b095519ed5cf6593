"""Reads the file of one sale inside its agency's schema (port ``sale_read`` of the console).

Everything is loaded here and handed over complete; see
:mod:`shared_apps.operator.sale_file`. What an agency may not know (the purchase price, unless
its agreement says so) is left out before it reaches a template, not hidden by one.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django_tenants.utils import tenant_context

from shared_apps.catalog.texts import text_in
from shared_apps.operator.sale_file import SaleFile, SaleLine
from shared_apps.operator.waterfall_picture import picture_of
from tenant_apps.office.value_words import value_words
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.orders.snapshots import steps_read
from tenant_apps.payments.models import Refund
from tenants.models import Agency

# Sentences that name what the network buys at, or what the others earn.
HIDDEN = ("purchase", "provider", "operator", "loss_", "margin", "quantity", "commission_margin")


def sale_read(*, agency: Agency, reference: str) -> SaleFile | None:
    """The file of order ``reference`` of ``agency`` with everything in it; None when unknown."""
    with tenant_context(agency):
        return sale_here(agency=agency, reference=reference)


def sale_here(*, agency: Agency, reference: str, see_all: bool = True) -> SaleFile | None:
    """As :func:`sale_read` where ``agency`` is current; ``see_all`` keeps purchase prices."""
    order = Order.objects.filter(reference=reference).first()
    if order is None:
        return None
    refunds = Refund.objects.filter(payment__order=order).order_by("created_at")
    return SaleFile(
        agency=agency,
        order=order,
        lines=[_line(line, see_all) for line in order.lines.all()],
        payments=list(order.payments.order_by("created_at")),
        refunds=list(refunds),
        acceptances=list(order.acceptances.order_by("accepted_at")),
    )


def _line(line: OrderLine, see_all: bool) -> SaleLine:
    product = line.snapshot.get("product", {})
    labels = {item["code"]: _label(item) for item in line.waterfall}
    explained = line.commission.get("price_explanation", {})
    return SaleLine(
        line=line,
        title=_text(product.get("titles")) or product.get("reference", ""),
        provider=line.snapshot.get("provider", {}).get("name", ""),
        quantities=[
            (labels.get(code, code), count) for code, count in line.quantities.items() if count
        ],
        prices=[
            picture_of(
                item,
                title=_label(item),
                sentences=_sentences(explained.get(item["code"], []), see_all),
            )
            for item in line.waterfall
            if item["quantity"]
        ],
        reasons=steps_read(line.commission.get("explanation", []), value_words),
    )


def _text(texts: Mapping[str, str] | None) -> str:
    return text_in(texts, get_language() or "fr")


def _label(item: Mapping[str, Any]) -> str:
    return _text(item.get("labels")) or str(item["code"])


def _sentences(steps: list[dict[str, Any]], see_all: bool) -> list[str]:
    shown = [
        step for step in steps if see_all or not step["id"].partition(".")[2].startswith(HIDDEN)
    ]
    return steps_read(shown, value_words)
