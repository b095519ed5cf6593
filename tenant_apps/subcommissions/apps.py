from django.apps import AppConfig


class SubcommissionsConfig(AppConfig):
    name = "tenant_apps.subcommissions"
    label = "subcommissions"
    verbose_name = "Sub-commissions"
    default_auto_field = "django.db.models.BigAutoField"
