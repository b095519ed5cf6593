"""A difference in words, as a person who has to believe it would want it said."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shared_apps.statements.portal.differences import Difference, Reason


def reason_words(difference: Difference) -> str:
    """Why this order differs, in the language of the page."""
    simple = {
        Reason.MISSING_THERE: _("Not in the former portal’s file."),
        Reason.ADJUSTED: _("A correction of an earlier statement is on this one."),
        Reason.UNKNOWN: _("No order with this reference is known here."),
        Reason.PROVISIONAL: _(
            "Sold, and not earned yet: the service is on %(detail)s. "
            "It comes with the statement of that date."
        ),
        Reason.OTHER_STATEMENT: _("Stands in the statement %(detail)s."),
        Reason.OWN_LIABILITY: _(
            "Sold under your own liability: you hold the money, TNP owes no commission."
        ),
        Reason.NOT_COMMISSIONED: _("Known here, without a commission in this period."),
        Reason.CURRENCY: _(
            "The order is settled here in another currency; amounts are never converted."
        ),
        Reason.CANCELLED: _("Cancelled or refunded since: the commission follows the refund."),
        Reason.ROUNDING: _("Rounding: each unit is rounded half-up to the cent here."),
        Reason.BASE: _("The same rate on another amount: the sale price here includes all taxes."),
    }
    if difference.reason is Reason.RATE:
        return _rate_words(difference)
    return simple[difference.reason] % {"detail": difference.detail}


def _rate_words(difference: Difference) -> str:
    known = {
        "theirs": _percent(difference.their_rate),
        "ours": _percent(difference.our_rate),
        "rules": ", ".join(difference.rules),
    }
    if not difference.rate_given:
        return _("About %(theirs)s there, %(ours)s here: rule %(rules)s won.") % known
    return _("%(theirs)s there, %(ours)s here: rule %(rules)s won.") % known


def _percent(rate: Decimal | None) -> str:
    if rate is None:
        return "—"
    locale = (get_language() or "fr").replace("-", "_")
    return f"{format_decimal(rate.normalize(), locale=locale)}\u00a0%"
