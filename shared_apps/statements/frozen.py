"""SQL that freezes issued statements, and shows an agency its own and nothing else.

A draft may be drawn again as often as one likes. From its issue on, a statement only ever
changes its answer (status, who and when) and notes when it was paid, and only in this order:

    issued ─► accepted ─► paid          issued ─► paid (nobody answered, the money moved)
       └────► disputed ─► issued or accepted, once every dispute is settled

A line of it only ever changes its state: not answered ─► accepted or disputed ─► settled; a
dispute may be withdrawn, that is, accepted. No line is added or taken away. That holds for the
owner of the tables too. What it does not stop: whoever drops the trigger; the hash that went out
with the statement then tells.

An agency's role sees its own statements from their issue on: never drafts, never another
agency's, never a provider's. It answers, and can neither pay nor settle.
"""

from shared_apps.journal.append_only import append_only, own_rows_only

STATEMENT_FROZEN = """
CREATE FUNCTION shared.statement_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved text[];
BEGIN
    IF OLD.status = 'draft' THEN
        IF TG_OP = 'UPDATE' AND NEW.status NOT IN ('draft', 'issued') THEN
            RAISE EXCEPTION 'statement %: a draft is issued first', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'statement %: issued, never deleted', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT array_agg(key) INTO moved
    FROM jsonb_each(to_jsonb(NEW)) AS after
    WHERE after.value IS DISTINCT FROM to_jsonb(OLD) -> after.key;
    IF NOT COALESCE(moved, '{}') <@ ARRAY['status', 'answered_at', 'answered_by_id', 'paid_at'] THEN
        RAISE EXCEPTION 'statement %: issued, never changed (%)', OLD.id, moved
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('issued', 'accepted'), ('issued', 'disputed'), ('issued', 'paid'),
        ('disputed', 'issued'), ('disputed', 'accepted'), ('accepted', 'paid')
    ) THEN
        RAISE EXCEPTION 'statement %: % does not become %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_frozen BEFORE UPDATE OR DELETE ON shared.statements_statement
    FOR EACH ROW EXECUTE FUNCTION shared.statement_frozen();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON shared.statements_statement
    FOR EACH STATEMENT EXECUTE FUNCTION shared.refuse_change();
"""

LINE_FROZEN = """
CREATE FUNCTION shared.statement_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved text[];
    whose bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.statement_id ELSE OLD.statement_id END;
    stands text := (SELECT status FROM shared.statements_statement WHERE id = whose);
BEGIN
    IF stands = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'statement %: issued, its lines stay (% refused)', whose, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT array_agg(key) INTO moved
    FROM jsonb_each(to_jsonb(NEW)) AS after
    WHERE after.value IS DISTINCT FROM to_jsonb(OLD) -> after.key;
    IF NOT COALESCE(moved, '{}') <@ ARRAY['state', 'state_at'] THEN
        RAISE EXCEPTION 'statement %: issued, its lines never change (%)', whose, moved
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('none', 'accepted'), ('none', 'disputed'),
        ('disputed', 'accepted'), ('disputed', 'resolved')
    ) THEN
        RAISE EXCEPTION 'line %: % does not become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_line_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON shared.statements_statementline
    FOR EACH ROW EXECUTE FUNCTION shared.statement_line_frozen();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON shared.statements_statementline
    FOR EACH STATEMENT EXECUTE FUNCTION shared.refuse_change();
"""

OWN = """agency_schema = current_user::text COLLATE "default" """
ROW_SECURITY = f"""
ALTER TABLE shared.statements_statement ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_issued ON shared.statements_statement
    USING ({OWN} AND status <> 'draft') WITH CHECK ({OWN} AND status <> 'draft');
CREATE POLICY answers_only ON shared.statements_statement AS RESTRICTIVE FOR UPDATE
    USING (true) WITH CHECK (status IN ('issued', 'accepted', 'disputed'));
ALTER TABLE shared.statements_statementline ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_issued ON shared.statements_statementline
    USING ({OWN} AND EXISTS (
        SELECT 1 FROM shared.statements_statement s WHERE s.id = statement_id));
CREATE POLICY answers_only ON shared.statements_statementline AS RESTRICTIVE FOR UPDATE
    USING (true) WITH CHECK (state IN ('accepted', 'disputed'));
"""
# An agency speaks for itself, about its own statements.
OWN_VOICE = """
CREATE POLICY own_voice ON shared.statements_linemessage AS RESTRICTIVE FOR INSERT
    WITH CHECK (side = 'agency' AND EXISTS (
        SELECT 1 FROM shared.statements_statementline l WHERE l.id = line_id));
CREATE POLICY own_events ON shared.statements_statementevent AS RESTRICTIVE FOR INSERT
    WITH CHECK (kind IN ('accepted', 'line_accepted', 'line_disputed', 'answered', 'compared')
        AND EXISTS (SELECT 1 FROM shared.statements_statement s WHERE s.id = statement_id));
CREATE POLICY own_statement ON shared.statements_portalcomparison AS RESTRICTIVE FOR INSERT
    WITH CHECK (EXISTS (
        SELECT 1 FROM shared.statements_statement s WHERE s.id = statement_id));
"""
APPENDED = (
    "linemessage",
    "statementevent",
    "portalcomparison",
    "statementpayment",
    "adjustment",
)
OWN_ROWS = (*APPENDED, "settlementterms")


def freeze_sql() -> str:
    """All of it, for the app's migration."""
    return (
        STATEMENT_FROZEN
        + LINE_FROZEN
        + ROW_SECURITY
        + "".join(append_only(f"statements_{table}") for table in APPENDED)
        + append_only("statements_settlementterms")
        + "".join(own_rows_only(f"statements_{table}") for table in OWN_ROWS)
        + OWN_VOICE
    )
