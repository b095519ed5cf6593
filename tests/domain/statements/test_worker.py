"""Drafting by the worker and by hand: the whole network in one go, and one party alone."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared_apps.statements.actions import statements_draft
from shared_apps.statements.models import Statement
from shared_apps.statements.tasks import statements_draft_task
from tests.settling import account_of, month_of, on, sold_by_card


def names() -> list[str]:
    return sorted(statement.party_name for statement in Statement.objects.all())


def test_the_command_drafts_every_party_and_says_so(lumiere, ocean):
    month = month_of("lumiere", sold_by_card("lumiere"))
    said = StringIO()
    call_command("statements_draft", period=f"{month.first:%Y-%m}", stdout=said)
    assert names() == ["Les Échappées du Fleuve", "Lumière Voyages"]
    assert "due 8.160 EUR" in said.getvalue()


def test_the_command_drafts_one_agency_alone(lumiere, ocean):
    order = sold_by_card("lumiere")
    sold_by_card("ocean", "BOAT-DUSK")
    month = month_of("lumiere", order)
    call_command(
        "statements_draft", period=f"{month.first:%Y-%m}", agency="ocean", stdout=StringIO()
    )
    assert names() == ["Océan Réceptif"]


@pytest.mark.parametrize("given", [{"period": "soon"}, {"period": "2026-11", "agency": "nobody"}])
def test_the_command_refuses_what_it_does_not_know(db, given):
    with pytest.raises(CommandError):
        call_command("statements_draft", **given)


def test_the_worker_draws_what_ended_lately_and_may_run_again(lumiere):
    month = month_of("lumiere", sold_by_card("lumiere"))
    with on(month.last + timedelta(days=2)):
        assert statements_draft_task() == 2
        assert statements_draft_task() == 2
    with on(month.last + timedelta(days=40)):
        assert statements_draft_task() == 0
    assert Statement.objects.count() == 2


def test_drafting_takes_the_same_number_of_statements_whatever_the_number_of_lines(lumiere):
    first = sold_by_card("lumiere", days=45)
    month = month_of("lumiere", first)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            statements_draft(span=month, accounts=[account_of("lumiere")])
        return len(seen)

    queries()
    one = queries()
    for day in range(5):
        sold_by_card("lumiere", days=46 + day)
    queries()  # the first after a sale also leaves the agency
    assert queries() == one
    assert Statement.objects.get().line_count == 6
