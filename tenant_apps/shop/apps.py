from django.apps import AppConfig
from django.db.models.signals import post_save


class ShopConfig(AppConfig):
    name = "tenant_apps.shop"
    label = "shop"
    verbose_name = "Shop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A changed brand shows on the next page, not when the remembered frame runs out."""
        from tenant_apps.branding.models import Theme
        from tenant_apps.shop.queries.shell import shell_forget

        def forget(**_signal: object) -> None:
            shell_forget()

        post_save.connect(forget, sender=Theme, weak=False, dispatch_uid="shop_frame")
