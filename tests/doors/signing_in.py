"""Signed-in clients for door tests: a person of the test world, behind one door."""

from allauth.mfa.models import Authenticator
from django.test import Client

from shared_apps.identity.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OPERATOR_HOST = "tnp.localhost"


def second_factor_give(user: User) -> None:
    """Give ``user`` a second factor, as if set up earlier."""
    Authenticator.objects.get_or_create(
        user=user,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": "JBSWY3DPEHPK3PXP"}},
    )


def visitor(host: str) -> Client:
    """Somebody who is not signed in, on ``host``."""
    return Client(headers={"host": host, "accept-language": "en"})


def signed_in(email: str, host: str, *, second_factor: bool = True) -> Client:
    """The person with ``email``, signed in on ``host``, reading English."""
    from django_tenants.utils import tenant_context

    from tenants.resolution import agency_for_host

    user = User.objects.get(email=email)
    user.language = "en"
    user.save(update_fields=["language"])
    if second_factor:
        second_factor_give(user)
    client = visitor(host)
    agency = agency_for_host(host)
    if agency is None:
        client.force_login(user, backend=BACKEND)
        return client
    # Sessions live in the schema of the host.
    with tenant_context(agency):
        client.force_login(user, backend=BACKEND)
    return client
