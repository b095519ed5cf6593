from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "shared_apps.catalog"
    label = "catalog"
    verbose_name = "Shared catalogue"
    default_auto_field = "django.db.models.BigAutoField"
