"""Two people settle at once: no line twice, no number twice, no gap."""

from datetime import timedelta

from shared_apps.statements.actions import statement_issue, statements_draft
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.models import Statement, StatementCounter, StatementLine
from tests.concurrency.racing import race
from tests.settling import account_of, drafted, month_of, on, operator, sold_by_card

WORKERS = 6


def test_workers_that_draft_at_once_make_one_draft_and_take_each_line_once(own_database):
    orders = [sold_by_card("lumiere", days=45 + day) for day in range(3)]
    month = month_of("lumiere", orders[0])
    with on(month.last + timedelta(days=1)):
        done = race(
            [lambda: statements_draft(span=month, accounts=[account_of("lumiere")])] * WORKERS
        )
    assert [result for result in done if isinstance(result, Exception)] == []
    assert Statement.objects.count() == 1
    lines = StatementLine.objects.values_list("journal_line_id", flat=True)
    assert len(lines) == len(set(lines)) == 3


def test_a_draft_that_many_issue_at_once_is_issued_once(own_database):
    month = month_of("lumiere", sold_by_card("lumiere"))
    (draft,) = drafted("lumiere", month)
    by = operator()
    with on(month.last + timedelta(days=1)):
        done = race([lambda: statement_issue(statement=draft, by=by)] * WORKERS)
    refusals = [result.code for result in done if isinstance(result, StatementRefused)]
    assert refusals == ["not_draft"] * (WORKERS - 1)
    draft.refresh_from_db()
    assert (draft.number, draft.reference) == (1, "A-LUMIERE-0001")
    assert draft.events.count() == 1


def test_numbers_of_one_party_have_no_gap_when_issued_at_once_and_some_fail(own_database):
    drafts = []
    for days in (45, 76, 107):
        month = month_of("lumiere", sold_by_card("lumiere", days=days))
        drafts += drafted("lumiere", month)
    assert len(drafts) == 3
    by = operator()
    # The second is issued twice, so one of five attempts fails inside its transaction.
    wanted = [*drafts, drafts[1], drafts[0]]
    with on(drafts[-1].period_to + timedelta(days=1)):
        done = race([lambda one=one: statement_issue(statement=one, by=by) for one in wanted])
    failed = [result for result in done if isinstance(result, Exception)]
    assert [type(result) for result in failed] == [StatementRefused, StatementRefused]
    numbers = Statement.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]
    assert StatementCounter.objects.get().last == 3


def test_parties_do_not_share_numbers(own_database):
    order = sold_by_card("lumiere")
    sold_by_card("ocean", "BOAT-DUSK")
    month = month_of("lumiere", order)
    drafts = [*drafted("lumiere", month), *drafted("ocean", month), *drafted("FLEUVE", month)]
    by = operator()
    with on(month.last + timedelta(days=1)):
        race([lambda one=one: statement_issue(statement=one, by=by) for one in drafts])
    found = Statement.objects.order_by("reference").values_list("reference", flat=True)
    assert list(found) == ["A-LUMIERE-0001", "A-OCEAN-0001", "P-FLEUVE-0001"]
