"""Commission invoices, self-billed under a mandate (L7).

The operator writes the invoice that an agency would send it, because the agency asked it to in
a :class:`Mandate`. So the seller on the invoice is the agency, the buyer is the operator, and
the numbers belong to the agency's own series (one numbering per mandator).

Rates, categories and legal sentences are rows with a market and a validity period
(:class:`VatTreatment`, :class:`LegalText`), never constants. An issued invoice is a row that
nothing may change, with its XML and PDF in it: the bytes that were issued are the bytes that
are served ten years later. A mistake is credited (type 261), never edited.
"""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class VatStatus(models.TextChoices):
    """How the law sees the distributor that sells its commission."""

    FR_VAT = "fr_vat", _("French, subject to VAT")
    FR_SMALL = "fr_small", _("French small business, without VAT")
    EU = "eu", _("Established in another country of the EU")
    NON_EU = "non_eu", _("Established outside the EU")


class Validity(models.Model):
    """Something the law says from a day to a day, in one market (ISO country of the buyer)."""

    market = models.CharField(_("market"), max_length=2, default="FR")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        abstract = True


class VatTreatment(Validity):
    """The VAT of a commission: category and rate per status (UNTDID 5305, VATEX codes)."""

    status = models.CharField(max_length=8, choices=VatStatus)
    category = models.CharField(max_length=2)
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    reason_code = models.CharField(max_length=30, blank=True)
    reasons = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="vat_treatment_once", fields=["market", "status", "valid_from"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.status}: {self.category} {self.rate} %"


class LegalText(Validity):
    """A sentence or a form the law asks for; ``subject`` is its UNTDID 4451 code, if any."""

    class Code(models.TextChoices):
        MENTION = "mention", _("Mention on the invoice")
        MANDATE = "mandate", _("Text of the mandate")

    code = models.CharField(max_length=8, choices=Code)
    name = models.SlugField(max_length=40)
    version = models.CharField(max_length=20)
    subject = models.CharField(max_length=3, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    texts = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="legal_text_once", fields=["market", "name", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.market} {self.name} {self.version}"


class PartyFields(models.Model):
    """Who a party is on an invoice. Numbers are kept without spaces, upper-case."""

    legal_name = models.CharField(_("legal name"), max_length=160)
    legal_form = models.CharField(_("legal form"), max_length=120)
    street = models.CharField(_("street"), max_length=160)
    postal_code = models.CharField(_("postcode"), max_length=16, blank=True)
    city = models.CharField(_("town"), max_length=80)
    country = models.CharField(_("country"), max_length=2, default="FR")
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    tax_number = models.CharField(_("local tax number"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail for invoices"))

    class Meta:
        abstract = True


class BuyerIdentity(PartyFields):
    """The operator as the buyer of commissions, from a day on; a change is a new row."""

    valid_from = models.DateField(_("valid from"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("billing identity")
        ordering = ["-valid_from", "-pk"]

    def __str__(self) -> str:
        return self.legal_name


class Mandate(PartyFields):
    """An agency's order to the operator: write my commission invoices for me.

    ``text`` is what the agency read and accepted, ``text_sha256`` its hash; ``evidence`` says
    who accepted it, from where. Once accepted only ``ended_on`` moves: other terms are another
    mandate. ``vat_included``: the commissions of statements contain the VAT (check).
    """

    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    agency_schema = models.CharField(max_length=63)
    prefix = models.CharField(_("prefix of the numbers"), max_length=10)
    market = models.CharField(max_length=2, default="FR")
    vat_status = models.CharField(_("VAT status"), max_length=8, choices=VatStatus)
    vat_included = models.BooleanField(_("commissions contain the VAT"), default=True)
    language = models.CharField(_("language"), max_length=5, default="fr")
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    text = models.TextField()
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        "identity.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("self-billing mandate")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="mandate_one_open", fields=["agency"], condition=Q(ended_on=None)
            ),
            models.CheckConstraint(
                name="mandate_acceptance_whole",
                condition=Q(
                    signed_on=None, accepted_at=None, accepted_by=None, evidence__isnull=True
                )
                | Q(
                    signed_on__isnull=False,
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                    evidence__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="mandate_period",
                condition=Q(ended_on=None) | Q(signed_on=None) | Q(ended_on__gte=F("signed_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.pk}"

    @property
    def reference(self) -> str:
        """How documents name this mandate."""
        return f"{self.prefix}-M{self.pk:04d}"

    @property
    def state(self) -> str:
        """``ended``, ``waiting`` for the agency, or ``active``."""
        if self.ended_on is not None:
            return "ended"
        return "active" if self.accepted_at else "waiting"

    def get_state_display(self) -> str:
        """The state in words."""
        return str(MANDATE_STATES[self.state])


MANDATE_STATES = {
    "active": _("In force"),
    "waiting": _("Waits for the agency"),
    "ended": _("Ended"),
}


class InvoiceSeries(models.Model):
    """The last number of one mandator's year: a row to lock, not a database sequence.

    A sequence skips a number whenever a transaction fails after taking it; this row goes back
    with the transaction. ``last_at`` keeps numbers in the order of time even when the clock of
    one server runs behind another's.
    """

    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    prefix = models.CharField(max_length=10)
    last_number = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="invoice_series_once", fields=["agency", "year"]),
            models.UniqueConstraint(name="invoice_series_prefix", fields=["prefix", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last_number}"


class Invoice(models.Model):
    """One issued invoice or credit note; amounts are positive for both types.

    ``document`` is all it says (:class:`shared_apps.invoices.document.Document`); the columns
    repeat what lists filter and add up. ``sha256`` is the hash of ``pdf``.
    """

    class Type(models.TextChoices):
        INVOICE = "389", _("Self-billed invoice")
        CREDIT = "261", _("Self-billed credit note")

    number = models.CharField(_("number"), max_length=30, unique=True)
    type_code = models.CharField(_("type"), max_length=3, choices=Type)
    agency = models.ForeignKey("tenants.Agency", on_delete=models.PROTECT, related_name="+")
    agency_schema = models.CharField(max_length=63)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="invoices")
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="credits"
    )
    statement = models.ForeignKey(
        "statements.Statement", on_delete=models.PROTECT, related_name="invoices"
    )
    period_from = models.DateField()
    period_to = models.DateField()
    issued_on = models.DateField(_("issued on"))
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        "identity.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    currency = models.CharField(max_length=3)
    net = models.DecimalField(max_digits=14, decimal_places=3)
    vat = models.DecimalField(max_digits=14, decimal_places=3)
    payable = models.DecimalField(max_digits=14, decimal_places=3)
    document = models.JSONField()
    xml = models.TextField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("commission invoice")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="invoice_amounts", condition=Q(net__gte=0, vat__gte=0, payable__gt=0)
            ),
            # A statement is invoiced once; corrections name what they correct.
            models.UniqueConstraint(
                name="invoice_once_per_statement", fields=["statement"], condition=Q(corrects=None)
            ),
        ]
        indexes = [models.Index(fields=["agency_schema", "-issued_at"], name="invoice_by_agency")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit(self) -> bool:
        """Whether this gives back instead of asking."""
        return self.type_code == self.Type.CREDIT

    @property
    def net_signed(self) -> Decimal:
        """``net``, negative for a credit note."""
        return -self.net if self.is_credit else self.net

    @property
    def vat_signed(self) -> Decimal:
        """``vat``, negative for a credit note."""
        return -self.vat if self.is_credit else self.vat

    @property
    def payable_signed(self) -> Decimal:
        """``payable``, negative for a credit note."""
        return -self.payable if self.is_credit else self.payable
