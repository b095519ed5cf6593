from django.apps import AppConfig


class SubcommissionsConfig(AppConfig):
    name = "tenant_apps.subcommissions"
    label = "subcommissions"
    verbose_name = "Sub-commissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Share the commission where an order is confirmed, take it back where it is cancelled."""
        from tenant_apps.orders.followers import follow
        from tenant_apps.subcommissions.actions import shares_take_back, shares_write

        follow(confirmed=shares_write, cancelled=shares_take_back)
