"""The provider's workspace: what a provider sees of its own, and that it is all it sees."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from shared_apps.catalog.models import Provider
from shared_apps.identity.actions import membership_grant
from shared_apps.identity.models import Invitation, Membership
from shared_apps.journal.models import JournalLine
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor
from tests.settling import issued, month_of, sold_by_card

CONSOLE_NAMES = ("operator_", "simulation")
PAGES = ["/prestataire/", "/prestataire/ventes/", "/prestataire/releves/"]
CONSOLE = [
    "/ventes/",
    "/agences/",
    "/agences/lumiere/",
    "/produits/",
    "/prestataires/",
    "/prestataires/FLEUVE/",
    "/audit/",
    "/messages/",
    "/equipe/",
    "/releves/conditions/",
    "/recherche/?q=loire",
    "/commissions/",
    "/pourquoi/",
]


def person_of(reference: str, role: str = "admin"):
    """Somebody who works for a provider, signed in on the operator's host."""
    email = f"{role}@{reference.lower()}.example"
    provider = Provider.objects.get(reference=reference)
    membership_grant(email=email, party="provider", role=role, provider=provider)
    return signed_in(email, OPERATOR_HOST, second_factor=False)


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def river(db):
    return person_of("FLEUVE")


@pytest.fixture
def coast(db):
    """The other provider, who must see nothing of the first."""
    return person_of("OCEAN")


@pytest.fixture
def order(lumiere, ocean):
    return sold_by_card("lumiere", "STAY-LOIRE", adult=1)


def test_a_provider_is_shown_to_its_workspace_and_finds_every_page(order, river):
    assert river.get("/")["Location"] == "/prestataire/"
    for path in PAGES:
        assert "Provider workspace" in page(river, path)


def test_a_provider_reads_its_amount_and_neither_sale_price_nor_anybodys_share(order, river):
    sale = JournalLine.objects.get(kind="sale")
    html = page(river, "/prestataire/ventes/") + page(river, f"/prestataire/ventes/{sale.pk}/")
    assert "€334.40" in html  # 380 less 12 %
    assert sale.customer_pays == Decimal("395.20")
    for withheld in (sale.customer_pays, sale.agency_share, sale.operator_share):
        assert f"{withheld:.2f}" not in html
    csv = river.get("/prestataire/ventes/?export=csv").content.decode()
    assert "334.4" in csv
    assert "395.2" not in csv


def test_the_why_of_a_line_shows_tariff_and_network_commission(order, river):
    sale = JournalLine.objects.get(kind="sale")
    html = page(river, f"/prestataire/ventes/{sale.pk}/")
    assert "Provider commission" in html
    assert "€380.00" in html
    assert "Replayed: same to the cent" in html


def test_another_provider_sees_nothing_of_it(order, coast):
    sale = JournalLine.objects.get(kind="sale")
    statement = issued("FLEUVE", month_of("lumiere", order))
    assert order.reference not in page(coast, "/prestataire/ventes/")
    assert "P-FLEUVE" not in page(coast, "/prestataire/releves/")
    line = statement.lines.get()
    base = f"/prestataire/releves/{statement.pk}"
    hidden = [
        f"/prestataire/ventes/{sale.pk}/",
        f"{base}/",
        f"{base}/fichier/pdf/",
        f"{base}/fichier/csv/",
        f"{base}/lignes/{line.pk}/",
    ]
    assert {path: coast.get(path).status_code for path in hidden} == dict.fromkeys(hidden, 404)
    for verb in (f"{base}/accepter/", f"{base}/lignes/{line.pk}/contester/"):
        assert coast.post(verb, {"text": "mine"}).status_code == 404
    statement.refresh_from_db()
    assert statement.status == "issued"


def test_a_provider_opens_nothing_of_the_console(order, river):
    refused = {path: river.get(path).status_code for path in CONSOLE}
    assert refused == dict.fromkeys(CONSOLE, 403)
    html = page(river, "/prestataire/")
    for path in CONSOLE:
        assert f'href="{path}"' not in html


def test_a_provider_never_opens_an_agencys_statement_nor_through_the_operators_door(order, river):
    statement = issued("lumiere", month_of("lumiere", order))
    assert river.get(f"/prestataire/releves/{statement.pk}/").status_code == 404
    assert river.get(f"/prestataire/releves/{statement.pk}/fichier/csv/").status_code == 404


@pytest.mark.parametrize("path", ["/releves/1/emettre/", "/releves/1/payer/", "/releves/preparer/"])
def test_a_provider_neither_drafts_issues_nor_pays(river, path):
    assert river.post(path).status_code == 403


def test_the_operator_has_no_workspace_of_its_own(db):
    client = signed_in("admin@tnp.example", OPERATOR_HOST)
    assert {client.get(path).status_code for path in PAGES} == {403}


