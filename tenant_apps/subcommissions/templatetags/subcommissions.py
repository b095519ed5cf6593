"""How pages write a share's explanation."""

from django import template

from shared_apps.commissions.value_words import value_words
from tenant_apps.orders.snapshots import steps_read
from tenant_apps.subcommissions.models import SubCommissionLine

register = template.Library()


@register.filter
def share_reasons(line: SubCommissionLine) -> list[str]:
    """The frozen sentences in the current language."""
    return steps_read(line.explanation, value_words)
