"""What the API reads and writes. Amounts are decimal text with a currency beside them."""

from rest_framework import serializers

from tenant_apps.orders.actions.holding import MAX_LINES
from tenant_apps.orders.offers import MAX_UNITS
from tenant_apps.payments.models import Means

MAX_ID = 2**63 - 1


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know: a typo must not be silently ignored."""

    def to_internal_value(self, data: object) -> dict:
        """Raise for unknown fields."""
        if isinstance(data, dict):
            unknown = set(data) - set(self.fields)
            if unknown:
                raise serializers.ValidationError(
                    {name: ["This field is unknown."] for name in sorted(map(str, unknown))}
                )
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """Text and nothing that could be read as text: 12 is not "12"."""

    def to_internal_value(self, data: object) -> str:
        """Raise for anything but text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeField(serializers.IntegerField):
    """A whole number, not one written as text, a fraction or a boolean."""

    def to_internal_value(self, data: object) -> int:
        """Raise for anything but an integer."""
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class PatternField(TextField, serializers.RegexField):
    """Text of a pattern."""


class EmailField(TextField, serializers.EmailField):
    """An e-mail address."""


class WebAddressField(TextField, serializers.URLField):
    """An http or https address."""

    def to_internal_value(self, data: object) -> str:
        """Raise for another scheme."""
        address = super().to_internal_value(data)
        if not address.lower().startswith(("https://", "http://")):
            raise serializers.ValidationError("Enter an http or https address.", "invalid")
        return address


class MoneySerializer(serializers.Serializer):
    """An amount in major units as text, and its ISO 4217 currency."""

    amount = serializers.CharField()
    currency = serializers.CharField()


class RateSerializer(serializers.Serializer):
    """A rate category: who it is for."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    age_min = serializers.IntegerField(allow_null=True)
    age_max = serializers.IntegerField(allow_null=True)
    pax_count = serializers.IntegerField()


class PlaceSerializer(serializers.Serializer):
    """Where it happens."""

    name = serializers.CharField()
    locality = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()
    latitude = serializers.CharField(allow_null=True)
    longitude = serializers.CharField(allow_null=True)


class ProductSerializer(serializers.Serializer):
    """A product this agency sells, in the language asked (``Accept-Language``)."""

    reference = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    category = serializers.CharField()
    kind = serializers.CharField()
    provider = serializers.CharField()
    place = PlaceSerializer()
    duration_minutes = serializers.IntegerField(allow_null=True)
    nights = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.CharField())
    price_from = MoneySerializer(allow_null=True)
    next_date = serializers.DateField(allow_null=True)


class TermsSerializer(serializers.Serializer):
    """Terms the traveller must accept; send their hashes back in ``accepted_terms``."""

    title = serializers.CharField()
    version = serializers.CharField()
    language = serializers.CharField()
    sha256 = serializers.CharField()
    url = serializers.CharField()


class CancellationSerializer(serializers.Serializer):
    """One row of the fee scale: from this many days before on, this fee."""

    days_before = serializers.IntegerField()
    fee_percent = serializers.CharField()


class ProductDetailSerializer(ProductSerializer):
    """Everything a traveller asks before paying."""

    description = serializers.CharField()
    included = serializers.ListField(child=serializers.CharField())
    not_included = serializers.ListField(child=serializers.CharField())
    meeting_point = serializers.CharField()
    accessibility = serializers.CharField()
    rates = RateSerializer(many=True)
    cancellation = CancellationSerializer(many=True)
    minimum_participants = serializers.IntegerField()
    seller = serializers.CharField()
    terms = TermsSerializer(many=True)


class ProductPageSerializer(serializers.Serializer):
    """One page of products."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = ProductSerializer(many=True)


class DepartureRateSerializer(serializers.Serializer):
    """The price of one unit on one departure."""

    code = serializers.CharField()
    price = MoneySerializer()
    struck_price = MoneySerializer(allow_null=True)


class DepartureSerializer(serializers.Serializer):
    """One dated, priced occurrence with the places left now."""

    id = serializers.IntegerField()
    service_date = serializers.DateField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    places_left = serializers.IntegerField()
    rates = DepartureRateSerializer(many=True)


