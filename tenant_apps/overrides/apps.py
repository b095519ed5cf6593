from django.apps import AppConfig


class OverridesConfig(AppConfig):
    name = "tenant_apps.overrides"
    label = "overrides"
    verbose_name = "Negotiated rates and markups"
    default_auto_field = "django.db.models.BigAutoField"
