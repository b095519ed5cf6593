"""The agency's own sur-marge: what it may set, inside which bounds, and how the past stays (D15).

A markup is not a commission: it changes what the customer pays, and what it adds is the agency's.
So the agency decides alone inside the bounds of its agreement, and nobody approves what lies
outside them: it is refused, with the bounds. A new value applies to sales from now on. What was
sold carries its price on the order line, and what stood before stays in the history.

One verb writes one audit entry, whatever the number of products; each product's own step, with
its value before, is a row of the history.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import Product
from shared_apps.identity.models import User
from shared_apps.inventory.actions import current_agency
from shared_apps.network.models import Agreement
from shared_apps.network.queries import agreement_of
from tenant_apps.overrides.locks import markups_lock
from tenant_apps.overrides.models import MarkupChange, MarkupOverride
from tenant_apps.overrides.queries import agency_markups
from tenant_apps.selection.queries import choosable_products

LONGEST_REASON = 400
BATCH = 1_000


@transaction.atomic
def markup_set(
    *, product: Product | None, percent: Decimal, by: User, reason: str
) -> MarkupOverride:
    """Set the agency's own markup of ``product``, or of everything else when None, in per cent.

    Applies to sales from now on. Raises ValidationError by field: outside the bounds of the
    agreement (D15), a product the agency may not sell, no reason. Raises NoAgreement.
    """
    before = _written({product.pk if product else None}, percent=percent, by=by, reason=reason)
    now = MarkupOverride.objects.get(product=product)
    if before:
        _audit("markup_set", now, _said(before, percent, reason), product)
    return now


@transaction.atomic
def markup_clear(*, product: Product | None, by: User, reason: str) -> bool:
    """Take the agency's own markup of ``product`` away; says whether there was one.

    The value for everything applies again, or else the network's. Raises ValidationError without
    a reason.
    """
    markups_lock()  # what is read here is what is taken away
    now = MarkupOverride.objects.filter(product=product).first()
    before = _written({product.pk if product else None}, percent=None, by=by, reason=reason)
    if before and now:
        _audit("markup_clear", now, _said(before, None, reason), product)
    return bool(before)


@transaction.atomic
def markups_set(
    *, products: Iterable[Product], percent: Decimal | None, by: User, reason: str
) -> int:
    """Give all ``products`` the same markup in per cent, or take theirs away with None (R56, R57).

    All or nothing. Returns how many changed; a product that had the value already does not count.
    Raises as :func:`markup_set`.
    """
    before = _written({one.pk for one in products}, percent=percent, by=by, reason=reason)
    if before:
        said: dict[str, object] = {
            "percent": None if percent is None else str(percent),
            "products": len(before),
            "reason": reason.strip(),
        }
        _audit("markups_set", current_agency(), (None, said), None)
    return len(before)


def _written(
    keys: set[int | None], *, percent: Decimal | None, by: User, reason: str
) -> dict[int | None, Decimal | None]:
    """Write what changes and its history; answers each changed key with its value before."""
    if percent is not None:
        percent = _checked(percent, agreement_of(current_agency()))
        _may_sell({key for key in keys if key is not None})
    reason = _reasoned(reason)
    markups_lock()
    present = agency_markups()
    before = {key: present.get(key) for key in keys if present.get(key) != percent}
    if percent is None:
        gone = [key for key in before if key is not None]
        MarkupOverride.objects.filter(product_id__in=gone).delete()
        if None in before:
            MarkupOverride.objects.filter(product=None).delete()
    else:
        MarkupOverride.objects.bulk_create(
            [MarkupOverride(product_id=key, percent=percent) for key in before],
            batch_size=BATCH,
            update_conflicts=True,
            update_fields=["percent"],
            unique_fields=["product"],
        )
    MarkupChange.objects.bulk_create(
        [
            MarkupChange(product_id=key, before=was, percent=percent, by=by, reason=reason)
            for key, was in before.items()
        ],
        batch_size=BATCH,
    )
    return before


def _checked(percent: Decimal, agreement: Agreement) -> Decimal:
    """``percent`` as the table keeps it; outside the agreement's bounds it is refused (D15)."""
    low, high = agreement.markup_min, agreement.markup_max
    if not low <= percent <= high:
        raise ValidationError(
            {
                "percent": _(
                    "Your agreement allows a markup from %(low)s %% to %(high)s %%. Ask TNP to "
                    "widen it."
                )
                % {"low": f"{low.normalize():f}", "high": f"{high.normalize():f}"}
            }
        )
    kept = percent.quantize(Decimal("0.0001"))
    if kept != percent:
        raise ValidationError({"percent": _("No more than four decimals.")})
    return kept


def _may_sell(product_ids: set[int]) -> None:
    allowed = choosable_products(current_agency()).filter(pk__in=product_ids).count()
    if allowed != len(product_ids):
        raise ValidationError(
            {"product": _("The operator has not opened this product to your agency.")}
        )


def _reasoned(reason: str) -> str:
    kept = reason.strip()
    if not kept:
        raise ValidationError({"reason": _("Say why: the history keeps it.")})
    if len(kept) > LONGEST_REASON:
        raise ValidationError({"reason": _("No more than 400 characters.")})
    return kept


_Said = tuple[dict[str, str | None] | None, dict[str, object]]


def _said(before: dict[int | None, Decimal | None], percent: Decimal | None, reason: str) -> _Said:
    (was,) = before.values()
    return (
        {"percent": None if was is None else str(was)},
        {"percent": None if percent is None else str(percent), "reason": reason.strip()},
    )


def _audit(verb: str, target: Model, said: _Said, product: Product | None) -> None:
    before, after = said
    audit_record(
        verb=verb,
        target=target,
        before=before,
        after=after,
        label=product.reference if product else "",
    )
