"""Database roles: what an agency's requests may do, said to PostgreSQL itself.

Every agency has a NOLOGIN role named like its schema, a member of the group role
:data:`MEMBER`. Rights on shared tables are granted to the group, once, after each migration
of the shared schema; rights on its own schema to the agency's role at creation.
"""

from django.db import connection

MEMBER = "agency_member"

# What selling needs of the shared schema, and no more.
READ = [
    "tenants_agency",
    "tenants_domain",
    "network_agencygroup",
    "network_groupmembership",
    "network_selleridentity",
    "network_agreement",
    "network_authorisedproduct",
    "catalog_category",
    "catalog_provider",
    "catalog_place",
    "catalog_product",
    "catalog_ratecategory",
    "catalog_referenceprice",
    "catalog_media",
    "catalog_termsversion",
    "inventory_departure",
    "inventory_departureprice",
    "inventory_availability",
    "inventory_hold",
    "inventory_stockmovement",
    "commissions_commissionrule",
    "commissions_specialoperation",
    "commissions_operationspending",
    "commissions_approvalrequest",
    "journal_journalline",
    "journal_chainhead",
    "statements_settlementterms",
    "statements_statement",
    "statements_statementline",
    "statements_adjustment",
    "statements_linemessage",
    "statements_statementevent",
    "statements_statementpayment",
    "statements_portalcomparison",
    "invoices_invoice",
    "invoices_mandate",
    "journal_closing",
    "audit_auditentry",
    "outbox_message",
    "identity_user",
    "identity_membership",
    "identity_invitation",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
]
APPEND = [
    "inventory_hold",
    "inventory_stockmovement",
    "journal_journalline",
    "journal_chainhead",
    "audit_auditentry",
    "outbox_message",
    "commissions_approvalrequest",
    "statements_linemessage",
    "statements_statementevent",
    "statements_portalcomparison",
]
# table → columns an agency may change, in rows that row-level security leaves visible.
CHANGE = {
    "inventory_departure": "held, sold",
    "inventory_hold": "state, settled_at, expires_at",
    "journal_chainhead": "seq, hash",
    "identity_user": "password, last_login, language, name",
    "identity_invitation": "accepted_at",
    "commissions_approvalrequest": "status, decided_at",
    "statements_statement": "status, answered_at, answered_by_id",
    "statements_statementline": "state, state_at",
    "invoices_mandate": "signed_on, accepted_at, accepted_by_id, evidence",
}
# Sign-in and second factor of the agency's staff.
FULL = ["account_emailaddress", "account_emailconfirmation", "mfa_authenticator"]

CREATE_ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE "{role}" NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
"""


def member_grants_sql() -> str:
    """SQL that gives the group role its rights on the shared schema. Repeatable."""
    parts = [
        CREATE_ROLE.format(role=MEMBER),
        f"GRANT USAGE ON SCHEMA shared TO {MEMBER};",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA shared FROM {MEMBER};",
        f"GRANT SELECT ON {', '.join('shared.' + t for t in READ)} TO {MEMBER};",
        f"GRANT INSERT ON {', '.join('shared.' + t for t in APPEND)} TO {MEMBER};",
        f"GRANT INSERT, UPDATE, DELETE ON {', '.join('shared.' + t for t in FULL)} TO {MEMBER};",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA shared TO {MEMBER};",
        f"GRANT EXECUTE ON FUNCTION shared.expire_holds(bigint, integer) TO {MEMBER};",
        f"GRANT EXECUTE ON FUNCTION shared.operations_spend(text, text, jsonb) TO {MEMBER};",
        f"GRANT EXECUTE ON FUNCTION shared.operations_return(text, text, jsonb) TO {MEMBER};",
    ]
    for table, columns in CHANGE.items():
        parts.append(f"GRANT UPDATE ({columns}) ON shared.{table} TO {MEMBER};")
    return "\n".join(parts)


def agency_role_sql(schema: str) -> str:
    """SQL that makes the role of one agency and gives it its own schema.

    ``schema`` has been made by :func:`tenants.models.schema_name_for`, so it is a plain
    identifier. Rows of evidence are kept: no DELETE or UPDATE on acceptances. Tables of later
    migrations get their rights by default, and this SQL is run again after each migration.
    Repeatable. Needs PostgreSQL 16 (membership that allows SET ROLE without inheriting).
    """
    role = f'"{schema}"'
    return f"""
{CREATE_ROLE.format(role=schema)}
GRANT {MEMBER} TO {role};
GRANT {role} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
GRANT USAGE ON SCHEMA {role} TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {role} TO {role};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {role} TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {role}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {role} GRANT USAGE ON SEQUENCES TO {role};
REVOKE UPDATE, DELETE ON {role}.orders_acceptance FROM {role};
REVOKE INSERT, UPDATE, DELETE ON {role}.django_migrations FROM {role};
"""


def grant_member_rights() -> None:
    """Apply :func:`member_grants_sql` (after each migration of the shared schema)."""
    with connection.cursor() as cursor:
        cursor.execute(member_grants_sql())
