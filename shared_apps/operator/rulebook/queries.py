"""Rows of the rule book: rules as plain values, with what decides their precedence (D13).

Rows are dictionaries, not model instances: an agency's table is a UNION of two tables of one
shape, and a page of 250 rules costs two statements. The order computed here is the engine's
(``commissions.engine.choice.rank``): band, what is named, who is named, position, code.

A percentage of the margin, next to the share it gave on one sale, tells what the network buys
at. Readers who may not know that get neither the base nor the percentage of such a rule, and
because both are left out in SQL they can neither sort nor filter by them.
"""

from collections.abc import Sequence
from datetime import date

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DecimalField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Collate, Concat

from shared_apps.commissions.books import Book
from shared_apps.commissions.engine import Band
from shared_apps.commissions.models import Base, CommissionRule, RuleStatus, RuleTerms
from shared_apps.network.models import AgencyGroup
from shared_apps.network.queries import authorised_products
from tenants.models import Agency

BANDS: dict[Band, int] = {band: order for order, band in enumerate(Band)}
PRECEDENCE = ("band", "product_scope", "agency_scope", "position", "code")
TERMS = (
    "name", "fixed", "floor", "cap", "currency", "channels", "sale_from",
    "sale_to", "service_from", "service_to", "position", "applies_from", "applies_to", "version",
    "status", "retires",
)  # fmt: skip
SCOPES = (
    "product_reference", "product_titles", "provider_reference", "provider_name",
    "category_code", "category_names", "agency_slug", "agency_name", "group_code", "group_name",
    "operation_code", "operation_name",
)  # fmt: skip
COLUMNS = (
    "pk", "letter", "series_key", "code", "state", *PRECEDENCE[:3], *SCOPES, "base_seen",
    "percent_seen", *TERMS,
)  # fmt: skip
UNTOLD = "untold"
"""Stands for the base of a rule whose reader may not know it."""
IN_FORCE, UPCOMING, ENDED = "active", "upcoming", "ended"

_TEXT, _NUMBER = CharField(), BigIntegerField()
_NAMES_PRODUCT = Q(product__isnull=False) | Q(provider__isnull=False) | Q(category__isnull=False)


def _number(*cases: When, default: int) -> Case:
    return Case(*cases, default=Value(default), output_field=IntegerField())


def _shared_bands() -> Case:
    return _number(
        When(operation__isnull=False, then=Value(BANDS[Band.OPERATION])),
        When(_NAMES_PRODUCT, agency__isnull=False, then=Value(BANDS[Band.PRODUCT_AGENCY])),
        When(agency__isnull=False, then=Value(BANDS[Band.AGENCY])),
        When(_NAMES_PRODUCT, group__isnull=False, then=Value(BANDS[Band.PRODUCT_GROUP])),
        When(group__isnull=False, then=Value(BANDS[Band.GROUP])),
        When(_NAMES_PRODUCT, then=Value(BANDS[Band.PRODUCT])),
        default=BANDS[Band.DEFAULT],
    )


def _state(on: date) -> Case:
    return Case(
        When(~Q(status=RuleStatus.ACTIVE), then=F("status")),
        When(applies_from__gt=on, then=Value(UPCOMING)),
        When(applies_to__lt=on, then=Value(ENDED)),
        default=Value(IN_FORCE),
        output_field=_TEXT,
    )


def _rate(sees_margin: bool) -> dict[str, F | Case]:
    """Base and percentage, as far as the reader may know them."""
    if sees_margin:
        return {"base_seen": F("base"), "percent_seen": F("percent")}
    return {
        "base_seen": Case(
            When(base=Base.MARGIN, then=Value(UNTOLD)), default=F("base"), output_field=_TEXT
        ),
        "percent_seen": Case(
            When(base=Base.MARGIN, then=None),
            default=F("percent"),
            output_field=DecimalField(max_digits=7, decimal_places=4),
        ),
    }


