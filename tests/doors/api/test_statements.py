"""How many statements a sale takes: the hot path of the product, counted so that it stays short.

Counts include the switch to the agency and, inside a test, SAVEPOINT and RELEASE in place of BEGIN
and COMMIT.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.doors.api.conftest import CUSTOMER


@pytest.fixture
def ready(partner, boat):
    """What partner and host are asked for once a while has been asked; the terms in force."""
    partner.hold(boat)
    terms = partner.get("products/BOAT-DUSK/").json()["terms"]
    return {"sha256": [version["sha256"] for version in terms], "text": "I accept"}


def _statements(work) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert work().status_code in (200, 201)
    return [query["sql"] for query in captured]


def test_a_hold_with_a_new_customer_and_terms_takes_16_statements(partner, boat, ready):
    sent = _statements(lambda: partner.hold(boat, customer=CUSTOMER, accepted_terms=ready))
    assert len(sent) <= 16, "\n".join(sent)


def test_the_counters_of_a_hold_move_last(partner, boat, ready):
    sent = _statements(lambda: partner.hold(boat, customer=CUSTOMER, accepted_terms=ready))
    assert sent[-2].lstrip().startswith("UPDATE inventory_departure SET held")
    assert sent[-1].startswith("RELEASE SAVEPOINT")


def test_a_confirmation_takes_24_statements_and_five_of_them_make_others_wait(partner, boat, ready):
    order = partner.hold(boat, customer=CUSTOMER, accepted_terms=ready).json()
    paid = {"payment": {"means": "cash"}}
    sent = _statements(lambda: partner.post(f"orders/{order['reference']}/confirm/", paid))
    assert len(sent) <= 24, "\n".join(sent)
    locked = next(n for n, sql in enumerate(sent) if "INSERT INTO journal_chainhead" in sql)
    waiting = [sql for sql in sent[locked:] if not sql.startswith("RELEASE")]
    assert len(waiting) <= 5, "\n".join(waiting)
