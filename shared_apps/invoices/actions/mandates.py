"""Mandates: the operator proposes, the agency accepts, either side's operator ends (L7).

A mandate is never edited. The operator prepares it with the agency's billing identity; the
agency reads the very text that is kept, and accepts it with evidence. Another VAT status or
address is another mandate, after the first has ended.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.identity.models import User
from shared_apps.invoices.locks import mandate_lock
from shared_apps.invoices.models import BuyerIdentity, Mandate
from shared_apps.invoices.queries import buyer_on, mandate_text_on
from shared_apps.invoices.rules import (
    NUMBERS,
    InvoicingRefused,
    number_errors,
    number_plain,
    party_errors,
)
from tenants.models import Agency

PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,9}")


@transaction.atomic
def mandate_create(*, agency: Agency, by: User, prefix: str = "", **terms: Any) -> Mandate:
    """Prepare a mandate for ``agency`` to accept; ``terms`` are fields of :class:`Mandate`.

    An agency keeps the prefix of its first mandate: its numbers go on. Raises InvoicingRefused
    (``mandate_open``, ``prefix``, ``prefix_taken``, ``party``, ``no_buyer``, ``no_text``).
    """
    if Mandate.objects.filter(agency=agency, ended_on=None).exists():
        raise InvoicingRefused(
            "mandate_open",
            _("%(agency)s has a mandate already: end it first.") % {"agency": agency},
        )
    terms = {k: number_plain(v) if k in NUMBERS else v for k, v in terms.items()}
    errors = party_errors(terms, terms["vat_status"])
    if errors:
        raise InvoicingRefused("party", " ".join(errors.values()))
    mandate = Mandate(
        agency=agency,
        agency_schema=agency.schema_name,
        prefix=_prefix(agency, prefix),
        created_by=by,
        **terms,
    )
    _text_write(mandate, on=timezone.localdate())
    mandate.save()
    audit_record(
        verb="mandate.create",
        target=mandate,
        after={"agency": agency.slug, "vat_status": mandate.vat_status, "prefix": mandate.prefix},
    )
    return mandate


def _prefix(agency: Agency, wanted: str) -> str:
    """The agency's own prefix: that of its earlier mandates, else ``wanted``, if nobody has it."""
    earlier = Mandate.objects.filter(agency=agency).first()
    if earlier is not None:
        return earlier.prefix
    prefix = (wanted or agency.slug.replace("-", "")[:10]).upper()
    if not PREFIX.fullmatch(prefix):
        raise InvoicingRefused(
            "prefix", _("A prefix has two to ten capital letters or digits, a letter first.")
        )
    if Mandate.objects.filter(prefix=prefix).exclude(agency=agency).exists():
        raise InvoicingRefused(
            "prefix_taken", _("Another agency has the prefix %(prefix)s.") % {"prefix": prefix}
        )
    return prefix


def _text_write(mandate: Mandate, *, on: date) -> None:
    """Fill in the mandate's text of that day, with both parties in it, and its hash."""
    form = mandate_text_on(on, market=mandate.market)
    buyer = buyer_on(on)
    words = form.texts.get(mandate.language) or form.texts["fr"]
    number = mandate.vat_number or mandate.tax_number or mandate.siren
    with translation.override(mandate.language):
        status = mandate.get_vat_status_display()
        included = _("VAT included") if mandate.vat_included else _("without VAT, which is added")
    mandate.text = words.format(
        vat_status=status,
        vat_included=included,
        agency=f"{mandate.legal_name}, {mandate.legal_form}",
        agency_address=_address(mandate),
        agency_number=number,
        operator=f"{buyer.legal_name}, {buyer.legal_form}",
        operator_address=_address(buyer),
        prefix=mandate.prefix,
    )
    mandate.text_version = form.version
    mandate.text_sha256 = hashlib.sha256(mandate.text.encode()).hexdigest()


def _address(party: Mandate | BuyerIdentity) -> str:
    return f"{party.street}, {party.postal_code} {party.city} ({party.country})"


@transaction.atomic
def mandate_accept(*, mandate: Mandate, by: User, evidence: Mapping[str, str]) -> Mandate:
    """Accept the mandate for the agency, in the agency's own context, with evidence.

    ``evidence`` is ``{ip, user_agent}``; who, when and the hash of the text are added here.
    Raises InvoicingRefused (``not_waiting``, ``text_changed``).
    """
    locked = mandate_lock(mandate.pk)
    # An agency's role cannot even lock a mandate that is not its own to accept.
    if locked is None or locked.state != "waiting":
        raise InvoicingRefused("not_waiting", _("This mandate does not wait for an answer."))
    if hashlib.sha256(locked.text.encode()).hexdigest() != locked.text_sha256:
        raise InvoicingRefused("text_changed", _("The text is not the one that was prepared."))
    locked.accepted_at = timezone.now()
    locked.accepted_by = by
    locked.signed_on = timezone.localdate(locked.accepted_at)
    locked.evidence = {
        **evidence,
        "email": by.email,
        "name": by.name,
        "sha256": locked.text_sha256,
        "at": locked.accepted_at.isoformat(),
    }
    locked.save(update_fields=["accepted_at", "accepted_by", "signed_on", "evidence"])
    audit_record(verb="mandate.accept", target=locked, after={"text_sha256": locked.text_sha256})
    return locked


@transaction.atomic
def mandate_end(*, mandate: Mandate, by: User, reason: str) -> Mandate:
    """End the mandate today: nothing is issued under it any more. Raises InvoicingRefused."""
    locked = mandate_lock(mandate.pk)
    if locked is None or locked.ended_on is not None:
        raise InvoicingRefused("ended", _("This mandate has ended already."))
    if not reason.strip():
        raise InvoicingRefused("reason", _("Say why the mandate ends: the agency will ask."))
    locked.ended_on = timezone.localdate()
    locked.save(update_fields=["ended_on"])
    audit_record(
        verb="mandate.end",
        target=locked,
        after={"ended_on": locked.ended_on.isoformat(), "reason": reason.strip(), "by": by.email},
    )
    return locked


@transaction.atomic
def buyer_identity_set(*, by: User, valid_from: date, **fields: Any) -> BuyerIdentity:
    """Note who the operator is on commission invoices from ``valid_from`` on.

    Raises InvoicingRefused (``party``) for numbers that do not add up, or without a VAT number:
    a reverse charge names the number of whoever accounts for the VAT.
    """
    fields = {k: number_plain(v) if k in NUMBERS else v for k, v in fields.items()}
    errors = number_errors(fields)
    if not fields.get("vat_number"):
        errors["vat_number"] = _("Without its VAT number the invoice is not valid.")
    if errors:
        raise InvoicingRefused("party", " ".join(errors.values()))
    identity = BuyerIdentity.objects.create(valid_from=valid_from, **fields)
    audit_record(
        verb="buyer_identity.set",
        target=identity,
        after={"legal_name": identity.legal_name, "vat_number": identity.vat_number},
    )
    return identity
