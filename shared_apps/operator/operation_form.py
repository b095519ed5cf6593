"""The form of a special operation: who, what, how much, within which budget, funded by whom."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Category, Product, Provider, Status
from shared_apps.commissions.models import Base, SpecialOperation
from shared_apps.commissions.operations import OperationTerms, name_of, operation_terms
from shared_apps.network.models import AgencyGroup
from shared_apps.operator.filters import DateInput
from shared_apps.operator.forms import CURRENCIES
from tenants.models import Agency

AUDIENCES = [
    ("everyone", _("Every agency")),
    ("groups", _("Groups of agencies")),
    ("agencies", _("Chosen agencies")),
]
GOODS = [
    ("all", _("Everything")),
    ("categories", _("Categories")),
    ("providers", _("Providers")),
    ("products", _("Chosen products")),
]
# Frozen once the operation is published: its rules say the same.
FROZEN = (
    "starts_on", "ends_on", "audience", "groups", "agencies", "goods", "categories",
    "providers", "products", "base", "percent", "currency", "operator_percent",
    "provider_percent", "agency_percent",
)  # fmt: skip


class Named(forms.ModelMultipleChoiceField):
    """Several rows as boxes to tick, by the names people know."""

    def __init__(self, queryset: Any, label: Any) -> None:
        super().__init__(queryset, label=label, required=False, widget=forms.CheckboxSelectMultiple)

    def label_from_instance(self, obj: Any) -> str:
        """The name; products with their reference."""
        return f"{name_of(obj)} ({obj.reference})" if isinstance(obj, Product) else name_of(obj)


def _share(label: Any, initial: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        initial=initial,
        widget=forms.NumberInput(attrs={"data-share": "", "step": "0.01"}),
    )


class OperationForm(forms.Form):
    """One operation; a published one lets only name, description and budget be changed."""

    name = forms.CharField(label=_("Name of the operation"), max_length=120)
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    starts_on = forms.DateField(label=_("First day of sale"), widget=DateInput())
    ends_on = forms.DateField(label=_("Last day of sale"), widget=DateInput())
    audience = forms.ChoiceField(
        label=_("For whom"), choices=AUDIENCES, initial="everyone", widget=forms.RadioSelect
    )
    groups = Named(AgencyGroup.objects.order_by("name"), _("Groups"))
    agencies = Named(Agency.objects.order_by("name"), _("Agencies"))
    goods = forms.ChoiceField(
        label=_("For what"), choices=GOODS, initial="all", widget=forms.RadioSelect
    )
    categories = Named(Category.objects.order_by("position"), _("Categories"))
    providers = Named(Provider.objects.order_by("name"), _("Providers"))
    products = Named(
        Product.objects.exclude(status=Status.ARCHIVED).order_by("reference"), _("Products")
    )
    percent = forms.DecimalField(
        label=_("Commission during the operation, %"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        help_text=_("Instead of what the agency would have had."),
    )
    base = forms.ChoiceField(label=_("Percentage of"), choices=Base.choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=[(c, c) for c in CURRENCIES])
    budget = forms.DecimalField(
        label=_("Budget"),
        required=False,
        min_value=Decimal("0.001"),
        max_digits=14,
        decimal_places=3,
        help_text=_(
            "What the operation may give above the usual commissions. Empty: no limit. With a "
            "budget, sales in other currencies have no part in the operation."
        ),
    )
    operator_percent = _share(_("Operator, %"), 100)
    provider_percent = _share(_("Provider, %"), 0)
    agency_percent = _share(_("Agency, %"), 0)

    def __init__(self, *args: Any, operation: SpecialOperation | None = None, **more: Any) -> None:
        self.operation = operation
        self.published = bool(operation and operation.status != SpecialOperation.Status.DRAFT)
        if operation:
            more.setdefault("initial", _shown(operation))
        super().__init__(*args, **more)
        if operation is None:
            self.fields["starts_on"].initial = timezone.localdate()
        for name in FROZEN if self.published else ():
            self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """What is ticked must say something, and the funding shares make 100."""
        data = super().clean() or self.cleaned_data
        for choice, names in (
            ("audience", ("groups", "agencies")),
            ("goods", ("categories", "providers", "products")),
        ):
            chosen = str(data.get(choice))
            if chosen in names and not data.get(chosen) and not self.published:
                self.add_error(chosen, _("Tick at least one."))
        shares = [data.get(f"{who}_percent") for who in ("operator", "provider", "agency")]
        given = [share for share in shares if share is not None]
        if len(given) == len(shares) and sum(given) != 100:
            self.add_error("operator_percent", _("The three shares must make 100 %."))
        return data

    def terms(self) -> OperationTerms:
        """What ``operation_draft`` and ``operation_change`` take."""
        data = dict(self.cleaned_data)
        ticked = {
            name: data.pop(name)
            for name in ("groups", "agencies", "categories", "providers", "products")
        }
        audience, goods = data.pop("audience"), data.pop("goods")
        return OperationTerms(
            **data, audience=tuple(ticked.get(audience, ())), goods=tuple(ticked.get(goods, ()))
        )


def _shown(operation: SpecialOperation) -> dict[str, Any]:
    """The operation as the form first shows it: amounts and percentages without idle zeros."""
    terms = operation_terms(operation)
    named: dict[str, list[Any]] = {}
    kinds = {
        AgencyGroup: "groups",
        Agency: "agencies",
        Category: "categories",
        Provider: "providers",
        Product: "products",
    }
    for found in (*terms.audience, *terms.goods):
        named.setdefault(kinds[type(found)], []).append(found.pk)
    plain = {
        name: f"{value.normalize():f}" if isinstance(value, Decimal) else value
        for name, value in vars(terms).items()
        if name not in ("audience", "goods")
    }
    return {
        **plain,
        **named,
        "audience": next((name for name in ("groups", "agencies") if name in named), "everyone"),
        "goods": next(
            (name for name in ("categories", "providers", "products") if name in named), "all"
        ),
    }
