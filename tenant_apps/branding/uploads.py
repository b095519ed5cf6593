"""Pictures that agencies upload, judged by what they are and never by their name.

A file is opened with Pillow, must be one of three formats, is measured before it is decoded
(a small file can unfold into gigabytes), and is written anew from its pixels: whatever else
was in it, metadata with a place and a name or a script hidden behind the picture, stays
outside. SVG is refused: it is a document that can carry scripts and links, and a sanitiser
that must be right every time is a poor trade for a logo that PNG shows as well.

What this does not catch: a picture nobody should show. People look at that.
"""

import io
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from tenant_apps.branding.errors import BrandRefused

FORMATS = ("PNG", "JPEG", "WEBP")
KILOBYTE = 1024


@dataclass(frozen=True)
class Limits:
    """The largest file (bytes) and side (pixels), and the side it is shrunk to."""

    size: int
    side: int
    shrink_to: int


LOGO = Limits(size=600 * KILOBYTE, side=4000, shrink_to=800)
HERO = Limits(size=6000 * KILOBYTE, side=8000, shrink_to=2400)


def picture_read(upload: UploadedFile, *, limits: Limits, field: str) -> ContentFile:
    """A clean copy of the picture in ``upload``: PNG for a logo with transparency, else WebP.

    Raises BrandRefused: ``too_heavy``, ``svg``, ``not_a_picture``, ``wrong_format``,
    ``too_large``, ``broken``.
    """
    if upload.size is None or upload.size > limits.size:
        raise BrandRefused(
            "too_heavy",
            _("The file is larger than %(size)d kB.") % {"size": limits.size // KILOBYTE},
            field,
        )
    content = upload.read()
    if b"<svg" in content[:2048].lower():
        raise BrandRefused(
            "svg",
            _("SVG files can carry scripts and are not taken. Export your logo as PNG."),
            field,
        )
    image = _opened(content, limits, field)
    image.thumbnail((limits.shrink_to, limits.shrink_to))
    out = io.BytesIO()
    if limits is LOGO:
        image.convert("RGBA").save(out, "PNG", optimize=True)
        return ContentFile(out.getvalue(), name="logo.png")
    image.convert("RGB").save(out, "WEBP", quality=82)
    return ContentFile(out.getvalue(), name="hero.webp")


def _opened(content: bytes, limits: Limits, field: str) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BrandRefused(
            "not_a_picture", _("This is not a PNG, JPEG or WebP picture."), field
        ) from error
    if max(image.size) > limits.side:
        raise BrandRefused(
            "too_large",
            _("The picture is larger than %(side)d pixels.") % {"side": limits.side},
            field,
        )
    try:
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise BrandRefused(
            "broken", _("The file is damaged: it cannot be read to its end."), field
        ) from error
    return image
