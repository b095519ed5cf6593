"""The table of a product's departures, its filters, and the row of new values (R55 to R58)."""

from decimal import Decimal
from typing import Any

import django_filters as df
import django_tables2 as tables
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Product
from shared_apps.catalog.texts import text_in
from shared_apps.inventory.models import Departure, Funder
from shared_apps.operator.filters import DateInput
from shared_apps.operator.forms import WEEKDAYS
from shared_apps.operator.listing import AnyOf, NumberColumn, OfficeTable
from shared_apps.operator.rulebook.filters import FiguresFilter
from shared_apps.operator.rulebook.forms import AMOUNTS, EMPTIED, PERCENTS, DayField, FigureField
from shared_apps.operator.templatetags.office import badge, money_text, percent


class DepartureTable(OfficeTable):
    """Departures with the terms that live on them; what is the product's own says so (R58)."""

    product: Product
    may_change = False

    tick = tables.Column(
        empty_values=(), verbose_name="", orderable=False, exclude_from_export=True
    )
    starts_at = tables.Column(verbose_name=_("When"))
    status = tables.Column(verbose_name=_("Status"))
    capacity = NumberColumn(verbose_name=pgettext_lazy("seats", "Places"))
    held = NumberColumn(verbose_name=_("Held"))
    sold = NumberColumn(verbose_name=pgettext_lazy("seats", "Sold"))
    tariffs = tables.Column(
        verbose_name=_("Public tariffs"),
        orderable=False,
        empty_values=(),
        accessor="pk",
        attrs={"td": {"class": "text-nowrap"}},
    )
    discount = NumberColumn(verbose_name=_("Discount"), empty_values=())
    markup = NumberColumn(verbose_name=_("Markup"), empty_values=())
    provider_commission = NumberColumn(verbose_name=_("Provider commission"), empty_values=())

    class Meta(OfficeTable.Meta):
        order_by = ("starts_at",)
        sequence = (
            "tick", "starts_at", "tariffs", "discount", "markup", "provider_commission", "...",
        )  # fmt: skip

    def render_tick(self, record: Departure) -> SafeString | str:
        """A box with the row's version: a departure changed meanwhile is not overwritten."""
        if not self.may_change or record.status == Departure.Status.CANCELLED:
            return ""
        return format_html(
            '<input class="form-check-input" type="checkbox" name="row" value="{}:{}" '
            'form="change-form" data-select aria-label="{}">',
            record.pk,
            record.version,
            gettext("Tick %(name)s") % {"name": self.render_starts_at(record)},
        )

    def render_starts_at(self, record: Departure) -> str:
        """The day, with its time when the product has time slots."""
        if self.product.kind == Product.Kind.SLOT:
            local = timezone.localtime(record.starts_at)
            return str(date_format(local, "SHORT_DATETIME_FORMAT"))
        return str(date_format(record.service_date, "SHORT_DATE_FORMAT"))

    def render_status(self, record: Departure) -> SafeString:
        """In words."""
        code = "active" if record.status == Departure.Status.OPEN else record.status
        return badge(code, record.get_status_display())

    def render_tariffs(self, record: Departure) -> SafeString:
        """One line a rate category: stay, and transport when there is some."""
        return format_html_join("", "<div>{}</div>", ((line,) for line in self._lines(record)))

    def value_tariffs(self, record: Departure) -> str:
        """In one line."""
        return " · ".join(self._lines(record))

    def _lines(self, record: Departure) -> list[str]:
        found = []
        for price in record.prices.all():
            rate = price.rate_category
            name = text_in(rate.labels, get_language() or "fr") or rate.code
            amount = money_text(price.stay, record.currency)
            if price.transport:
                amount += f" + {money_text(price.transport, record.currency)}"
            found.append(f"{name} · {amount}")
        return found

    def render_discount(self, record: Departure) -> str:
        """In value (R52), with the sale dates between which it runs."""
        if record.discount is None:
            return "—"
        shown = money_text(record.discount, record.currency)
        if record.discount_from or record.discount_to:
            days = [
                date_format(day, "SHORT_DATE_FORMAT") if day else "…"
                for day in (record.discount_from, record.discount_to)
            ]
            shown += f" ({days[0]} → {days[1]})"
        return shown

    def render_markup(self, record: Departure) -> str:
        """Its own, or the product's."""
        return self._own(record.markup, self.product.default_markup)

    def render_provider_commission(self, record: Departure) -> str:
        """Its own, or the product's."""
        return self._own(record.provider_commission, self.product.provider_commission)

    def _own(self, own: Decimal | None, products: Decimal | None) -> str:
        if own is not None:
            return percent(own)
        return gettext("%(value)s (the product’s)") % {"value": percent(products)}


