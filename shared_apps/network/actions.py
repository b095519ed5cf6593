"""What the operator decides about its agencies: agreements, groups, sellers, listed products.

Every verb runs in the operator's context (the shared schema's owner): an agency's own
database role is refused these tables by PostgreSQL itself.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import Product
from shared_apps.identity.models import User
from shared_apps.network.models import (
    AgencyGroup,
    Agreement,
    AuthorisedProduct,
    GroupMembership,
    SellerIdentity,
)
from shared_apps.network.queries import MEANS
from tenants.models import Agency


class NetworkRefused(ValueError):
    """A grant that makes no sense; ``code`` is stable, ``message`` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | list | type(None)) else str(value)


@transaction.atomic
def agreement_set(*, agency: Agency, **grants: Any) -> Agreement:
    """Create or change what ``agency`` is granted; only the named grants change (R7, R8, D14).

    Raises NetworkRefused for an unknown means of payment or bounds in the wrong order.
    """
    unknown = set(grants.get("payment_means", ())) - set(MEANS)
    if unknown:
        raise NetworkRefused(
            "unknown_means", _("Unknown means of payment: %s.") % ", ".join(sorted(unknown))
        )
    found = Agreement.objects.select_for_update().filter(agency=agency).first()
    agreement = found or Agreement(agency=agency)
    before = {name: getattr(agreement, name) for name in grants}
    changed = [name for name, value in grants.items() if value != before[name]]
    for name, value in grants.items():
        setattr(agreement, name, value)
    for low, high in (("markup_min", "markup_max"), ("commission_min", "commission_max")):
        if getattr(agreement, low) > getattr(agreement, high):
            raise NetworkRefused("bounds", _("The lower bound is above the upper one: %s.") % low)
    if found and not changed:
        return agreement
    agreement.version += bool(found)
    agreement.save()
    shown = changed if found else grants
    audit_record(
        verb="agreement_set",
        target=agreement,
        before={name: _plain(before[name]) for name in shown} if found else None,
        after={name: _plain(grants[name]) for name in shown},
    )
    return agreement


@transaction.atomic
def group_create(*, code: str, name: str) -> AgencyGroup:
    """Create a group of agencies, a dimension of commissions and selections (R14)."""
    group = AgencyGroup(code=code, name=name)
    group.full_clean()
    group.save()
    audit_record(verb="group_create", target=group, after={"code": code, "name": name})
    return group


@transaction.atomic
def group_leave(*, agency: Agency, on: date) -> None:
    """Take ``agency`` out of its group: the day before ``on`` is the last one in it.

    Raises NetworkRefused: ``period``, as :func:`group_join`.
    """
    current = GroupMembership.objects.filter(agency=agency, valid_to=None).first()
    if current is None:
        return
    _group_close(current, on)
    audit_record(
        verb="group_leave",
        target=current,
        label=str(agency),
        before={"group": current.group.code},
        after={"group": None, "from": on.isoformat()},
    )


def _group_close(current: GroupMembership, on: date) -> None:
    if current.valid_from >= on:
        raise NetworkRefused(
            "period", _("The agency joined its present group on that day or later.")
        )
    current.valid_to = on - timedelta(days=1)
    current.save(update_fields=["valid_to"])


@transaction.atomic
def group_join(*, agency: Agency, group: AgencyGroup, on: date) -> GroupMembership:
    """Put ``agency`` in ``group`` from ``on``; the group it was in ends the day before.

    Raises NetworkRefused: ``period`` when the present group began on ``on`` or later.
    """
    current = GroupMembership.objects.filter(agency=agency, valid_to=None).first()
    if current is not None:
        if current.group_id == group.pk:
            return current
        _group_close(current, on)
    membership = GroupMembership.objects.create(agency=agency, group=group, valid_from=on)
    audit_record(
        verb="group_join",
        target=membership,
        label=str(agency),
        before={"group": current.group.code} if current else None,
        after={"group": group.code, "from": on.isoformat()},
    )
    return membership


@transaction.atomic
def seller_register(
    *, agency: Agency | None, valid_from: date, approved_by: User | None = None, **facts: Any
) -> SellerIdentity:
    """Keep the dated evidence of a seller: the operator's (``agency`` None) or an agency's (L1).

    The operator's own needs no approval; an agency's is worth nothing until ``seller_approve``.
    Raises ValidationError for a missing or malformed fact.
    """
    seller = SellerIdentity(agency=agency, valid_from=valid_from, **facts)
    seller.full_clean()
    seller.save()
    audit_record(
        verb="seller_register",
        target=seller,
        after={"registration_number": seller.registration_number, "from": str(valid_from)},
    )
    return seller


@transaction.atomic
def seller_approve(*, seller: SellerIdentity, by: User | None) -> SellerIdentity:
    """The operator has checked the evidence: the agency may sell its own products on it (L1)."""
    if seller.approved_at is None:
        seller.approved_at, seller.approved_by = timezone.now(), by
        seller.save(update_fields=["approved_at", "approved_by"])
        audit_record(
            verb="seller_approve", target=seller, after={"approved_at": str(seller.approved_at)}
        )
    return seller


@transaction.atomic
def products_authorise(*, agency: Agency, products: Iterable[Product]) -> int:
    """Add to an agency's listed catalogue (D11); returns how many were new."""
    before = AuthorisedProduct.objects.filter(agency=agency).count()
    AuthorisedProduct.objects.bulk_create(
        [AuthorisedProduct(agency=agency, product=product) for product in products],
        ignore_conflicts=True,
    )
    added = AuthorisedProduct.objects.filter(agency=agency).count() - before
    if added:
        audit_record(verb="products_authorise", target=agency, after={"added": added})
    return added


@transaction.atomic
def products_unauthorise(*, agency: Agency, products: Iterable[Product]) -> int:
    """Take products off an agency's listed catalogue (D11); returns how many there were.

    They leave its shop at once; what it sold of them stays sold.
    """
    found = AuthorisedProduct.objects.filter(agency=agency, product__in=products)
    references = sorted(found.values_list("product__reference", flat=True))
    found.delete()
    if references:
        audit_record(
            verb="products_unauthorise", target=agency, before={"products": references}, after={}
        )
    return len(references)
