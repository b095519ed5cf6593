"""The operator's console: validation, agencies, locking, retries."""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.models import Product, Provider
from shared_apps.catalog.queries import product_blockers
from shared_apps.network.models import Agreement
from shared_apps.outbox.models import InboundEvent, Message
from tenants.models import Agency
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor

MUSEUM = "/produits/MUSEUM-NEW/"


@pytest.fixture
def admin(db):
    """The operator's administrator, signed in with a second factor."""
    return signed_in("admin@tnp.example", OPERATOR_HOST)


def _completion(product, **changes):
    form = {
        "version": product.version,
        "provider_commission": "12",
        "default_markup": "4",
        "min_participants": "0",
        "transport_commissionable": "on",
        "internal_comment": "",
    }
    return {**form, **changes}


def _rates(*codes):
    form = {"rates-TOTAL_FORMS": str(len(codes)), "rates-INITIAL_FORMS": "0"}
    for row, code in enumerate(codes):
        form |= {
            f"rates-{row}-code": code,
            f"rates-{row}-label_fr": code.capitalize(),
            f"rates-{row}-pax_count": "1",
        }
    return form


def _departures(**changes):
    form = {
        "start": "2030-05-01",
        "days": "7",
        "weekdays": ["0", "1", "2", "3", "4", "5", "6"],
        "times": "",
        "capacity": "20",
        "price_adult": "12.50",
    }
    return {**form, **changes}


def test_the_page_of_a_draft_says_everything_that_keeps_it_from_being_sold(admin):
    product = Product.objects.get(reference="MUSEUM-NEW")
    page = admin.get(MUSEUM).content.decode()
    with translation.override("en"):
        said = [escape(blocker.message) for blocker in product_blockers(product)]
    assert len(said) == 3
    assert all(sentence in page for sentence in said)
    assert "things keep it from being sold" in page


def test_a_product_with_blockers_is_not_validated_even_by_a_direct_post(admin):
    answer = admin.post(f"{MUSEUM}valider/", follow=True)
    assert Product.objects.get(reference="MUSEUM-NEW").status == "draft"
    assert "cannot be sold yet" in answer.content.decode()


def test_a_draft_is_completed_and_validated_from_its_page_alone(admin):
    product = Product.objects.get(reference="MUSEUM-NEW")
    assert admin.post(f"{MUSEUM}completer/", _completion(product)).status_code == 302
    assert admin.post(f"{MUSEUM}tarifs/", _rates("adult")).status_code == 302
    assert admin.post(f"{MUSEUM}departs/", _departures()).status_code == 302
    admin.post(f"{MUSEUM}valider/")
    product.refresh_from_db()
    assert product.status == "validated"
    assert str(product.validated_by) == "Ada"
    assert product.departures.count() == 7


def test_a_departure_pattern_without_a_price_makes_nothing(admin):
    admin.post(f"{MUSEUM}tarifs/", _rates("adult"))
    answer = admin.post(f"{MUSEUM}departs/", _departures(price_adult=""))
    assert answer.status_code == 422
    assert "at least one rate category" in answer.content.decode()
    assert not Product.objects.get(reference="MUSEUM-NEW").departures.exists()


def test_a_second_editor_sees_the_comparison_and_overwrites_nothing(admin):
    product = Product.objects.get(reference="MUSEUM-NEW")
    first = _completion(product, provider_commission="12")
    second = _completion(product, provider_commission="15")
    admin.post(f"{MUSEUM}completer/", first)
    answer = admin.post(f"{MUSEUM}completer/", second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed this in the meantime" in page
    assert "Last change: Ada" in page
    product.refresh_from_db()
    assert product.provider_commission == 12
    # What was typed is still in the form, on the version that was compared.
    assert 'value="15"' in page
    assert f'name="version" value="{product.version}"' in page


def test_saving_after_the_comparison_is_a_decision_and_goes_through(admin):
    product = Product.objects.get(reference="MUSEUM-NEW")
    admin.post(f"{MUSEUM}completer/", _completion(product, provider_commission="12"))
    product.refresh_from_db()
    admin.post(f"{MUSEUM}completer/", _completion(product, provider_commission="15"))
    product.refresh_from_db()
    assert product.provider_commission == 15


def test_a_refusal_needs_its_reason(admin):
    Product.objects.filter(reference="MUSEUM-NEW").update(status="submitted")
    admin.post(f"{MUSEUM}refuser/", {"reason": " "})
    assert Product.objects.get(reference="MUSEUM-NEW").status == "submitted"
    admin.post(f"{MUSEUM}refuser/", {"reason": "The picture is not yours."})
    product = Product.objects.get(reference="MUSEUM-NEW")
    assert (product.status, product.status_reason) == ("draft", "The picture is not yours.")


def test_a_suspended_product_leaves_the_selection_page_of_agencies_at_once(admin):
    agency = signed_in("admin@lumiere.example", "lumiere.localhost")
    assert "BOAT-DUSK" in agency.get("/gestion/selection/").content.decode()
    admin.post("/produits/BOAT-DUSK/suspendre/", {"reason": "Boat in repair"})
    assert "BOAT-DUSK" not in agency.get("/gestion/selection/").content.decode()


def test_a_provider_is_edited_with_the_same_comparison(admin):
    provider = Provider.objects.get(reference="FLEUVE")
    form = {
        "version": provider.version,
        "name": provider.name,
        "notification_email": "new@fleuve.example",
        "notification_language": "fr",
    }
    assert admin.post("/prestataires/FLEUVE/modifier/", form).status_code == 302
    assert admin.post("/prestataires/FLEUVE/modifier/", form).status_code == 409
    provider.refresh_from_db()
    assert provider.notification_email == "new@fleuve.example"


def test_an_agency_is_opened_from_the_page_and_its_shop_answers(admin):
    form = {
        "name": "Sable & Vent",
        "slug": "sable-vent",
        "kind": "distributor",
        "country": "FR",
        "language": "fr",
        "currency": "EUR",
        "look": "atelier",
        "admin_email": "boss@sable.example",
        "admin_language": "fr",
    }
    answer = admin.post("/agences/nouvelle/", form, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/agences/sable-vent/", 302)]
    assert "The agency is live: opened in" in page
    assert "http://sable-vent.localhost/" in page
    assert visitor("sable-vent.localhost").get("/gestion/").status_code == 302
    assert Message.objects.filter(kind="invitation", agency__slug="sable-vent").exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("slug", "tnp", "This name is reserved."),
        ("slug", "lumiere", "This name is taken."),
        ("slug", "Été", "lower-case letters"),
        ("domain", "not a domain", "Write it like"),
        ("admin_email", "nobody", "valid email"),
    ],
)
def test_a_bad_opening_is_refused_beside_its_field_and_leaves_nothing(admin, field, value, said):
    form = {
        "name": "Sable & Vent",
        "slug": "sable-vent",
        "kind": "distributor",
        "country": "FR",
        "language": "fr",
        "currency": "EUR",
        "look": "atelier",
        "admin_email": "boss@sable.example",
        "admin_language": "fr",
        field: value,
    }
    answer = admin.post("/agences/nouvelle/", form)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Agency.objects.count() == 2


