"""Statements behind the operator's door and the agency's: what is shown, what is refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shared_apps.identity.actions import membership_grant
from shared_apps.statements.models import Statement, StatementLine
from tests.doors.signing_in import OPERATOR_HOST, signed_in
from tests.settling import drafted, issued, month_of, sold_by_card, sold_for_cash

LUMIERE, OCEAN = "lumiere.localhost", "ocean.localhost"
COMPONENTS = [
    "Gross sales",
    "Cancelled and refunded",
    "Commission on sales",
    "Commission taken back",
    "Commission earned",
    "Collected by the agency for TNP",
    "Already taken by the card processor",
]


@pytest.fixture
def statement(lumiere, ocean) -> Statement:
    """Lumière's statement: one boat trip by card, one for cash."""
    order = sold_by_card("lumiere")
    sold_for_cash("lumiere")
    return issued("lumiere", month_of("lumiere", order))


@pytest.fixture
def finance(db):
    return signed_in("finance@tnp.example", OPERATOR_HOST)


@pytest.fixture
def agency(db):
    return signed_in("admin@lumiere.example", LUMIERE)


@pytest.fixture
def stranger(db):
    """The admin of the agency that must see nothing."""
    return signed_in("admin@ocean.example", OCEAN)


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def line_of(statement, section="sale") -> StatementLine:
    return statement.lines.filter(section=section).first()


def test_the_operator_lists_statements_with_totals_per_currency(statement, finance):
    html = page(finance, "/releves/")
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    assert f'value="{last:%Y-%m}"' in html
    assert "A-LUMIERE-0001" in html
    assert "Agencies · EUR" in html


def test_page_csv_and_pdf_never_show_a_net_without_its_components(statement, finance, agency):
    for client, base in ((finance, "/releves"), (agency, "/gestion/releves")):
        html = page(client, f"{base}/{statement.pk}/")
        csv = client.get(f"{base}/{statement.pk}/fichier/csv/").content.decode("utf-8-sig")
        for component in COMPONENTS:
            assert component in html
            assert component in csv
        assert (";Shop;" in csv, ";shop;" in csv) == (True, False)
        assert client.get(f"{base}/{statement.pk}/fichier/pdf/").content.startswith(b"%PDF-")
        assert client.get(f"{base}/{statement.pk}/fichier/xlsx/").content.startswith(b"PK")


def test_an_agency_lists_and_opens_its_own_statement(statement, agency):
    assert "A-LUMIERE-0001" in page(agency, "/gestion/releves/")
    assert "A-LUMIERE-0001" in page(agency, f"/gestion/releves/{statement.pk}/")


def test_another_agency_sees_and_changes_nothing_of_it(statement, stranger):
    assert "LUMIERE" not in page(stranger, "/gestion/releves/")
    line = line_of(statement)
    base = f"/gestion/releves/{statement.pk}"
    for path in ("/", "/fichier/csv/", "/portail/", f"/lignes/{line.pk}/"):
        assert stranger.get(base + path).status_code == 404
    for path in ("/accepter/", f"/lignes/{line.pk}/contester/", f"/lignes/{line.pk}/accepter/"):
        assert stranger.post(base + path, {"text": "mine"}).status_code == 404
    statement.refresh_from_db()
    assert statement.status == "issued"
    assert not line.messages.exists()


def test_an_agency_sees_neither_drafts_nor_providers_statements(lumiere, agency):
    order = sold_by_card("lumiere")
    month = month_of("lumiere", order)
    (draft,) = drafted("lumiere", month)
    provider = issued("FLEUVE", month)
    for hidden in (draft, provider):
        assert agency.get(f"/gestion/releves/{hidden.pk}/").status_code == 404


def test_a_line_is_disputed_answered_and_settled_by_the_next_statement(statement, finance, agency):
    line = line_of(statement)
    ours = f"/gestion/releves/{statement.pk}/lignes/{line.pk}/"
    theirs = f"/releves/{statement.pk}/lignes/{line.pk}/"
    agency.post(f"{ours}contester/", {"text": "We agreed on 15 %."})
    statement.refresh_from_db()
    assert statement.status == "disputed"
    assert "We agreed on 15 %." in page(finance, theirs)

    finance.post(f"{theirs}repondre/", {"text": "Looking into it."})
    assert "Looking into it." in page(agency, ours)

    finance.post(f"{theirs}corriger/", {"owed": "2.04", "text": "You are right: 15 %."})
    line.refresh_from_db()
    statement.refresh_from_db()
    assert (line.state, statement.status) == ("resolved", "issued")
    assert "in the next statement" in page(agency, ours)


