"""Tables of the console: which columns, how they sort, how they read."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shared_apps.operator.listing import AmountColumn, NumberColumn, OfficeTable


class LinkColumn(tables.TemplateColumn):
    """Text that opens the row's own page; exports as the text alone."""

    def __init__(self, text: str, url: str, **extra: Any) -> None:
        super().__init__(
            '{% load office i18n %}<a class="text-nowrap" href="{% url '
            + url
            + ' %}">{{ '
            + text
            + " }}</a>",
            **extra,
        )
        self.text = text

    def value(self, **kwargs: Any) -> str:
        """The text without its link."""
        return tables.utils.A(self.text.partition("|")[0].removeprefix("record.")).resolve(
            kwargs["record"]
        )


class BadgeColumn(tables.TemplateColumn):
    """A state with its label."""

    def __init__(self, field_name: str, **extra: Any) -> None:
        self.field_name = field_name
        super().__init__(
            "{% load office %}{% badge record."
            + field_name
            + " record.get_"
            + field_name
            + "_display %}",
            **extra,
        )

    def value(self, **kwargs: Any) -> str:
        """The label."""
        return str(getattr(kwargs["record"], f"get_{self.field_name}_display")())


class MomentColumn(tables.DateTimeColumn):
    """Date and time as people write them here."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(format="d/m/Y H:i", attrs={"td": {"class": "text-nowrap"}}, **extra)


YES = _("Yes")
NO = _("No")


class AgencyTable(OfficeTable):
    hidden_at_first = ["slug"]

    name = LinkColumn("record.name", "'operator_agency' record.slug", verbose_name=_("Agency"))
    slug = tables.Column(verbose_name=_("Short name"))
    kind = tables.Column(verbose_name=_("Kind"))
    country = tables.Column(verbose_name=_("Country"))
    group_name = tables.Column(verbose_name=_("Group"))
    trained = tables.Column(verbose_name=_("Trained"))
    status = BadgeColumn("status", verbose_name=_("Status"))
    currency = tables.Column(verbose_name=_("Currency"))
    month_sales = AmountColumn("month_sales", verbose_name=_("Sales this month"))

    class Meta(OfficeTable.Meta):
        order_by = ("name",)

    def render_trained(self, value: bool) -> Any:
        """In words."""
        return YES if value else NO


class ProductTable(OfficeTable):
    reference = LinkColumn(
        "record.reference", "'operator_product' record.reference", verbose_name=_("Reference")
    )
    title = tables.TemplateColumn(
        "{% load office %}{{ record.titles|words }}",
        verbose_name=_("Title"),
        order_by=("titles__fr",),
    )
    provider = tables.Column(accessor="provider__name", verbose_name=_("Provider"))
    place = tables.Column(accessor="place__locality", verbose_name=_("Place"))
    category = tables.TemplateColumn(
        "{% load office %}{{ record.category.names|words }}",
        verbose_name=_("Category"),
        order_by=("category__position",),
    )
    has_departures = tables.Column(verbose_name=_("Departures"))
    status = BadgeColumn("status", verbose_name=_("Status"))
    updated_at = MomentColumn(verbose_name=_("Changed"))

    class Meta(OfficeTable.Meta):
        order_by = ("reference",)

    def render_has_departures(self, value: bool) -> Any:
        """In words."""
        return YES if value else NO


class ProviderTable(OfficeTable):
    reference = tables.Column(verbose_name=_("Reference"))
    name = LinkColumn(
        "record.name", "'operator_provider' record.reference", verbose_name=_("Provider")
    )
    notification_email = tables.Column(verbose_name=_("Notified at"))
    product_count = NumberColumn(verbose_name=_("Products"))
    status = BadgeColumn("status", verbose_name=_("Status"))

    class Meta(OfficeTable.Meta):
        order_by = ("name",)


class PlaceTable(OfficeTable):
    name = LinkColumn(
        "record.name",
        "'operator_place' record.pk",
        verbose_name=pgettext_lazy("catalogue", "Place"),
    )
    locality = tables.Column(verbose_name=_("Town"))
    department = tables.Column(verbose_name=_("Department"))
    provider = tables.Column(accessor="provider__name", verbose_name=_("Provider"))
    product_count = NumberColumn(verbose_name=_("Products"))
    status = BadgeColumn("status", verbose_name=_("Status"))

    class Meta(OfficeTable.Meta):
        order_by = ("name",)


class SaleTable(OfficeTable):
    hidden_at_first = ["provider", "channel", "service_date", "quantity", "currency"]

    occurred_at = MomentColumn(verbose_name=_("When"))
    agency = tables.Column(accessor="agency__name", verbose_name=_("Agency"))
    order_reference = LinkColumn(
        "record.order_reference",
        "'operator_sale' record.agency.slug record.order_reference",
        verbose_name=_("Order"),
    )
    kind = BadgeColumn("kind", verbose_name=_("Movement"))
    product = tables.Column(accessor="product__reference", verbose_name=_("Product"))
    provider = tables.Column(accessor="provider__name", verbose_name=_("Provider"))
    channel = tables.Column(verbose_name=_("Channel"))
    service_date = tables.DateColumn(format="d/m/Y", verbose_name=_("Service date"))
    quantity = NumberColumn(verbose_name=_("Qty"))
    currency = tables.Column(verbose_name=_("Currency"))
    customer_pays = AmountColumn("customer_pays", verbose_name=_("Customer pays"))
    provider_share = AmountColumn("provider_share", verbose_name=_("Provider share"))
    agency_share = AmountColumn("agency_share", verbose_name=_("Agency share"))
    operator_share = AmountColumn("operator_share", verbose_name=_("Operator share"))

    class Meta(OfficeTable.Meta):
        order_by = ("-occurred_at",)


class ClientSaleTable(SaleTable):
    """The same sales in the client view: nobody's share, in exports neither."""

    class Meta(SaleTable.Meta):
        exclude = ("provider_share", "agency_share", "operator_share")


