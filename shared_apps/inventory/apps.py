from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "shared_apps.inventory"
    label = "inventory"
    verbose_name = "Departures, stock, holds"
    default_auto_field = "django.db.models.BigAutoField"
