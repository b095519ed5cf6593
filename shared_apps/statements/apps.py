from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "shared_apps.statements"
    label = "statements"
    verbose_name = "Statements"
    default_auto_field = "django.db.models.BigAutoField"
