"""Reads the names that a kept explanation puts in the place of codes.

One query per kind of code that really occurs, over the whole page: an order of ten lines costs as
much as one of one line. Reads shared tables that every agency may read.
"""

from collections.abc import Callable, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.models import Category, Product, Provider
from shared_apps.catalog.texts import text_in
from shared_apps.commissions.models import SpecialOperation
from shared_apps.commissions.naming import Names
from shared_apps.network.models import AgencyGroup
from tenants.models import Agency

CHANNELS = {
    "shop": _("Shop"),
    "back_office": _("Back office"),
    "api": _("Partner API"),
    "widget": _("Widget"),
}


def _translated(rows: list[tuple[str, dict[str, str]]]) -> dict[str, str]:
    language = get_language() or "fr"
    return {code: text_in(texts, language) for code, texts in rows}


READERS: dict[str, Callable[[set[str]], dict[str, str]]] = {
    "product": lambda codes: _translated(
        list(Product.objects.filter(reference__in=codes).values_list("reference", "titles"))
    ),
    "provider": lambda codes: dict(
        Provider.objects.filter(reference__in=codes).values_list("reference", "name")
    ),
    "category": lambda codes: _translated(
        list(Category.objects.filter(code__in=codes).values_list("code", "names"))
    ),
    "agency": lambda codes: dict(Agency.objects.filter(slug__in=codes).values_list("slug", "name")),
    "group": lambda codes: dict(
        AgencyGroup.objects.filter(code__in=codes).values_list("code", "name")
    ),
    "operation": lambda codes: dict(
        SpecialOperation.objects.filter(code__in=codes).values_list("code", "name")
    ),
}


def names_read(codes: Mapping[str, set[str]]) -> Names:
    """The names of ``codes`` (kind → codes) in the current language."""
    known = {kind: READERS[kind](found) for kind, found in codes.items() if found}
    channels = {code: str(label) for code, label in CHANNELS.items()}
    return Names({**known, "channel": channels})
