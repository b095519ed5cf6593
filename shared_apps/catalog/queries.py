"""Reads of the catalogue: what a product lacks, what refers to a row, which terms apply."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.catalog.errors import Blocker, CatalogRefused
from shared_apps.catalog.models import Product, Status, TermsVersion
from shared_apps.catalog.models.status import CatalogueRow
from shared_apps.catalog.texts import FALLBACK
from shared_apps.network.models import SellerIdentity
from tenants.models import Agency
from tenants.routers import tenant_labels

SCHEMAS_AT_ONCE = 100


def product_blockers(product: Product) -> list[Blocker]:
    """Everything that keeps ``product`` from being validated (R25, R97 to R99); empty: nothing."""
    provider, place = product.provider, product.place
    checks = [
        (
            provider.status != Status.VALIDATED,
            "provider_not_validated",
            _("The provider “%s” is not validated.") % provider,
        ),
        (
            place.status != Status.VALIDATED,
            "place_not_validated",
            _("The place “%s” is not validated.") % place,
        ),
        (
            not provider.notification_email,
            "no_notification",
            _("The provider has no address for booking notifications."),
        ),
        (
            not any(product.titles.values()),
            "no_title",
            _("The product has no title."),
        ),
        (
            product.provider_commission is None,
            "no_commission",
            _("The provider's commission is not set."),
        ),
        (
            not product.rate_categories.exists(),
            "no_rate_category",
            _("There is no rate category."),
        ),
        (
            not has_departure_for_sale(product),
            "no_departure",
            _("There is no open departure with places and prices."),
        ),
    ]
    return [Blocker(code, message) for failed, code, message in checks if failed]


def has_departure_for_sale(product: Product) -> bool:
    """Whether a future open departure of ``product`` has places and at least one price."""
    return product.departures.filter(
        status="open",
        starts_at__gt=timezone.now(),
        capacity__gt=models.F("held") + models.F("sold"),
        prices__isnull=False,
    ).exists()


@dataclass(frozen=True, slots=True)
class Referrer:
    """Rows of one kind that refer to a catalogue row; ``agency`` is empty for shared rows."""

    kind: str
    count: int
    agency: str = ""

    def __str__(self) -> str:
        where = f" ({self.agency})" if self.agency else ""
        return f"{self.count} × {self.kind}{where}"


def references_to(row: CatalogueRow) -> list[Referrer]:
    """What refers to ``row`` and so forbids deleting it, in the shared schema and in every
    agency (R93). Parts that live and die with the row (rates, pictures) do not count.
    """
    found: list[Referrer] = []
    tenant_relations: list[models.ManyToOneRel] = []
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        model = relation.related_model
        if model._meta.app_label in tenant_labels():
            tenant_relations.append(relation)
        elif relation.on_delete is not models.CASCADE:
            count = model._base_manager.filter(**{relation.field.name: row.pk}).count()
            if count:
                found.append(Referrer(str(model._meta.verbose_name), count))
    return found + _references_of_agencies(row, tenant_relations)


def _references_of_agencies(
    row: CatalogueRow, relations: list[models.ManyToOneRel]
) -> list[Referrer]:
    """Agency tables carry no database key to the shared schema (tenancy.md), so ask each."""
    agencies = dict(Agency.objects.values_list("schema_name", "name"))
    schemas = sorted(agencies)
    found: list[Referrer] = []
    for start in range(0, len(schemas) if relations else 0, SCHEMAS_AT_ONCE):
        parts, params = [], []
        for schema in schemas[start : start + SCHEMAS_AT_ONCE]:
            for index, relation in enumerate(relations):
                table = connection.ops.quote_name(relation.related_model._meta.db_table)
                column = connection.ops.quote_name(relation.field.column)
                name = connection.ops.quote_name(schema)
                parts.append(
                    f"SELECT %s, {index}, count(*) FROM {name}.{table} WHERE {column} = %s"
                )
                params += [schema, row.pk]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for schema, index, count in cursor.fetchall():
                if count:
                    kind = str(relations[index].related_model._meta.verbose_name)
                    found.append(Referrer(kind, count, agencies[schema]))
    return found


def terms_in_force(
    *,
    seller: SellerIdentity,
    language: str,
    products: Iterable[Product] = (),
    at: datetime,
) -> list[TermsVersion]:
    """The terms a buyer must accept, each once: general ones first, then product ones (R12).

    A product with terms of its own is sold on those; every other on the seller's general
    terms. Each in ``language`` or the nearest there is. Raises CatalogRefused
    (``terms_missing``) when general terms are needed and the seller has published none.
    """
    product_ids = [product.pk for product in products]
    versions = TermsVersion.objects.filter(
        Q(product=None) | Q(product__in=product_ids), seller=seller, published_at__lte=at
    ).order_by("published_at", "pk")
    latest: dict[int | None, dict[str, TermsVersion]] = {}
    for version in versions:
        latest.setdefault(version.product_id, {})[version.language] = version
    # None is the scope of the general terms; they come first.
    scopes: set[int | None] = {pk if pk in latest else None for pk in product_ids} or {None}
    chosen = []
    for scope in sorted(scopes, key=lambda pk: pk or 0):
        languages = latest.get(scope, {})
        order = dict.fromkeys((language, *FALLBACK, *sorted(languages)))
        found = next((languages[code] for code in order if code in languages), None)
        if found is None:
            raise CatalogRefused(
                "terms_missing", _("%s has not published its terms of sale.") % seller
            )
        chosen.append(found)
    return chosen
