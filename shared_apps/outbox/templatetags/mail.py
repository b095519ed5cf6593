"""What mail templates need beside Django's own tags."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


@register.filter(is_safe=True)
def colon(label: str) -> str:
    """ "Price:" in English, "Prix :" in French, where a narrow space stands before the colon."""
    written = _("%(label)s:") % {"label": label}
    return mark_safe(written) if isinstance(label, SafeString) else written  # noqa: S308 (as safe as the label)
