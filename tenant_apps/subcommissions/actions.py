"""Who sells, by which rules they share, and what each sale gives them.

Rules are added and ended, never edited. Shares are written where the sale is confirmed, in its
transaction, and taken back where it is cancelled; a sale without seller and point of sale asks
nothing here.

The audit trail stands in the shared schema, where the operator reads it, and shares are the
agency's own business. Entries therefore say who did what to which number, and neither names nor
amounts: those stand in the agency's tables, where rules and shares are never changed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import slugify
from django.utils.translation import gettext as _
from moneyed import Money

from shared_apps.audit.actions import audit_record
from shared_apps.pricing.money import money_percent
from tenant_apps.orders.cancellation import Fee
from tenant_apps.orders.locks import order_lock
from tenant_apps.orders.models import ApiKey, Order, OrderLine
from tenant_apps.orders.snapshots import steps_freeze
from tenant_apps.subcommissions.errors import SharingRefused
from tenant_apps.subcommissions.models import (
    PointOfSale,
    Seller,
    SubCommissionLine,
    SubCommissionRule,
)
from tenant_apps.subcommissions.queries import rules_for_order, share_rule
from tenant_apps.subcommissions.sharing import fee_step, most_of, reversal_step, shares_of

Kind = SubCommissionLine.Kind
FULL = Decimal(100)


@transaction.atomic
def seller_add(*, name: str, user: Any = None, point_of_sale: PointOfSale | None = None) -> Seller:
    """Add a person who sells; a member when ``user`` is given. Makes the code of their link."""
    seller = Seller(
        name=name.strip(), code=_free_code(name), user=user, point_of_sale=point_of_sale
    )
    seller.full_clean()
    seller.save()
    audit_record(verb="seller_add", target=seller, label=f"V{seller.pk}")
    return seller


@transaction.atomic
def point_of_sale_add(*, name: str) -> PointOfSale:
    """Add a point of sale. Makes the code of its link."""
    place = PointOfSale(name=name.strip(), code=_free_code(name))
    place.full_clean()
    place.save()
    audit_record(verb="point_of_sale_add", target=place, label=f"P{place.pk}")
    return place


@transaction.atomic
def beneficiary_end(beneficiary: Seller | PointOfSale) -> None:
    """Let somebody sell no more: the link and new attributions stop, what was earned stays."""
    found = type(beneficiary).objects.select_for_update().get(pk=beneficiary.pk)
    if found.ended_at is None:
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        letter = "V" if isinstance(found, Seller) else "P"
        audit_record(verb="seller_end", target=found, label=f"{letter}{found.pk}")


@transaction.atomic
def rule_add(**terms: Any) -> SubCommissionRule:
    """Add a rule for sales from today on, or a later day.

    ``terms`` are fields of :class:`SubCommissionRule`. Raises SharingRefused where, together with
    a rule that may meet it, more than the agency's whole commission would be given away, and for
    a first day in the past; ValidationError for a bad field.
    """
    rule = SubCommissionRule(**terms)
    if rule.valid_from < timezone.localdate():
        raise SharingRefused("past", _("A rule begins today or later: past sales are settled."))
    rule.full_clean()
    standing = SubCommissionRule.objects.select_related("seller", "point_of_sale").filter(
        Q(valid_to=None) | Q(valid_to__gte=rule.valid_from)
    )
    given = most_of(share_rule(rule), [share_rule(other) for other in standing])
    if given > FULL:
        raise SharingRefused(
            "too_much",
            _(
                "Together with a rule that may apply to the same sale, this gives away "
                "{percent} % of your commission. It cannot be more than 100 %."
            ).format(percent=localize(given.normalize())),
        )
    rule.save()
    audit_record(verb="sharing_rule_add", target=rule, label=rule.code)
    return rule


@transaction.atomic
def rule_end(rule: SubCommissionRule, *, last_day: date) -> None:
    """End a rule after ``last_day``, today or later. Raises SharingRefused for a past day."""
    found = SubCommissionRule.objects.select_for_update().get(pk=rule.pk)
    today = timezone.localdate()
    if last_day < today or (found.valid_to is not None and found.valid_to < today):
        raise SharingRefused("past", _("What was sold until yesterday keeps its rule."))
    if last_day < found.valid_from:
        raise SharingRefused("reversed", _("The last day is before the first."))
    before, found.valid_to = found.valid_to, last_day
    found.save(update_fields=["valid_to"])
    audit_record(
        verb="sharing_rule_end",
        target=found,
        label=found.code,
        before={"valid_to": str(before) if before else None},
        after={"valid_to": str(last_day)},
    )


@transaction.atomic
def key_attribute(key: ApiKey, *, seller: Seller | None, point_of_sale: PointOfSale | None) -> None:
    """Let the orders of an API key count for a seller, a point of sale, both or nobody."""
    found = ApiKey.objects.select_for_update().get(pk=key.pk)
    found.sold_by, found.point_of_sale = seller, point_of_sale
    found.save(update_fields=["sold_by", "point_of_sale"])
    audit_record(verb="api_key.attribute", target=found, after=_whose(seller, point_of_sale))


def order_attribute(
    *, order: Order, seller: Seller | None, point_of_sale: PointOfSale | None
) -> None:
    """Say who sold ``order``; shares already written are taken back and written anew.

    Possible until the first service of a confirmed order has passed: from then on the shares are
    earned and may have been paid. Raises SharingRefused then, and for an order that is over.
    """
    with transaction.atomic():
        locked = order_lock(order.pk)
        if locked.status in (Order.Status.CANCELLED, Order.Status.EXPIRED):
            raise SharingRefused("over", _("This order is over."))
        lines = list(locked.lines.all())
        confirmed = locked.status == Order.Status.CONFIRMED
        if confirmed and any(line.service_date < timezone.localdate() for line in lines):
            raise SharingRefused(
                "earned", _("The commission of this order is earned: who sold it stays.")
            )
        before = _whose(locked.sold_by, locked.point_of_sale)
        locked.sold_by, locked.point_of_sale = seller, point_of_sale
        locked.save(update_fields=["sold_by", "point_of_sale"])
        if confirmed:
            _take_back(locked, fees={}, moved=True)
            shares_write(locked, lines)
        audit_record(
            verb="order.attribute",
            target=locked,
            before=before,
            after=_whose(seller, point_of_sale),
        )
    order.refresh_from_db()


def shares_write(order: Order, lines: Sequence[OrderLine]) -> None:
    """Freeze what ``lines``, confirmed now or before, give the order's seller and place.

    The rules are those of the day of the sale. Inside the caller's transaction.
    """
    if order.sold_by_id is None and order.point_of_sale_id is None:
        return
    now = timezone.now()
    day = timezone.localdate(order.confirmed_at)
    rules = rules_for_order(order, day)
    written = []
    for line in lines if rules else ():
        commission = _commission(order, line)
        for share in shares_of(
            rules,
            commission=commission,
            product=line.product_id,
            category=line.product.category_id,
            on=day,
        ):
            kind, pk = share.rule.beneficiary
            written.append(
                SubCommissionLine(
                    order=order,
                    line_id=line.pk,
                    rule_id=share.rule.id,
                    title=line.snapshot["product"]["reference"],
                    service_date=line.service_date,
                    occurred_at=now,
                    currency=order.currency,
                    commission=commission.amount,
                    amount=share.amount.amount,
                    explanation=steps_freeze(share.steps),
                    **{f"{kind}_id": pk},
                )
            )
    SubCommissionLine.objects.bulk_create(written)


def shares_take_back(order: Order, fees: Mapping[Any, Fee]) -> None:
    """Take back what a cancelled order gave, except the per cent that each line's fee keeps."""
    if order.sold_by_id is not None or order.point_of_sale_id is not None:
        _take_back(order, fees=fees, moved=False)


