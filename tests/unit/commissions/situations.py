"""Builders and hypothesis strategies for sales and the rules that may apply to them."""

from datetime import date

from hypothesis import settings
from hypothesis import strategies as st

from shared_apps.commissions.engine import Candidate, Situation, Status

QUICK = settings(max_examples=50, deadline=None, database=None)

SALE = Situation(
    product="cellar-tour",
    provider="maison-rive",
    category="activity",
    agency="alpes",
    group="receptives",
    channel="shop",
    sale_date=date(2026, 7, 10),
    service_date=date(2026, 9, 1),
)


def a_candidate(id="rule", **changes):
    return Candidate(**{"id": id, "position": 1, "status": Status.ACTIVE, **changes})


days = st.sampled_from([date(2026, 7, 9), date(2026, 7, 10), date(2026, 7, 11), date(2026, 9, 1)])
windows = (
    st.tuples(st.none() | days, st.none())
    | st.tuples(st.none(), days)
    | st.tuples(days, days).map(sorted)
)

candidate_fields = st.fixed_dictionaries(
    {
        "position": st.integers(0, 3),
        "status": st.sampled_from([Status.ACTIVE, Status.ACTIVE, Status.ACTIVE, *Status]),
        "product": st.sampled_from([None, None, "cellar-tour", "boat"]),
        "provider": st.sampled_from([None, None, "maison-rive", "port"]),
        "category": st.sampled_from([None, None, "activity", "stay"]),
        "agency": st.sampled_from([None, None, "alpes", "maroc"]),
        "group": st.sampled_from([None, None, "receptives", "offices"]),
        "operation": st.sampled_from([None, None, None, "summer"]),
        "channels": st.sampled_from(
            [frozenset(), frozenset(), frozenset({"shop", "api"}), frozenset({"api"})]
        ),
        "sale_window": windows,
        "service_window": windows,
    }
)


def numbered(all_fields):
    """Give each rule an id of its own, so that only what it names tells two of them apart."""
    rules = []
    for number, fields in enumerate(all_fields):
        named = dict(fields)
        named["sale_from"], named["sale_to"] = named.pop("sale_window")
        named["service_from"], named["service_to"] = named.pop("service_window")
        rules.append(Candidate(id=f"r{number:02}", **named))
    return rules


candidate_lists = st.lists(candidate_fields, max_size=12).map(numbered)
