"""The verbs of the catalogue. Each checks, writes and audits in one transaction."""

from shared_apps.catalog.actions.categories import categories_ensure
from shared_apps.catalog.actions.people import (
    place_create,
    place_update,
    provider_create,
    provider_update,
)
from shared_apps.catalog.actions.products import (
    Picture,
    RateTerms,
    pictures_set,
    product_complete,
    product_create,
    rate_categories_set,
)
from shared_apps.catalog.actions.searching import search_text_fill
from shared_apps.catalog.actions.terms import terms_publish
from shared_apps.catalog.actions.validation import (
    catalogue_delete,
    place_validate,
    product_archive,
    product_refuse,
    product_submit,
    product_suspend,
    product_validate,
    provider_suspend,
    provider_validate,
)

__all__ = [
    "Picture",
    "RateTerms",
    "catalogue_delete",
    "categories_ensure",
    "pictures_set",
    "place_create",
    "place_update",
    "place_validate",
    "product_archive",
    "product_complete",
    "product_create",
    "product_refuse",
    "product_submit",
    "product_suspend",
    "product_validate",
    "provider_create",
    "provider_suspend",
    "provider_update",
    "provider_validate",
    "rate_categories_set",
    "search_text_fill",
    "terms_publish",
]
