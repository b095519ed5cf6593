"""What the commission engine compares: a sale, and the rules that might apply to it.

A rule limits itself by naming things. What it does not name, it does not limit: a rule that names
nothing is the network's default. Its band (D13) follows from what it names and is never stored, so
that no rule can claim a band that its own words do not give it.

Neither object knows what a rule pays. Percentage, floor and cap belong to
:class:`shared_apps.pricing.terms.DistributorRule`; no part of a rate ever changes a rank.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from shared_apps.pricing.errors import InputError
from shared_apps.pricing.fields import Fields


class RuleError(InputError):
    """A situation or a rule that cannot be read, or rules that cannot be told apart."""


class Status(StrEnum):
    """Where a rule stands in its life; only an active one can win."""

    ACTIVE = "active"
    DRAFT = "draft"
    PENDING = "pending"
    ARCHIVED = "archived"


class Band(StrEnum):
    """The bands of D13, first to last. Here *product* stands for product, provider or category."""

    OPERATION = "operation"
    PRODUCT_AGENCY = "product_agency"
    PRODUCT_GROUP = "product_group"
    AGENCY = "agency"
    GROUP = "group"
    PRODUCT = "product"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A sale, as far as commission rules can tell sales apart.

    :param group: the agency's group, or None when it is in none.
    :param service_date: first day of the service, or None for an undated voucher, which no rule
        with a service window fits.
    :param currency: of the sale, or None when nobody said: rules of every currency then fit.
    """

    product: str
    provider: str
    category: str
    agency: str
    group: str | None
    channel: str
    sale_date: date
    service_date: date | None
    currency: str | None = None

    def to_json(self) -> dict[str, object]:
        """Write in the shape of a golden case's ``sale``; the currency only when it is known."""
        known = {} if self.currency is None else {"currency": self.currency}
        return {
            **known,
            "product": self.product,
            "provider": self.provider,
            "category": self.category,
            "agency": self.agency,
            "group": self.group,
            "channel": self.channel,
            "sale_date": self.sale_date.isoformat(),
            "service_date": _day_text(self.service_date),
        }

    @classmethod
    def from_json(cls, source: object) -> Self:
        """Read a golden ``sale``; ``group`` and ``service_date`` may be null, but must be said.

        :raises RuleError: ``not_an_object``, ``missing_field``, ``unknown_field``,
            ``malformed_text``, ``malformed_date``.
        """
        fields = Fields(source, name="sale", known=_SALE_FIELDS, error=RuleError)
        fields.required("group")
        fields.required("service_date")
        return cls(
            product=fields.text("product"),
            provider=fields.text("provider"),
            category=fields.text("category"),
            agency=fields.text("agency"),
            group=fields.optional_text("group"),
            channel=fields.text("channel"),
            sale_date=fields.day("sale_date"),
            service_date=fields.optional_day("service_date"),
            currency=fields.optional_text("currency"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A commission rule or an agency's override, as far as choosing needs it.

    Whatever is None (or empty, for channels) limits nothing. Windows include both their days; one
    that ends before it begins holds no day, so its rule fits no sale.

    :param id: unique among the candidates; the last tie-break, compared as text.
    :param position: the explicit order inside a band and scope, smallest first.
    :param label: how people know the rule; it changes nothing.
    :param currency: of its fixed amount, floor or cap, when it has one.
    :param spent: whether the budget of its operation is used up.
    :raises RuleError: ``malformed_text`` when a text is empty instead of None, which would match
        no sale and look as if it matched every one.
    """

    id: str
    position: int
    status: Status
    product: str | None = None
    provider: str | None = None
    category: str | None = None
    agency: str | None = None
    group: str | None = None
    operation: str | None = None
    channels: frozenset[str] = frozenset()
    sale_from: date | None = None
    sale_to: date | None = None
    service_from: date | None = None
    service_to: date | None = None
    label: str = ""
    currency: str | None = None
    spent: bool = False

    def __post_init__(self) -> None:
        names = (self.id, self.product, self.provider, self.category)
        if "" in (*names, self.agency, self.group, self.operation):
            raise RuleError("malformed_text", f"rule {self.id!r} names something empty.")

    @property
    def name(self) -> str:
        """How to call the rule in a sentence: its label, or else its id."""
        return self.label or self.id

    @property
    def product_scope(self) -> int:
        """How narrowly it names what is sold: 0 product, 1 provider, 2 category, 3 everything."""
        if self.product is not None:
            return 0
        if self.provider is not None:
            return 1
        return 2 if self.category is not None else 3

    @property
    def agency_scope(self) -> int:
        """How narrowly it names who sells: 0 agency, 1 group, 2 everybody."""
        if self.agency is not None:
            return 0
        return 1 if self.group is not None else 2

    @property
    def band(self) -> Band:
        """The band of D13 that the rule belongs to, from nothing but what it names."""
        if self.operation is not None:
            return Band.OPERATION
        names_product = self.product_scope < 3
        if self.agency is not None:
            return Band.PRODUCT_AGENCY if names_product else Band.AGENCY
        if self.group is not None:
            return Band.PRODUCT_GROUP if names_product else Band.GROUP
        return Band.PRODUCT if names_product else Band.DEFAULT

    def to_json(self) -> dict[str, object]:
        """Write in the sparse shape of a golden case's rule: only what the rule names."""
        named = {
            "product": self.product,
            "provider": self.provider,
            "category": self.category,
            "agency": self.agency,
            "group": self.group,
            "operation": self.operation,
            "channels": sorted(self.channels) or None,
            "sale_from": _day_text(self.sale_from),
            "sale_to": _day_text(self.sale_to),
            "service_from": _day_text(self.service_from),
            "service_to": _day_text(self.service_to),
            "label": self.label or None,
            "currency": self.currency,
            "spent": self.spent or None,
        }
        always = {"id": self.id, "position": self.position, "status": self.status.value}
        return {**always, **{field: value for field, value in named.items() if value is not None}}

    @classmethod
    def from_json(cls, source: object) -> Self:
        """Read what :meth:`to_json` wrote.

        :raises RuleError: as :meth:`Situation.from_json`, and ``malformed_number``,
            ``malformed_list``, ``unknown_status``, ``reversed_window``.
        """
        fields = Fields(source, name="rule", known=_RULE_FIELDS, error=RuleError)
        fields.name = f"rule {fields.text('id')!r:.40}"
        rule = cls(
            id=fields.text("id"),
            position=fields.whole("position"),
            status=fields.choice("status", Status),
            product=fields.optional_text("product"),
            provider=fields.optional_text("provider"),
            category=fields.optional_text("category"),
            agency=fields.optional_text("agency"),
            group=fields.optional_text("group"),
            operation=fields.optional_text("operation"),
            channels=fields.texts("channels"),
            sale_from=fields.optional_day("sale_from"),
            sale_to=fields.optional_day("sale_to"),
            service_from=fields.optional_day("service_from"),
            service_to=fields.optional_day("service_to"),
            label=fields.optional_text("label") or "",
            currency=fields.optional_text("currency"),
            spent=fields.optional_flag("spent"),
        )
        for first, last in ((rule.sale_from, rule.sale_to), (rule.service_from, rule.service_to)):
            if first is not None and last is not None and first > last:
                raise fields.refuse("reversed_window", f"has a window from {first} to {last}")
        return rule


_SALE_FIELDS = frozenset(Situation.__dataclass_fields__)
_RULE_FIELDS = frozenset(Candidate.__dataclass_fields__)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
