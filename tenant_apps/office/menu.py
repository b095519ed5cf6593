"""The menu of the agency's office: by task, not by table."""

from django.utils.translation import gettext_lazy as _

from shared_apps.operator.navigation import Entry, Group

MENU = [
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
            Entry(_("Own markups"), "office_markups", "percent", "commissions.view"),
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
]
