"""The worked example in ``docs/price.md`` is computed, not typed: the page cannot go stale."""

import json
import re
from decimal import Decimal
from pathlib import Path

from shared_apps.pricing.terms import PriceTerms
from shared_apps.pricing.waterfall import waterfall_compute

PAGE = (Path(__file__).parents[3] / "docs" / "price.md").read_text(encoding="utf-8")


def example():
    terms = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL).group(1)
    return waterfall_compute(PriceTerms.from_json(json.loads(terms)))


def test_the_table_shows_every_stage_for_one_unit_and_for_all():
    rows = re.findall(r"\| (\S+) \| (\S+) \| `unit\.(\w+)` \|", PAGE.replace("−", "-"))
    shown = {stage: (Decimal(one), Decimal(three)) for one, three, stage in rows}
    computed = {
        stage: (money.amount, money.amount * 3) for stage, money in example().stages().items()
    }
    assert shown == computed


def test_the_page_says_the_margin_rate_and_the_loss_of_the_example():
    total = example().total
    assert f"= {total.margin_rate} %." in PAGE
    assert f"The operator loses {-total.operator_share.amount} on this sale" in PAGE


def test_the_page_shows_who_funds_a_discount_as_the_engine_computes_it():
    plain = {
        "currency": "EUR",
        "stay": "500",
        "transport": "0",
        "transport_commissionable": True,
        "default_markup": "4",
        "provider_commission": "12",
        "quantity": 1,
        "distributor_rule": {"base": "sale_price", "percent": "10", "fixed": "0"},
    }
    page = PAGE.replace("−", "-")
    for row, reduction in (
        ("nobody (no discount)", None),
        ("the provider", {"amount": "50", "funder": "provider"}),
        ("the operator", {"amount": "50", "funder": "operator"}),
        ("the agency", {"amount": "50", "funder": "agency"}),
    ):
        waterfall = waterfall_compute(PriceTerms.from_json({**plain, "reduction": reduction}))
        shares = (waterfall.provider, waterfall.agency, waterfall.operator)
        assert f"| {row} | " + " | ".join(str(share.amount) for share in shares) in page
