"""Who buys, and the evidence of what was shown and accepted (L3, L4)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import TermsVersion
from tenant_apps.customers.models import Customer
from tenant_apps.orders.errors import OrderRefused
from tenant_apps.orders.models import Acceptance, Order
from tenants.together import rows_write

# A row that has never been updated has no xmax: that is how PostgreSQL tells new from known.
CUSTOMER = """
INSERT INTO customers_customer
    (email, first_name, last_name, phone, country, language, type, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, now())
ON CONFLICT (email) DO UPDATE SET email = EXCLUDED.email
RETURNING id, xmax = 0
"""
CONTACT_FIELDS = ("first_name", "last_name", "email", "phone", "country")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """From where and by whom something was accepted. Personal data: kept with the sale only."""

    ip: str | None
    user_agent: str
    session: str
    channel: str
    actor: str


def order_contact_set(
    *, order: Order, contact: Mapping[str, str], travellers: Sequence[Mapping[str, str]] = ()
) -> Customer:
    """Set who buys (``first_name``, ``last_name``, ``email``, ``phone``, ``country``).

    The customer is found again by e-mail address; the order keeps its own copy. Raises
    :class:`OrderRefused` naming the first field that is missing or malformed.
    """
    clean = contact_clean(contact)
    with transaction.atomic():
        customer = contact_put(order, clean, travellers)
        order.save(update_fields=["customer", "contact"])
        audit_record(verb="order.contact", target=order, after={"customer": customer.pk})
    return customer


def contact_clean(contact: Mapping[str, str]) -> dict[str, str]:
    """The contact trimmed, with its address in lower case. Raises :class:`OrderRefused`."""
    clean = {name: str(contact.get(name, "")).strip() for name in CONTACT_FIELDS}
    clean["email"] = clean["email"].lower()
    for name in ("first_name", "last_name", "email"):
        if not clean[name]:
            raise OrderRefused(f"missing_{name}", _("Please fill in every required field."))
    try:
        validate_email(clean["email"])
    except ValidationError as error:
        raise OrderRefused("bad_email", _("This e-mail address is not valid.")) from error
    return clean


def contact_put(
    order: Order, clean: Mapping[str, str], travellers: Sequence[Mapping[str, str]] = ()
) -> Customer:
    """Find or make the customer and put both on ``order``, which the caller saves."""
    details = {name: clean[name] for name in CONTACT_FIELDS if name != "email"}
    details["country"] = details["country"] or "FR"
    customer = Customer(email=clean["email"], language=order.language, **details)
    if _customer_find_or_add(customer):
        audit_record(verb="customer.create", target=customer, label=f"customer {customer.pk}")
    order.customer = customer
    order.contact = {**clean, "travellers": [dict(who) for who in travellers]}
    return customer


def _customer_find_or_add(customer: Customer) -> bool:
    """Give ``customer`` the key of its address, new or known; returns whether it is new.

    One statement, also when somebody with the same address is a moment faster: then it is that
    customer, whose own details stay.
    """
    columns = ("email", "first_name", "last_name", "phone", "country", "language", "type")
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMER, [getattr(customer, name) for name in columns])
        customer.pk, new = cursor.fetchone()
    customer._state.adding = False
    customer._state.schema = connection.schema_name  # type: ignore[attr-defined]
    return bool(new)


def order_accept(
    *,
    order: Order,
    terms: Sequence[TermsVersion],
    form: Mapping[str, str],
    checkbox_text: str,
    information: Mapping[str, Any],
    evidence: Evidence,
) -> list[Acceptance]:
    """Keep what was accepted: each terms version, the standard form, the words of the checkbox.

    ``form`` is ``{code, version, language, sha256}`` of the standard information form that was
    shown; ``information`` the pre-contract information as shown (L3). Appended, never replaced.
    """
    checkbox = hashlib.sha256(checkbox_text.encode()).hexdigest()
    common = {
        "order": order,
        "checkbox_sha256": checkbox,
        "accepted_at": timezone.now(),
        "ip": evidence.ip,
        "user_agent": evidence.user_agent[:400],
        "session": hashlib.sha256(evidence.session.encode()).hexdigest(),
        "channel": evidence.channel,
        "actor": evidence.actor,
    }
    rows = [
        Acceptance(
            kind="terms",
            terms_version_id=version.pk,
            code=f"terms-{version.seller_id}"
            + (f"-{version.product_id}" * bool(version.product_id)),
            version=version.version,
            language=version.language,
            sha256=version.sha256,
            **common,
        )
        for version in terms
    ]
    rows.append(Acceptance(kind="form", information=dict(information), **form, **common))
    # Nothing in here is caught outside: a savepoint would be two statements for nothing.
    with transaction.atomic(savepoint=False):
        rows_write(rows)
        audit_record(
            verb="order.accept",
            target=order,
            after={"accepted": [f"{row.code} {row.version} {row.language}" for row in rows]},
        )
    return rows
