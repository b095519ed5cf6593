"""Answers price cases in the shape of ``tests/golden/price_waterfall.json``.

The command ``price_waterfall`` and the golden tests both come through here, so that what the tests
prove is what the command prints.
"""

from shared_apps.pricing.errors import PriceError
from shared_apps.pricing.terms import PriceTerms
from shared_apps.pricing.waterfall import waterfall_compute

RULED_OUT = frozenset({"reduction_out_of_range", "advantage_out_of_range"})
"""InputErrors that are the right answer to a well-formed case, and not a complaint about it."""


def price_case_answer(source: object) -> dict[str, object]:
    """Return the totals for the case's whole quantity, or ``{"error": code}`` when ruled out.

    :raises PriceError: when the case is malformed, with the codes of
        :meth:`shared_apps.pricing.terms.PriceTerms.from_json`.
    """
    try:
        return waterfall_compute(PriceTerms.from_json(source)).total.to_json()
    except PriceError as error:
        if error.code in RULED_OUT:
            return {"error": error.code}
        raise
