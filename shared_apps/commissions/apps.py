from django.apps import AppConfig


class CommissionsConfig(AppConfig):
    name = "shared_apps.commissions"
    label = "commissions"
    verbose_name = "Commission rules and engine"
    default_auto_field = "django.db.models.BigAutoField"