class DepartureFilters(df.FilterSet):
    """Without a first day: from today on."""

    first = df.DateFilter("service_date", "gte", label=_("From"), widget=DateInput())
    last = df.DateFilter("service_date", "lte", label=_("To"), widget=DateInput())
    weekday = AnyOf(choices=WEEKDAYS, method="by_weekday", label=_("Weekday"))
    status = AnyOf("status", choices=Departure.Status.choices, label=_("Status"))
    capacity = FiguresFilter("capacity", label=pgettext_lazy("seats", "Places"))
    held = FiguresFilter("held", label=_("Held"))
    sold = FiguresFilter("sold", label=pgettext_lazy("seats", "Sold"))
    discount = FiguresFilter("discount", label=_("Discount"))
    markup = FiguresFilter("markup", label=_("Markup"))
    provider_commission = FiguresFilter("provider_commission", label=_("Provider commission"))

    class Meta:
        model = Departure
        fields: list[str] = []

    def by_weekday(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """Monday is 0 here and 1 in the database's count."""
        return queryset.filter(service_date__iso_week_day=int(value) + 1)

    @property
    def qs(self) -> QuerySet:
        """What was asked for, from today on when nothing was said."""
        found = super().qs
        if self.form.is_valid() and self.form.cleaned_data.get("first"):
            return found
        return found.filter(service_date__gte=timezone.localdate())


class DepartureTermsForm(forms.Form):
    """The empty fields under the headings; what is left empty stays as it is (R56)."""

    provider_commission = FigureField(
        label=_("Provider commission, %"), required=False, emptied_by_dash=True, **PERCENTS
    )
    markup = FigureField(label=_("Markup, %"), required=False, emptied_by_dash=True, **PERCENTS)
    discount = FigureField(
        label=_("Discount, in value"), required=False, emptied_by_dash=True, **AMOUNTS
    )
    discount_from = DayField(label=_("Sold from"), required=False)
    discount_to = DayField(label=_("Sold until"), required=False)
    discount_funder = forms.ChoiceField(
        label=_("Who funds the discount"), choices=[("", "—"), *Funder.choices], required=False
    )

    def __init__(self, data: Any = None, *, product: Product) -> None:
        super().__init__(data, prefix="set", auto_id="id_%s")
        self.tariff_names = {}
        for rate in product.rate_categories.all():
            name = f"stay_{rate.code}"
            label = text_in(rate.labels, get_language() or "fr") or rate.code
            self.fields[name] = FigureField(
                label=gettext("Public tariff, %(rate)s") % {"rate": label},
                required=False,
                min_value=Decimal(0),
                **AMOUNTS,
            )
            self.fields[name].widget.attrs["placeholder"] = label
            self.tariff_names[name] = rate.code
        for bound in self.fields.values():
            bound.widget.attrs["form"] = "change-form"

    def clean(self) -> dict[str, Any]:
        """At least one value."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (self.terms() or self.tariffs()):
            raise ValidationError(
                gettext("Type the new value in an empty field under a column title.")
            )
        return data

    def terms(self) -> dict[str, Any]:
        """What changes on the departures themselves; None empties."""
        typed = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self.tariff_names and value not in (None, "")
        }
        return {name: None if value == EMPTIED else value for name, value in typed.items()}

    def tariffs(self) -> dict[str, Decimal]:
        """New stay prices by rate code."""
        return {
            code: self.cleaned_data[name]
            for name, code in self.tariff_names.items()
            if self.cleaned_data.get(name) is not None
        }

    def under(self, column: str) -> list[forms.BoundField]:
        """The fields that stand under ``column``."""
        if column == "tariffs":
            return [self[name] for name in self.tariff_names]
        if column == "discount":
            names = ["discount", "discount_from", "discount_to", "discount_funder"]
            return [self[name] for name in names]
        return [self[column]] if column in self.fields else []