def test_a_dispute_needs_a_reason(statement, agency):
    line = line_of(statement)
    path = f"/gestion/releves/{statement.pk}/lignes/{line.pk}/contester/"
    assert "Say in a sentence" in agency.post(path, {"text": " "}, follow=True).content.decode()
    line.refresh_from_db()
    assert line.state == "none"


def test_accepting_the_rest_says_that_the_line_in_dispute_stays_open(lumiere, agency, stranger):
    first, _second = sold_by_card("lumiere"), sold_by_card("lumiere")
    statement = issued("lumiere", month_of("lumiere", first))
    base = f"/gestion/releves/{statement.pk}"
    agency.post(f"{base}/lignes/{statement.lines.first().pk}/contester/", {"text": "15 %."})
    assert stranger.post(f"{base}/accepter/").status_code == 404
    said = agency.post(f"{base}/accepter/", follow=True).content.decode()
    assert "Accepted, but for the lines in dispute: they stay open. TNP is told." in said
    statement.refresh_from_db()
    assert statement.status == "disputed"


def test_accepting_the_whole_and_paying_it(statement, finance, agency):
    said = agency.post(f"/gestion/releves/{statement.pk}/accepter/", follow=True)
    assert "TNP is told; the amount is due on the date shown." in said.content.decode()
    statement.refresh_from_db()
    assert statement.status == "accepted"
    finance.post(
        f"/releves/{statement.pk}/payer/",
        {
            "direction": "from_party",
            "amount": "51.68",
            "paid_on": "2026-11-20",
            "reference": "VIR 4711",
        },
    )
    statement.refresh_from_db()
    assert statement.status == "paid"
    assert "VIR 4711" in page(agency, f"/gestion/releves/{statement.pk}/")


def test_an_agency_cannot_pay_settle_or_issue(statement, agency):
    line = line_of(statement)
    base = f"/gestion/releves/{statement.pk}"
    for path in ("/payer/", "/emettre/", f"/lignes/{line.pk}/corriger/"):
        assert agency.post(base + path, {"owed": "9", "text": "x"}).status_code == 404


def test_a_draft_is_issued_from_its_page_once_the_period_is_over(lumiere, finance):
    order = sold_by_card("lumiere")
    (draft,) = drafted("lumiere", month_of("lumiere", order))
    answer = finance.post(f"/releves/{draft.pk}/emettre/", follow=True)
    assert "The period is not over yet" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_drafting_from_the_list_refuses_what_is_no_period(finance):
    answer = finance.post("/releves/preparer/", {"period": "november"}, follow=True)
    assert "Write a month such as 2026-11" in answer.content.decode()


def test_drafting_from_the_list_draws_the_month(lumiere, finance):
    order = sold_by_card("lumiere")
    month = month_of("lumiere", order)
    finance.post("/releves/preparer/", {"period": f"{month.first:%Y-%m}"})
    assert Statement.objects.get(party="agency").line_count == 1


def test_the_former_portals_file_is_compared_order_by_order(statement, agency):
    order = line_of(statement).order_reference
    file = SimpleUploadedFile(
        "portail.csv", f"Commande;Commission\n{order};9,00\nX-1;abc\n".encode()
    )
    path = f"/gestion/releves/{statement.pk}/portail/"
    html = agency.post(path, {"file": file}, follow=True).content.decode()
    assert "About 13.24\u00a0% there, 12\u00a0% here: rule R2.1 won." in html
    assert "1 row could not be read" in html
    assert "X-1 | abc" in html


def test_a_file_without_headings_is_refused_with_the_reason(statement, finance):
    file = SimpleUploadedFile("portail.csv", b"1;2\n3;4\n")
    answer = finance.post(f"/releves/{statement.pk}/portail/", {"file": file})
    assert answer.status_code == 422
    assert "The first row must name the columns" in answer.content.decode()


