"""Which standard information form belongs to an order (L2, L3)."""

from shared_apps.catalog.forms import StandardForm, standard_form
from tenant_apps.orders.models import Order


def standard_form_for(order: Order) -> StandardForm:
    """The form for a package or a single service, in the order's language."""
    return standard_form(order.service_type, order.language)
