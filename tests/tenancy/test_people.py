"""People are shared rows, and an agency's database role reaches only its own (R1).

Seen to fail without its guard: ``python -m tests.tenancy.guards_off "people"``.
"""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.db import ProgrammingError, connection, transaction
from django.db.models import Model
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.identity.models import Invitation, Membership, User
from tenants.isolation import as_owner

MODELS: list[type[Model]] = [
    User,
    Membership,
    Invitation,
    EmailAddress,
    EmailConfirmation,
    Authenticator,
]
OWNER_OF = {
    User: "email",
    Membership: "user__email",
    Invitation: "membership__user__email",
    EmailAddress: "user__email",
    EmailConfirmation: "email_address__user__email",
    Authenticator: "user__email",
}
STAFF = {"admin@lumiere.example", "sales@lumiere.example"}


def run(statement: str, *values: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.rowcount


@pytest.fixture
def everybody(lumiere, ocean):
    """Every person has a row in every table of people."""
    for membership in Membership.objects.select_related("user"):
        user = membership.user
        address = EmailAddress.objects.get_or_create(user=user, email=user.email)[0]
        EmailConfirmation.objects.create(email_address=address, key=f"key of {user.pk}")
        Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {}})
        Invitation.objects.get_or_create(
            membership=membership,
            defaults={"token_hash": f"hash {membership.pk}", "expires_at": timezone.now()},
        )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_agency_sees_its_own_people_and_nobody_else(everybody, lumiere, model):
    owner = OWNER_OF[model]
    everywhere = set(model.objects.values_list(owner, flat=True))
    assert everywhere >= STAFF | {"admin@tnp.example", "sales@ocean.example"}
    with tenant_context(lumiere):
        assert set(model.objects.values_list(owner, flat=True)) == STAFF


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shared.identity_user SET password = 'x'",
        "UPDATE shared.identity_invitation SET accepted_at = now()",
        "UPDATE shared.account_emailaddress SET verified = true",
        "DELETE FROM shared.mfa_authenticator",
        "DELETE FROM shared.account_emailconfirmation",
    ],
)
def test_an_agency_changes_nothing_of_other_peoples_sign_in(everybody, lumiere, statement):
    with tenant_context(lumiere):
        assert run(statement) == 2
    with as_owner():
        assert run(statement.replace("DELETE FROM", "SELECT * FROM")) > 2


@pytest.mark.parametrize("email", ["admin@tnp.example", "sales@ocean.example"])
def test_an_agency_gives_nobody_elses_account_a_second_factor_or_an_address(
    everybody, lumiere, email
):
    stranger = User.objects.get(email=email)
    with tenant_context(lumiere):
        for make in (
            lambda: Authenticator.objects.create(user_id=stranger.pk, type="webauthn", data={}),
            lambda: EmailAddress.objects.create(user_id=stranger.pk, email="me@evil.example"),
        ):
            with (
                pytest.raises(ProgrammingError, match="row-level security policy"),
                transaction.atomic(),
            ):
                make()


def test_an_agency_moves_no_second_factor_of_its_own_to_somebody_else(everybody, lumiere):
    stranger = User.objects.get(email="admin@tnp.example")
    with (
        tenant_context(lumiere),
        pytest.raises(ProgrammingError, match="row-level security policy"),
    ):
        run("UPDATE shared.mfa_authenticator SET user_id = %s", stranger.pk)


def test_who_has_left_is_still_named_and_can_no_longer_be_changed(everybody, lumiere):
    left = Membership.objects.get(user__email="sales@lumiere.example")
    Membership.objects.filter(pk=left.pk).update(ended_at=timezone.now())
    with tenant_context(lumiere):
        assert User.objects.get(pk=left.user_id).email == "sales@lumiere.example"
        assert run("UPDATE shared.identity_user SET password = 'x'") == 1
        assert not Authenticator.objects.filter(user_id=left.user_id).exists()


def test_somebody_who_works_for_two_agencies_is_seen_by_both(everybody, lumiere, ocean):
    user = User.objects.get(email="sales@ocean.example")
    Membership.objects.create(user=user, party="agency", role="sales", agency=lumiere)
    for agency in (lumiere, ocean):
        with tenant_context(agency):
            assert User.objects.filter(pk=user.pk).exists()
            # Where else the person works is nobody's business.
            assert Membership.objects.filter(user=user).count() == 1


def test_the_operator_still_sees_everybody(everybody):
    assert set(User.objects.values_list("email", flat=True)) > STAFF
