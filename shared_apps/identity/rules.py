"""What each role may do, as data (R1, R30).

A capability is a plain word, ``noun.verb``. Views ask for one capability
(:mod:`shared_apps.identity.access`); menus show what the same word allows, so a menu never
offers a page that then refuses. To add a role, see ``docs/add-a-role.md``.

Who a person is comes from the membership of the current host and from nothing else: a user
with the same e-mail address at two agencies has two memberships and two sets of rights.

Not decided here: bounds of what a right may touch. An agency's rights reach only its own
schema, and the operator's agreement narrows them further (R6 to R8, D14).
"""

from shared_apps.identity.models import Membership

Party, Role = Membership.Party, Membership.Role

OPERATOR_READS = frozenset(
    ["console.view", "agencies.view", "catalogue.view", "sales.view", "audit.view"]
)
AGENCY_READS = frozenset(["office.view", "orders.view"])
# Who decides and settles what everybody earns.
OPERATOR_MONEY = frozenset(
    [
        "commissions.view",
        "statements.view",
        "statements.issue",
        "invoices.view",
        "invoices.issue",
        "reports.view",
    ]
)
AGENCY_MONEY = frozenset(
    ["commissions.view", "statements.view", "statements.answer", "invoices.view", "reports.view"]
)
PROVIDER_READS = frozenset(["workspace.view"])

CAPABILITIES: dict[tuple[str, str], frozenset[str]] = {
    (Party.OPERATOR, Role.ADMIN): OPERATOR_READS
    | OPERATOR_MONEY
    | {
        "commissions.change",
        "commissions.publish",
        "network.change",
        "agencies.create",
        "agencies.change",
        "catalogue.change",
        "catalogue.validate",
        "messages.view",
        "messages.retry",
        "people.manage",
    },
    (Party.OPERATOR, Role.CATALOGUE): frozenset(
        [
            "console.view",
            "agencies.view",
            "catalogue.view",
            "catalogue.change",
            "catalogue.validate",
            "audit.view",
        ]
    ),
    # R30: finance reads every sale and validates no product.
    (Party.OPERATOR, Role.FINANCE): OPERATOR_READS | OPERATOR_MONEY | {"messages.view"},
    (Party.OPERATOR, Role.SALES): frozenset(
        ["console.view", "agencies.view", "catalogue.view", "sales.view", "commissions.view"]
    ),
    (Party.AGENCY, Role.ADMIN): AGENCY_READS
    | AGENCY_MONEY
    | {
        "commissions.change",
        "subcommissions.manage",
        "orders.cancel",
        "payments.record",
        "selection.change",
        "brand.change",
        "keys.manage",
        "team.manage",
        "audit.view",
    },
    (Party.AGENCY, Role.CATALOGUE): frozenset(["office.view", "selection.change", "brand.change"]),
    (Party.AGENCY, Role.FINANCE): AGENCY_READS | AGENCY_MONEY | {"payments.record", "audit.view"},
    (Party.AGENCY, Role.SALES): AGENCY_READS | {"orders.cancel", "payments.record"},
    (Party.PROVIDER, Role.ADMIN): PROVIDER_READS | {"statements.view", "statements.answer"},
    (Party.PROVIDER, Role.FINANCE): PROVIDER_READS | {"statements.view", "statements.answer"},
    (Party.PROVIDER, Role.SALES): PROVIDER_READS,
}

# Whoever may decide what all agencies sell, signs in with two factors.
SECOND_FACTOR_REQUIRED = frozenset([Party.OPERATOR])


def capabilities_of(membership: Membership | None) -> frozenset[str]:
    """The capabilities of an open membership; none for None, an ended or an unknown one."""
    if not membership or membership.ended_at is not None:
        return frozenset()
    return CAPABILITIES.get((membership.party, membership.role), frozenset())


def roles_of(party: str) -> list[str]:
    """The roles that exist for ``party``, in the order in which they are offered."""
    return [role for role in Role.values if (party, role) in CAPABILITIES]
