"""The console's list of closed days, months and years (L8)."""

import pytest
import time_machine

from shared_apps.journal.closings import journal_close
from shared_apps.journal.models import Closing
from tests.closing import NIGHT, line_at, three_days
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor


@pytest.fixture
def closed(lumiere, ocean):
    """Both agencies with closed periods; those of the first."""
    three_days(lumiere)
    line_at(ocean, "sale", "7.77", "2026-01-01T09:00:00+00:00")
    with time_machine.travel(NIGHT, tick=False):
        journal_close(agency=ocean)
        return journal_close(agency=lumiere)


@pytest.fixture
def finance(db):
    """The operator's finance, who reads every sale."""
    return signed_in("finance@tnp.example", OPERATOR_HOST)


def test_the_list_shows_every_closing_with_its_totals_and_filters(closed, finance):
    page = finance.get("/clotures/").content.decode()
    assert page.count("/clotures/") >= 6
    assert all(amount in page for amount in ("€7.77", "€140.00", "TND12.500"))
    only = finance.get("/clotures/?agency=lumiere&period=month").content.decode()
    assert "€7.77" not in only
    assert f"/clotures/{closed[2].pk}/" in only
    assert f"/clotures/{closed[0].pk}/" not in only


def test_the_list_is_exported_with_amounts_and_currencies(closed, finance):
    rows = finance.get("/clotures/?export=csv&agency=lumiere&period=year").content.decode()
    assert "140.00 EUR, 12.500 TND" in rows
    assert "7.77" not in rows


def test_one_closing_shows_both_totals_and_its_fingerprints(closed, finance):
    page = finance.get(f"/clotures/{closed[4].pk}/").content.decode()
    assert all(text in page for text in ("−€40.00", "€140.00", closed[4].hash, closed[3].hash))
    assert "when line 5 was the last of the journal" in page


def test_nothing_of_it_can_be_posted_or_seen_without_the_right(closed, finance):
    assert visitor(OPERATOR_HOST).get("/clotures/").status_code == 302
    assert (
        signed_in("admin@lumiere.example", "lumiere.localhost")
        .get(f"/clotures/{closed[0].pk}/")
        .status_code
        == 404
    )
    finance.post(f"/clotures/{closed[0].pk}/", {"payload": "{}"})
    assert Closing.objects.get(pk=closed[0].pk).payload == closed[0].payload
