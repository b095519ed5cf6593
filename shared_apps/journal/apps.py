from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "shared_apps.journal"
    label = "journal"
    verbose_name = "Sales journal"
    default_auto_field = "django.db.models.BigAutoField"
