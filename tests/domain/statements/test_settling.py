"""From issue to money: answers, disputes, corrections in the next statement, payments."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django_tenants.utils import tenant_context
from moneyed import Money

from shared_apps.audit.models import AuditEntry
from shared_apps.identity.models import User
from shared_apps.outbox.delivery import messages_deliver_all
from shared_apps.outbox.models import Message
from shared_apps.statements.actions import (
    line_accept,
    line_adjust,
    line_answer,
    line_dispute,
    line_uphold,
    statement_accept,
    statement_close,
    statement_issue,
    statement_pay,
    terms_set,
)
from shared_apps.statements.errors import StatementRefused
from shared_apps.statements.models import Statement
from shared_apps.statements.periods import period_holding
from shared_apps.statements.queries import commission_totals, disputed_due, statement_flows
from tests.settling import (
    account_of,
    drafted,
    issued,
    month_of,
    on,
    operator,
    sold_by_card,
    sold_for_cash,
)


@pytest.fixture
def statement(lumiere, ocean) -> Statement:
    """One trip by card and one for cash: 16.32 earned, 68.00 held."""
    order = sold_by_card("lumiere")
    sold_for_cash("lumiere")
    return issued("lumiere", month_of("lumiere", order))


@pytest.fixture
def agent(db) -> User:
    return User.objects.get(email="admin@lumiere.example")


def pay(statement, amount, *, direction="from_party"):
    with on(statement.due_on):
        return statement_pay(
            statement=statement,
            by=operator(),
            direction=direction,
            amount=Decimal(amount),
            paid_on=statement.due_on,
            reference="VIR 1",
        )


def code_of(call, **given) -> str:
    """The code with which ``call`` is refused."""
    with pytest.raises(StatementRefused) as refusal:
        call(**given)
    return refusal.value.code


def flows(statement) -> list[tuple[str, str, str]]:
    return [(f.direction, f"{f.amount:.2f}", f"{f.left:.2f}") for f in statement_flows(statement)]


def test_a_statement_is_due_after_the_days_of_the_terms(lumiere):
    month = month_of("lumiere", sold_by_card("lumiere"))
    terms_set(
        account=account_of("lumiere"),
        period="monthly",
        due_days=10,
        netting=True,
        valid_from=month.first,
    )
    assert issued("lumiere", month).due_on == month.last + timedelta(days=11)


def test_with_netting_one_amount_moves(statement):
    assert flows(statement) == [("from_party", "51.68", "51.68")]


def test_without_netting_each_side_pays_its_whole_amount(lumiere):
    order = sold_by_card("lumiere")
    sold_for_cash("lumiere")
    month = month_of("lumiere", order)
    terms_set(
        account=account_of("lumiere"),
        period="monthly",
        due_days=30,
        netting=False,
        valid_from=month.first,
    )
    statement = issued("lumiere", month)
    assert flows(statement) == [("to_party", "16.32", "16.32"), ("from_party", "68.00", "68.00")]
    pay(statement, "16.32", direction="to_party")
    assert statement.status == "issued"
    pay(statement, "68.00")
    assert statement.status == "paid"


def test_terms_of_two_weeks_make_two_statements_of_a_month(lumiere):
    first = sold_by_card("lumiere", days=45)  # between the 15th and a month's end or before
    month = month_of("lumiere", first)
    terms_set(
        account=account_of("lumiere"),
        period="fortnightly",
        due_days=30,
        netting=True,
        valid_from=month.first,
    )
    (draft,) = drafted("lumiere", month)
    with tenant_context(lumiere):
        day = first.lines.get().service_date
    half = period_holding("fortnightly", day)
    assert (draft.period_from, draft.period_to) == (half.first, half.last)


def test_a_statement_is_issued_once_its_period_is_over_and_drawn_after_it(lumiere):
    month = month_of("lumiere", sold_by_card("lumiere"))
    (draft,) = drafted("lumiere", month)
    assert code_of(statement_issue, statement=draft, by=operator()) == "period_open"
    Statement.objects.filter(pk=draft.pk).update(drafted_at="2026-11-22T10:00Z")
    with on(month.last + timedelta(days=1)):
        assert code_of(statement_issue, statement=draft, by=operator()) == "stale"


def test_a_dispute_holds_up_its_line_and_not_the_rest(statement, agent):
    line = statement.lines.filter(section="sale").first()
    line_dispute(line=line, by=agent, text="We agreed on 15 %.")
    statement.refresh_from_db()
    assert statement.status == "disputed"
    assert disputed_due(statement) == Decimal("8.16")
    assert code_of(pay, statement=statement, amount="51.68") == "dispute_open"
    pay(statement, "43.52")
    assert flows(statement) == [("from_party", "51.68", "8.16")]
    assert statement.status == "disputed"


def test_a_correction_stands_in_the_next_statement_with_its_reason(statement, agent):
    line = statement.lines.filter(section="sale").first()
    line_dispute(line=line, by=agent, text="We agreed on 15 %.")
    line_adjust(line=line, by=operator(), owed=Decimal("2.04"), text="Right: 15 %.")
    following = issued("lumiere", period_holding("monthly", statement.period_to + timedelta(1)))
    (correction,) = following.lines.all()
    assert (correction.section, correction.commission, correction.due) == (
        "adjustment",
        Decimal("2.04"),
        Decimal("2.04"),
    )
    assert correction.order_reference == line.order_reference
    assert "A-LUMIERE-0001" in correction.note
    assert commission_totals(following).amount == Decimal("2.04")
    statement.refresh_from_db()
    assert statement.due == Decimal("-51.68")


def test_a_correction_of_money_collected_goes_to_what_was_collected(statement, agent):
    line = statement.lines.get(section="collected")
    line_dispute(line=line, by=agent, text="The customer never paid us.")
    adjustment = line_adjust(
        line=line, by=operator(), owed=Decimal("68"), text="Found in our bank."
    )
    assert (adjustment.collected, adjustment.commission) == (Decimal(-68), Decimal(0))


def test_an_upheld_line_keeps_its_amount_and_closes_the_dispute(statement, agent):
    line = statement.lines.filter(section="sale").first()
    line_dispute(line=line, by=agent, text="Too low.")
    line_uphold(line=line, by=operator(), text="12 % since September.")
    statement_accept(statement=statement, by=agent)
    assert statement.status == "accepted"
    assert not line.adjustments.exists()
    texts = list(line.messages.values_list("side", "text"))
    assert texts == [("agency", "Too low."), ("operator", "12 % since September.")]


def test_a_withdrawn_dispute_is_an_accepted_line(statement, agent):
    line = statement.lines.filter(section="sale").first()
    line_dispute(line=line, by=agent, text="Too low.")
    line_accept(line=line, by=agent)
    statement.refresh_from_db()
    assert (line.state, statement.status) == ("accepted", "issued")


def test_what_was_answered_is_not_answered_again(statement, agent):
    statement_accept(statement=statement, by=agent)
    line = statement.lines.first()
    assert code_of(statement_accept, statement=statement, by=agent) == "answered"
    assert code_of(line_dispute, line=line, by=agent, text="late") == "answered"
    assert code_of(line_answer, line=line, by=agent, side="agency", text="x") == "no_thread"
    assert code_of(line_uphold, line=line, by=operator(), text="x") == "not_disputed"


def test_a_line_of_a_paid_statement_may_still_be_disputed(statement, agent):
    pay(statement, "51.68")
    line = statement.lines.filter(section="sale").first()
    line_dispute(line=line, by=agent, text="Too low.")
    statement.refresh_from_db()
    assert (statement.status, line.state) == ("paid", "disputed")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"amount": "51.69"}, "too_much"),
        ({"amount": "0"}, "bad_amount"),
        ({"amount": "1.001"}, "bad_amount"),
        ({"amount": "8.16", "direction": "to_party"}, "too_much"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(statement, given, code):
    assert code_of(pay, statement=statement, **given) == code
    assert not statement.payments.exists()


def test_a_statement_that_leaves_nothing_to_pay_is_closed(ocean):
    statement = issued("ocean", month_of("ocean", sold_by_card("ocean", "KAYAK-SEA")))
    assert flows(statement) == []
    statement_close(statement=statement, by=operator())
    assert statement.status == "paid"


def test_commission_for_the_invoice_is_what_was_earned_and_not_the_net(statement):
    assert commission_totals(statement) == Money("16.32", "EUR")
    with pytest.raises(ValueError, match="no issued statement of an agency"):
        commission_totals(drafted("FLEUVE", _month(statement))[0])


def _month(statement):
    return period_holding("monthly", statement.period_to)


def test_every_step_is_audited_with_who_and_what(statement, agent):
    line = statement.lines.filter(section="sale").first()
    line_dispute(line=line, by=agent, text="Too low.")
    line_adjust(line=line, by=operator(), owed=Decimal(1), text="Half right.")
    pay(statement, "51.68")
    verbs = AuditEntry.objects.filter(verb__startswith="statement.").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "statement.draft",
        "statement.issue",
        "statement.line_dispute",
        "statement.line_adjust",
        "statement.pay",
    ]


def test_who_may_answer_is_told_of_the_statement_and_the_operator_of_a_dispute(
    statement, lumiere, agent
):
    told = Message.objects.filter(kind="statement.issued")
    assert [message.payload["user"] for message in told] == [agent.pk]
    line = statement.lines.filter(section="sale").first()
    with tenant_context(lumiere):
        line_dispute(line=line, by=agent, text="Too low.")
    with on(statement.due_on):
        messages_deliver_all()
    letters = [letter for letter in mail.outbox if "A-LUMIERE-0001" in letter.subject]
    pages = {
        "admin@lumiere.example": f"lumiere.localhost/gestion/releves/{statement.pk}/",
        "TNP Test <contact@tnp.example>": f"/releves/{statement.pk}/lignes/{line.pk}/",
    }
    assert {letter.to[0] for letter in letters} == set(pages)
    for letter in letters:
        assert pages[letter.to[0]] in letter.body
        assert "IM037000001" in letter.body


def test_a_provider_without_people_is_told_at_its_contact(lumiere):
    issued("FLEUVE", month_of("lumiere", sold_by_card("lumiere")))
    message = Message.objects.get(kind="statement.issued")
    assert message.payload["user"] is None
