"""A flux into providers, places and product drafts; the same flux again changes nothing.

An object is recognised by its id at the source and compared by the fingerprint of its usable
content. Three rules keep the work of people safe:

* only a draft that nobody has touched follows its source (``version`` is still 1);
* anything else is *kept*: the change at the source becomes a line of the unpublished comment
  and an audit entry, once, and a person decides;
* providers and places already validated are never written.

Each object is stored in a savepoint of its own: one that cannot be stored is reported with
its id and reason, leaves no row behind, and the others go on. The import makes drafts of all
three levels at once; validating them still follows their order (R97, R98).

Not done here: two organisations of one name are not merged. A name is not an identity, and a
booking notified to the wrong house is worse than two rows; the report counts them instead.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.audit.actions import audit_record
from shared_apps.catalog import import_values as values
from shared_apps.catalog.actions.categories import categories_ensure
from shared_apps.catalog.actions.searching import search_text_of
from shared_apps.catalog.actions.writing import row_write
from shared_apps.catalog.datatourisme import Draft, Unusable, read_flux
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models import (
    Category,
    Media,
    Place,
    Product,
    Provider,
    RateCategory,
    ReferencePrice,
    Status,
)
from shared_apps.catalog.models.status import CatalogueRow
from shared_apps.catalog.texts import bare_text

SOURCE = "datatourisme"
Progress = Callable[[int], None]


@dataclass
class ImportReport:
    """What one run did. Every object read is in exactly one of the five counts."""

    created: int = 0
    updated: int = 0
    kept: int = 0
    unchanged: int = 0
    unusable: list[Unusable] = field(default_factory=list)
    providers_created: int = 0
    places_created: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    past_events: int = 0
    shared_names: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many objects the flux held, usable or not."""
        return self.created + self.updated + self.kept + self.unchanged + len(self.unusable)


