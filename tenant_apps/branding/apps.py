from django.apps import AppConfig


class BrandingConfig(AppConfig):
    name = "tenant_apps.branding"
    label = "branding"
    verbose_name = "Brand of the agency"
    default_auto_field = "django.db.models.BigAutoField"