def test_a_suspended_agency_answers_404_and_comes_back(admin, lumiere):
    client = signed_in("admin@lumiere.example", "lumiere.localhost")
    admin.post("/agences/lumiere/suspendre/", {"reason": "Unpaid"})
    assert client.get("/gestion/").status_code == 404
    entry = AuditEntry.objects.filter(verb="agency.status").first()
    assert entry.actor_label == "Ada"
    assert entry.after == {"status": "suspended", "reason": "Unpaid"}
    admin.post("/agences/lumiere/reactiver/")
    assert client.get("/gestion/").status_code == 200


def test_training_is_noted_with_who_and_when(admin, lumiere):
    Agreement.objects.filter(agency=lumiere).update(trained_at=None)
    admin.post("/agences/lumiere/formation/")
    agreement = Agreement.objects.get(agency=lumiere)
    assert str(agreement.trained_by) == "Ada"
    assert agreement.trained_at is not None


def test_a_message_given_up_is_sent_again_and_others_are_not(admin):
    message = Message.objects.earliest("created_at")
    url = reverse("operator_message_retry", args=[message.pk], urlconf="saas.urls_operator")
    Message.objects.filter(pk=message.pk).update(state="delivered")
    admin.post(url)
    assert Message.objects.get(pk=message.pk).state == "delivered"
    Message.objects.filter(pk=message.pk).update(state="failed", attempts=9)
    admin.post(url)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("due", 0)


def test_trying_again_is_a_button_of_a_form_that_stands_outside_the_list(admin):
    """Forms do not nest: a browser drops the inner one and the button would send the filters."""
    message = Message.objects.earliest("created_at")
    Message.objects.filter(pk=message.pk).update(state="failed")
    event = InboundEvent.objects.create(
        provider="stripe", event_id="evt_y", type="unknown.thing", payload={}, state="failed"
    )
    for page, retry in (
        ("/messages/", f"/messages/{message.pk}/"),
        ("/evenements/", f"/evenements/{event.pk}/"),
    ):
        said = admin.get(page).content.decode()
        form, listing = said.index('id="retry-form"'), said.index('id="listing-card"')
        assert said[form:listing].count("</form>") == 1
        assert f'form="retry-form"\nformaction="{retry}"' in said[listing:]
        assert f' action="{retry}"' not in said


def test_a_stored_event_is_handled_again(admin):
    event = InboundEvent.objects.create(
        provider="stripe", event_id="evt_x", type="unknown.thing", payload={}, state="failed"
    )
    admin.post(f"/evenements/{event.pk}/")
    event.refresh_from_db()
    assert event.state == "ignored"


def test_home_counts_link_to_the_list_of_exactly_those(admin):
    Product.objects.filter(reference="MUSEUM-NEW").update(status="submitted")
    page = admin.get("/").content.decode()
    assert "/produits/?status=submitted" in page
    listed = admin.get("/produits/?status=submitted").content.decode()
    assert "MUSEUM-NEW" in listed
    assert "BOAT-DUSK" not in listed


def test_the_operators_search_finds_by_reference_and_word_and_never_by_id(admin):
    product = Product.objects.get(reference="STAY-LOIRE")
    assert "STAY-LOIRE" in admin.get("/recherche/?q=echappee").content.decode()
    assert "STAY-LOIRE" in admin.get("/recherche/?q=stay-loire").content.decode()
    assert "STAY-LOIRE" not in admin.get(f"/recherche/?q=0{product.pk}").content.decode()


@pytest.mark.parametrize("path", ["/produits/NOPE/", "/agences/nope/", "/ventes/lumiere/NOPE/"])
def test_what_does_not_exist_is_a_404_with_a_way_on(admin, path):
    answer = admin.get(path)
    assert answer.status_code == 404
    assert "Back to the first page" in answer.content.decode()
