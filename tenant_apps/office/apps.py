from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "tenant_apps.office"
    label = "office"
    verbose_name = "Back office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the office's menu, and what the console may ask of agencies."""
        from shared_apps.commissions import ports as commission_ports
        from shared_apps.operator import ports
        from shared_apps.operator.navigation import Entry, Group, menu_register
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
        menu_register(
            "agency",
            [
                Group(
                    "",
                    [
                        Entry(_("To do now"), "office_home", "home", "office.view", alone=True),
                        Entry(_("Dashboard"), "office_dashboard", "chart", "reports.view"),
                    ],
                ),
                Group(_("Sell"), [Entry(_("Orders"), "office_orders", "receipt", "orders.view")]),
                Group(
                    _("Commissions"),
                    [
                        Entry(
                            _("Commission rules"),
                            "office_commissions_grid",
                            "percent",
                            "commissions.view",
                        ),
                        Entry(
                            _("Requests for approval"),
                            "office_commissions_requests",
                            "check",
                            "commissions.view",
                        ),
                        Entry(_("Why this rate?"), "office_why", "search", "commissions.view"),
                    ],
                ),
                Group(
                    _("Settle"),
                    [
                        Entry(_("Statements"), "office_statements", "receipt", "statements.view"),
                        Entry(_("Commission invoices"), "office_invoices", "cash", "invoices.view"),
                    ],
                ),
                Group(
                    _("My shop"),
                    [
                        Entry(_("Selection"), "office_selection", "box", "selection.change"),
                        Entry(_("Brand"), "office_brand", "brush", "brand.change"),
                        Entry(_("Contact"), "office_contact", "phone", "brand.change"),
                    ],
                ),
                Group(
                    _("My agency"),
                    [
                        Entry(_("Team"), "office_team", "people", "team.manage"),
                        Entry(_("Sellers"), "office_sellers", "person", "subcommissions.manage"),
                        Entry(_("API keys"), "office_keys", "key", "keys.manage"),
                        Entry(_("Audit trail"), "office_audit", "history", "audit.view"),
                    ],
                ),
            ],
        )
