"""Filters of the console's tables; a filter is named like the column it stands under (R89)."""

import django_filters as df
from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Category, Place, Product, Provider, Status
from shared_apps.catalog.texts import bare_text, text_in
from shared_apps.journal.models import JournalLine
from shared_apps.operator.listing import AnyOf, ContainsFilter
from shared_apps.outbox.models import InboundEvent, Message
from tenants.models import Agency

CHANNELS = [
    ("shop", _("Shop")),
    ("back_office", _("Back office")),
    ("api", _("Partner API")),
    ("widget", _("Widget")),
]
YES_NO = [("true", _("Yes")), ("false", _("No"))]


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_filter(field_name: str, bound: str, label: object) -> df.DateFilter:
    """A filter on the day of ``field_name``, ``bound`` being ``gte`` or ``lte``."""
    return df.DateFilter(field_name, f"date__{bound}", label=label, widget=DateInput())


class YesNoFilter(AnyOf):
    """Yes, no, or all."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(choices=YES_NO, **kwargs)

    def filter(self, qs: object, value: str) -> object:
        """Compare with a boolean."""
        return super().filter(qs, {"true": True, "false": False}.get(value, value))


class AgencyFilters(df.FilterSet):
    name = ContainsFilter("name", label=_("Agency"))
    slug = ContainsFilter("slug", label=_("Short name"))
    kind = AnyOf(choices=Agency.Kind.choices, label=_("Kind"))
    country = ContainsFilter("country", label=_("Country"))
    currency = ContainsFilter("currency", label=_("Currency"))
    group_name = ContainsFilter("group_name", label=_("Group"))
    trained = YesNoFilter(field_name="trained", label=_("Trained"))
    status = AnyOf(choices=Agency.Status.choices, label=_("Status"))

    class Meta:
        model = Agency
        fields: list[str] = []


class CatalogueFilters(df.FilterSet):
    """What products, providers and places share: archived rows hide until asked for (R92)."""

    status = AnyOf(choices=Status.choices, label=_("Status"))

    @property
    def qs(self) -> object:
        """Without a status filter, everything but the archived."""
        found = super().qs
        if self.form.is_valid() and self.form.cleaned_data.get("status"):
            return found
        return found.exclude(status=Status.ARCHIVED)


class CategoryField(df.fields.ModelChoiceField):
    """Categories by their names; the address keeps their codes."""

    def label_from_instance(self, obj: Category) -> str:
        """The name in the language of the page."""
        return text_in(obj.names, get_language() or "fr") or obj.code


class CategoryFilter(df.ModelChoiceFilter):
    field_class = CategoryField


class ProductFilters(CatalogueFilters):
    reference = ContainsFilter("reference", label=_("Reference"))
    title = df.CharFilter(method="by_title", label=_("Title"))
    provider = ContainsFilter("provider__name", label=_("Provider"))
    place = ContainsFilter("place__locality", label=_("Place"))
    category = CategoryFilter(
        queryset=Category.objects.all(),
        to_field_name="code",
        empty_label=_("All"),
        label=_("Category"),
    )
    has_departures = YesNoFilter(field_name="has_departures", label=_("Departures"))

    class Meta:
        model = Product
        fields: list[str] = []

    def by_title(self, queryset: object, _name: str, value: str) -> object:
        """Search the prepared text, which has neither case nor accents."""
        return queryset.filter(search_text__contains=bare_text(value))


class ProviderFilters(CatalogueFilters):
    reference = ContainsFilter("reference", label=_("Reference"))
    name = ContainsFilter("name", label=_("Provider"))
    notification_email = ContainsFilter("notification_email", label=_("Notified at"))

    class Meta:
        model = Provider
        fields: list[str] = []


class PlaceFilters(CatalogueFilters):
    name = ContainsFilter("name", label=pgettext_lazy("catalogue", "Place"))
    locality = ContainsFilter("locality", label=_("Town"))
    department = ContainsFilter("department", label=_("Department"))
    provider = ContainsFilter("provider__name", label=_("Provider"))

    class Meta:
        model = Place
        fields: list[str] = []


class SaleFilters(df.FilterSet):
    occurred_at_min = day_filter("occurred_at", "gte", _("From"))
    occurred_at_max = day_filter("occurred_at", "lte", _("To"))
    agency = df.ModelChoiceFilter(
        queryset=Agency.objects.all(), to_field_name="slug", empty_label=_("All"), label=_("Agency")
    )
    kind = AnyOf(choices=JournalLine.Kind.choices, label=_("Movement"))
    order_reference = ContainsFilter("order_reference", label=_("Order"))
    product = ContainsFilter("product__reference", label=_("Product"))
    provider = ContainsFilter("provider__name", label=_("Provider"))
    channel = AnyOf(choices=CHANNELS, label=_("Channel"))
    currency = df.AllValuesFilter(field_name="currency", empty_label=_("All"), label=_("Currency"))

    class Meta:
        model = JournalLine
        fields: list[str] = []


class AuditFilters(df.FilterSet):
    at_min = day_filter("at", "gte", _("From"))
    at_max = day_filter("at", "lte", _("To"))
    agency = df.ModelChoiceFilter(
        queryset=Agency.objects.all(), to_field_name="slug", empty_label=_("All"), label=_("Agency")
    )
    actor_label = ContainsFilter("actor_label", label=_("Who"))
    verb = ContainsFilter("verb", label=_("What"))
    object_label = ContainsFilter("object_label", label=_("On what"))
    request_id = ContainsFilter("request_id", label=_("Request"))

    class Meta:
        model = AuditEntry
        fields: list[str] = []


class MessageFilters(df.FilterSet):
    kind = ContainsFilter("kind", label=_("Message"))
    agency = df.ModelChoiceFilter(
        queryset=Agency.objects.all(), to_field_name="slug", empty_label=_("All"), label=_("Agency")
    )
    state = AnyOf(choices=Message.State.choices, label=_("State"))

    class Meta:
        model = Message
        fields: list[str] = []


class EventFilters(df.FilterSet):
    type = ContainsFilter("type", label=_("Event"))
    event_id = ContainsFilter("event_id", label=_("Identifier"))
    state = AnyOf(choices=InboundEvent.State.choices, label=_("State"))

    class Meta:
        model = InboundEvent
        fields: list[str] = []
