"""Reads of the console: counts of what waits, sales across agencies, evidence of one sale.

All of it reads the shared schema. Sales come from the journal and never from a UNION over the
agencies' schemas (architecture.md): the journal says the same, and is indexed for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Place, Product, Provider, Status
from shared_apps.catalog.texts import bare_text
from shared_apps.identity.models import Membership
from shared_apps.inventory.models import Departure
from shared_apps.journal.models import JournalLine
from shared_apps.network.models import Agreement, AuthorisedProduct, GroupMembership, SellerIdentity
from shared_apps.operator.day_chart import DAYS, DayChart, charts_of
from shared_apps.operator.listing import TotalsRow
from shared_apps.operator.sale_file import SaleFile
from shared_apps.outbox.models import InboundEvent, Message
from tenants.models import Agency, Domain

Kind = JournalLine.Kind
# Funding moves shares between the parties and no turnover: its customer_pays is 0.
TURNOVER = (Kind.SALE, Kind.CANCELLATION, Kind.FEE, Kind.FUNDING)
MOVEMENTS = (Kind.PAYMENT, Kind.REFUND)
AMOUNTS = ("customer_pays", "provider_share", "agency_share", "operator_share")
ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=16, decimal_places=3))


def agencies() -> QuerySet[Agency]:
    """Agencies with sales of this month (in their currency), group and training."""
    month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    sold = (
        JournalLine.objects.filter(
            agency=OuterRef("pk"),
            kind__in=TURNOVER,
            occurred_at__gte=month,
            currency=OuterRef("currency"),
        )
        .order_by()
        .values("agency")
        .annotate(total=Sum("customer_pays"))
        .values("total")
    )
    group = GroupMembership.objects.filter(agency=OuterRef("pk"), valid_to=None)
    return Agency.objects.annotate(
        month_sales=Coalesce(Subquery(sold), ZERO),
        group_name=Subquery(group.values("group__name")[:1]),
        trained=Exists(Agreement.objects.filter(agency=OuterRef("pk"), trained_at__isnull=False)),
    )


def agency_totals(rows: QuerySet) -> Sequence[TotalsRow]:
    """Sales of this month per currency over the agencies shown."""
    sums = rows.order_by().values("currency").annotate(total=Sum("month_sales"))
    return [
        TotalsRow(_("Total"), row["currency"], {"month_sales": row["total"]})
        for row in sums.order_by("currency")
    ]


@dataclass(frozen=True)
class AgencyFile:
    """Everything the operator knows and has granted to one agency."""

    agency: Agency
    domains: list[Domain]
    agreement: Agreement | None
    groups: list[GroupMembership]
    sellers: list[SellerIdentity]
    memberships: list[Membership]
    authorised: int
    entries: list[AuditEntry]


def agency_file(slug: str) -> AgencyFile:
    """The file of the agency ``slug``. Raises Agency.DoesNotExist."""
    agency = Agency.objects.get(slug=slug)
    agreement = Agreement.objects.filter(agency=agency).select_related("trained_by").first()
    return AgencyFile(
        agency=agency,
        domains=list(Domain.objects.filter(tenant=agency).order_by("-is_primary", "domain")),
        agreement=agreement,
        groups=list(
            GroupMembership.objects.filter(agency=agency)
            .select_related("group")
            .order_by("-valid_from")
        ),
        sellers=list(SellerIdentity.objects.filter(agency=agency).order_by("-valid_from")),
        memberships=list(
            Membership.objects.filter(agency=agency, ended_at=None)
            .select_related("user", "invitation")
            .order_by("user__email")
        ),
        authorised=AuthorisedProduct.objects.filter(agency=agency).count()
        if agreement and agreement.catalogue == Agreement.Catalogue.LISTED
        else Product.objects.filter(status=Status.VALIDATED).count(),
        entries=list(
            AuditEntry.objects.filter(
                Q(object_type="tenants.agency", object_id=str(agency.pk))
                | Q(object_type="network.agreement", object_id=str(agreement.pk))
                if agreement
                else Q(object_type="tenants.agency", object_id=str(agency.pk))
            )[:10]
        ),
    )


def _future_departures() -> Exists:
    return Exists(
        Departure.objects.filter(
            product=OuterRef("pk"),
            status=Departure.Status.OPEN,
            service_date__gte=timezone.localdate(),
        )
    )


def products() -> QuerySet[Product]:
    """Products with what the list shows, and whether a future departure exists."""
    return Product.objects.select_related("provider", "place", "category").annotate(
        has_departures=_future_departures()
    )


def products_unbookable() -> QuerySet[Product]:
    """Validated products that nobody can book, because no departure is ahead."""
    return Product.objects.filter(~_future_departures(), status=Status.VALIDATED)


def providers() -> QuerySet[Provider]:
    """Providers with how many products they make."""
    return Provider.objects.annotate(product_count=Count("products"))


def places() -> QuerySet[Place]:
    """Places with their provider and how many products happen there."""
    return Place.objects.select_related("provider").annotate(product_count=Count("products"))


def departures_ahead(product: Product) -> QuerySet[Departure]:
    """The product's next departures with their prices."""
    return (
        Departure.objects.filter(product=product, service_date__gte=timezone.localdate())
        .prefetch_related("prices__rate_category")
        .order_by("starts_at")
    )


