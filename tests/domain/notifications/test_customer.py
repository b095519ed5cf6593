"""What the customer is told: in their language, under the agency's name, with who answers."""

import uuid

import pytest
from django_tenants.utils import tenant_context

from shared_apps.outbox.actions import message_add
from shared_apps.outbox.models import Message
from tenant_apps.branding.models import Theme
from tenant_apps.orders.actions import order_cancel
from tenant_apps.orders.models import Order
from tests.domain.notifications.conftest import as_operator, due_again, html_of, sold, state_of


@pytest.fixture
def confirmed(in_lumiere) -> Order:
    Theme.objects.update(contact_email="hello@lumiere.example", contact_phone="+33 2 40 00 11 22")
    return sold("STAY-LOIRE", "BOAT-DUSK")


def test_a_confirmation_names_agency_order_services_and_total(confirmed, deliver):
    (mail,) = deliver()["order.confirmed"]
    assert mail.subject == f"Your booking {confirmed.reference} is confirmed"
    assert mail.recipients() == ["=?utf-8?q?Zo=C3=A9_Martin?= <zoe@example.org>"]
    for written in (mail.body, html_of(mail)):
        assert "Loire by bike" in written
        assert "Sunset boat trip" in written
        assert "2 × Adult" in written
        assert "€858.40" in written  # 2 x 395.20 + 2 x 34
        assert confirmed.reference in written
        assert f"http://lumiere.localhost/commandes/{confirmed.reference}/?key=" in written


def test_a_confirmation_carries_voucher_and_calendar_file(confirmed, deliver):
    (mail,) = deliver()["order.confirmed"]
    voucher, calendar = mail.attachments
    assert (voucher[0], voucher[2]) == (f"voucher-{confirmed.reference}.pdf", "application/pdf")
    assert voucher[1].startswith(b"%PDF-")
    assert (calendar[0], calendar[2]) == (f"{confirmed.reference}.ics", "text/calendar")
    assert "BEGIN:VCALENDAR" in calendar[1]


def test_a_confirmation_names_each_accepted_text_by_version_and_hash(confirmed, deliver):
    (mail,) = deliver()["order.confirmed"]
    terms = confirmed.acceptances.get(kind="terms")
    link = f"http://lumiere.localhost/conditions/{terms.terms_version_id}/"
    for written in (mail.body, html_of(mail)):
        assert terms.sha256 in written
        assert link in written
        assert "version 2026-1" in written
        assert "14-day right of withdrawal does not apply" in written


def test_an_undated_voucher_is_never_said_to_have_no_right_of_withdrawal(confirmed, deliver):
    line = confirmed.lines.first()
    line.snapshot["product"]["undated_voucher"] = True
    line.save()
    (mail,) = deliver()["order.confirmed"]
    assert "right of withdrawal" not in mail.body + html_of(mail)


def test_it_comes_from_the_platform_under_the_agencys_name_and_answers_go_to_the_agency(
    confirmed, deliver, settings
):
    settings.DEFAULT_FROM_EMAIL = "TNP <post@platform.example>"
    (mail,) = deliver()["order.confirmed"]
    assert mail.from_email == "=?utf-8?q?Lumi=C3=A8re_Voyages?= <post@platform.example>"
    assert mail.reply_to == ["=?utf-8?q?Lumi=C3=A8re_Voyages?= <hello@lumiere.example>"]
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert mail.extra_headers["Content-Language"] == "en"


def test_a_mail_sent_again_after_a_crash_is_the_same_mail(confirmed, deliver):
    (first,) = deliver()["order.confirmed"]
    due_again("order.confirmed")
    (again,) = deliver()["order.confirmed"]
    message = Message.objects.get(kind="order.confirmed")
    assert first.extra_headers["Message-ID"] == f"<{message.pk}@tnp.localhost>"
    assert again.extra_headers["Message-ID"] == first.extra_headers["Message-ID"]


