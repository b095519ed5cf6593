from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "tenant_apps.office"
    label = "office"
    verbose_name = "Back office"
    default_auto_field = "django.db.models.BigAutoField"
