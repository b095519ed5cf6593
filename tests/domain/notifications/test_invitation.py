"""The invitation: where it comes from, where it leads, and that its token is not kept."""

import pytest
from django_tenants.utils import tenant_context

from shared_apps.identity.actions import invitation_create, membership_end, membership_grant
from shared_apps.identity.models import User
from shared_apps.outbox.models import Message
from tests.domain.notifications.conftest import as_operator, html_of, state_of


@pytest.fixture
def newcomer(lumiere):
    """A member who has no password yet and reads English."""
    return membership_grant(
        email="new@lumiere.example",
        party="agency",
        role="sales",
        agency=lumiere,
        name="Nina",
        language="en",
    )


def test_a_member_of_an_agency_is_invited_in_the_agencys_colours(newcomer, deliver):
    url = invitation_create(membership=newcomer)
    (mail,) = deliver()["invitation"]
    assert mail.subject == "You are invited to the team of Lumière Voyages"
    assert mail.to == ["Nina <new@lumiere.example>"]
    assert mail.from_email.startswith("=?utf-8?q?Lumi=C3=A8re_Voyages?=")
    assert "#0b5563" in html_of(mail)  # the primary of its theme
    assert url in mail.body
    assert f'href="{url}"' in html_of(mail)
    assert "Your role: Sales." in mail.body
    assert "Choose a password" in mail.body


def test_the_token_leaves_once_and_is_not_kept_in_the_outbox(newcomer, deliver):
    url = invitation_create(membership=newcomer)
    assert Message.objects.get(kind="invitation").payload["url"] == url
    deliver()
    assert Message.objects.get(kind="invitation").payload == {"membership_id": newcomer.pk}


def test_somebody_who_has_an_account_is_asked_to_sign_in(newcomer, deliver):
    with as_operator():
        user = User.objects.get(pk=newcomer.user_id)
        user.set_password("a long enough password")
        user.save()
    invitation_create(membership=newcomer)
    (mail,) = deliver()["invitation"]
    assert "You already have an account: sign in with it." in mail.body
    assert "Choose a password to open" not in mail.body


def test_an_agencys_own_admin_invites_through_the_same_mail(newcomer, lumiere, deliver):
    with tenant_context(lumiere):
        invitation_create(membership=newcomer)
    (mail,) = deliver()["invitation"]
    assert "lumiere.localhost/gestion/compte/invitation/" in mail.body


def test_a_member_of_the_operator_is_invited_under_the_operators_name(deliver, db):
    membership = membership_grant(
        email="ops@tnp.example", party="operator", role="catalogue", language="en"
    )
    invitation_create(membership=membership)
    (mail,) = deliver()["invitation"]
    assert mail.from_email.startswith("TNP <")
    assert "tnp.localhost/compte/invitation/" in mail.body
    assert mail.to == ["ops@tnp.example"]


def test_an_invitation_to_a_membership_that_ended_is_not_sent(newcomer, deliver):
    invitation_create(membership=newcomer)
    membership_end(membership=newcomer)
    assert deliver() == {}
    assert state_of("invitation") == ("failed", "Undeliverable: the membership has ended")