def test_terms_are_agreed_from_a_day_on(lumiere, finance):
    given = {
        "party": "agency:lumiere",
        "period": "fortnightly",
        "due_days": "10",
        "valid_from": "2026-12-01",
    }
    html = finance.post("/releves/conditions/", given, follow=True).content.decode()
    assert "Twice a month" in html
    again = finance.post("/releves/conditions/", given).content.decode()
    assert "Terms from this day stand already" in again


def test_home_says_what_waits_at_each_desk(statement, finance, agency, stranger):
    ours = '<a class="task" href="/gestion/releves/?status=issued">'
    assert ours in page(agency, "/gestion/")
    assert ours not in page(stranger, "/gestion/")
    line = line_of(statement)
    agency.post(f"/gestion/releves/{statement.pk}/lignes/{line.pk}/contester/", {"text": "No."})
    assert 'href="/releves/?disputes=true"' in page(finance, "/")
    assert "A-LUMIERE-0001" in page(finance, "/releves/?disputes=true")
    assert "A-LUMIERE-0001" not in page(finance, "/releves/?disputes=false")


def test_the_client_view_hides_statements_from_a_customers_eyes(statement, agency):
    agency.post("/gestion/compte/vue-client/", {"on": "1"})
    assert agency.get(f"/gestion/releves/{statement.pk}/").status_code == 403


# page → roles that open it; verb (a POST) → roles that are not refused
OPERATOR_PAGES = {
    "/releves/": {"admin", "finance"},
    "/releves/{statement}/": {"admin", "finance"},
    "/releves/{statement}/fichier/csv/": {"admin", "finance"},
    "/releves/{statement}/lignes/{line}/": {"admin", "finance"},
    "/releves/{statement}/portail/": {"admin", "finance"},
    "/releves/conditions/": {"admin", "finance"},
}
OPERATOR_VERBS = {
    "/releves/preparer/": {"admin", "finance"},
    "/releves/{statement}/emettre/": {"admin", "finance"},
    "/releves/{statement}/payer/": {"admin", "finance"},
    "/releves/{statement}/lignes/{line}/repondre/": {"admin", "finance"},
    "/releves/{statement}/lignes/{line}/corriger/": {"admin", "finance"},
    "/releves/{statement}/lignes/{line}/maintenir/": {"admin", "finance"},
}
AGENCY_PAGES = {
    "/gestion/releves/": {"admin", "finance"},
    "/gestion/releves/{statement}/": {"admin", "finance"},
    "/gestion/releves/{statement}/fichier/pdf/": {"admin", "finance"},
    "/gestion/releves/{statement}/lignes/{line}/": {"admin", "finance"},
    "/gestion/releves/{statement}/portail/": {"admin", "finance"},
}
AGENCY_VERBS = {
    "/gestion/releves/{statement}/accepter/": {"admin", "finance"},
    "/gestion/releves/{statement}/lignes/{line}/accepter/": {"admin", "finance"},
    "/gestion/releves/{statement}/lignes/{line}/contester/": {"admin", "finance"},
    "/gestion/releves/{statement}/lignes/{line}/repondre/": {"admin", "finance"},
}
ROLES = ("admin", "catalogue", "finance", "sales")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("party", "host", "pages", "verbs"),
    [
        ("operator", OPERATOR_HOST, OPERATOR_PAGES, OPERATOR_VERBS),
        ("agency", LUMIERE, AGENCY_PAGES, AGENCY_VERBS),
    ],
)
def test_each_role_reaches_its_own_pages_and_verbs(
    statement, lumiere, role, party, host, pages, verbs
):
    email = f"{role}@matrix.example"
    whose = lumiere if party == "agency" else None
    membership_grant(email=email, party=party, role=role, agency=whose)
    client = signed_in(email, host)
    known = {"statement": statement.pk, "line": line_of(statement).pk}
    opened = {path for path in pages if client.get(path.format(**known)).status_code == 200}
    assert opened == {path for path, roles in pages.items() if role in roles}
    refused = {path for path in verbs if client.post(path.format(**known)).status_code == 403}
    assert refused == {path for path, roles in verbs.items() if role not in roles}