class DeparturePageSerializer(serializers.Serializer):
    """Departures in the order of their start."""

    results = DepartureSerializer(many=True)


class LineInputSerializer(StrictSerializer):
    """How many of whom on which departure."""

    departure = WholeField(min_value=1, max_value=MAX_ID)
    quantities = serializers.DictField(
        child=WholeField(min_value=0, max_value=MAX_UNITS), allow_empty=False
    )


class CustomerInputSerializer(StrictSerializer):
    """Who buys."""

    first_name = TextField(max_length=80)
    last_name = TextField(max_length=80)
    email = EmailField(max_length=254)
    phone = TextField(max_length=40, required=False, allow_blank=True)
    country = PatternField(r"^[A-Z]{2}$", required=False)


class AcceptedTermsSerializer(StrictSerializer):
    """The terms the traveller accepted at the partner's, by the hash the order announces."""

    sha256 = serializers.ListField(
        child=PatternField(r"^[0-9a-f]{64}$"), allow_empty=False, max_length=MAX_LINES
    )
    text = TextField(max_length=500)


class OrderInputSerializer(StrictSerializer):
    """An order to put on hold."""

    lines = LineInputSerializer(many=True, allow_empty=False, max_length=MAX_LINES)  # type: ignore[call-arg]
    customer = CustomerInputSerializer(required=False)
    accepted_terms = AcceptedTermsSerializer(required=False)
    currency = PatternField(r"^[A-Z]{3}$", required=False)
    language = serializers.ChoiceField(choices=["fr", "en"], required=False)
    partner_reference = TextField(max_length=80, required=False, allow_blank=True)


class PaymentInputSerializer(StrictSerializer):
    """How the order is paid."""

    means = serializers.ChoiceField(choices=Means.choices)
    return_url = WebAddressField(required=False, max_length=500)


class ConfirmInputSerializer(StrictSerializer):
    """Confirms an order on hold."""

    payment = PaymentInputSerializer()
    customer = CustomerInputSerializer(required=False)
    accepted_terms = AcceptedTermsSerializer(required=False)


class CancelInputSerializer(StrictSerializer):
    """Cancels an order."""

    reason = TextField(max_length=240, required=False, allow_blank=True)


class OrderRateSerializer(serializers.Serializer):
    """Units of one rate category on a line."""

    code = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneySerializer()


class CommissionSerializer(serializers.Serializer):
    """The agency's share and why."""

    amount = MoneySerializer()
    rule = serializers.CharField(allow_null=True)
    band = serializers.CharField(allow_null=True)
    explanation = serializers.ListField(child=serializers.CharField())


class OrderLineSerializer(serializers.Serializer):
    """One line of an order."""

    id = serializers.UUIDField()
    product = serializers.CharField()
    title = serializers.CharField()
    departure = serializers.IntegerField()
    service_date = serializers.DateField()
    places = serializers.IntegerField()
    rates = OrderRateSerializer(many=True)
    price = MoneySerializer()
    commission = CommissionSerializer()


class SellerSerializer(serializers.Serializer):
    """Who sells, for the traveller's documents (L3)."""

    legal_name = serializers.CharField()
    legal_form = serializers.CharField()
    address = serializers.CharField()
    registration_number = serializers.CharField()
    guarantor_name = serializers.CharField()
    guarantor_address = serializers.CharField()
    insurer_name = serializers.CharField()
    insurer_address = serializers.CharField()


class OrderSerializer(serializers.Serializer):
    """An order with its full price."""

    reference = serializers.CharField()
    status = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    total = MoneySerializer()
    lines = OrderLineSerializer(many=True)
    seller = SellerSerializer()
    service_type = serializers.CharField()
    terms = TermsSerializer(many=True)
    terms_accepted = serializers.BooleanField()
    checkout_url = serializers.CharField(allow_null=True)
    partner_reference = serializers.CharField()
    created_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)


class ProblemSerializer(serializers.Serializer):
    """An error (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.DictField(child=serializers.JSONField(), required=False)  # type: ignore[assignment]
    places_left = serializers.IntegerField(required=False, allow_null=True)
