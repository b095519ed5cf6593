"""What a provider is told: its own services, its own share, nothing of anybody else (R28)."""

import pytest
from django_tenants.utils import tenant_context

from shared_apps.outbox.models import Message
from tenant_apps.orders.actions import order_cancel
from tenant_apps.orders.models import Order
from tests.domain.notifications.conftest import due_again, html_of, providers_set, sold


@pytest.fixture
def mixed(in_lumiere) -> Order:
    """One sale of two providers: a boat trip of FLEUVE and a kayak of OCEAN."""
    providers_set(notification_language="en")
    return sold("BOAT-DUSK", "KAYAK-SEA")


def _to(mails, address):
    (mail,) = [mail for mail in mails["provider.booked"] if address in mail.to[0]]
    return mail


def test_each_provider_gets_one_mail_at_its_address_for_notifications(mixed, deliver):
    mails = deliver()["provider.booked"]
    assert sorted(mail.to[0].partition("<")[2] for mail in mails) == [
        "orders@fleuve.example>",
        "orders@ocean.example>",
    ]


def test_a_provider_reads_its_own_lines_and_no_other(mixed, deliver):
    mails = deliver()
    boat, kayak = _to(mails, "fleuve"), _to(mails, "ocean")
    for mail, own, other in ((boat, "Sunset boat", "kayak"), (kayak, "Sea kayak", "boat")):
        written = f"{mail.subject} {mail.body} {html_of(mail)}"
        assert own in written
        assert other not in written.replace(own, "").lower()


def test_a_provider_reads_who_comes_how_many_when_and_for_whom_it_was_sold(mixed, deliver):
    boat = _to(deliver(), "fleuve")
    line = mixed.lines.get(product__reference="BOAT-DUSK")
    for written in (boat.body, html_of(boat)):
        assert mixed.reference in written
        assert "Zoé Martin" in written
        assert "+33 6 12 34 56 78" in written
        assert "2 × Adult" in written
        assert f"{line.service_date.day} {line.service_date:%B %Y}" in written
        assert "Lumière Voyages has sold" in written


def test_a_provider_reads_its_share_and_never_what_the_customer_pays(mixed, deliver):
    boat = _to(deliver(), "fleuve")
    for written in (boat.body, html_of(boat)):
        assert "€57.80" in written  # 68.00 less 15 %
        assert "68.00" not in written
        assert "168.80" not in written
        assert "zoe@example.org" not in written
        assert "If you cancel" not in written
    assert boat.attachments == []


def test_a_provider_is_written_to_in_its_own_language(in_lumiere, deliver):
    providers_set(notification_language="fr")
    sold("BOAT-DUSK", language="en")
    (mail,) = deliver()["provider.booked"]
    assert '<html lang="fr"' in html_of(mail)
    assert "Balade en gabare" in mail.subject


def test_a_language_the_interface_does_not_speak_becomes_french(in_lumiere, deliver):
    providers_set(notification_language="de")
    sold("BOAT-DUSK")
    (mail,) = deliver()["provider.booked"]
    assert '<html lang="fr"' in html_of(mail)


def test_without_an_address_for_notifications_the_contact_for_orders_is_told(in_lumiere, deliver):
    providers_set(notification_email="")
    sold("BOAT-DUSK")
    (mail,) = deliver()["provider.booked"]
    assert "bookings@fleuve.example" in mail.to[0]


def test_each_provider_is_told_of_the_cancellation_of_its_own_lines(mixed, deliver):
    deliver()
    order_cancel(order=mixed, reason="x")
    mails = deliver()["provider.cancelled"]
    assert len(mails) == 2
    (boat,) = [mail for mail in mails if "fleuve" in mail.to[0]]
    assert boat.subject.startswith(f"Cancelled {mixed.reference}: Sunset boat trip")
    assert "kayak" not in (boat.body + html_of(boat)).lower()
    assert "€" not in boat.body  # what it keeps stands in its statement


def test_a_provider_without_address_is_told_as_soon_as_it_has_one(in_lumiere, deliver):
    providers_set(notification_email="", registration_email="")
    sold("BOAT-DUSK")
    assert "provider.booked" not in deliver()
    message = Message.objects.get(kind="provider.booked")
    assert message.state == Message.State.DUE
    assert message.last_error == "LookupError: FLEUVE has no address for notifications"
    providers_set(notification_email="new@fleuve.example")
    due_again("provider.booked")
    (mail,) = deliver()["provider.booked"]
    assert "new@fleuve.example" in mail.to[0]


def test_a_booking_cancelled_before_it_was_told_is_only_told_as_cancelled(mixed, deliver):
    order_cancel(order=mixed, reason="x")
    mails = deliver()
    assert "provider.booked" not in mails
    assert len(mails["provider.cancelled"]) == 2


def test_the_same_provider_is_told_by_each_agency_of_its_own_sale(in_lumiere, ocean, deliver):
    providers_set(notification_language="en")
    ours = sold("BOAT-DUSK")
    with tenant_context(ocean):
        theirs = sold("BOAT-DUSK", means="transfer", first_name="Ana", last_name="Silva")
    by_reference = {
        reference: mail
        for mail in deliver()["provider.booked"]
        for reference in (ours.reference, theirs.reference)
        if reference in mail.subject
    }
    assert "Ana Silva" not in by_reference[ours.reference].body
    assert "Océan Réceptif" in by_reference[theirs.reference].body
    assert "Lumière" not in by_reference[theirs.reference].body
