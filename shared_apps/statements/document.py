"""What a statement says, in words and amounts, once for page, PDF, CSV and spreadsheet.

A net is never shown alone (L6): :func:`components_of` always answers every component, those of
zero too, and every rendering goes through it. Amounts are signed as the party feels them: what
adds to what TNP owes it is positive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from shared_apps.statements.models import Section, Statement
from shared_apps.statements.queries import SectionTotal, sections_of

INFO, PART, SUM, NET = "info", "part", "sum", "net"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Component:
    """One row of "how the amount comes about"; ``kind`` says how it stands in the sum.

    ``info`` is shown and not added, ``part`` is added, ``sum`` is a subtotal of the parts above
    it, ``net`` the result.
    """

    kind: str
    label: str
    amount: Decimal
    help: str = ""

    @property
    def shown(self) -> Decimal:
        """As it is printed: the label of the net says who owes, so it has no sign."""
        return abs(self.amount) if self.kind == NET else self.amount


def components_of(
    statement: Statement, sections: Sequence[SectionTotal] | None = None
) -> list[Component]:
    """Every component of the statement's net, in the statement's currency, zero or not."""
    found = sections_of(statement) if sections is None else sections
    by_name = {total.section: total for total in found}
    build = _of_agency if statement.for_agency else _of_provider
    return [*build(statement, by_name), _net(statement)]


def net_words(statement: Statement) -> str:
    """Who owes whom, in a sentence without the amount."""
    if statement.due > 0:
        return _("TNP owes %(party)s") % {"party": statement.party_name}
    if statement.due < 0:
        return _("%(party)s owes TNP") % {"party": statement.party_name}
    return _("Nothing is owed either way")


def _of(sections: dict[str, SectionTotal], section: str, column: str) -> Decimal:
    total = sections.get(section)
    return getattr(total, column) if total else ZERO


def _of_agency(statement: Statement, sections: dict[str, SectionTotal]) -> list[Component]:
    def of(section: str, column: str) -> Decimal:
        return _of(sections, section, column)

    return [
        Component(INFO, _("Gross sales"), of(Section.SALE, "gross"), _("What customers paid")),
        Component(INFO, _("Cancelled and refunded"), of(Section.CANCELLATION, "gross")),
        Component(INFO, _("Cancellation fees kept"), of(Section.CANCELLATION_FEE, "gross")),
        Component(PART, _("Commission on sales"), of(Section.SALE, "commission")),
        Component(
            PART,
            _("Commission taken back"),
            of(Section.CANCELLATION, "commission"),
            _("On cancelled sales"),
        ),
        Component(
            PART, _("Commission on cancellation fees"), of(Section.CANCELLATION_FEE, "commission")
        ),
        Component(PART, _("Part in special operations"), of(Section.FUNDING, "commission")),
        Component(PART, _("Corrections"), of(Section.ADJUSTMENT, "commission")),
        Component(SUM, _("Commission earned"), statement.commission),
        Component(
            PART,
            _("Collected by the agency for TNP"),
            -of(Section.COLLECTED, "collected") - of(Section.ADJUSTMENT, "collected"),
            _("Cash and transfers: money of TNP"),
        ),
        Component(
            PART,
            _("Given back to customers by the agency"),
            -of(Section.GIVEN_BACK, "collected"),
        ),
        Component(
            PART,
            _("TNP’s part of own-liability sales"),
            -statement.fee,
            _("The agency is the seller and holds the money"),
        ),
        Component(
            PART,
            _("Already taken by the card processor"),
            statement.settled,
            _("With each payment, as application fee"),
        ),
    ]


def _of_provider(statement: Statement, sections: dict[str, SectionTotal]) -> list[Component]:
    def of(section: str, column: str) -> Decimal:
        return _of(sections, section, column)

    own = Section.OWN_SALE
    return [
        Component(PART, _("Gross sales"), of(Section.SALE, "gross"), _("At your tariff")),
        Component(PART, _("Commission of the network on sales"), of(Section.SALE, "commission")),
        Component(PART, _("Cancelled sales"), of(Section.CANCELLATION, "gross")),
        Component(
            PART,
            _("Commission given back on cancelled sales"),
            of(Section.CANCELLATION, "commission"),
        ),
        Component(PART, _("Your part of cancellation fees"), of(Section.CANCELLATION_FEE, "gross")),
        Component(PART, _("Part in special operations"), of(Section.FUNDING, "commission")),
        Component(PART, _("Corrections"), of(Section.ADJUSTMENT, "due")),
        Component(
            SUM,
            _("Purchase amounts due"),
            statement.due - of(own, "due"),
        ),
        Component(
            PART,
            _("Sold by your own agency"),
            of(own, "gross") + of(own, "commission"),
            _("Under its own liability"),
        ),
        Component(
            PART,
            _("Paid to you by your own agency"),
            -statement.settled,
            _("TNP never held this money"),
        ),
    ]


def _net(statement: Statement) -> Component:
    return Component(NET, net_words(statement), statement.due)
