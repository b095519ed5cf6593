"""Reads the file of one sale inside its agency's schema (port ``sale_read`` of the console).

Everything is loaded here and handed over complete; see :mod:`shared_apps.operator.sale_file`.
What the viewer may not know is left out before it reaches a template, not hidden by one
(:mod:`shared_apps.commissions.sight`).
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django_tenants.utils import tenant_context

from shared_apps.catalog.texts import text_in
from shared_apps.commissions.asking import Question
from shared_apps.commissions.sight import Viewer
from shared_apps.commissions.views_of_line import LineView, line_view, names_for
from shared_apps.operator.questions.page import question_address
from shared_apps.operator.sale_file import SaleFile, SaleLine
from tenant_apps.office.why import frozen_lines
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.payments.models import Refund
from tenants.models import Agency


def sale_read(*, agency: Agency, reference: str, viewer: Viewer) -> SaleFile | None:
    """The file of order ``reference`` of ``agency`` as ``viewer`` sees it; None when unknown."""
    with tenant_context(agency):
        return sale_here(agency=agency, reference=reference, viewer=viewer)


def sale_here(*, agency: Agency, reference: str, viewer: Viewer) -> SaleFile | None:
    """As :func:`sale_read` where ``agency`` is current."""
    order = Order.objects.filter(reference=reference).first()
    if order is None:
        return None
    lines = list(order.lines.all())
    frozen = frozen_lines(lines)
    names = names_for(frozen)
    refunds = Refund.objects.filter(payment__order=order).order_by("created_at")
    return SaleFile(
        agency=agency,
        order=order,
        lines=[
            _line(agency, line, line_view(kept, viewer=viewer, names=names))
            for line, kept in zip(lines, frozen, strict=True)
        ],
        payments=list(order.payments.order_by("created_at")),
        refunds=list(refunds),
        acceptances=list(order.acceptances.order_by("accepted_at")),
    )


def _line(agency: Agency, line: OrderLine, view: LineView) -> SaleLine:
    product = line.snapshot.get("product", {})
    labels = {item["code"]: _label(item) for item in line.waterfall}
    return SaleLine(
        line=line,
        title=_text(product.get("titles")) or product.get("reference", ""),
        provider=line.snapshot.get("provider", {}).get("name", ""),
        quantities=[
            (labels.get(code, code), count) for code, count in line.quantities.items() if count
        ],
        view=view,
        question=question_address(_asked_today(line, product), agency=agency.slug),
    )


def _asked_today(line: OrderLine, product: Mapping[str, Any]) -> Question:
    """The same sale, if it were made today."""
    return Question(
        product=product.get("reference", ""),
        service_date=line.service_date,
        sale_date=timezone.localdate(),
        channel=line.order.channel,
        at=_beginning(line),
        quantities={code: count for code, count in line.quantities.items() if count},
    )


def _beginning(line: OrderLine) -> time | None:
    starts_at = line.snapshot.get("departure", {}).get("starts_at")
    return timezone.localtime(datetime.fromisoformat(starts_at)).time() if starts_at else None


def _text(texts: Mapping[str, str] | None) -> str:
    return text_in(texts, get_language() or "fr")


def _label(item: Mapping[str, Any]) -> str:
    return _text(item.get("labels")) or str(item["code"])
