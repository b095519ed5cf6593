"""The variants a brand chooses from besides colours: how header, hero and cards are built.

The shop's templates know these codes; a test holds both lists together.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Choices = list[tuple[str, str | Promise]]

HEADERS: Choices = [
    ("split", _("Logo left, menu right")),
    ("centred", _("Logo in the middle")),
    ("bar", _("Coloured bar")),
]
HEROES: Choices = [
    ("photo", _("Large picture")),
    ("editorial", _("Words beside a picture")),
    ("mosaic", _("Several pictures")),
]
CARDS: Choices = [
    ("top", _("Picture above the words")),
    ("overlay", _("Words on the picture")),
    ("horizontal", _("Picture beside the words")),
]
HERO_PICTURES: Choices = [
    ("hero-loire.svg", _("River and hills")),
    ("hero-alps.svg", _("Mountains")),
    ("hero-sea.svg", _("Sea and coast")),
    ("generic.svg", _("Neutral")),
]

# The palette's own names, as the contrast report says them.
COLOURS: dict[str, str | Promise] = {
    "primary": _("main colour"),
    "on_primary": _("words on the main colour"),
    "primary_strong": _("dark main colour"),
    "primary_soft": _("pale main colour"),
    "accent": _("second colour"),
    "on_accent": _("words on the second colour"),
    "accent_soft": _("pale second colour"),
    "surface": _("page background"),
    "raised": _("cards"),
    "sunken": _("shaded areas"),
    "text": _("text"),
    "muted": _("quiet text"),
    "line_strong": _("frames of fields"),
    "deep": _("dark bands"),
    "on_deep": _("words on dark bands"),
    "muted_on_deep": _("quiet words on dark bands"),
    "danger": _("errors"),
    "danger_soft": _("background of errors"),
    "success": _("good news"),
    "success_soft": _("background of good news"),
    "warning": _("warnings"),
    "warning_soft": _("background of warnings"),
    "deep over a white picture": _("dark veil over a white picture"),
}


def pair_words(front: str, back: str) -> str:
    """Two colours that meet, in words: "quiet text on cards"."""
    return gettext("%(front)s on %(back)s") % {
        "front": COLOURS.get(front, front),
        "back": COLOURS.get(back, back),
    }
