"""Row-level security on holds, append-only movements, and the function that expires holds.

The function runs with the owner's rights: an agency that finds a departure full may free
the expired holds of another agency without ever seeing them.
"""

from django.db import migrations

from shared_apps.journal.append_only import append_only, own_rows_only

EXPIRE = """
CREATE OR REPLACE FUNCTION shared.expire_holds(only_departure bigint, at_most integer)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = shared, pg_temp AS $$
DECLARE
    due record;
    freed integer;
    expired integer := 0;
BEGIN
    -- Departure by departure in the order of their ids, as every sale takes them: no deadlock.
    FOR due IN
        SELECT DISTINCT departure_id FROM (
            SELECT departure_id FROM inventory_hold
            WHERE state = 'held' AND expires_at < now()
              AND (only_departure IS NULL OR departure_id = only_departure)
            ORDER BY expires_at LIMIT at_most
        ) AS candidates ORDER BY departure_id
    LOOP
        WITH gone AS (
            UPDATE inventory_hold SET state = 'expired', settled_at = now()
            WHERE id IN (
                SELECT id FROM inventory_hold
                WHERE departure_id = due.departure_id AND state = 'held' AND expires_at < now()
                FOR UPDATE SKIP LOCKED
            ) RETURNING id, agency_schema, places
        ), noted AS (
            INSERT INTO inventory_stockmovement
                (departure_id, hold_id, agency_schema, held_delta, sold_delta, at)
            SELECT due.departure_id, id, agency_schema, -places, 0, now() FROM gone
            RETURNING held_delta
        ) SELECT coalesce(-sum(held_delta), 0), expired + count(*) INTO freed, expired FROM noted;
        IF freed > 0 THEN
            UPDATE inventory_departure SET held = held - freed WHERE id = due.departure_id;
        END IF;
    END LOOP;
    RETURN expired;
END $$;
REVOKE ALL ON FUNCTION shared.expire_holds(bigint, integer) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [
        migrations.RunSQL(
            own_rows_only("inventory_hold")
            + append_only("inventory_stockmovement")
            + own_rows_only("inventory_stockmovement")
            + EXPIRE
        )
    ]
