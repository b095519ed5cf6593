from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "shared_apps.invoices"
    label = "invoices"
    verbose_name = "Commission invoices"
    default_auto_field = "django.db.models.BigAutoField"
