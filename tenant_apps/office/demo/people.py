"""The demo's sign-ins: passwords and second factors, drawn once and kept in the demo's file.

They open nothing but a demo on somebody's own machine. What the file no longer holds is drawn
again, because only hashes are in the database.
"""

import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.utils import timezone

from shared_apps.audit.actions import audit_record
from shared_apps.identity.actions import membership_grant
from shared_apps.identity.models import Invitation, Membership, User
from tenants.models import Agency

SignIn = dict[str, Any]
WORDS = "aube brise cale dune ecume fanal houle ilot jetee lande mistral nacre onde phare quai"


def password_drawn() -> str:
    """A password that can be typed and cannot be guessed."""
    return "-".join([*(secrets.choice(WORDS.split()) for _each in range(3)), secrets.token_hex(3)])


@transaction.atomic
def person_seed(
    person: dict[str, Any], *, agency: Agency | None, known: SignIn | None, second_factor: bool
) -> SignIn:
    """Make sure ``person`` can sign in; returns how. ``known`` is what the file holds of them."""
    party = Membership.Party.AGENCY if agency else Membership.Party.OPERATOR
    user = User.objects.filter(email=person["email"]).first()
    if user is None or not user.memberships.filter(party=party, agency=agency).exists():
        membership = membership_grant(
            email=person["email"],
            name=person["name"],
            party=party,
            role=person.get("role", Membership.Role.ADMIN),
            language=person["language"],
            agency=agency,
        )
        user = membership.user
    sign_in: SignIn = {"email": user.email, "password": (known or {}).get("password", "")}
    if not sign_in["password"] or not user.has_usable_password():
        sign_in["password"] = _password_set(user, person["name"])
    if second_factor:
        sign_in["otp_secret"] = _second_factor(user, (known or {}).get("otp_secret", ""))
    return sign_in


def _password_set(user: User, name: str) -> str:
    password = password_drawn()
    user.name = name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    Invitation.objects.filter(membership__user=user, accepted_at=None).update(
        accepted_at=timezone.now()
    )
    audit_record(verb="demo_password", target=user)
    return password


def _second_factor(user: User, known: str) -> str:
    present = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    if known and present.exists():
        return known
    present.delete()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    audit_record(verb="demo_second_factor", target=user)
    return secret


def recovery_codes_of(email: str) -> list[str]:
    """The ten recovery codes of one person, whether used or not."""
    found = Authenticator.objects.get(user__email=email, type=Authenticator.Type.RECOVERY_CODES)
    return list(RecoveryCodes(found).generate_codes())
