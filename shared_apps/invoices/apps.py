from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "shared_apps.invoices"
    label = "invoices"
    verbose_name = "Commission invoices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register who sends invoices."""
        from shared_apps.invoices import notifications  # noqa: F401 (registered by importing)
