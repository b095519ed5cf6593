"""One sale line as it was frozen, whoever keeps it: the input of every explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class FrozenLine:
    """What a line keeps of its price and of the choice of its rule.

    :param waterfall: one frozen waterfall per rate category (``OrderLine.waterfall``).
    :param commission: the decision and its explanation (``OrderLine.commission``).
    :param quantities: units per rate category that the line holds, None for a mere question.
    :param rate: what the winner gives (``DistributorRule.to_json`` and its ``currency``), where
        there is no waterfall to read it from.
    :param booked: totals kept elsewhere, by where: ``{"order line": {"customer_pays": …}}``.
    """

    waterfall: Sequence[Mapping[str, Any]]
    commission: Mapping[str, Any]
    quantities: Mapping[str, int] | None = None
    booked: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    rate: Mapping[str, Any] | None = None
