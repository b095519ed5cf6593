"""The brand form of the office, and the contrast report beside it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenant_apps.branding import layouts
from tenant_apps.branding.actions import TOKENS, tokens_of
from tenant_apps.branding.contrast import ContrastRefused, Pair
from tenant_apps.branding.errors import BrandRefused
from tenant_apps.branding.models import Theme
from tenant_apps.branding.tokens import (
    MAXIMUM_RADIUS,
    TYPEFACES,
    TokensRefused,
    check_tokens,
    derive_palette,
    palette_pairs,
)
from tenant_apps.branding.uploads import HERO, LOGO, picture_read

FONTS = [(code, name) for code, (name, _fallback) in sorted(TYPEFACES.items())]


def colour_field(label: Any, help_text: Any = "") -> forms.RegexField:
    """A colour as ``#rrggbb``, picked with the browser's own colour field."""
    return forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=label,
        help_text=help_text,
        widget=forms.TextInput(attrs={"type": "color"}),
    )


@dataclass(frozen=True)
class ContrastReport:
    """Every pair of colours that meets on a page, worst first, and whether all may."""

    pairs: list[Pair]
    problem: str = ""

    @property
    def shown(self) -> list[tuple[str, Pair]]:
        """The weakest pairs, named in words."""
        return [(layouts.pair_words(p.front_name, p.back_name), p) for p in self.pairs[:8]]

    @property
    def failing(self) -> list[Pair]:
        """Pairs below WCAG AA: the brand is refused while there is one."""
        return [pair for pair in self.pairs if not pair.passes]


def contrast_report(values: dict[str, Any]) -> ContrastReport:
    """The report on the colours typed so far; a value that is no colour is said in words."""
    try:
        palette = derive_palette(tokens_of(values))
    except (TokensRefused, KeyError) as error:
        return ContrastReport([], str(error))
    pairs = sorted(palette_pairs(palette), key=lambda pair: pair.ratio / pair.minimum)
    return ContrastReport(pairs)


class BrandForm(forms.Form):
    """Colours, shape, type, layouts, pictures and words. The seller block is not part of it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    primary = colour_field(gettext_lazy("Main colour"), gettext_lazy("Buttons and links."))
    accent = colour_field(gettext_lazy("Second colour"), gettext_lazy("Prices and highlights."))
    surface = colour_field(gettext_lazy("Page background"))
    text = colour_field(gettext_lazy("Text"))
    radius = forms.IntegerField(
        label=gettext_lazy("Roundness of corners, in pixels"),
        min_value=0,
        max_value=MAXIMUM_RADIUS,
    )
    heading_font = forms.ChoiceField(label=gettext_lazy("Typeface of headings"), choices=FONTS)
    text_font = forms.ChoiceField(label=gettext_lazy("Typeface of texts"), choices=FONTS)
    header_layout = forms.ChoiceField(label=gettext_lazy("Header"), choices=layouts.HEADERS)
    hero_layout = forms.ChoiceField(
        label=gettext_lazy("Top of the home page"), choices=layouts.HEROES
    )
    card_layout = forms.ChoiceField(label=gettext_lazy("Product cards"), choices=layouts.CARDS)
    hero_picture = forms.ChoiceField(
        label=gettext_lazy("Picture of the home page"), choices=layouts.HERO_PICTURES
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP up to 600 kB; transparent PNG looks best."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    hero_upload = forms.FileField(
        label=gettext_lazy("Own picture of the home page"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP up to 6 MB, best 2400 pixels wide."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    remove_hero = forms.BooleanField(label=gettext_lazy("Remove the own picture"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"tagline_{code}"] = forms.CharField(
                label=_("Tone line (%(language)s)") % {"language": name},
                max_length=120,
                required=False,
            )
            self.fields[f"intro_{code}"] = forms.CharField(
                label=_("Introduction (%(language)s)") % {"language": name},
                max_length=400,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @staticmethod
    def values_of(theme: Theme) -> dict[str, Any]:
        """The present values of the fields, without files."""
        values = {name: getattr(theme, name) for name in TOKENS}
        for name in ("header_layout", "hero_layout", "card_layout", "hero_picture"):
            values[name] = getattr(theme, name)
        for code, _name in settings.LANGUAGES:
            values[f"tagline_{code}"] = theme.tagline.get(code, "")
            values[f"intro_{code}"] = theme.intro.get(code, "")
        return values

    def clean(self) -> dict[str, Any]:
        """Judge the whole: contrast of the colours, content of the files."""
        data = super().clean() or self.cleaned_data
        if all(name in data for name in TOKENS):
            try:
                check_tokens(tokens_of(data))
            except TokensRefused as refusal:
                self.add_error(refusal.field, str(refusal))
            except ContrastRefused as refusal:
                self.add_error(None, _contrast_words(refusal))
        for name, limits in (("logo", LOGO), ("hero_upload", HERO)):
            if data.get(name):
                try:
                    data[name] = picture_read(data[name], limits=limits, field=name)
                except BrandRefused as refusal:
                    self.add_error(name, refusal.message)
        return data

    def changes(self) -> dict[str, Any]:
        """The keyword arguments of ``brand_change``."""
        data = self.cleaned_data
        changes: dict[str, Any] = {name: data[name] for name in TOKENS}
        for name in ("primary", "accent", "surface", "text"):
            changes[name] = data[name].lower()
        for name in ("header_layout", "hero_layout", "card_layout", "hero_picture"):
            changes[name] = data[name]
        for name in ("tagline", "intro"):
            texts = {code: data[f"{name}_{code}"] for code, _name in settings.LANGUAGES}
            changes[name] = {code: text for code, text in texts.items() if text}
        for name, remove in (("logo", "remove_logo"), ("hero_upload", "remove_hero")):
            if data.get(name):
                changes[name] = data[name]
            elif data.get(remove):
                changes[name] = False
        return changes


def _contrast_words(refusal: ContrastRefused) -> str:
    pairs = "; ".join(
        f"{layouts.pair_words(pair.front_name, pair.back_name)} "
        f"({pair.front.hex} / {pair.back.hex}: {int(pair.ratio * 100) / 100:.2f} < {pair.minimum})"
        for pair in refusal.pairs[:6]
    )
    return _("These colours cannot be read well enough together: %(pairs)s.") % {"pairs": pairs}


class ContactForm(forms.Form):
    """How travellers reach the agency: shown on every page of the shop."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    contact_email = forms.EmailField(label=gettext_lazy("E-mail address"))
    contact_phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("With the country code, for example +33 2 40 00 00 00."),
    )
    contact_address = forms.CharField(label=gettext_lazy("Address"), max_length=240, required=False)

    @staticmethod
    def values_of(theme: Theme) -> dict[str, Any]:
        """The present values of the fields."""
        names = ("contact_email", "contact_phone", "contact_address")
        return {name: getattr(theme, name) for name in names}
