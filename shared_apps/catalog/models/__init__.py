"""The shared catalogue: who makes it, where it happens, what is sold, on what terms.

Texts are ``{language: text}`` because sources bring any number of languages; pages ask
:func:`shared_apps.catalog.texts.text_in`. Creation follows R97 and R98: provider, then
place, then product, each validated before the next can be.
"""

from shared_apps.catalog.models.people import Place, Provider
from shared_apps.catalog.models.product import (
    Category,
    Media,
    Product,
    RateCategory,
    ReferencePrice,
)
from shared_apps.catalog.models.status import Status
from shared_apps.catalog.models.terms import TermsVersion

__all__ = [
    "Category",
    "Media",
    "Place",
    "Product",
    "Provider",
    "RateCategory",
    "ReferencePrice",
    "Status",
    "TermsVersion",
]
