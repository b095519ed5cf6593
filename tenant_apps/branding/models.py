"""The agency's brand: tokens, layout, pictures, contact. The seller block is not part of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.isolation import TenantModel


class Theme(TenantModel):
    """One row per agency. Colours are ``#rrggbb``; :mod:`.tokens` derives everything else."""

    primary = models.CharField(max_length=7, default="#14532d")
    accent = models.CharField(max_length=7, default="#b45309")
    surface = models.CharField(max_length=7, default="#fffdf8")
    text = models.CharField(max_length=7, default="#1c1917")
    radius = models.PositiveSmallIntegerField(default=10)
    heading_font = models.CharField(max_length=40, default="fraunces")
    text_font = models.CharField(max_length=40, default="inter")
    header_layout = models.CharField(max_length=20, default="split")
    hero_layout = models.CharField(max_length=20, default="full")
    card_layout = models.CharField(max_length=20, default="photo_top")
    logo = models.FileField(upload_to="brand/", blank=True)
    hero_picture = models.CharField(max_length=120, blank=True)  # one of the packaged pictures
    hero_upload = models.FileField(upload_to="brand/", blank=True)
    tagline = models.JSONField(default=dict, blank=True)  # {language: text}
    intro = models.JSONField(default=dict, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_address = models.CharField(max_length=240, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("brand")

    def __str__(self) -> str:
        return f"brand v{self.version}"
