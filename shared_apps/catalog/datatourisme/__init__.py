"""Read a DATAtourisme flux into catalogue drafts, without Django and without a database.

DATAtourisme is the French national open platform of tourism data (Licence Ouverte 2.0). This
package turns its JSON-LD into frozen dataclasses; what becomes of them in the catalogue is decided
elsewhere, so that another source only has to produce the same dataclasses
(docs/add-a-catalogue-source.md).
"""

from .categories import CATEGORIES, CATEGORY_BY_TYPE, Category, category_of
from .drafts import (
    Address,
    Contact,
    Draft,
    Media,
    ObjectResult,
    Opening,
    Period,
    Place,
    Provider,
    ReferencePrice,
    SourceWarning,
    Text,
    Unusable,
)
from .reader import read_flux, read_object
from .source import FluxError

__all__ = [
    "CATEGORIES",
    "CATEGORY_BY_TYPE",
    "Address",
    "Category",
    "Contact",
    "Draft",
    "FluxError",
    "Media",
    "ObjectResult",
    "Opening",
    "Period",
    "Place",
    "Provider",
    "ReferencePrice",
    "SourceWarning",
    "Text",
    "Unusable",
    "category_of",
    "read_flux",
    "read_object",
]
