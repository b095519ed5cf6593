from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "shared_apps.network"
    label = "network"
    verbose_name = "Agencies' agreements, groups, sellers of record"
    default_auto_field = "django.db.models.BigAutoField"
