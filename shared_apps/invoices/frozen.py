"""SQL that keeps invoices, mandates and legal data as they were (L7).

Invoices and billing identities are append-only. A mandate that was accepted only ever gets its
last day; before that, the agency accepts it or the operator ends it, and nothing else of it
moves. It holds for the owner of the tables too; it does not stop whoever drops the trigger.
"""

MANDATE_FROZEN = """
CREATE OR REPLACE FUNCTION shared.mandate_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a mandate is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT array_agg(key) INTO moved
    FROM jsonb_each(to_jsonb(NEW)) AS after
    WHERE after.value IS DISTINCT FROM to_jsonb(OLD) -> after.key;
    IF moved IS NULL
        OR (moved <@ ARRAY['ended_on'] AND OLD.ended_on IS NULL)
        OR (moved <@ ARRAY['signed_on', 'accepted_at', 'accepted_by_id', 'evidence']
            AND OLD.accepted_at IS NULL AND OLD.ended_on IS NULL)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a mandate is never changed (%)', moved USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER mandate_frozen BEFORE UPDATE OR DELETE ON shared.invoices_mandate
    FOR EACH ROW EXECUTE FUNCTION shared.mandate_frozen();
"""

# The operator's own role owns the tables and is not bound by these policies.
ACCEPT_ONLY = """
CREATE POLICY accept_only ON shared.invoices_mandate AS RESTRICTIVE FOR UPDATE
    USING (accepted_at IS NULL AND ended_on IS NULL) WITH CHECK (accepted_at IS NOT NULL);
"""
