"""SQL that freezes published versions of commission rules, in any schema.

What a published version gives, to whom and when, decided real money: it is replaced by a newer
version, never edited. The one thing that moves is ``applies_to``, its last sale date, and only
as long as neither the old nor the new last day lies in the past (a day of grace covers the
hours in which the database's day is not yet the office's). Drafts are free. A pending override
may be decided, not changed.

Deleting is refused from the moment a version is no draft. What this does not stop: whoever owns
the database and drops the trigger; decisions frozen on sale lines and in the journal then still
say what was applied.
"""

FUNCTION = """
CREATE OR REPLACE FUNCTION shared.rule_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved text[];
    earliest date := CURRENT_DATE - 1;
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '%: a published version is never deleted', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT array_agg(key) INTO moved
    FROM jsonb_each(to_jsonb(NEW)) AS after
    WHERE after.value IS DISTINCT FROM to_jsonb(OLD) -> after.key;
    IF moved IS NULL THEN
        RETURN NEW;
    END IF;
    IF OLD.status = 'pending' AND moved <@ ARRAY['status', 'applies_from', 'applies_to', 'version']
    THEN
        RETURN NEW;
    END IF;
    IF moved <@ ARRAY['applies_to']
        AND (OLD.applies_to IS NULL OR OLD.applies_to >= earliest)
        AND (NEW.applies_to IS NULL OR NEW.applies_to >= earliest)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%: a published version is never changed (%)', TG_TABLE_NAME, moved
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def freeze(table: str) -> str:
    """SQL that protects ``table`` (of the search path) with :data:`FUNCTION`."""
    return f"""
CREATE TRIGGER rule_frozen BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION shared.rule_frozen();
"""
