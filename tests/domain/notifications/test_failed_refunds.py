"""A refund that did not arrive is told to those who can find another way to pay it."""

import pytest
from django_tenants.utils import tenant_context

from shared_apps.identity.models import Membership
from shared_apps.outbox.models import Message
from tenant_apps.orders.actions import order_cancel
from tenant_apps.payments.models import Refund
from tenant_apps.payments.refunds import refund_settle
from tests.domain.notifications.conftest import as_operator, due_again, html_of, sold, state_of
from tests.selling import accepted, held


@pytest.fixture
def failed(in_lumiere, deliver):
    """An order whose refund came back from the bank."""
    order = sold("BOAT-DUSK")
    order_cancel(order=order, reason="storm", waive_fee=True)
    deliver()
    refund_settle(Refund.objects.get(), status=Refund.Status.FAILED)
    return order


def test_the_agencys_administrators_and_the_operators_finance_are_told(failed, deliver):
    mails = {mail.to[0]: mail for mail in deliver()["refund.failed.told"]}
    assert sorted(mails) == ["Fred <finance@tnp.example>", "admin@lumiere.example"]
    assert state_of("refund.failed") == ("delivered", "")


def test_each_reads_what_to_do_and_finds_the_order_behind_its_own_door(failed, deliver):
    with as_operator():
        Membership.objects.get(user__email="finance@tnp.example").user.save()
        for member in Membership.objects.select_related("user"):
            member.user.language = "en"
            member.user.save(update_fields=["language"])
    mails = {mail.to[0]: mail for mail in deliver()["refund.failed.told"]}
    finance, admin = mails["Fred <finance@tnp.example>"], mails["admin@lumiere.example"]
    assert finance.subject == f"Refund of €68.00 for {failed.reference} failed"
    for written in (finance.body, html_of(finance)):
        assert f"Pay €68.00 by transfer to that account, with {failed.reference}" in written
        assert f"http://tnp.localhost/ventes/lumiere/{failed.reference}/" in written
        assert "+33 6 12 34 56 78" in written
    for written in (admin.body, html_of(admin)):
        assert "Give the details to TNP Test, who pays €68.00 by transfer" in written
        assert f"http://lumiere.localhost/gestion/commandes/{failed.reference}/" in written


def test_without_finance_the_operators_administrators_are_told(failed, deliver):
    with as_operator():
        Membership.objects.filter(role="finance").update(role="catalogue")
    told = sorted(mail.to[0] for mail in deliver()["refund.failed.told"])
    assert told == ["Ada <admin@tnp.example>", "admin@lumiere.example"]


def test_the_same_failure_is_told_once(failed, deliver):
    deliver()
    due_again("refund.failed")
    assert "refund.failed.told" not in deliver()


def test_somebody_who_left_before_the_mail_is_told_nothing(failed, deliver):
    from django.utils import timezone

    from shared_apps.outbox.delivery import messages_deliver

    messages_deliver(at_most=1)
    with as_operator():
        Membership.objects.filter(user__email="admin@lumiere.example").update(
            ended_at=timezone.now()
        )
    told = [mail.to[0] for mail in deliver()["refund.failed.told"]]
    assert told == ["Fred <finance@tnp.example>"]


def test_the_other_agency_learns_nothing(failed, deliver, ocean):
    with tenant_context(ocean):
        accepted(held("KAYAK-SEA", adult=1))
    told = [mail.to[0] for mail in deliver()["refund.failed.told"]]
    assert not [address for address in told if "ocean" in address]
    with tenant_context(ocean):
        assert not Message.objects.filter(kind__startswith="refund.failed").exists()
