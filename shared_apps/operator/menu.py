"""The menu of the operator's console: by task, not by table."""

from django.utils.translation import gettext_lazy as _

from shared_apps.operator.navigation import Entry, Group

MENU = [
    Group(
        "",
        [
            Entry(_("To do now"), "operator_home", "home", "console.view", alone=True),
            Entry(_("Dashboard"), "operator_dashboard", "chart", "reports.view"),
        ],
    ),
    Group(
        _("Sell"),
        [
            Entry(_("Sales"), "operator_sales", "chart", "sales.view"),
            Entry(_("Agencies"), "operator_agencies", "shop", "agencies.view"),
        ],
    ),
    Group(
        _("Commissions"),
        [
            Entry(
                _("Commission rules"),
                "operator_commissions_grid",
                "percent",
                "commissions.view",
            ),
            Entry(
                _("Requests for approval"),
                "operator_commissions_requests",
                "check",
                "commissions.view",
            ),
            Entry(
                _("Special operations"),
                "operator_operations",
                "star",
                "commissions.view",
            ),
            Entry(_("Notice"), "operator_notice", "calendar", "commissions.publish"),
            Entry(_("Why this rate?"), "operator_why", "search", "commissions.view"),
            Entry(_("Simulations"), "simulations", "chart", "commissions.view"),
        ],
    ),
    Group(
        _("Catalogue"),
        [
            Entry(_("Products"), "operator_products", "box", "catalogue.view"),
            Entry(_("Providers"), "operator_providers", "people", "catalogue.view"),
            Entry(_("Places"), "operator_places", "pin", "catalogue.view"),
        ],
    ),
    Group(
        _("Settle"),
        [
            Entry(_("Statements"), "operator_statements", "receipt", "statements.view"),
            Entry(_("Commission invoices"), "operator_invoices", "cash", "invoices.view"),
        ],
    ),
    Group(
        _("Watch over"),
        [
            Entry(_("Messages"), "operator_messages", "mail", "messages.view"),
            Entry(_("Payment events"), "operator_events", "bolt", "messages.view"),
            Entry(_("Closings"), "operator_closings", "calendar", "sales.view"),
            Entry(_("Audit trail"), "operator_audit", "history", "audit.view"),
            Entry(_("Team"), "operator_team", "shield", "people.manage"),
        ],
    ),
]
