from django.apps import AppConfig


class OverridesConfig(AppConfig):
    name = "tenant_apps.overrides"
    label = "overrides"
    verbose_name = "Negotiated rates and markups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the operator's side how to reach the overrides of an agency."""
        from shared_apps.commissions import book_port
        from shared_apps.simulation import ports as simulation
        from tenant_apps.overrides.books import agency_book
        from tenant_apps.overrides.replayed import overrides_draw

        book_port.register(agency_book)
        simulation.register(overrides_draw=overrides_draw)