def test_nobody_enters_without_signing_in(db):
    client = visitor(OPERATOR_HOST)
    assert {client.get(path).status_code for path in PAGES} == {302}


def test_a_provider_disputes_a_line_and_reads_the_answer(order, river):
    statement = issued("FLEUVE", month_of("lumiere", order))
    line = statement.lines.get()
    path = f"/prestataire/releves/{statement.pk}/lignes/{line.pk}/"
    river.post(f"{path}contester/", {"text": "Our tariff was 400."})
    finance = signed_in("finance@tnp.example", OPERATOR_HOST)
    theirs = f"/releves/{statement.pk}/lignes/{line.pk}/"
    assert "Our tariff was 400." in page(finance, theirs)
    finance.post(f"{theirs}maintenir/", {"text": "The discount of 40 was yours."})
    assert "The discount of 40 was yours." in page(river, path)
    line.refresh_from_db()
    assert line.state == "resolved"


def test_a_provider_statement_names_no_share_of_agency_or_operator(order, river):
    statement = issued("FLEUVE", month_of("lumiere", order))
    sale = JournalLine.objects.get(kind="sale")
    base = f"/prestataire/releves/{statement.pk}"
    html = page(river, f"{base}/")
    csv = river.get(f"{base}/fichier/csv/").content.decode("utf-8-sig")
    for text in (html, csv):
        assert "380.00" in text
        for withheld in (sale.customer_pays, sale.agency_share, sale.operator_share):
            assert f"{withheld:.2f}" not in text


def test_a_seller_of_the_provider_sees_sales_and_no_statement(order):
    client = person_of("FLEUVE", "sales")
    assert order.reference in page(client, "/prestataire/ventes/")
    assert client.get("/prestataire/releves/").status_code == 403
    assert "/prestataire/releves/" not in page(client, "/prestataire/")


def test_the_operator_invites_a_person_of_a_provider(db):
    admin = signed_in("admin@tnp.example", OPERATOR_HOST)
    given = {"email": "boss@fleuve.example", "name": "Flo", "role": "finance", "language": "fr"}
    html = admin.post("/prestataires/FLEUVE/personnes/", given, follow=True).content.decode()
    assert "boss@fleuve.example" in html
    member = Membership.objects.get(user__email="boss@fleuve.example")
    assert (member.party, member.provider.reference) == ("provider", "FLEUVE")
    assert Invitation.objects.filter(membership=member).exists()
    finance = signed_in("finance@tnp.example", OPERATOR_HOST)
    assert finance.post("/prestataires/FLEUVE/personnes/", given).status_code == 403


def test_a_person_whose_access_has_ended_is_out_at_the_next_click(order, river):
    admin = signed_in("admin@tnp.example", OPERATOR_HOST)
    second = Membership.objects.get(user__email="admin@fleuve.example")
    person_of("FLEUVE", "finance")
    other = Membership.objects.get(user__email="finance@fleuve.example")
    admin.post(f"/prestataires/FLEUVE/personnes/{other.pk}/retirer/")
    gone = signed_in("finance@fleuve.example", OPERATOR_HOST, second_factor=False)
    assert gone.get("/prestataire/").status_code == 403
    assert river.get("/prestataire/").status_code == 200
    assert second.ended_at is None


def _plain_addresses() -> list[str]:
    """Every address of the console that needs no argument."""
    found = []
    for name in get_resolver("saas.urls_operator").reverse_dict:
        if isinstance(name, str) and name.startswith(CONSOLE_NAMES):
            with suppress(NoReverseMatch):
                found.append(reverse(name, urlconf="saas.urls_operator"))
    return sorted(set(found) - {"/"})


def test_no_page_of_the_console_opens_for_a_provider_whatever_its_right_is_called(river):
    addresses = _plain_addresses()
    assert {"/releves/", "/releves/conditions/", "/factures/", "/tableau/"} <= set(addresses)
    assert {path: river.get(path).status_code for path in addresses} == dict.fromkeys(
        addresses, 403
    )


def test_a_statement_opens_in_the_workspace_of_its_provider_and_not_through_the_console(
    order, river, coast
):
    statement = issued("FLEUVE", month_of("lumiere", order))
    line = statement.lines.first()
    inside = f"releves/{statement.pk}/"
    paths = [inside, f"{inside}fichier/csv/", f"{inside}lignes/{line.pk}/"]
    assert [river.get(f"/prestataire/{path}").status_code for path in paths] == [200, 200, 200]
    assert [coast.get(f"/prestataire/{path}").status_code for path in paths] == [404, 404, 404]
    assert [river.get(f"/{path}").status_code for path in paths] == [403, 403, 403]
