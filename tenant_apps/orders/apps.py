from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "tenant_apps.orders"
    label = "orders"
    verbose_name = "Orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what a sale sends, and how an agency looks in a mail."""
        from tenant_apps.orders.notifications import (  # noqa: F401 (registered by importing)
            brand,
            contact,
            customer,
            provider,
            refund_failed,
        )
