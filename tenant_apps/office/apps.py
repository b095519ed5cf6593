from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "tenant_apps.office"
    label = "office"
    verbose_name = "Back office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the office's menu, and what the console may ask of agencies."""
        from shared_apps.commissions import ports as commission_ports
        from shared_apps.operator import ports
        from shared_apps.operator.navigation import menu_register
        from tenant_apps.office.menu import MENU
        from tenant_apps.office.opening import agency_open
        from tenant_apps.office.ports import event_retry, theme_presets
        from tenant_apps.office.sale_file import sale_read
        from tenant_apps.office.why import line_read, rate_ask

        ports.register(
            agency_open=agency_open,
            theme_presets=theme_presets,
            sale_read=sale_read,
            event_retry=event_retry,
        )
        commission_ports.register(line_read=line_read, rate_ask=rate_ask)
        menu_register("agency", MENU)
