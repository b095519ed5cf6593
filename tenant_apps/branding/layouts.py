"""The variants a brand chooses from besides colours: how header, hero and cards are built.

The shop's templates know these codes; a test holds both lists together.
"""

from django.utils.functional import Promise
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
    ("hero-loire", _("River and hills")),
    ("hero-alps", _("Mountains")),
    ("hero-sea", _("Sea and coast")),
    ("generic", _("Neutral")),
]