def sales() -> QuerySet[JournalLine]:
    """Lines of every agency's journal, newest first."""
    return JournalLine.objects.select_related("agency", "product", "provider").order_by(
        "-occurred_at", "-pk"
    )


def sales_totals(rows: QuerySet) -> Sequence[TotalsRow]:
    """Sums per currency: what was sold (sales, cancellations, fees), and money moved, apart."""
    found: list[TotalsRow] = []
    for kinds, label in ((TURNOVER, _("Sales, net")), (MOVEMENTS, _("Money received, net"))):
        sums = (
            rows.order_by()
            .filter(kind__in=kinds)
            .values("currency")
            .annotate(count=Sum("quantity"), **{f"sum_{name}": Sum(name) for name in AMOUNTS})
            .order_by("currency")
        )
        shown = AMOUNTS if kinds is TURNOVER else AMOUNTS[:1]
        found += [
            TotalsRow(label, row["currency"], {name: row[f"sum_{name}"] for name in shown})
            for row in sums
        ]
    return found


def sales_by_day(rows: QuerySet) -> list[DayChart]:
    """What was sold on each of the last thirty days, among ``rows``, one chart per currency."""
    today = timezone.localdate()
    sums = (
        rows.order_by()
        .filter(kind__in=TURNOVER, occurred_at__date__gt=today - timedelta(days=DAYS))
        .annotate(day=TruncDate("occurred_at"))
        .values("day", "currency")
        .annotate(total=Sum("customer_pays"))
    )
    return charts_of(((row["day"], row["currency"], row["total"]) for row in sums), last=today)


def journal_of(agency: Agency, reference: str) -> list[JournalLine]:
    """The journal lines of one order, in the order of the chain."""
    return list(
        JournalLine.objects.filter(
            agency_schema=agency.schema_name, order_reference=reference
        ).order_by("seq")
    )


def audit_of(agency: Agency, parts: Sequence[Model]) -> list[AuditEntry]:
    """What was done to an order and its parts, oldest first."""
    about = Q()
    for part in parts:
        about |= Q(object_type=part._meta.label_lower, object_id=str(part.pk))
    entries = AuditEntry.objects.filter(about, agency_schema=agency.schema_name)
    return list(entries.order_by("id"))


def messages_of(agency: Agency, reference: str) -> list[Message]:
    """Messages about the order, oldest first."""
    return list(
        Message.objects.filter(agency_schema=agency.schema_name, payload__order=reference).order_by(
            "created_at"
        )
    )


def sale_trail(sale: SaleFile) -> dict[str, list]:
    """What the shared schema knows of a sale: journal lines, audit entries, messages."""
    parts = [sale.order, *(shown.line for shown in sale.lines), *sale.payments, *sale.refunds]
    return {
        "journal": journal_of(sale.agency, sale.order.reference),
        "entries": audit_of(sale.agency, parts),
        "sent": messages_of(sale.agency, sale.order.reference),
    }


def messages() -> QuerySet[Message]:
    """The outbox, newest first."""
    return Message.objects.select_related("agency").order_by("-created_at")


def inbound_events() -> QuerySet[InboundEvent]:
    """Events the payment provider sent, newest first."""
    return InboundEvent.objects.order_by("-received_at")


def audit_entries() -> QuerySet[AuditEntry]:
    """The audit trail of all agencies and of the operator, newest first."""
    return AuditEntry.objects.select_related("agency")


def search(text: str, *, limit: int = 8) -> dict[str, list]:
    """What the operator's search box finds: orders by reference, products, agencies.

    People search by reference and name, never by identifier (R87).
    """
    orders = (
        JournalLine.objects.filter(order_reference__icontains=text, kind=Kind.SALE)
        .values("order_reference", agency_slug=F("agency__slug"), agency_name=F("agency__name"))
        .annotate(total=Sum("customer_pays"), money=F("currency"), at=Max("occurred_at"))
        .order_by("-at")
    )
    return {
        "orders": list(orders[:limit]),
        "products": list(
            Product.objects.filter(
                Q(reference__iexact=text) | Q(search_text__contains=bare_text(text))
            )[:limit]
        ),
        "agencies": list(
            Agency.objects.filter(Q(name__unaccent__icontains=text) | Q(slug__icontains=text))[
                :limit
            ]
        ),
        "providers": list(Provider.objects.filter(name__unaccent__icontains=text)[:limit]),
    }
