"""How the offices write amounts, dates, texts and states: the same on every page."""

from copy import copy
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_decimal
from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.texts import list_in, text_in
from shared_apps.identity.client_view import capabilities_here
from shared_apps.identity.doors import office_of
from shared_apps.operator import verbs
from shared_apps.operator.navigation import menu_for
from shared_apps.pricing.money import minor_unit

register = template.Library()

# Colour helps, the word decides: every badge prints its label.
TONES = {
    "green": {
        "running", "validated", "active", "confirmed", "paid", "delivered", "handled", "succeeded",
        "sold", "accepted", "resolved",
    },
    "yellow": {"submitted", "pending", "hold", "due", "open", "received", "held", "created",
        "issued", "waiting",
    },
    "red": {"stopped", "suspended", "failed", "cancelled", "closed", "disputed"},
}  # fmt: skip


def money_text(amount: Decimal | str | None, currency: str) -> str:
    """The amount as people of the current language write it: ``1 234,50 €``; "—" for none."""
    if amount is None or amount == "":
        return "—"
    value = Decimal(amount)
    language = (get_language() or "fr").replace("-", "_")
    places = minor_unit(currency)
    # The locale's own pattern asks for two decimals, whatever the currency has.
    pattern = copy(Locale.parse(language).currency_formats["standard"])
    pattern.frac_prec = (places, places)
    # U+2212, the minus sign, is wider than a hyphen and cannot be mistaken for a dash.
    written = format_currency(
        abs(value).quantize(Decimal(1).scaleb(-places)),
        currency,
        format=pattern,
        locale=language,
        currency_digits=False,
        decimal_quantization=False,
    )
    return f"−{written}" if value < 0 else written


@register.filter
def money(amount: Decimal | str | None, currency: str) -> SafeString:
    """An amount in tabular figures; a negative one says so in words too."""
    text = money_text(amount, currency)
    if text.startswith("−"):
        return format_html(
            '<span class="amount amount-negative">'
            '<span class="visually-hidden">{} </span>{}</span>',
            gettext("minus"),
            text,
        )
    return format_html('<span class="amount">{}</span>', text)


@register.filter
def percent(value: Decimal | None) -> str:
    """A percentage without idle zeros: ``12,5 %``; "—" for none."""
    if value is None:
        return "—"
    written = format_decimal(value.normalize(), locale=(get_language() or "fr").replace("-", "_"))
    return f"{written} %"


@register.filter
def words(texts: dict[str, str] | None) -> str:
    """The text of the current language, or else of French, English, or whichever is there."""
    return text_in(texts, get_language() or "fr")


@register.filter
def word_list(texts: dict[str, list[str]] | None) -> list[str]:
    """As ``words`` for lists such as what is included."""
    return list_in(texts, get_language() or "fr")


@register.filter
def verb_words(verb: str) -> str:
    """An audit verb as a person says it."""
    return verbs.words_of(verb)


@register.filter
def message_words(kind: str) -> str:
    """A message's kind as a person says it."""
    return verbs.message_words(kind)


@register.filter
def means_words(codes: list[str]) -> str:
    """Means of payment as people call them."""
    return verbs.means_words(codes)


@register.filter
def actor_words(entry: AuditEntry) -> str:
    """Who acted: a person or key by name, anything else by what it is."""
    named = (AuditEntry.ActorKind.USER, AuditEntry.ActorKind.API_KEY)
    return entry.actor_label if entry.actor_kind in named else entry.get_actor_kind_display()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture from our own sprite; decorative, the words stand beside it."""
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("office/icons.svg"),
        name,
    )


@register.simple_tag
def packaged_picture(name: str) -> str:
    """The address of one of our own pictures; empty when the theme does not have it."""
    try:
        return static(f"pictures/{name}") if name else ""
    except ValueError:  # the manifest knows no such file
        return ""


@register.simple_tag
def badge(code: str, label: Any) -> SafeString:
    """A state in words, with a dot whose colour only helps."""
    tone = next((tone for tone, codes in TONES.items() if code in codes), "secondary")
    return format_html(
        '<span class="state state-{}"><span class="state-dot"></span>{}</span>', tone, label
    )


@register.simple_tag(takes_context=True)
def theme_mode(context: template.Context) -> str:
    """``dark`` or ``light``, as this browser chose."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("office-theme") if request else None
    return "dark" if chosen == "dark" else "light"


@register.simple_tag(takes_context=True)
def office_menu(context: template.Context) -> list[Any]:
    """The menu of the current door with what this person may open."""
    request = context["request"]
    return menu_for(office_of(request), capabilities_here(request), request.path)


@register.simple_tag(takes_context=True)
def office_door(context: template.Context) -> str:
    """``agency``, ``operator`` or ``provider``: whose office this page belongs to."""
    return office_of(context["request"])


@register.simple_tag(takes_context=True)
def allowed(context: template.Context, capability: str) -> bool:
    """Whether this person may do ``capability`` here: hide what would be refused."""
    return capability in capabilities_here(context["request"])


@register.filter
def json_lines(value: dict[str, Any] | None) -> SafeString:
    """The fields of an audit entry, one a line, readable without knowing JSON."""
    return format_html_join(
        "",
        '<div><span class="text-secondary">{}</span> {}</div>',
        ((name, _kept_words(shown)) for name, shown in (value or {}).items()),
    )


def _kept_words(kept: Any) -> str:
    """A value of an audit entry without the signs of its notation; empty parts are left out."""
    if isinstance(kept, dict):
        said = {name: part for name, part in kept.items() if part not in (None, "", [], {})}
        return " · ".join(f"{name} {_kept_words(part)}" for name, part in said.items()) or "—"
    if isinstance(kept, list):
        return ", ".join(_kept_words(part) for part in kept) or "—"
    if isinstance(kept, bool):
        return gettext("Yes") if kept else gettext("No")
    return "—" if kept is None else str(kept)


CLASSES = {
    "checkbox": "form-check-input",
    "select": "form-select",
    "radioselect": "form-check-input",
    "checkboxselectmultiple": "form-check-input",
    "hidden": "",
}


@register.filter
def tabler(form: Any) -> Any:
    """The same form, its widgets dressed in Tabler's classes."""
    for bound in form:
        widget = bound.field.widget
        kind = "hidden" if widget.is_hidden else bound.widget_type
        added = CLASSES.get(kind, "form-control")
        present = widget.attrs.get("class", "")
        if added and added not in present:
            widget.attrs["class"] = f"{present} {added}".strip()
    return form