def test_dates_titles_and_the_declared_language_follow_the_order(in_lumiere, deliver):
    sold("BOAT-DUSK", language="fr")
    (mail,) = deliver()["order.confirmed"]
    assert '<html lang="fr" dir="ltr"' in html_of(mail)
    assert "Balade en gabare" in mail.body
    assert "Sunset boat trip" not in mail.body
    assert "68,00\xa0€" in mail.body
    assert any(day in mail.body for day in ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi")) or (
        "Samedi" in mail.body or "Dimanche" in mail.body
    )


def test_what_a_customer_typed_is_text_and_never_markup(in_lumiere, deliver):
    sold("BOAT-DUSK", first_name="<b>Bo</b> {{ seller }} <mj-raw>", last_name="O'Neil\r\nBcc: x@x")
    (mail,) = deliver()["order.confirmed"]
    page = html_of(mail)
    assert "&lt;b&gt;Bo&lt;/b&gt; {{ seller }} &lt;mj-raw&gt;" in page
    assert "<b>Bo" not in page
    header = mail.message()
    assert header["Bcc"] is None
    assert "\n" not in header["To"]


def test_an_order_cancelled_before_the_mail_left_is_not_confirmed_any_more(confirmed, deliver):
    order_cancel(order=confirmed, reason="changed my mind")
    mails = deliver()
    assert "order.confirmed" not in mails
    assert state_of("order.confirmed")[0] == "obsolete"
    assert len(mails["order.cancelled"]) == 1


def test_a_cancellation_says_what_is_kept_and_what_comes_back(confirmed, deliver):
    deliver()
    order_cancel(order=confirmed, reason="private words of the staff")
    (mail,) = deliver()["order.cancelled"]
    # 45 days before: 10 % of 858.40 is kept.
    for written in (mail.body, html_of(mail)):
        assert "€858.40" in written
        assert "€85.84" in written
        assert "€772.56" in written
        assert "within 14 days" in written
        assert "private words" not in written
    assert mail.attachments == []


def test_a_cancellation_without_refund_says_so(in_lumiere, deliver):
    order = sold("BOAT-DUSK")
    line = order.lines.get()
    line.snapshot["product"]["cancellation_scale"] = [{"days_before": 90, "fee_percent": "10"}]
    line.save()
    deliver()
    order_cancel(order=order, reason="x")
    (mail,) = deliver()["order.cancelled"]
    assert "Nothing is paid back" in mail.body
    assert "You get back" not in mail.body


def test_a_refund_that_left_is_told_with_its_amount_and_means(confirmed, deliver):
    deliver()
    order_cancel(order=confirmed, reason="x")
    (mail,) = deliver()["refund.sent"]
    assert mail.subject == f"€772.56 refunded for your booking {confirmed.reference}"
    assert "As you paid in cash, the agency hands it to you." in mail.body


def test_a_payment_that_came_too_late_is_told_with_what_happens_to_the_money(confirmed, deliver):
    deliver()
    message_add(
        kind="order.too_late",
        dedupe_key="late",
        payload={
            "order": confirmed.reference,
            "payment": str(confirmed.payments.get().pk),
            "reason": "sold_out",
        },
    )
    (mail,) = deliver()["order.too_late"]
    for written in (mail.body, html_of(mail)):
        assert "your payment of €858.40 reached us after the time" in written
        assert "The whole amount is on its way back to you." in written


def test_an_order_of_another_agency_is_never_written_about(in_lumiere, ocean, deliver):
    with tenant_context(ocean):
        other = sold("BOAT-DUSK", means="transfer")
    with as_operator():
        Message.objects.all().delete()
    message_add(kind="order.confirmed", dedupe_key="stranger", payload={"order": other.reference})
    assert deliver() == {}
    assert state_of("order.confirmed")[0] == "failed"


@pytest.mark.parametrize("kind", ["order.too_late", "refund.sent"])
def test_a_message_about_something_that_does_not_exist_is_given_up(confirmed, deliver, kind):
    deliver()
    nothing = str(uuid.uuid4())
    payload = {"order": confirmed.reference, "payment": nothing, "refund": nothing}
    message_add(kind=kind, dedupe_key="nothing", payload=payload)
    assert deliver() == {}
    assert state_of(kind)[0] == "failed"