class AuditTable(OfficeTable):
    hidden_at_first = ["request_id"]

    at = MomentColumn(verbose_name=_("When"))
    agency = tables.Column(accessor="agency__name", verbose_name=_("Agency"), default="TNP")
    actor_label = tables.TemplateColumn(
        "{% load office %}{{ record|actor_words }}", verbose_name=_("Who")
    )
    verb = tables.TemplateColumn(
        "{% load office %}{{ record.verb|verb_words }}", verbose_name=_("What")
    )
    object_label = tables.Column(verbose_name=_("On what"))
    before = tables.TemplateColumn(
        "{% load office %}{{ record.before|json_lines }}",
        verbose_name=_("Before"),
        orderable=False,
    )
    after = tables.TemplateColumn(
        "{% load office %}{{ record.after|json_lines }}", verbose_name=_("After"), orderable=False
    )
    request_id = tables.Column(verbose_name=_("Request"))

    class Meta(OfficeTable.Meta):
        order_by = ("-at",)

    def value_before(self, record: Any) -> str:
        """For exports, as stored."""
        return str(record.before or "")

    def value_after(self, record: Any) -> str:
        """For exports, as stored."""
        return str(record.after or "")


# The table stands inside the form of its filters, and forms do not nest: the button belongs to
# the form ``retry-form`` of the page.
RETRY = """{% load i18n office %}{% allowed "messages.retry" as may %}
{% if record.state == "failed" and may %}<button class="btn btn-sm" form="retry-form"
formaction="{% url VIEW record.pk %}">{% translate "Try again" %}</button>{% endif %}"""


class MessageTable(OfficeTable):
    created_at = MomentColumn(verbose_name=_("When"))
    kind = tables.TemplateColumn(
        "{% load office %}{{ record.kind|message_words|capfirst }}", verbose_name=_("Message")
    )
    agency = tables.Column(accessor="agency__name", verbose_name=_("Agency"), default="TNP")
    state = BadgeColumn("state", verbose_name=_("State"))
    attempts = NumberColumn(verbose_name=_("Attempts"))
    available_at = MomentColumn(verbose_name=_("Next attempt"))
    last_error = tables.Column(verbose_name=_("Why it failed"), orderable=False)
    retry = tables.TemplateColumn(
        RETRY.replace("VIEW", "'operator_message_retry'"),
        verbose_name=_("Action"),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(OfficeTable.Meta):
        order_by = ("-created_at",)


class EventTable(OfficeTable):
    received_at = MomentColumn(verbose_name=_("Received"))
    type = tables.Column(verbose_name=_("Event"))
    event_id = tables.Column(verbose_name=_("Identifier"))
    deliveries = NumberColumn(verbose_name=_("Deliveries"))
    state = BadgeColumn("state", verbose_name=_("State"))
    handled_at = MomentColumn(verbose_name=_("Handled"))
    error = tables.Column(verbose_name=_("Why it failed"), orderable=False)
    retry = tables.TemplateColumn(
        RETRY.replace("VIEW", "'operator_event_retry'"),
        verbose_name=_("Action"),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(OfficeTable.Meta):
        order_by = ("-received_at",)
