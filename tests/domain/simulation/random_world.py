"""Random rules and sales for the agreement test: many ties, many windows, many currencies.

Everything is drawn from one seeded generator, so that a failing seed fails again. Values come
from short lists on purpose: rules must collide, and amounts must fall on halves of a minor unit.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django_tenants.utils import tenant_context
from moneyed import Money

from shared_apps.catalog.models import Product
from shared_apps.commissions.models import ChangeSet, CommissionRule, SpecialOperation
from shared_apps.journal.actions import Entry, journal_append
from shared_apps.network.models import AgencyGroup, SellerIdentity
from shared_apps.pricing.money import minor_unit
from shared_apps.pricing.terms import FundedAmount, Funder, PriceTerms
from shared_apps.pricing.waterfall import waterfall_compute
from tenant_apps.overrides.models import CommissionOverride
from tenants.models import Agency

CURRENCIES = ("EUR", "JPY", "TND", "CHF")
CHANNELS = ("shop", "back_office", "api")
PERCENTS = ("0", "2.5", "7.3333", "10", "12.5", "33.3333", "100")
OPERATION_PARTS = (("100", "0", "0"), ("50", "30", "20"), ("33.34", "33.33", "33.33"))


@dataclass
class Sold:
    """One line of the journal, and the terms of each of its units without a rule."""

    line_id: UUID
    agency: Agency
    product: Product
    category: str
    group: str | None
    channel: str
    currency: str
    sale_date: date
    service_date: date
    units: dict[str, tuple[int, PriceTerms]]


@dataclass
class RandomWorld:
    """Makes rules and sales of the test world's agencies and products."""

    seed: int
    today: date

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.agencies = list(Agency.objects.order_by("pk"))
        self.products = list(Product.objects.select_related("provider", "category"))
        self.groups = [AgencyGroup.objects.get(), AgencyGroup.objects.create(code="est", name="E")]
        self.seller = SellerIdentity.objects.order_by("pk").first()
        self.operations = [
            SpecialOperation.objects.create(
                code=f"op-{number}", name=f"Operation {number}", starts_on=self.today,
                ends_on=self.today, status=status, budget=budget, spent=spent,
                operator_percent=Decimal(parts[0]), provider_percent=Decimal(parts[1]),
                agency_percent=Decimal(parts[2]),
            )
            for number, (parts, status, budget, spent) in enumerate(
                [
                    *((parts, "running", None, 0) for parts in OPERATION_PARTS),
                    (OPERATION_PARTS[1], "draft", None, 0),
                    (OPERATION_PARTS[1], "stopped", None, 0),
                    (OPERATION_PARTS[1], "running", 100, 100),
                ]
            )
        ]  # fmt: skip

    def one(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def maybe(self, *choices: Any, chance: float = 0.35) -> Any:
        return self.random.choice(choices) if self.random.random() < chance else None

    def day(self, spread: int = 40) -> date:
        return self.today + timedelta(days=self.random.randint(-spread, spread))

    def amount(self, currency: str, most: int) -> Decimal:
        places = minor_unit(currency)
        return Decimal(self.random.randint(0, most * 10**places)).scaleb(-places)

    def terms(self) -> dict[str, Any]:
        """The terms of a rule or override, without its scope."""
        window, service = (sorted((self.day(), self.day())) for _ in range(2))
        terms = {
            "name": f"Rule {self.random.randint(1, 10**6)}",
            "base": self.one("sale_price", "public_tariff", "margin"),
            "percent": Decimal(self.one(*PERCENTS)),
            "channels": self.random.sample(CHANNELS, self.random.choice((0, 0, 1, 2))),
            "sale_from": self.maybe(window[0], chance=0.2),
            "sale_to": self.maybe(window[1], chance=0.2),
            "service_from": self.maybe(service[0], chance=0.2),
            "service_to": self.maybe(service[1], chance=0.2),
            "position": self.one(10, 20, 100),
            "product": self.maybe(*self.products),
            "provider": self.maybe(*{product.provider for product in self.products}, chance=0.15),
            "category": self.maybe(*{product.category for product in self.products}, chance=0.15),
        }
        if self.random.random() < 0.4:
            currency = self.one(*CURRENCIES)
            floor = self.maybe(self.amount(currency, 6), chance=0.5)
            cap = self.maybe((floor or 0) + self.amount(currency, 20), chance=0.5)
            fixed = self.amount(currency, 3)
            terms |= {"currency": currency, "fixed": fixed, "floor": floor, "cap": cap}
        return terms

    def rule(self, **fields: Any) -> CommissionRule:
        """A shared rule, published when nothing else is said."""
        scope = {
            "agency": self.maybe(*self.agencies, chance=0.2),
            "group": self.maybe(*self.groups, chance=0.2),
            "operation": self.maybe(*self.operations, chance=0.4),
        }
        if scope["operation"]:
            # Above all others: one that names nothing would win nearly every sale.
            scope["agency"] = self.one(*self.agencies)
            fields = {"product": self.one(*self.products), **fields}
        return CommissionRule.objects.create(
            **{"status": "active", **self.terms(), **scope, **fields}
        )

    def override(self, agency: Agency, **fields: Any) -> CommissionOverride:
        """A negotiated rate of ``agency``."""
        with tenant_context(agency):
            return CommissionOverride.objects.create(
                **{"status": "active", **self.terms(), **fields}
            )

    def drafts(self, change_set: ChangeSet, rules: list[CommissionRule]) -> None:
        """Change a third of ``rules``, retire a few, add some."""
        for rule in rules:
            fate = self.random.random()
            if fate < 0.35:
                changed = {"series": rule.pk, "version": 2, "status": "draft"}
                self.rule(change_set=change_set, retires=fate < 0.1, **changed)
        for _ in range(8):
            self.rule(change_set=change_set, status="draft")

    def price(self, currency: str) -> PriceTerms:
        """The terms of one unit, everything that can be random being so."""
        stay, markup = self.amount(currency, 300), self.maybe(Decimal("6.5"), Decimal(-3))
        discount = self.maybe(stay * 0, chance=0.3)
        if discount is not None:
            taken = Money(min(stay, self.amount(currency, 40)), currency)
            discount = FundedAmount(taken, self.one(*Funder))
        return PriceTerms(
            stay=Money(stay, currency),
            transport=Money(self.amount(currency, 60), currency),
            provider_commission=Decimal(self.one("0", "12", "33.3333")),
            default_markup=Decimal(self.one("0", "4", "-30")),
            agency_markup=markup,
            transport_commissionable=self.one(True, False),
            discount=discount,
            quantity=1,
            distributor_rule=None,
        )

    def sale(self) -> Sold:
        """Append one sale line to an agency's chain; every fourth looks like an old one."""
        currency, product = self.one(*CURRENCIES), self.one(*self.products)
        sold = Sold(
            line_id=UUID(int=self.random.getrandbits(128)),
            agency=self.one(*self.agencies),
            product=product,
            category=self.one(product, *self.products).category.code,
            group=self.one(None, "est", "ouest"),
            channel=self.one(*CHANNELS),
            currency=currency,
            sale_date=self.day(20),
            service_date=self.day(),
            units={
                code: (self.random.randint(0, 4), self.price(currency))
                for code in self.random.sample(("adult", "child", "free"), self.one(1, 2, 3))
            },
        )
        details: dict[str, Any] = {
            "quantities": {code: count for code, (count, _terms) in sold.units.items()},
            "unit": {
                code: waterfall_compute(terms).stages_text()
                for code, (_count, terms) in sold.units.items()
            },
            "sale": {
                "category": sold.category,
                "group": sold.group,
                "sale_date": sold.sale_date.isoformat(),
            },
        }
        if self.random.random() < 0.25:
            del details["sale"]
            sold.category, sold.sale_date = product.category.code, self.today
            sold.group = "ouest" if sold.agency.slug == "ocean" else None
        entry = Entry(
            kind="sale", order_reference="R", channel=sold.channel, seller_id=self.seller.pk,
            currency=currency, line_id=sold.line_id, product_id=product.pk,
            provider_id=product.provider_id, service_date=sold.service_date, details=details,
        )  # fmt: skip
        journal_append(agency=sold.agency, entries=[entry])
        return sold