def _shaped(rules: QuerySet, letter: str, on: date, sees_margin: bool) -> QuerySet:
    """What both books have: code, state, rate, what is named of the catalogue."""
    return rules.annotate(
        **_rate(sees_margin),
        letter=Value(letter, output_field=_TEXT),
        series_key=Coalesce("series", "pk", output_field=_NUMBER),
        # Byte order, because that is how the engine compares codes.
        code=Collate(
            Concat(
                Value(letter),
                Cast(Coalesce("series", "pk", output_field=_NUMBER), _TEXT),
                Value("."),
                Cast("version", _TEXT),
                output_field=_TEXT,
            ),
            "C",
        ),
        state=_state(on),
        product_scope=_number(
            When(product__isnull=False, then=Value(0)),
            When(provider__isnull=False, then=Value(1)),
            When(category__isnull=False, then=Value(2)),
            default=3,
        ),
        product_reference=F("product__reference"),
        product_titles=F("product__titles"),
        provider_reference=F("provider__reference"),
        provider_name=F("provider__name"),
        category_code=F("category__code"),
        category_names=F("category__names"),
    )


def shared_rows(rules: QuerySet, *, on: date, sees_margin: bool) -> QuerySet:
    """``rules`` of the shared book as rows, their state being that of sale date ``on``."""
    shaped = _shaped(rules, "R", on, sees_margin).annotate(
        band=_shared_bands(),
        agency_scope=_number(
            When(agency__isnull=False, then=Value(0)),
            When(group__isnull=False, then=Value(1)),
            default=2,
        ),
        agency_slug=F("agency__slug"),
        agency_name=F("agency__name"),
        group_code=F("group__code"),
        group_name=F("group__name"),
        operation_code=F("operation__code"),
        operation_name=F("operation__name"),
    )
    return shaped.order_by(*PRECEDENCE).values(*COLUMNS)


def override_rows(overrides: QuerySet, *, agency: Agency, on: date, sees_margin: bool) -> QuerySet:
    """Overrides of ``agency`` as rows of the same shape."""
    nothing = {
        name: Value(None, output_field=_TEXT)
        for name in ("group_code", "group_name", "operation_code", "operation_name")
    }
    shaped = _shaped(overrides, "A", on, sees_margin).annotate(
        band=_number(
            When(_NAMES_PRODUCT, then=Value(BANDS[Band.PRODUCT_AGENCY])),
            default=BANDS[Band.AGENCY],
        ),
        agency_scope=Value(0),
        agency_slug=Value(agency.slug, output_field=_TEXT),
        agency_name=Value(agency.name, output_field=_TEXT),
        **nothing,
    )
    return shaped.order_by(*PRECEDENCE).values(*COLUMNS)


def rows_together(parts: Sequence[QuerySet]) -> QuerySet:
    """Rows of several books as one set that sorts, counts and slices, and filters no more."""
    first, *others = (part.order_by() for part in parts)
    return first.union(*others, all=True).order_by(*PRECEDENCE) if others else parts[0]


def shared_for_agency(agency: Agency, group: AgencyGroup | None) -> QuerySet[CommissionRule]:
    """Shared rules that can apply to a sale by ``agency`` in ``group``: nobody else's (R14).

    Drafts, pending rules and rules of products it may not sell are left out.
    """
    published = CommissionRule.objects.filter(status__in=[RuleStatus.ACTIVE, RuleStatus.ARCHIVED])
    return published.filter(
        Q(agency=None) | Q(agency_id=agency.pk),
        Q(group=None) | Q(group=group),
        Q(product=None) | Q(product__in=authorised_products(agency)),
        Q(operation=None) | ~Q(operation__status="draft"),
    )


def versions_before(book: Book, versions: Sequence[RuleTerms]) -> dict[int, RuleTerms]:
    """For each of ``versions`` the one it followed, by the id of the newer; none for a new rule."""
    keys = [version.series_id for version in versions]
    numbered = book.rules.annotate(key=Coalesce("series", "pk", output_field=_NUMBER)).filter(
        key__in=keys
    )
    older = numbered.exclude(status=RuleStatus.DRAFT).order_by("version", "pk")
    found: dict[int, RuleTerms] = {}
    for candidate in older:
        for version in versions:
            if candidate.key == version.series_id and candidate.version < version.version:
                found[version.pk] = candidate
    return found
