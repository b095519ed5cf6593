"""Who buys and what was accepted, as a partner says it when it holds or confirms an order."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework.request import Request

from saas.limits import client_address
from shared_apps.catalog.models import TermsVersion
from tenant_apps.orders.actions import Evidence, order_accept
from tenant_apps.orders.api.authentication import key_of
from tenant_apps.orders.api.problems import Problem
from tenant_apps.orders.forms_shown import standard_form_for
from tenant_apps.orders.models import Order


def terms_accept(
    request: Request, order: Order, accepted: Mapping[str, Any], terms: Sequence[TermsVersion]
) -> None:
    """Keep the evidence that the traveller accepted ``terms`` at the partner's (L4).

    The hashes sent must be exactly those of the terms in force: a partner that shows its
    travellers an old text is told so (422, ``terms_changed``).
    """
    if set(accepted["sha256"]) != {version.sha256 for version in terms}:
        raise Problem(
            422,
            "terms_changed",
            "These are not the terms in force. Show the traveller those of the order.",
        )
    key = key_of(request)
    agent = request.headers.get("User-Agent", "")
    order_accept(
        order=order,
        terms=terms,
        form=standard_form_for(order).evidence(),
        checkbox_text=accepted["text"],
        information={"shown_by": key.name},
        evidence=Evidence(
            ip=client_address(request) or None,
            user_agent="".join(char for char in agent if char.isprintable()),
            session="",
            channel=order.channel,
            actor=f"API key {key.name}",
        ),
    )
