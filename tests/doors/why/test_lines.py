"""Every sale line says why its rate, proves that it still replays, and shows each party its own."""

import json
import re
from decimal import Decimal

import pytest
from django.utils import translation
from django_tenants.utils import tenant_context

from shared_apps.commissions.sight import Viewer
from shared_apps.commissions.views_of_line import LineView, provider_line_view
from shared_apps.journal.models import JournalLine
from shared_apps.network.models import Agreement
from tenant_apps.orders.models import OrderLine
from tests.selling import sold

SAME, DIFFERS = "Replayed: same to the cent", "Replay differs"


def office(sale):
    return f"/gestion/commandes/{sale.reference}/"


def console(sale):
    return f"/ventes/lumiere/{sale.reference}/"


def shown(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def tampered(lumiere, sale):
    """The sale, its frozen share of the agency raised by ten euros behind everybody's back."""
    with tenant_context(lumiere):
        line = OrderLine.objects.get(order=sale)
        unit = line.waterfall[0]["price"]["unit"]
        unit["agency"], unit["operator"] = "49.52", "11.28"
        unit["commission"] = "49.52"
        total = line.waterfall[0]["price"]["total"]
        total["agency_share"], total["operator_share"] = "99.04", "22.56"
        line.save(update_fields=["waterfall"])
    return sale


def test_a_line_proves_on_both_doors_that_it_replays(operator, admin, sale):
    for page in (shown(operator, console(sale)), shown(admin, office(sale))):
        assert SAME in page
        assert DIFFERS not in page
        assert "Price and rule were just computed again" in page


def test_a_line_that_somebody_changed_says_so_loudly_and_the_operator_reads_what(
    operator, admin, tampered
):
    page = shown(operator, console(tampered))
    assert DIFFERS in page
    assert SAME not in page
    assert "the commission was €49.52, and is €39.52 today." in page
    assert 'role="alert"' in page
    told = shown(admin, office(tampered))
    assert DIFFERS in told
    assert "The operator sees what differs." in told
    assert "and is €39.52" not in told


def test_a_booked_amount_that_was_changed_is_found_against_the_price(operator, lumiere, sale):
    with tenant_context(lumiere):
        OrderLine.objects.filter(order=sale).update(agency_share=Decimal("89.040"))
    page = shown(operator, console(sale))
    assert DIFFERS in page
    assert "€89.04 was booked (the order line), and the price makes €79.04." in page


def test_a_line_frozen_before_losing_rules_were_kept_is_still_explained(operator, lumiere, sale):
    with tenant_context(lumiere):
        line = OrderLine.objects.get(order=sale)
        decision = line.commission["decision"]
        del decision["others"]
        decision["winner"] = decision["rule"]["id"] = "R1"
        line.save(update_fields=["commission"])
    page = shown(operator, console(sale))
    assert SAME in page
    assert "of the choice only the winner could be tested" in page
    assert "Rule “Default of the network” applies." in page


def test_a_line_leads_to_the_same_question_with_the_rules_of_today(operator, admin, sale):
    for client, path in ((operator, console(sale)), (admin, office(sale))):
        page = shown(client, path)
        (link,) = re.findall(r'href="([^"]*pourquoi/\?[^"]+)"', page)
        answer = shown(client, link.replace("&amp;", "&"))
        assert "€79.04" in answer
        assert 'name="q_adult" value="2"' in answer


def test_an_agency_sees_no_purchase_price_unless_its_agreement_says_so(admin, lumiere, sale):
    hidden = shown(admin, office(sale))
    for amount in ("€334.40", "€668.80", "€21.28", "€42.56", "12 %"):
        assert amount not in hidden
    assert "€355.68" in hidden  # the network's part, so that the parts make the whole
    assert "Purchase price" not in hidden
    Agreement.objects.filter(agency=lumiere).update(sees_purchase_price=True)
    granted = shown(admin, office(sale))
    assert "€334.40" in granted
    assert "Purchase price" in granted


def test_another_agency_sees_nothing_of_it(stranger, sale):
    assert stranger.get(office(sale)).status_code == 404


@pytest.fixture
def provided(sale):
    """What the provider of the sale is shown of its journal line, in English."""
    entry = JournalLine.objects.get(order_reference=sale.reference, kind="sale")
    with translation.override("en"):
        yield provider_line_view(entry)


def words_of(view: LineView):
    """Everything the template could print of the view, as text."""
    prices = [
        [price.title, price.bars, price.slices, price.rows, price.sentences]
        for price in view.prices
    ]
    return json.dumps([prices, view.winner, view.facts, view.losers], default=str)


def test_a_provider_sees_its_tariff_commission_discount_and_share_of_a_line(provided):
    assert provided.viewer is Viewer.PROVIDER
    assert provided.earned.amount == Decimal("668.80")
    assert [(str(label), text) for label, text in provided.facts] == [
        ("Provider commission", "12 %"),
        ("Discount funded by", "the provider"),
    ]
    (price,) = provided.prices
    assert {row.name: str(row.total) for row in price.rows} == {
        "listed": "840.00",
        "public": "760.00",
        "basis": "760.00",
        "purchase": "668.80",
        "provider": "668.80",
    }
    assert price.slices == []
    assert price.sentences[-1] == "For 2 units the provider's share is €668.80."


def test_a_provider_reads_of_no_rule_no_markup_and_no_share_of_others(provided):
    assert (provided.winner, provided.losers) == ("", [])
    said = words_of(provided).replace(",", "")
    for secret in ("395.2", "790.4", "39.52", "79.04", "21.28", "42.56", "15.20", "436.8"):
        assert secret not in said
    for word in ("Default of the network", "Agency share", "Operator share", "Markup"):
        assert word not in said


def test_a_provider_learns_that_a_line_differs_and_nobodys_numbers(tampered):
    entry = JournalLine.objects.get(order_reference=tampered.reference, kind="sale")
    view = provider_line_view(entry)
    assert (view.replay.same, view.replay.differences) == (False, [])


def test_a_movement_of_no_line_has_no_explanation(sale):
    entry = JournalLine.objects.get(order_reference=sale.reference, kind="payment")
    assert provider_line_view(entry) is None


def test_a_sale_of_many_lines_reads_names_once(
    operator, lumiere, sale, django_assert_max_num_queries
):
    with tenant_context(lumiere):
        boat = sold("BOAT-DUSK", adult=1, child=1)
    with django_assert_max_num_queries(28):
        assert SAME in shown(operator, console(boat))


def test_french_pages_say_names_and_write_amounts_as_people_do(operator, sale):
    page = operator.post("/compte/langue/", {"language": "fr"}, follow=True)
    assert '<html lang="fr"' in page.content.decode()
    shown_page = shown(operator, console(sale)).replace("\N{NO-BREAK SPACE}", " ")
    assert "La règle « Default of the network » s’applique." in shown_page
    assert "39,52 €" in shown_page
