"""The form "why this rate?": any sale, past or to come, and what each door may ask."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shared_apps.catalog.models import Product
from shared_apps.commissions.actions import rule_create
from shared_apps.network.models import Agreement, GroupMembership
from tests.selling import departure_of

CONSOLE, OFFICE = "/pourquoi/", "/gestion/pourquoi/"


def asked(reference="BOAT-DUSK", *, days=45, **changes):
    departure = departure_of(reference, days=days)
    return {
        "agency": "lumiere",
        "product": reference,
        "service_date": departure.service_date.isoformat(),
        "channel": "shop",
        "sale_date": timezone.localdate().isoformat(),
        **changes,
    }


def page(client, path=CONSOLE, status=200, **query):
    answer = client.get(path, query)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_empty_form_asks_nothing_and_proposes_today(operator):
    shown = page(operator)
    assert "Nothing asked yet" in shown
    assert f'value="{timezone.localdate().isoformat()}"' in shown
    assert "Why this commission" not in shown


def test_an_answer_tells_winner_losers_and_every_amount(operator):
    shown = page(operator, **asked())
    assert "Rule “Sunset boat” applies." in shown
    assert "12 % of the sale price" in shown
    assert "Rule “Default of the network” fits, but its band" in shown
    for amount in ("€34.00", "€28.90", "€4.08", "€1.02"):
        assert amount in shown
    assert "Replayed" not in shown  # nothing was sold, so there is nothing to replay


def test_units_are_counted_and_stay_in_the_form(operator):
    shown = page(operator, **asked(q_adult="3", q_child="2"))
    assert "€102.00" in shown
    assert "€36.00" in shown
    assert 'name="q_adult" value="3"' in shown
    assert 'name="q_free" value="0"' in shown


def test_a_rule_of_another_season_is_told_with_its_days_as_people_write_them(operator):
    day = timezone.localdate() + timedelta(days=10)
    rule_create(name="Spring", percent=Decimal(20), sale_from=day)
    shown = page(operator, **asked())
    assert "Rule “Spring” is for sales made from" in shown
    assert "from – " not in shown


def test_a_day_to_come_is_asked_as_of_that_day(operator, lumiere):
    day = timezone.localdate() + timedelta(days=10)
    rule_create(name="Spring", percent=Decimal(20), sale_from=day, agency=lumiere)
    later = (day + timedelta(days=1)).isoformat()
    assert "Rule “Spring” applies." in page(operator, **asked(sale_date=later))
    assert "Rule “Sunset boat” applies." in page(operator, **asked())


def test_a_day_of_the_past_is_asked_as_of_that_day(operator):
    today = timezone.localdate()
    rule_create(
        name="Sunset boat, before",
        percent=Decimal(9),
        product=Product.objects.get(reference="BOAT-DUSK"),
        position=50,
        applies_to=today - timedelta(days=31),
    )
    last_day = page(operator, **asked(sale_date=(today - timedelta(days=31)).isoformat()))
    assert "Rule “Sunset boat, before” applies." in last_day
    assert "€3.06" in last_day  # 9 % of 34.00
    assert "are those of the sale date" in last_day
    day_after = page(operator, **asked(sale_date=(today - timedelta(days=30)).isoformat()))
    assert "Rule “Sunset boat” applies." in day_after
    assert "Sunset boat, before" not in day_after


def test_the_group_is_the_one_of_the_sale_date(operator, ocean):
    joined = GroupMembership.objects.get(agency=ocean).valid_from
    before = (joined - timedelta(days=1)).isoformat()
    now = page(operator, **asked("STAY-LOIRE", agency="ocean"))
    assert "Rule “Western network” applies." in now
    assert "Réseau Ouest" in now
    then = page(operator, **asked("STAY-LOIRE", agency="ocean", sale_date=before))
    assert "Rule “Default of the network” applies." in then
    assert "Western network" not in then


def test_words_of_a_title_that_mean_one_product_are_enough(operator):
    shown = page(operator, **asked(product="gabare"))
    assert "BOAT-DUSK" in shown
    assert "Rule “Sunset boat” applies." in shown


def test_words_that_mean_several_products_are_answered_with_a_list_to_choose_from(operator):
    shown = page(operator, status=422, **asked(product="e"))
    assert "Several products have these words" in shown
    assert "product=STAY-LOIRE" in shown
    assert "Why this commission" not in shown


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"product": ""}, "This field is required."),
        ({"product": "NO-SUCH"}, "No product has this reference or these words."),
        ({"agency": "nobody"}, "Select a valid choice."),
        ({"channel": "fax"}, "Select a valid choice."),
        ({"service_date": "31/31/2030"}, "Enter a valid date."),
        ({"sale_date": "0001-01-01"}, "Give a day between 2000 and 2100."),
        ({"sale_date": ""}, "This field is required."),
        ({"time": "03:15"}, "No departure at that time on that day. There are: 17:30, 19:30."),
        ({"time": "late"}, "Enter a valid time."),
        ({"q_adult": "two"}, "A number of people is a whole number, not “two”."),
        ({"q_adult": "-1"}, "A number of people is a whole number, not “-1”."),
        ({"q_adult": "201"}, "Ask for 1 to 200 people."),
        ({"q_senior": "1"}, "There is no rate “senior” on this date."),
    ],
)
def test_what_cannot_be_read_is_said_in_words_and_nothing_typed_is_lost(operator, changes, told):
    query = asked(**changes)
    shown = page(operator, status=422, **query)
    assert told in shown
    assert "Why this commission" not in shown
    kept = {"product", "service_date", *(name for name in query if name.startswith("q_"))}
    assert all(f'value="{query[name]}"' in shown for name in kept if query[name])


def test_a_day_without_departure_tells_the_rule_and_the_nearest_days(operator):
    last = timezone.localdate() + timedelta(days=200)
    shown = page(operator, **asked(service_date=last.isoformat()))
    assert "There is no departure on that day" in shown
    assert "Rule “Sunset boat” applies." in shown
    assert "12 % of the sale price" in shown
    assert "Customer pays" not in shown
    assert "service_date=20" in shown


def test_a_product_without_provider_commission_says_what_is_missing(operator):
    departure = departure_of("BOAT-DUSK")
    type(departure.product).objects.filter(pk=departure.product_id).update(provider_commission=None)
    shown = page(operator, status=422, **asked())
    assert "This product has no provider commission yet" in shown


def test_one_of_several_departures_of_a_day_may_be_chosen(operator):
    shown = page(operator, **asked(time="19:30"))
    assert '<option value="19:30" selected>' in shown
    assert "19:30 ·" in shown


def test_the_operator_may_look_through_the_eyes_of_each_party(operator):
    agency = page(operator, **asked(**{"as": "agency"}))
    assert "€4.08" in agency
    assert "€28.90" not in agency
    provider = page(operator, **asked(**{"as": "provider"}))
    assert "€28.90" in provider
    assert "€4.08" not in provider
    assert "Rule “Sunset boat”" not in provider
    assert "€28.90" in page(operator, **asked(**{"as": "nobody"}))


def test_an_agency_asks_for_itself_only_and_is_not_shown_what_the_network_buys_at(admin, lumiere):
    query = asked(agency="ocean")
    shown = page(admin, OFFICE, **query)
    assert "Lumière Voyages" in shown
    assert "Océan" not in shown
    assert "€4.08" in shown
    for amount in ("€28.90", "€1.02", "85"):
        assert amount not in shown.replace(query["service_date"], "")
    assert "Seen by" not in shown
    Agreement.objects.filter(agency=lumiere).update(sees_purchase_price=True)
    assert "€28.90" in page(admin, OFFICE, **query)


def test_an_agency_does_not_look_through_other_eyes_by_asking(admin):
    shown = page(admin, OFFICE, **asked(**{"as": "operator"}))
    assert "€28.90" not in shown


def test_the_rules_of_another_agency_or_group_are_not_read_to_an_agency(admin, stranger, ocean):
    rule_create(name="For the ocean only", percent=Decimal(14), agency=ocean)
    query = asked("STAY-LOIRE")
    shown = page(admin, OFFICE, **query)
    assert "For the ocean only" not in shown
    assert "Western network" not in shown
    assert "Rule “For the ocean only” applies." in page(stranger, OFFICE, **query)


def test_a_product_that_was_not_opened_to_the_agency_does_not_exist_for_it(admin, operator):
    shown = page(admin, OFFICE, status=422, **asked(product="MUSEUM-NEW"))
    assert "No product has this reference or these words." in shown
    assert "New museum" not in shown
    assert "New museum" in page(operator, **asked(product="museum"))


def test_a_seller_without_the_right_is_refused(seller):
    assert seller.get(OFFICE).status_code == 403


def test_an_answer_costs_a_bounded_number_of_statements(
    operator, lumiere, django_assert_max_num_queries
):
    for number in range(20):
        rule_create(name=f"Rule {number}", percent=Decimal(5), channels=["api"])
    query = asked()
    with django_assert_max_num_queries(32):
        operator.get(CONSOLE, query)
