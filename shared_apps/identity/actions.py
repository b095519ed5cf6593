"""Who works where: grant, change and end memberships; invite and accept.

People are shared rows that an agency's database role may not create or change. An agency's
admin asks here; this module checks that the request stays inside that agency, and only then
writes with the platform's rights (:func:`_platform_rights`). Each verb is one transaction with
its audit entry, written back in the context of whoever asked.

An invitation's token leaves once, in the e-mail. Only its SHA-256 is kept, so a copy of the
database opens no account.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import Provider
from shared_apps.identity.errors import IdentityRefused
from shared_apps.identity.models import Invitation, Membership, User
from shared_apps.identity.rules import roles_of
from shared_apps.outbox.actions import message_add
from tenants.isolation import SHARED
from tenants.models import Agency
from tenants.resolution import agency_host, host_url

INVITATION_LIFE = timedelta(days=7)


@contextmanager
def _platform_rights() -> Iterator[None]:
    with schema_context(SHARED):
        yield


def token_hash(token: str) -> str:
    """The form in which an invitation's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def membership_grant(
    *,
    email: str,
    party: str,
    role: str,
    name: str = "",
    language: str = "fr",
    agency: Agency | None = None,
    provider: Provider | None = None,
) -> Membership:
    """Give the person with ``email`` a membership; the account is made if there is none.

    Raises IdentityRefused: ``unknown_role`` for the party, ``already_member``, or
    ``other_agency`` when an agency asks for anything but its own staff.
    """
    _check_reach(party, agency)
    if role not in roles_of(party):
        raise IdentityRefused("unknown_role", _("This role does not exist here."))
    address = User.objects.normalize_email(email).lower()
    with transaction.atomic():
        with _platform_rights():
            user = User.objects.filter(email=address).first() or User.objects.create_user(
                address, name=name, language=language
            )
            scope = {"user": user, "party": party, "agency": agency, "provider": provider}
            if Membership.objects.filter(**scope, ended_at=None).exists():
                raise IdentityRefused(
                    "already_member", _("%(email)s is already in the team.") % {"email": address}
                )
            membership = Membership.objects.create(**scope, role=role)
        audit_record(
            verb="membership.grant", target=membership, after={"party": party, "role": role}
        )
    return membership


def membership_change_role(*, membership: Membership, role: str) -> Membership:
    """Give an open membership another role. Raises IdentityRefused (``last_admin`` too)."""
    _check_reach(membership.party, membership.agency)
    if role not in roles_of(membership.party):
        raise IdentityRefused("unknown_role", _("This role does not exist here."))
    if role != Membership.Role.ADMIN:
        _check_not_last_admin(membership)
    before = membership.role
    with transaction.atomic():
        with _platform_rights():
            membership.role = role
            membership.save(update_fields=["role"])
        audit_record(
            verb="membership.role",
            target=membership,
            before={"role": before},
            after={"role": role},
        )
    return membership


def membership_end(*, membership: Membership) -> None:
    """Close a membership: the person loses every right of it at the next click.

    Raises IdentityRefused: ``last_admin`` when nobody could manage the team any more.
    """
    _check_reach(membership.party, membership.agency)
    _check_not_last_admin(membership)
    with transaction.atomic():
        with _platform_rights():
            membership.ended_at = timezone.now()
            membership.save(update_fields=["ended_at"])
        audit_record(
            verb="membership.end",
            target=membership,
            before={"ended_at": None},
            after={"ended_at": membership.ended_at.isoformat()},
        )


def invitation_create(*, membership: Membership) -> str:
    """Invite the member by e-mail; answers the address to sign in at, token included.

    A second call replaces the first: only the newest address works, for seven days.
    """
    _check_reach(membership.party, membership.agency)
    token = secrets.token_urlsafe(32)
    digest = token_hash(token)
    expires_at = timezone.now() + INVITATION_LIFE
    url = _invitation_url(membership, token)
    with transaction.atomic():
        with _platform_rights():
            invitation, _created = Invitation.objects.update_or_create(
                membership=membership,
                defaults={"token_hash": digest, "expires_at": expires_at, "accepted_at": None},
            )
        message_add(
            kind="invitation",
            dedupe_key=f"invitation:{digest[:32]}",
            payload={"membership_id": membership.pk, "url": url},
        )
        audit_record(
            verb="invitation.create",
            target=invitation,
            after={"expires_at": expires_at.isoformat()},
            label=str(membership.user),
        )
    return url


def invitation_open(*, token: str) -> Invitation:
    """The invitation that ``token`` opens on this host.

    Raises IdentityRefused: ``invitation_unknown``, ``invitation_used``, ``invitation_expired``.
    """
    invitation = (
        Invitation.objects.select_related("membership__user")
        .filter(token_hash=token_hash(token), membership__ended_at=None)
        .first()
    )
    if invitation is None or invitation.membership.agency_id != _current_agency_id():
        raise IdentityRefused("invitation_unknown", _("This invitation does not exist here."))
    if invitation.accepted_at:
        raise IdentityRefused("invitation_used", _("This invitation has been used. Sign in."))
    if invitation.expires_at < timezone.now():
        raise IdentityRefused(
            "invitation_expired", _("This invitation is over. Ask for a new one.")
        )
    return invitation


def invitation_accept(*, token: str, name: str, password: str) -> User:
    """Set the name and password of an invited account, once.

    Raises IdentityRefused as :func:`invitation_open`, and ``account_exists`` when the person
    already has a password: an invitation never replaces one, it only says to sign in.
    """
    invitation = invitation_open(token=token)
    user = invitation.membership.user
    if user.has_usable_password():
        raise IdentityRefused("account_exists", _("You already have an account. Sign in with it."))
    with transaction.atomic():
        used = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
            accepted_at=timezone.now()
        )
        if not used:
            raise IdentityRefused("invitation_used", _("This invitation has been used. Sign in."))
        user.name = name
        user.set_password(password)
        user.save(update_fields=["name", "password"])
        audit_record(verb="invitation.accept", target=invitation, label=str(user))
    return user


def profile_change(*, user: User, name: str, language: str) -> None:
    """Change a person's own name and interface language."""
    fresh = User.objects.get(pk=user.pk)
    before = {"name": fresh.name, "language": fresh.language}
    user.name, user.language = name, language
    with transaction.atomic():
        user.save(update_fields=["name", "language"])
        audit_record(
            verb="profile.change",
            target=user,
            before=before,
            after={"name": name, "language": language},
        )


def _current_agency_id() -> int | None:
    return getattr(connection.tenant, "pk", None)


def _check_reach(party: str, agency: Agency | None) -> None:
    """Inside an agency only its own staff may be touched; the operator reaches everybody."""
    here = _current_agency_id()
    own_staff = party == Membership.Party.AGENCY and agency is not None and agency.pk == here
    if here is not None and not own_staff:
        raise IdentityRefused("other_agency", _("An agency manages its own team only."))


def _check_not_last_admin(membership: Membership) -> None:
    if membership.role != Membership.Role.ADMIN:
        return
    others = Membership.objects.filter(
        party=membership.party,
        agency=membership.agency,
        provider=membership.provider,
        role=Membership.Role.ADMIN,
        ended_at=None,
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise IdentityRefused(
            "last_admin", _("This is the last administrator. Name another one first.")
        )


def _invitation_url(membership: Membership, token: str) -> str:
    if membership.agency is None:
        return host_url(settings.OPERATOR_HOST, f"/compte/invitation/{token}/")
    return host_url(agency_host(membership.agency), f"/gestion/compte/invitation/{token}/")