def _take_back(order: Order, *, fees: Mapping[Any, Fee], moved: bool) -> None:
    """Append the opposite of every line of the order that still stands."""
    now = timezone.now()
    standing: dict[tuple[Any, ...], list[SubCommissionLine]] = {}
    for line in SubCommissionLine.objects.filter(order=order).order_by("id"):
        standing.setdefault((line.line_id, line.seller_id, line.point_of_sale_id), []).append(line)
    written = []
    for (line_id, _seller, _place), known in standing.items():
        left = sum((line.amount for line in known), Decimal(0))
        if not left:
            continue
        last, amount = known[-1], Money(left, order.currency)
        step = reversal_step(amount, moved=moved)
        written.append(_opposite(last, Kind.REVERSAL, -amount, step, now))
        fee = fees.get(line_id)
        kept = money_percent(amount, fee.percent) if fee else amount * 0
        if kept and fee:
            written.append(_opposite(last, Kind.FEE, kept, fee_step(fee.percent, kept), now))
    SubCommissionLine.objects.bulk_create(written)


def _opposite(
    line: SubCommissionLine, kind: str, amount: Money, step: Any, now: Any
) -> SubCommissionLine:
    return SubCommissionLine(
        kind=kind,
        order_id=line.order_id,
        line_id=line.line_id,
        seller_id=line.seller_id,
        point_of_sale_id=line.point_of_sale_id,
        rule_id=line.rule_id,
        title=line.title,
        service_date=line.service_date,
        occurred_at=now,
        currency=line.currency,
        commission=line.commission,
        amount=amount.amount,
        explanation=steps_freeze([step]),
    )


def _commission(order: Order, line: OrderLine) -> Money:
    """What the agency really earns on the line: its share less what it funds of an operation."""
    funded = line.commission.get("operation", {}).get("parts", {}).get("agency", "0")
    return Money(line.agency_share - Decimal(funded), order.currency)


def _free_code(name: str) -> str:
    """A code that neither a seller nor a point of sale has, made from ``name``."""
    stem = slugify(name)[:36] or "x"
    taken = {
        code
        for model in (Seller, PointOfSale)
        for code in model.objects.filter(code__startswith=stem).values_list("code", flat=True)
    }
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)


def _whose(seller: Seller | None, place: PointOfSale | None) -> dict[str, str | None]:
    """Seller and point of sale by number, for the audit trail."""
    return {
        "seller": f"V{seller.pk}" if seller else None,
        "point_of_sale": f"P{place.pk}" if place else None,
    }
