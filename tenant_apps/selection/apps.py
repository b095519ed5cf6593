from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name = "tenant_apps.selection"
    label = "selection"
    verbose_name = "What the agency sells"
    default_auto_field = "django.db.models.BigAutoField"
