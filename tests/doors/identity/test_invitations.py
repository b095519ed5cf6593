"""Invitations: one use, one host, no way around an existing account."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.identity.actions import (
    invitation_create,
    membership_change_role,
    membership_end,
    membership_grant,
    token_hash,
)
from shared_apps.identity.errors import IdentityRefused
from shared_apps.identity.models import Invitation, Membership, User
from shared_apps.outbox.models import Message
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor

LUMIERE = "lumiere.localhost"
ANSWER = {"name": "Nadia", "password": "a sentence to remember"}


@pytest.fixture
def invited(lumiere):
    """The address in the invitation of a new colleague at Lumière."""
    with tenant_context(lumiere):
        membership = membership_grant(
            email="new@lumiere.example", party="agency", role="sales", agency=lumiere
        )
        url = invitation_create(membership=membership)
    return url.partition(LUMIERE)[2]


def test_an_invited_person_sets_a_password_and_is_in(invited):
    client = visitor(LUMIERE)
    assert "new@lumiere.example" in client.get(invited).content.decode()
    assert client.post(invited, ANSWER)["Location"] == "/gestion/"
    assert client.get("/gestion/").status_code == 200
    assert User.objects.get(email="new@lumiere.example").name == "Nadia"


def test_an_invitation_opens_once(invited):
    visitor(LUMIERE).post(invited, ANSWER)
    again = visitor(LUMIERE).post(invited, {**ANSWER, "password": "an intruder's sentence"})
    assert again.status_code == 410
    assert not User.objects.get(email="new@lumiere.example").check_password(
        "an intruder's sentence"
    )


def test_an_invitation_is_over_after_its_time(invited):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert visitor(LUMIERE).get(invited).status_code == 410


def test_an_invitation_opens_nothing_on_another_host(invited):
    assert visitor("ocean.localhost").get(invited).status_code == 410
    assert visitor(OPERATOR_HOST).get(invited.removeprefix("/gestion")).status_code == 410


def test_a_second_invitation_replaces_the_first(invited, lumiere):
    membership = Membership.objects.get(user__email="new@lumiere.example")
    with tenant_context(lumiere):
        newer = invitation_create(membership=membership).partition(LUMIERE)[2]
    assert visitor(LUMIERE).get(invited).status_code == 410
    assert visitor(LUMIERE).get(newer).status_code == 200


def test_only_a_hash_of_the_token_is_kept(invited):
    token = invited.rstrip("/").rpartition("/")[2]
    invitation = Invitation.objects.get(membership__user__email="new@lumiere.example")
    assert invitation.token_hash == token_hash(token)
    assert token not in str(Invitation.objects.values().get(pk=invitation.pk))


def test_the_invitation_leaves_by_the_outbox_in_the_same_transaction(invited):
    message = Message.objects.get(kind="invitation", payload__url__endswith=invited)
    assert message.agency_schema == "agency_lumiere"


def test_an_invitation_never_replaces_an_existing_password(lumiere, ocean):
    with tenant_context(lumiere):
        membership = membership_grant(
            email="sales@ocean.example", party="agency", role="sales", agency=lumiere
        )
        path = invitation_create(membership=membership).partition(LUMIERE)[2]
    client = visitor(LUMIERE)
    before = User.objects.get(email="sales@ocean.example").password
    assert "already have an account" in client.post(path, ANSWER).content.decode()
    assert client.get("/gestion/").status_code == 302
    assert User.objects.get(email="sales@ocean.example").password == before


def test_a_weak_password_is_refused_in_words(invited):
    answer = visitor(LUMIERE).post(invited, {"name": "Nadia", "password": "1234"})
    assert answer.status_code == 200
    assert "too short" in answer.content.decode()


def test_an_agency_grants_nothing_outside_itself(lumiere, ocean):
    with tenant_context(lumiere):
        for party, target in (("operator", None), ("agency", ocean)):
            with pytest.raises(IdentityRefused) as refusal:
                membership_grant(email="x@x.example", party=party, role="admin", agency=target)
            assert refusal.value.code == "other_agency"
    assert not User.objects.filter(email="x@x.example").exists()


def test_the_last_administrator_can_neither_leave_nor_step_down(lumiere):
    last = Membership.objects.get(agency=lumiere, role="admin")
    for attempt in (
        lambda: membership_end(membership=last),
        lambda: membership_change_role(membership=last, role="sales"),
    ):
        with pytest.raises(IdentityRefused) as refusal:
            attempt()
        assert refusal.value.code == "last_admin"
    last.refresh_from_db()
    assert (last.role, last.ended_at) == ("admin", None)


def test_a_member_who_is_removed_is_out_at_the_next_click(lumiere):
    client = signed_in("sales@lumiere.example", LUMIERE)
    assert client.get("/gestion/").status_code == 200
    admin = signed_in("admin@lumiere.example", LUMIERE)
    member = Membership.objects.get(user__email="sales@lumiere.example")
    admin.post(f"/gestion/equipe/{member.pk}/retirer/")
    assert client.get("/gestion/").status_code == 403
    entry = AuditEntry.objects.filter(verb="membership.end").first()
    assert entry.actor_label == "admin@lumiere.example"
    assert entry.agency_schema == "agency_lumiere"


def test_a_colleague_is_invited_from_the_team_page(lumiere):
    admin = signed_in("admin@lumiere.example", LUMIERE)
    form = {"email": "lea@lumiere.example", "name": "Léa", "role": "finance", "language": "fr"}
    assert admin.post("/gestion/equipe/", form).status_code == 302
    member = Membership.objects.get(user__email="lea@lumiere.example")
    assert (member.party, member.role, member.agency) == ("agency", "finance", lumiere)
    assert Message.objects.filter(kind="invitation", payload__membership_id=member.pk).exists()


def test_an_agencys_team_page_touches_no_member_of_another(lumiere, ocean):
    admin = signed_in("admin@lumiere.example", LUMIERE)
    stranger = Membership.objects.get(user__email="sales@ocean.example")
    assert admin.post(f"/gestion/equipe/{stranger.pk}/retirer/").status_code == 404
    stranger.refresh_from_db()
    assert stranger.ended_at is None
