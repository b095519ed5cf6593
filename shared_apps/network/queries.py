"""Reads of the network: who sells, by what means, from which set, in which group."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shared_apps.catalog.models import Product
from shared_apps.network.models import (
    AgencyGroup,
    Agreement,
    AuthorisedProduct,
    GroupMembership,
    SellerIdentity,
)
from shared_apps.network.rules import SellerRefused, evidence_choose, own_liability_applies
from tenants.memo import remembered
from tenants.models import Agency

MEANS = ("card", "transfer", "cash")

# Everything the law wants shown and kept of a seller (L3, L4); not the payment account.
SNAPSHOT = (
    "legal_name",
    "legal_form",
    "address",
    "country",
    "email",
    "phone",
    "registration_number",
    "vat_number",
    "guarantor_name",
    "guarantor_address",
    "insurer_name",
    "insurer_address",
    "mediator_name",
    "mediator_address",
    "mediator_url",
    "vat_regime",
)


class NoAgreement(LookupError):
    """The agency has no agreement with the operator: it may sell nothing."""


def agreement_of(agency: Agency) -> Agreement:
    """What the operator grants ``agency``. Raises NoAgreement when nothing was signed."""
    agreement = Agreement.objects.filter(agency_id=agency.pk).first()
    if agreement is None:
        raise NoAgreement(f"{agency.slug} has no agreement")
    return agreement


def operator_seller(on: date) -> SellerIdentity:
    """The operator's own identity in force on ``on``. Raises SellerRefused (``no_seller``)."""
    seller = remembered(("operator seller", on), lambda: _operator_seller_read(on))
    if seller is None:
        raise SellerRefused(
            "no_seller",
            _("The operator's registration is not in force today: nothing can be sold."),
        )
    return seller


def _operator_seller_read(on: date) -> SellerIdentity | None:
    return (
        SellerIdentity.objects.filter(agency=None, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gte=on))
        .order_by("-valid_from", "-pk")
        .first()
    )


def seller_for(*, agency: Agency, product: Product | None, on: date) -> SellerIdentity:
    """The seller of record of ``product`` in ``agency``'s shop for a sale on ``on`` (R9, R11, L1).

    Without a product: the operator, whose mark the shop carries. Own liability needs the
    agreement and evidence that is approved and in force. Raises SellerRefused otherwise.
    """
    owner_id = product.owner_agency_id if product is not None else None
    if owner_id is None or owner_id != agency.pk:
        return operator_seller(on)
    granted = agreement_of(agency).own_liability
    if not own_liability_applies(owner_id=owner_id, agency_id=agency.pk, granted=granted):
        return operator_seller(on)
    try:
        return evidence_choose(SellerIdentity.objects.filter(agency_id=agency.pk), on)
    except SellerRefused as refusal:
        raise SellerRefused(refusal.code, _evidence_words(refusal.code)) from refusal


def _evidence_words(code: str) -> str:
    return {
        "evidence_missing": _(
            "The agency has not shown its registration, guarantee and insurance yet: "
            "its own products cannot be sold."
        ),
        "evidence_not_approved": _(
            "The operator has not approved the agency's registration, guarantee and insurance "
            "yet: its own products cannot be sold."
        ),
        "evidence_expired": _(
            "The agency's registration, guarantee or insurance has run out: "
            "its own products cannot be sold until new evidence is approved."
        ),
    }[code]


def seller_snapshot(seller: SellerIdentity) -> dict[str, Any]:
    """The seller as a sale, a document or an e-mail keeps it for ever (L4)."""
    snapshot: dict[str, Any] = {name: getattr(seller, name) for name in SNAPSHOT}
    snapshot["id"] = seller.pk
    snapshot["own_liability"] = seller.agency_id is not None
    return snapshot


def payment_means_for(agency: Agency) -> tuple[str, ...]:
    """The means this agency was granted, in the order pages offer them (R7, R8).

    Empty when it does not collect: every collection is then hidden and refused.
    """
    agreement = agreement_of(agency)
    if not agreement.collects:
        return ()
    return tuple(means for means in MEANS if means in agreement.payment_means)


def group_of(agency: Agency, on: date) -> AgencyGroup | None:
    """The group the agency belongs to on ``on``, or None."""
    membership = (
        GroupMembership.objects.filter(agency_id=agency.pk, valid_from__lte=on)
        .filter(Q(valid_to=None) | Q(valid_to__gte=on))
        .select_related("group")
        .order_by("-valid_from", "-pk")
        .first()
    )
    return membership.group if membership else None


def authorised_condition(agency: Agency) -> Q:
    """The set the operator opened to ``agency`` (D11), as a condition on products."""
    if agreement_of(agency).catalogue == Agreement.Catalogue.ALL:
        return Q()
    listed = AuthorisedProduct.objects.filter(agency_id=agency.pk)
    return Q(pk__in=listed.values("product_id"))


def authorised_products(agency: Agency) -> QuerySet[Product]:
    """The set the operator opened to this agency, whatever the status of its products (D11)."""
    return Product.objects.filter(authorised_condition(agency))