class _Import:
    """One run: the categories, what is known already, and the report."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.categories: dict[str, Category] = categories_ensure()
        self.fingerprints: dict[str | None, str] = dict(
            Product.objects.exclude(external_id=None).values_list("external_id", "fingerprint")
        )
        self.report = ImportReport()

    def take(self, result: Draft | Unusable) -> None:
        """Store one object, or say why not."""
        if isinstance(result, Unusable):
            self.report.unusable.append(result)
            return
        self.report.warnings.update(warning.code for warning in result.warnings)
        if result.ends_on and result.ends_on < timezone.localdate():
            self.report.past_events += 1
        if self.fingerprints.get(result.external_id) == result.fingerprint:
            self.report.unchanged += 1
            return
        before = (self.report.providers_created, self.report.places_created)
        try:
            with transaction.atomic():
                outcome = self._store(result)
        except (DatabaseError, ValidationError, CatalogRefused, ValueError) as error:
            self.report.providers_created, self.report.places_created = before
            reason = _("It could not be stored: %s") % str(error).splitlines()[0][:300]
            self.report.unusable.append(Unusable(result.external_id, "not_stored", reason))
            return
        self.fingerprints[result.external_id] = result.fingerprint
        setattr(self.report, outcome, getattr(self.report, outcome) + 1)

    def _store(self, draft: Draft) -> str:
        product = (
            Product.objects.select_related("provider", "place", "category")
            .filter(external_id=draft.external_id)
            .first()
        )
        if product is not None and (product.status != Status.DRAFT or product.version > 1):
            self._keep(product, draft)
            return "kept"
        provider = self._provider(draft, follow=product is not None)
        place = self._place(draft, provider, follow=product is not None)
        category = self.categories[values.category_code(draft)]
        parents = {"provider": provider, "place": place, "category": category}
        if product is None:
            self._create(draft, parents)
            return "created"
        self._update(product, draft, parents)
        return "updated"

    def _keep(self, product: Product, draft: Draft) -> None:
        new = values.product_values(draft)
        changed = sorted(name for name, value in new.items() if getattr(product, name) != value)
        words = _("Changed at the source on %(day)s, not taken over: %(fields)s.") % {
            "day": timezone.localdate(),
            "fields": ", ".join(changed) or _("prices, pictures, provider or place"),
        }
        comment = "\n".join(filter(None, (product.internal_comment, words)))
        row_write(
            product,
            verb="import_keep",
            changes={"internal_comment": comment, "fingerprint": draft.fingerprint},
        )

    def _provider(self, draft: Draft, *, follow: bool) -> Provider:
        found = Provider.objects.filter(external_id=draft.provider.external_id).first()
        columns = values.provider_values(draft)
        if found is None:
            external_id = draft.provider.external_id
            found = Provider(
                reference=f"P-{values.short_hash(external_id)}",
                source=self.source,
                external_id=external_id,
                **columns,
            )
            _insert(found)
            self.report.providers_created += 1
        else:
            _follow(found, columns if follow else _missing(found, columns))
        return found

    def _place(self, draft: Draft, provider: Provider, *, follow: bool) -> Place:
        external_id = draft.place.external_id
        found = Place.objects.filter(external_id=external_id).first()
        if found is not None and found.provider_id != provider.pk:
            # One site, two organisations: a place belongs to one provider, so each has its own.
            external_id = f"{external_id}#{provider.reference}"
            found = Place.objects.filter(external_id=external_id).first()
        columns = values.place_values(draft)
        if found is None:
            found = Place(provider=provider, source=self.source, external_id=external_id, **columns)
            _insert(found)
            self.report.places_created += 1
        else:
            _follow(found, columns if follow else _missing(found, columns))
        return found

    def _create(self, draft: Draft, parents: dict[str, Any]) -> None:
        reference = values.reference_wished(draft)
        if Product.objects.filter(reference=reference).exists():
            reference = values.reference_made(draft)
        product = Product(
            reference=reference,
            source=self.source,
            external_id=draft.external_id,
            fingerprint=draft.fingerprint,
            internal_comment="\n".join(values.comment_lines(draft)),
            **parents,
            **values.product_values(draft),
        )
        product.search_text = search_text_of(product)
        _insert(product)
        _parts_replace(product, draft)

    def _update(self, product: Product, draft: Draft, parents: dict[str, Any]) -> None:
        columns = {
            **parents,
            **values.product_values(draft),
            "fingerprint": draft.fingerprint,
            "internal_comment": "\n".join(values.comment_lines(draft)),
        }
        _follow(product, columns)
        product.search_text = search_text_of(product)
        product.save(update_fields=["search_text"])
        _parts_replace(product, draft)


def _insert(row: CatalogueRow) -> None:
    row.clean_fields()
    row.save(force_insert=True)
    audit_record(
        verb="import_create", target=row, after={"source": row.source, "id": row.external_id}
    )


def _missing(row: CatalogueRow, columns: dict[str, Any]) -> dict[str, Any]:
    """The columns ``row`` lacks: objects of one organisation complete it, none contradicts."""
    return {name: value for name, value in columns.items() if getattr(row, name) in ("", None)}


def _follow(row: CatalogueRow, columns: dict[str, Any]) -> None:
    """Write what differs to a draft nobody has touched; the version stays 1, that is how we know.

    The version is part of the condition: a person who saves at this moment wins.
    """
    if row.status != Status.DRAFT or row.version > 1:
        return
    differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if not differing:
        return
    for name, value in differing.items():
        setattr(row, name, value)
    row.clean_fields()
    found = type(row)._base_manager.filter(pk=row.pk, version=1, status=Status.DRAFT)
    if not found.update(**differing, updated_at=timezone.now()):
        raise CatalogRefused("stale", _("Somebody was editing it."))
    audit_record(verb="import_update", target=row, after={"columns": sorted(differing)})


def _parts_replace(product: Product, draft: Draft) -> None:
    """Rate categories, reference prices and media as the source has them now."""
    product.rate_categories.all().delete()
    RateCategory.objects.bulk_create(
        RateCategory(product=product, code=code, labels=values.RATE_LABELS[code], position=position)
        for position, code in enumerate(values.rate_codes(draft))
    )
    product.reference_prices.all().delete()
    ReferencePrice.objects.bulk_create(
        ReferencePrice(product=product, position=position, **values.price_values(price))
        for position, price in enumerate(draft.prices)
    )
    product.media.all().delete()
    Media.objects.bulk_create(
        Media(product=product, position=position, **columns)
        for position, columns in enumerate(values.media_values(draft))
    )


def flux_import(
    path: Path, *, source: str = SOURCE, progress: Progress | None = None
) -> ImportReport:
    """Import the flux (folder or zip) at ``path``; returns what became of every object.

    ``progress`` is called with the number of objects read so far. Raises FluxError when the
    flux as a whole cannot be read; objects stored before that stay.
    """
    run = _Import(source)
    for number, result in enumerate(read_flux(path), start=1):
        run.take(result)
        if progress is not None:
            progress(number)
    names = Counter(
        bare_text(name)
        for name in Provider.objects.filter(source=source).values_list("name", flat=True)
    )
    run.report.shared_names = sorted(name for name, count in names.items() if count > 1)
    return run.report
