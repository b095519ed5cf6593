"""An agency's database role sees and changes only the people who work there.

A person is the agency's through a membership of the agency whose schema is ``current_user``.
Former members stay readable, so that what they did keeps a name; only open memberships allow a
change (password, sign-in, second factor). The owner, that is the operator, sees everybody.

The sub-selects name the agency once a statement (an InitPlan on the unique schema name) and its
members by index, so a row costs a look into a small hash and no query of its own.
"""

from django.db import migrations

AGENCY = """(SELECT id FROM shared.tenants_agency
             WHERE schema_name = current_user::text COLLATE "default")"""
EVER = f"(SELECT user_id FROM shared.identity_membership WHERE agency_id = {AGENCY})"
NOW = f"""(SELECT user_id FROM shared.identity_membership
           WHERE agency_id = {AGENCY} AND ended_at IS NULL)"""
MEMBERSHIPS = f"(SELECT id FROM shared.identity_membership WHERE agency_id = {AGENCY})"
ADDRESSES = f"(SELECT id FROM shared.account_emailaddress WHERE user_id IN {NOW})"

TABLES = {
    "identity_user": [("SELECT", f"id IN {EVER}"), ("UPDATE", f"id IN {NOW}")],
    "identity_membership": [("SELECT", f"agency_id = {AGENCY}")],
    "identity_invitation": [("ALL", f"membership_id IN {MEMBERSHIPS}")],
    "account_emailaddress": [("ALL", f"user_id IN {NOW}")],
    "account_emailconfirmation": [("ALL", f"email_address_id IN {ADDRESSES}")],
    "mfa_authenticator": [("ALL", f"user_id IN {NOW}")],
}


def policies() -> str:
    """SQL that fences every table of people."""
    parts = []
    for table, rules in TABLES.items():
        parts.append(f"ALTER TABLE shared.{table} ENABLE ROW LEVEL SECURITY;")
        for verb, mine in rules:
            check = "" if verb == "SELECT" else f"WITH CHECK ({mine})"
            name = f"own_people_{verb.lower()}"
            parts.append(
                f"CREATE POLICY {name} ON shared.{table} FOR {verb} USING ({mine}) {check};"
            )
    return "\n".join(parts)


def undone() -> str:
    """SQL that takes the fences away."""
    parts = []
    for table, rules in TABLES.items():
        parts += [f"DROP POLICY own_people_{v.lower()} ON shared.{table};" for v, _mine in rules]
        parts.append(f"ALTER TABLE shared.{table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(parts)


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunSQL(policies(), undone())]
