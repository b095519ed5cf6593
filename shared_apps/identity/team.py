"""What the team pages of both doors share: the list, and the verbs by their address word."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from shared_apps.catalog.models import Provider
from shared_apps.identity.actions import (
    invitation_create,
    membership_change_role,
    membership_end,
    membership_grant,
)
from shared_apps.identity.models import Membership
from shared_apps.identity.rules import roles_of
from tenants.models import Agency


def team_of(
    *, party: str, agency: Agency | None = None, provider: Provider | None = None
) -> dict[str, Any]:
    """Open memberships of a party, with the roles that may be given."""
    members = (
        Membership.objects.filter(party=party, agency=agency, provider=provider, ended_at=None)
        .select_related("user", "invitation")
        .order_by("user__email")
    )
    labels = dict(Membership.Role.choices)
    roles = [(role, labels[role]) for role in roles_of(party)]
    return {"members": list(members), "roles": roles}


def member_invite(
    *,
    party: str,
    email: str,
    role: str,
    name: str,
    language: str,
    agency: Agency | None = None,
    provider: Provider | None = None,
) -> Membership:
    """Grant a membership and invite by e-mail. Raises IdentityRefused."""
    membership = membership_grant(
        email=email,
        party=party,
        role=role,
        name=name,
        language=language,
        agency=agency,
        provider=provider,
    )
    invitation_create(membership=membership)
    return membership


def _end(member: Membership, _role: str) -> str:
    membership_end(membership=member)
    return _("%(name)s has no access any more.") % {"name": member.user}


def _role(member: Membership, role: str) -> str:
    membership_change_role(membership=member, role=role)
    return _("The role of %(name)s has changed.") % {"name": member.user}


def _invite(member: Membership, _role: str) -> str:
    invitation_create(membership=member)
    return _("A new invitation is on its way; the former one no longer works.")


VERBS: dict[str, Callable[[Membership, str], str]] = {
    "retirer": _end,
    "role": _role,
    "inviter": _invite,
}


def member_act(member: Membership, verb: str, *, role: str = "") -> str:
    """Do one verb of the team page; answers what happened. Raises KeyError, IdentityRefused."""
    return VERBS[verb](member, role)
