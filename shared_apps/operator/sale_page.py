"""What the page of one sale shows beside its lines, on both doors, cut to its viewer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared_apps.commissions.sight import SEEN_SHARES, Viewer
from shared_apps.journal.models import JournalLine
from shared_apps.operator.queries import sale_trail
from shared_apps.operator.sale_file import SaleFile

SHARES: dict[str, str | Promise] = {
    "provider_share": _("Provider share"),
    "agency_share": _("Agency share"),
    "operator_share": _("Operator share"),
}


@dataclass(frozen=True)
class JournalRow:
    """A movement, with the shares its viewer may see, in the order of the headings."""

    entry: JournalLine
    shares: list[Decimal]


def sale_context(sale: SaleFile, viewer: Viewer) -> dict[str, Any]:
    """Journal, trail and messages of ``sale`` for ``viewer``.

    A movement without a payment that moves shares (the funding of an operation) says nothing to
    a client and is left out, and so is the trail: what was done to an order is not for the counter.
    """
    trail = sale_trail(sale)
    columns, client = SEEN_SHARES[viewer], viewer is Viewer.CLIENT
    entries = [
        entry
        for entry in trail["journal"]
        if not (client and entry.kind == JournalLine.Kind.FUNDING)
    ]
    return {
        "viewer": viewer,
        "sent": trail["sent"],
        "entries": None if client else trail["entries"],
        "share_labels": [SHARES[name] for name in columns],
        "journal": [
            JournalRow(entry, [getattr(entry, name) for name in columns]) for entry in entries
        ],
    }
