"""Forms of sub-commissions: people, points of sale, rules, and who sold an order."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Category, Product, Status
from shared_apps.catalog.texts import text_in
from shared_apps.identity.models import Membership, User
from shared_apps.operator.filters import DateInput
from shared_apps.operator.forms import CURRENCIES
from tenant_apps.selection.queries import choosable_products
from tenant_apps.subcommissions.models import PointOfSale, Seller
from tenants.models import Agency

AMOUNTS = [("percent", _("Per cent of our commission")), ("fixed", _("Fixed, for each sale line"))]


# Querysets of an agency's own models are made with the form, inside the agency (isolation guard).
def _active(model: type[Any]) -> Any:
    return model.objects.filter(ended_at=None).order_by("name")


class CategoryChoice(forms.ModelChoiceField):
    """Categories by their names."""

    def label_from_instance(self, obj: Category) -> str:
        """The name in the language of the page."""
        return text_in(obj.names, get_language() or "fr") or obj.code


class ProductChoice(forms.ModelChoiceField):
    """Products by title and reference."""

    def label_from_instance(self, obj: Product) -> str:
        """The title in the language of the page, with the reference."""
        return f"{text_in(obj.titles, get_language() or 'fr')} ({obj.reference})"


class SellerForm(forms.Form):
    """A person who sells: a member of the team, or a name."""

    name = forms.CharField(label=_("Name of the seller"), max_length=120)
    member = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Member of the team"),
        required=False,
        empty_label=_("Not a member"),
    )
    point_of_sale: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label=_("Point of sale"),
        required=False,
        empty_label=_("No point of sale"),
        help_text=_("Where this person usually sells: it takes part in the sale too."),
    )

    def __init__(self, *args: Any, agency: Agency, **more: Any) -> None:
        super().__init__(*args, **more)
        members = Membership.objects.filter(agency=agency, ended_at=None).values("user")
        self.fields["member"].queryset = User.objects.filter(pk__in=members).order_by("name")
        self.fields["point_of_sale"].queryset = _active(PointOfSale)


class PointOfSaleForm(forms.Form):
    """A point of sale by its name."""

    name = forms.CharField(label=_("Name of the point of sale"), max_length=120)


class AttributionForm(forms.Form):
    """Who sold an order, or whom the orders of a key count for."""

    seller: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Seller"), required=False, empty_label=_("Nobody")
    )
    point_of_sale: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Point of sale"), required=False, empty_label=_("No point of sale")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["seller"].queryset = _active(Seller)
        self.fields["point_of_sale"].queryset = _active(PointOfSale)


class RuleForm(AttributionForm):
    """A rule: for one seller or one point of sale, of what, how much, from when."""

    category = CategoryChoice(
        Category.objects.order_by("position"),
        label=_("Only this category"),
        required=False,
        empty_label=_("All"),
    )
    product = ProductChoice(
        Product.objects.none(), label=_("Only this product"), required=False, empty_label=_("All")
    )
    kind = forms.ChoiceField(label=_("Share"), choices=AMOUNTS, widget=forms.RadioSelect)
    amount = forms.DecimalField(
        label=_("How much"), min_value=Decimal("0.0001"), max_digits=12, decimal_places=4
    )
    currency = forms.ChoiceField(
        label=_("Currency of a fixed amount"), choices=[(c, c) for c in CURRENCIES]
    )
    valid_from = forms.DateField(label=_("First day of sale"), widget=DateInput())
    valid_to = forms.DateField(label=_("Last day of sale"), required=False, widget=DateInput())

    def __init__(self, *args: Any, agency: Agency, **more: Any) -> None:
        super().__init__(*args, **more)
        products = choosable_products(agency).filter(status=Status.VALIDATED)
        self.fields["product"].queryset = products.order_by("reference")
        self.fields["kind"].initial = "percent"
        self.fields["valid_from"].initial = timezone.localdate()
        self.fields["currency"].initial = agency.currency

    def clean(self) -> dict[str, Any]:
        """One beneficiary, one scope, a percentage of at most 100."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("seller")) == bool(data.get("point_of_sale")):
            self.add_error("seller", _("Choose a seller or a point of sale, one of them."))
        if data.get("product") and data.get("category"):
            self.add_error("product", _("Choose a product or a category, not both."))
        amount = data.get("amount")
        if data.get("kind") == "percent" and amount is not None and amount > 100:
            self.add_error("amount", _("A percentage lies between 0 and 100."))
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day is before the first."))
        return data

    def terms(self) -> dict[str, Any]:
        """What ``rule_add`` takes."""
        data = self.cleaned_data
        fixed = data["kind"] == "fixed"
        scope = ("seller", "point_of_sale", "category", "product", "valid_from", "valid_to")
        return {
            **{name: data[name] for name in scope},
            "percent": None if fixed else data["amount"],
            "fixed": data["amount"] if fixed else None,
            "currency": data["currency"] if fixed else "",
        }


class LastDayForm(forms.Form):
    """The day after which a rule ends."""

    last_day = forms.DateField(label=_("Last day of sale"), widget=DateInput())
