"""The voucher and the calendar file: what was sold, readable by people and by machines."""

import io
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from tenant_apps.branding.models import Theme
from tenant_apps.orders.actions import order_cancel
from tenant_apps.orders.calendar_file import calendar_ics
from tenant_apps.orders.models import Order
from tenant_apps.orders.voucher import voucher_pdf
from tests.domain.notifications.conftest import sold

PARIS = ZoneInfo("Europe/Paris")


def _read(order: Order) -> tuple[PdfReader, str]:
    """The voucher, and its text with every run of white space as one space."""
    reader = PdfReader(io.BytesIO(voucher_pdf(order)))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def order(in_lumiere) -> Order:
    Theme.objects.update(contact_email="hello@lumiere.example", contact_phone="+33 2 40 00 11 22")
    return sold("STAY-LOIRE", "BOAT-DUSK")


def test_a_voucher_names_order_traveller_services_and_how_to_get_help(order):
    _reader, text = _read(order)
    first = order.lines.get(product__reference="STAY-LOIRE").service_date
    for words in (
        order.reference,
        "Zoé Martin",
        "Loire by bike",
        f"From {first:%A} {first.day} {first:%B %Y}",
        "2 nights",
        "Sunset boat trip",
        "17:30 to 19:00",
        "2 × Adult",
        "1 quai Test, 37400 Amboise",
        "On the quay",
        "Welcome",
        "Les Échappées du Fleuve",
        "bookings@fleuve.example",
        "10% is kept",
        "+33 2 40 00 11 22",
        "hello@lumiere.example",
        "Page 1 of",
    ):
        assert words in text


def test_a_voucher_says_who_sells_guarantees_and_insures(order):
    _reader, text = _read(order)
    for words in (
        "TNP Test, SAS",
        "1 quai du Test, 44000 Nantes",
        "IM037000001",
        "Garantie Test",
        "2 rue du Test, 75017 Paris",
        "Assurance Test",
        "3 rue du Test, 69000 Lyon",
        "Médiation Test",
        "Lumière Voyages sells in the name of TNP Test.",
    ):
        assert words in text


def test_a_voucher_is_a_tagged_titled_document_in_its_language(order):
    reader, _text = _read(order)
    catalogue = reader.root_object
    assert reader.metadata.title == f"Voucher {order.reference} – Lumière Voyages"
    assert catalogue["/Lang"] == "en"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_data()


def test_a_french_order_has_a_french_voucher(in_lumiere):
    reader, text = _read(sold("BOAT-DUSK", language="fr"))
    assert reader.root_object["/Lang"] == "fr"
    assert "Balade en gabare" in text
    assert "Adulte" in text


def test_a_short_order_fits_on_one_page_and_a_long_one_says_which_page_is_which(in_lumiere):
    reader, text = _read(sold("BOAT-DUSK"))
    assert len(reader.pages) == 1
    assert "Page 1 of 1" in text
    long = sold(*["BOAT-DUSK", "STAY-LOIRE", "FERRY-DAY", "KAYAK-SEA"] * 2)
    reader, text = _read(long)
    assert len(reader.pages) > 2
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in text
    assert all(long.reference in page.extract_text() for page in reader.pages)


def test_what_a_person_typed_is_never_markup_for_the_typesetter(in_lumiere):
    _reader, text = _read(sold(first_name="#pagebreak() *Bo* $x$", last_name='"\\ @ref <l>'))
    assert '#pagebreak() *Bo* $x$ "\\ @ref <l>' in text


def test_a_voucher_of_a_cancelled_order_says_so(order):
    order_cancel(order=order, reason="x")
    _reader, text = _read(order)
    assert "Cancelled: this voucher is no longer valid" in text
    assert "Show this page on the day" not in text


def test_a_voucher_says_what_was_sold_whatever_the_catalogue_says_today(order):
    line = order.lines.get(product__reference="BOAT-DUSK")
    line.snapshot["product"]["titles"]["en"] = "As it was called then"
    line.save()
    assert "As it was called then" in _read(order)[1]


def test_an_agency_that_sells_for_itself_is_the_seller_on_its_voucher(ocean):
    from django_tenants.utils import tenant_context

    with tenant_context(ocean):
        _reader, text = _read(sold("KAYAK-SEA", means="transfer"))
    assert "Océan Réceptif SARL" in text
    assert "IM056000002" in text
    assert "sells in the name of" not in text


def _events(order: Order) -> dict[str, object]:
    calendar = Calendar.from_ical(calendar_ics(order))
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


def test_a_calendar_file_has_one_event_a_service_in_the_zone_of_the_place(order):
    events = _events(order)
    boat = order.lines.get(product__reference="BOAT-DUSK")
    event = events["Sunset boat trip"]
    assert len(events) == 2
    assert event.decoded("dtstart").isoformat().startswith(f"{boat.service_date}T17:30:00+0")
    assert event["dtstart"].params["TZID"] == "Europe/Paris"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=90)
    assert event["location"] == "Les Échappées du Fleuve, 1 quai Test, 37400 Amboise"
    assert "Meeting point: On the quay" in event["description"]
    assert order.reference in event["url"]


def test_a_stay_fills_its_days_up_to_the_day_of_departure(order):
    stay = order.lines.get(product__reference="STAY-LOIRE")
    event = _events(order)["Loire by bike"]
    first, end = event.decoded("dtstart"), event.decoded("dtend")
    assert type(first) is date
    assert (first, end) == (stay.service_date, stay.service_date + timedelta(days=3))


def test_the_same_service_keeps_its_identity_and_a_cancellation_replaces_it(order):
    before = _events(order)
    assert calendar_ics(order) == calendar_ics(order)
    order_cancel(order=order, reason="x")
    after = _events(order)
    for title, event in after.items():
        assert event["uid"] == before[title]["uid"]
        assert event["sequence"] > before[title]["sequence"]
        assert event["status"] == "CANCELLED"
    assert len({event["uid"] for event in after.values()}) == 2
