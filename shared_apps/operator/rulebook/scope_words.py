"""What a rule is limited to, by the names people use.

The terms of a version keep public codes, because files and requests must outlive a change of
name. A page says "Stays" and "Green stays", not ``stay`` and ``green-stays``. Products keep their
reference: it is what the rule book's tables and forms show and ask for.
"""

from django.db.models import Model
from django.utils.translation import get_language

from shared_apps.catalog.models import Category, Provider
from shared_apps.catalog.texts import text_in
from shared_apps.commissions.models import SpecialOperation
from shared_apps.network.models import AgencyGroup
from tenants.models import Agency

NAMED: dict[str, tuple[type[Model], str]] = {
    "provider": (Provider, "reference"),
    "operation": (SpecialOperation, "code"),
    "group": (AgencyGroup, "code"),
    "agency": (Agency, "slug"),
}
"""Scopes shown by ``name``: the model, and its field that holds the public code."""


def scope_words(scope: str, code: str) -> str:
    """The name behind the public ``code`` of a ``scope``; the code when nothing has it."""
    if scope == "category":
        names = Category.objects.filter(code=code).values_list("names", flat=True).first()
        return (text_in(names, get_language() or "fr") if names else "") or code
    if scope not in NAMED:
        return code
    model, field = NAMED[scope]
    named = model._default_manager.filter(**{field: code}).values_list("name", flat=True)
    return str(named.first() or code)
